#include "engine/log_writer.h"

#include "base/assert.h"
#include "codec/event_json.h"
#include "codec/event_record.h"
#include "codec/hash.h"
#include "codec/keys.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "engine/event_reader.h"
#include "engine/same_content.h"
#include "engine/tree.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr std::int64_t kClockBehindMax = kMicrosPerDay;
constexpr std::string_view kAcceptClockKey = "accept_clock";
constexpr std::size_t kEntityCacheBytes = 8 << 20;

EventView view_of(const Event& event, const Receipt& receipt) {
  EventView view;
  view.position = receipt.position;
  view.created_at = receipt.created_at;
  view.recorded_at = receipt.recorded_at;
  view.id = receipt.id;
  view.version = receipt.version;
  view.event_type = event.event_type;
  view.entity_type = event.entity_type;
  view.entity_id = event.entity_id;
  if (event.actor) view.actor = *event.actor;
  view.data = event.data;
  view.metadata = event.metadata;
  return view;
}

Receipt receipt_of(const EventView& event) {
  return {event.position,
          event.id,
          std::string(event.entity_type),
          std::string(event.entity_id),
          event.version,
          event.created_at,
          event.recorded_at,
          true};
}

}  // namespace

/// The batch that is being judged: what it would add, before anything is added.
struct LogWriter::BatchView {
  const std::vector<Event>& events;
  std::vector<Receipt> receipts;
  std::vector<Entity*> entities;  // of each event; null for a duplicate
  IdMap ids;                      // index of the first event with this id
  Position next = 0;
  Timestamp recorded_at;
};

std::size_t LogWriter::cached_bytes(const Entity& entity) {
  return 300 + 2 * entity.ref.entity_type.size() + 2 * entity.ref.entity_id.size() + entity.head.state.capacity() +
         entity.head.claims.capacity();
}

void LogWriter::put(Family family, std::string_view key, std::string_view value) {
  const rocksdb::Status status = rows_.Put(database_->family(family), slice(key), slice(value));
  GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
}

void LogWriter::erase(Family family, std::string_view key) {
  const rocksdb::Status status = rows_.Delete(database_->family(family), slice(key));
  GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
}

Result<std::unique_ptr<LogWriter>> LogWriter::open(std::shared_ptr<Database> database) {
  auto writer = std::unique_ptr<LogWriter>(new LogWriter(std::move(database)));
  (void)GOVLOG_TRY(writer->load());
  writer->clock_accepted_ = writer->clock_row_written_;
  return writer;
}

Status LogWriter::go_on_with(std::shared_ptr<Database> database) {
  database_ = std::move(database);
  const LogState stored = GOVLOG_TRY(stored_state());
  if (stored.position == state_.position && stored.entities == state_.entities) return Ok{};
  return Error{Code::kCorruption, "the store changed while it was opened; its files may be changed by somebody else", {}};
}

/// All but the time of the last event.
Result<LogState> LogWriter::stored_state() const {
  const auto head = GOVLOG_TRY(database_->get(Family::kViews, kFamilyHeadKey, nullptr));
  std::string_view bytes = head ? std::string_view(*head) : std::string_view();
  const auto position = take_big_endian_64(bytes);
  const auto entities = take_big_endian_64(bytes);
  if (!position || !entities) return Error{Code::kCorruption, "the head of family views does not decode", {}};
  return LogState{*position, *entities, kTimestampMin};
}

Status LogWriter::load() {
  state_ = GOVLOG_TRY(stored_state());
  tree_ = GOVLOG_TRY(load_frontier(*database_, state_.position));
  if (state_.position > 0) {
    EventBuffer buffer;
    state_.recorded_at = GOVLOG_TRY(event_at_position(*database_, nullptr, state_.position, buffer)).recorded_at;
  }
  clock_row_written_ = GOVLOG_TRY(database_->get(Family::kMeta, kAcceptClockKey, nullptr)).has_value();
  return Ok{};
}

void LogWriter::begin_group() {
  rows_.Clear();
  terms_.begin_group();
  pending_.clear();
  pending_ids_.clear();
  for (Entity* entity : touched_) entity->pending.clear();
  touched_.clear();
  pending_checkpoints_.clear();
  touched_counters_.clear();
  analytics_.begin_group();
  changes_ = {};
  trim_cache();
}

void LogWriter::release_group() {
  begin_group();
  rows_ = make_rows();
  pending_.shrink_to_fit();
  pending_ids_ = {};
}

void LogWriter::trim_cache() {
  if (entities_bytes_ <= kEntityCacheBytes) return;
  entities_.clear();
  entities_bytes_ = 0;
}

Status LogWriter::check_clock(Timestamp now) const {
  if (clock_accepted_ || state_.position == 0 || now.micros >= state_.recorded_at.micros - kClockBehindMax) return Ok{};
  return Error{Code::kClockBehind,
               fmt::format("the clock says {}, over 24 hours before the last event was recorded ({}); set the clock, or give "
                           "--accept-clock once",
                           format_time(now), format_time(state_.recorded_at)),
               {}};
}

void LogWriter::note_clock(Timestamp now) {
  if (now >= state_.recorded_at) {
    if (clock_row_written_) erase(Family::kMeta, kAcceptClockKey);
    clock_row_written_ = false;
    clock_accepted_ = false;
  } else if (clock_accepted_ && !clock_row_written_) {
    put(Family::kMeta, kAcceptClockKey, "1");
    clock_row_written_ = true;
  }
}

Result<LogWriter::Entity*> LogWriter::entity_of(const Event& event) {
  const auto [place, fresh] = entities_.try_emplace(entity_prefix(event.entity_type, event.entity_id));
  Entity& entity = place->second;
  if (!fresh) return &entity;
  entity.ref = {event.entity_type, event.entity_id};
  const auto row = database_->get(Family::kViews, head_key(event.entity_type, event.entity_id), nullptr);
  auto head = row.ok() && *row ? decode_head_row(**row) : std::optional<HeadRow>(HeadRow{});
  if (!row.ok() || !head) {
    entities_.erase(place);
    if (!row.ok()) return row.error();
    return Error{Code::kCorruption, fmt::format("the head of {}/{} does not decode", event.entity_type, event.entity_id), {}};
  }
  entity.head = std::move(*head);
  entities_bytes_ += cached_bytes(entity);
  return &entity;
}

Result<std::optional<Receipt>> LogWriter::find_duplicate(const Event& event, const BatchView& batch) {
  const auto refuse = [&](Position position) {
    return Error{Code::kIdConflict,
                 fmt::format("the id {} is that of the event at position {}, which says something else; give another id",
                             format_uuid(*event.id), position),
                 {}}
        .with("id", format_uuid(*event.id))
        .with("position", position);
  };
  const auto in_batch = batch.ids.find(*event.id);
  if (in_batch != batch.ids.end()) {
    Receipt receipt = batch.receipts[in_batch->second];
    if (!same_content(event, view_of(batch.events[in_batch->second], receipt))) {
      return Error{Code::kIdConflict,
                   fmt::format("the id {} is that of event {} of the same batch, which says something else; give another id",
                               format_uuid(*event.id), in_batch->second + 1),
                   {}}
          .with("id", format_uuid(*event.id));
    }
    receipt.duplicate = true;
    return std::optional(receipt);
  }
  EventBuffer buffer;
  EventView stored;
  const auto in_group = pending_ids_.find(*event.id);
  if (in_group != pending_ids_.end()) {
    stored = GOVLOG_TRY(decode_record(pending_[in_group->second].key, pending_[in_group->second].record));
  } else {
    const auto row = GOVLOG_TRY(database_->get(Family::kIds, id_key(*event.id), nullptr));
    if (!row) return std::optional<Receipt>{};
    const auto position = decode_position_key(*row);
    if (!position) return Error{Code::kCorruption, "a row of family ids does not decode", {}};
    stored = GOVLOG_TRY(event_at_position(*database_, nullptr, *position, buffer));
  }
  if (!same_content(event, stored)) return refuse(stored.position);
  return std::optional(receipt_of(stored));
}

Result<Receipt> LogWriter::judge(const Event& event, BatchView& batch) {
  if (event.id) {
    auto duplicate = GOVLOG_TRY(find_duplicate(event, batch));
    if (duplicate) return *duplicate;
  }
  Entity* entity = GOVLOG_TRY(entity_of(event));
  const std::uint64_t version = entity->head.version + entity->added_in_batch;
  if (event.expected_version && *event.expected_version != version) {
    return Error{Code::kVersionConflict,
                 fmt::format("{}/{} is at version {}, expected_version says {}", event.entity_type, event.entity_id, version,
                             *event.expected_version),
                 {}}
        .with("actual", version)
        .with("expected", *event.expected_version);
  }
  ++entity->added_in_batch;
  batch.entities.back() = entity;
  Receipt receipt;
  receipt.position = batch.next++;
  receipt.id = event.id ? *event.id : make_uuid_v7(batch.recorded_at);
  receipt.entity_type = event.entity_type;
  receipt.entity_id = event.entity_id;
  receipt.version = version + 1;
  receipt.recorded_at = batch.recorded_at;
  receipt.created_at = event.created_at.value_or(batch.recorded_at);
  return receipt;
}

Result<std::vector<Receipt>> LogWriter::add(const std::vector<Event>& batch, Timestamp now) {
  if (batch.empty()) return std::vector<Receipt>{};
  (void)GOVLOG_TRY(check_clock(now));
  BatchView judged{batch, {}, {}, {}, state_.position + 1, std::max(now, state_.recorded_at)};
  judged.receipts.reserve(batch.size());
  judged.entities.reserve(batch.size());
  const auto end_judging = [&judged] {
    for (Entity* entity : judged.entities) {
      if (entity != nullptr) entity->added_in_batch = 0;
    }
  };
  for (const Event& event : batch) {
    judged.entities.push_back(nullptr);
    auto receipt = judge(event, judged);
    if (!receipt.ok()) {
      end_judging();
      Error error = receipt.take_error();
      if (batch.size() > 1) error = std::move(error).with("line", judged.receipts.size() + 1);
      return error;
    }
    // A duplicate is judged by what is stored, so the next one with its id is too.
    if (event.id && !receipt->duplicate) judged.ids.emplace(*event.id, judged.receipts.size());
    judged.receipts.push_back(receipt.take());
  }
  end_judging();
  if (judged.next > state_.position + 1) note_clock(now);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!judged.receipts[i].duplicate) (void)GOVLOG_TRY(append(batch[i], judged.receipts[i], *judged.entities[i]));
  }
  return std::move(judged.receipts);
}

Status LogWriter::append(const Event& event, const Receipt& receipt, Entity& entity) {
  GOVLOG_ASSERT(receipt.position == state_.position + 1, "position {} after {}", receipt.position, state_.position);
  const EventView view = view_of(event, receipt);
  line_.clear();
  append_event_json(line_, view);
  const Hash leaf = leaf_hash(line_);
  tree_.append(leaf);
  state_.position = receipt.position;
  state_.recorded_at = receipt.recorded_at;

  PendingEvent pending{view.key(), event_key(view.key(), view.entity_type, view.entity_id), encode_record(view)};
  put(Family::kEvents, pending.key, pending.record);
  std::string position_row;
  append_time_key(position_row, view.created_at);
  position_row.append(reinterpret_cast<const char*>(leaf.data()), leaf.size());
  put(Family::kPositions, position_key(view.position), position_row);
  for_completed_tiles(tree_, [&](std::uint8_t level, std::uint64_t index, const Hash& hash) {
    put(Family::kTiles, tile_key(level, index), {reinterpret_cast<const char*>(hash.data()), hash.size()});
  });
  pending_ids_.emplace(view.id, pending_.size());
  pending_.push_back(std::move(pending));
  append_index_rows(view);
  (void)GOVLOG_TRY(terms_.add(*database_, view, rows_));
  analytics_.add(view);
  return apply_to_head(entity, view);
}

void LogWriter::append_index_rows(const EventView& event) {
  put(Family::kIds, id_key(event.id), position_key(event.position));
  std::string version;
  append_varint(version, event.version);
  put(Family::kEntities, entity_key(event.entity_type, event.entity_id, event.key()), version);
  for (const auto& [tag, name] : {std::pair{kTermEventType, event.event_type}, std::pair{kTermEntityType, event.entity_type}}) {
    ++touched_counters_[{tag, std::string(name)}];
  }
}

}  // namespace govlog
