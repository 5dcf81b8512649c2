// LogWriter's work on the entities that a group touched: their heads, checkpoints and void marks (engine/entity_rows.h says how these
// stay right), and the rows that stand for the group as a whole.

#include "base/assert.h"
#include "codec/event_record.h"
#include "codec/keys.h"
#include "codec/state.h"
#include "engine/log_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace govlog {

namespace {

/// Most events that one group folds to catch up on one entity: two checkpoints' worth, so that catching up outruns appending.
constexpr std::size_t kCatchUpEvents = 2 * kCheckpointEvery;

}  // namespace

/// A state on its way from the last sound checkpoint to the head.
struct LogWriter::FoldStep {
  std::optional<EventKey> at;  // the last event folded
  std::uint64_t events_folded = 0;
  Position greatest_position = 0;
  std::uint64_t version = 0;
  std::string actor_token = "null";
  std::string state{kEmptyState};
};

void LogWriter::put_checkpoint(const EntityRef& entity, const EventKey& key, const CheckpointRow& row) {
  const std::string bytes = entity_key(entity.entity_type, entity.entity_id, key);
  put(Family::kStates, bytes, encode_checkpoint_row(row));
  pending_checkpoints_[bytes] = row;
}

Status LogWriter::apply_to_head(Entity& entity, const EventView& event) {
  if (entity.pending.empty()) touched_.push_back(&entity);
  entity.pending.push_back(pending_.size() - 1);
  entities_bytes_ -= std::min(entities_bytes_, cached_bytes(entity));
  HeadRow& head = entity.head;
  const bool first = head.version == 0;
  if (first) {
    head.first_created_at = event.created_at;
    head.has_state = true;
    head.state = kEmptyState;
    ++state_.entities;
  }
  head.first_created_at = std::min(head.first_created_at, event.created_at);
  head.version = event.version;
  const bool in_order = first || event.key() > head.last;
  GOVLOG_TRY(claim(entity, event, in_order));
  Status status = in_order ? fold_in_order(entity, event) : note_late(entity, event);
  entities_bytes_ += cached_bytes(entity);
  return status;
}

Status LogWriter::fold_in_order(Entity& entity, const EventView& event) {
  HeadRow& head = entity.head;
  head.last = event.key();
  head.last_version = event.version;
  if (!head.has_state) return Ok{};  // catch_up will come to it
  head.state = GOVLOG_TRY(fold_event(head.state, event.event_type, event.data));
  head.actor_token = actor_token_of(event.actor);
  const std::uint64_t since = head.version - (head.checkpoint ? head.checkpoint->events_folded : 0);
  if (since < kCheckpointEvery) return Ok{};
  // Every event up to here is folded, so the greatest position is the log's last.
  put_checkpoint(entity.ref, event.key(),
                 {event.position, event.position, head.version, event.version, head.actor_token, head.state});
  head.checkpoint = {event.key(), head.version};
  return Ok{};
}

Status LogWriter::note_late(Entity& entity, const EventView& event) {
  HeadRow& head = entity.head;
  head.has_state = false;
  head.state.clear();
  head.actor_token.clear();
  if (!head.checkpoint || head.checkpoint->key < event.key()) return Ok{};
  const VoidMark before = head.void_mark.value_or(VoidMark{event.key(), 0});
  head.void_mark = {std::min(before.after, event.key()), event.position};
  // All that lies behind `after` was written before now, so it is void; what lies before it holds. Were a later one than the last of those taken for the newest sound
  // one, or none, then the next late event would not know that there is something to mark.
  head.checkpoint = GOVLOG_TRY(last_checkpoint(entity.ref, head.void_mark->after));
  return Ok{};
}

/// The last one before `until`, on disk and in this group.
Result<std::optional<SoundCheckpoint>> LogWriter::last_checkpoint(const EntityRef& entity, const EventKey& until) {
  std::optional<SoundCheckpoint> last;
  const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
  const std::string from = entity_key(entity.entity_type, entity.entity_id, until);
  const auto pending = pending_checkpoints_.lower_bound(from);
  if (pending != pending_checkpoints_.begin() && std::prev(pending)->first.starts_with(prefix))
    last = {*decode_entity_key_tail(std::prev(pending)->first), std::prev(pending)->second.events_folded};
  const auto rows = database_->iterate(Family::kStates, nullptr);
  rows->SeekForPrev(from);
  if (rows->Valid() && view(rows->key()) == from) rows->Prev();
  if (!rows->status().ok()) return to_error(rows->status(), "reading checkpoints");
  if (!rows->Valid() || !view(rows->key()).starts_with(prefix)) return last;
  const auto key = decode_entity_key_tail(view(rows->key()));
  const auto row = decode_checkpoint_row(view(rows->value()));
  if (!key || !row)
    return Error{
        Code::kCorruption, fmt::format("a checkpoint of {}/{} does not decode", entity.entity_type, entity.entity_id), {}};
  if (!last || last->key < *key) last = {*key, row->events_folded};
  return last;
}

Result<LogWriter::FoldStep> LogWriter::start_of_fold(const Entity& entity) {
  const HeadRow& head = entity.head;
  if (!head.checkpoint) return FoldStep{};
  const std::string key = entity_key(entity.ref.entity_type, entity.ref.entity_id, head.checkpoint->key);
  const auto pending = pending_checkpoints_.find(key);
  std::optional<CheckpointRow> row;
  if (pending != pending_checkpoints_.end()) {
    row = pending->second;
  } else {
    const auto bytes = GOVLOG_TRY(database_->get(Family::kStates, key, nullptr));
    if (bytes) row = decode_checkpoint_row(*bytes);
  }
  if (!row) {
    return Error{Code::kCorruption,
                 fmt::format("the checkpoint of {}/{} that its head tells of does not decode", entity.ref.entity_type,
                             entity.ref.entity_id),
                 {}};
  }
  return FoldStep{head.checkpoint->key, row->events_folded, row->greatest_position, row->version, row->actor_token, row->state};
}

/// At most kCatchUpEvents + 1 keys behind `after`, on disk and in this group, in event order.
Result<std::vector<EventKey>> LogWriter::events_after(const Entity& entity, const std::optional<EventKey>& after) {
  std::vector<EventKey> keys;
  for (const std::size_t index : entity.pending) {
    if (!after || pending_[index].order > *after) keys.push_back(pending_[index].order);
  }
  const std::string prefix = entity_prefix(entity.ref.entity_type, entity.ref.entity_id);
  const auto rows = database_->iterate(Family::kEntities, nullptr);
  rows->Seek(after ? entity_key(entity.ref.entity_type, entity.ref.entity_id, *after) : prefix);
  std::size_t stored = 0;
  for (; rows->Valid() && view(rows->key()).starts_with(prefix) && stored <= kCatchUpEvents; rows->Next()) {
    const auto key = decode_entity_key_tail(view(rows->key()));
    if (!key) return Error{Code::kCorruption, "a key of family entities does not decode", {}};
    if (after && *key == *after) continue;
    keys.push_back(*key);
    ++stored;
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading an entity");
  std::sort(keys.begin(), keys.end());
  if (keys.size() > kCatchUpEvents + 1) keys.resize(kCatchUpEvents + 1);
  return keys;
}

Result<EventView> LogWriter::event_of(const Entity& entity, const EventKey& key, EventBuffer& buffer) {
  for (const std::size_t index : entity.pending) {
    if (pending_[index].order == key) return decode_record(pending_[index].key, pending_[index].record);
  }
  return get_event(*database_, nullptr, event_key(key, entity.ref.entity_type, entity.ref.entity_id), buffer);
}

/// Void checkpoints in (after, until), both exclusive: to the end where `until` is nothing.
Status LogWriter::drop_void_checkpoints(const EntityRef& entity, const std::optional<EventKey>& after,
                                        const std::optional<EventKey>& until) {
  const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
  const std::string from = after ? entity_key(entity.entity_type, entity.entity_id, *after) : prefix;
  const std::string to = until ? entity_key(entity.entity_type, entity.entity_id, *until) : prefix + std::string(17, '\xFF');
  for (auto row = pending_checkpoints_.upper_bound(from); row != pending_checkpoints_.end() && row->first < to;) {
    erase(Family::kStates, row->first);
    row = pending_checkpoints_.erase(row);
  }
  const auto rows = database_->iterate(Family::kStates, nullptr);
  for (rows->Seek(from); rows->Valid() && view(rows->key()) < to; rows->Next()) {
    if (view(rows->key()) != from) erase(Family::kStates, view(rows->key()));
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading checkpoints");
  return Ok{};
}

Status LogWriter::catch_up(Entity& entity) {
  HeadRow& head = entity.head;
  FoldStep step = GOVLOG_TRY(start_of_fold(entity));
  const std::vector<EventKey> keys = GOVLOG_TRY(events_after(entity, step.at));
  const bool reaches_head = keys.size() <= kCatchUpEvents;
  EventBuffer buffer;
  for (std::size_t i = 0; i < std::min(keys.size(), kCatchUpEvents); ++i) {
    const EventView event = GOVLOG_TRY(event_of(entity, keys[i], buffer));
    step.state = GOVLOG_TRY(fold_event(step.state, event.event_type, event.data));
    step.at = keys[i];
    step.greatest_position = std::max(step.greatest_position, event.position);
    step.version = event.version;
    step.actor_token = actor_token_of(event.actor);
    ++step.events_folded;
    const std::uint64_t sound = head.checkpoint ? head.checkpoint->events_folded : 0;
    if (step.events_folded - sound < kCheckpointEvery) continue;
    const std::optional<EventKey> before = head.checkpoint ? std::optional(head.checkpoint->key) : std::nullopt;
    if (head.void_mark) (void)GOVLOG_TRY(drop_void_checkpoints(entity.ref, before, keys[i]));
    put_checkpoint(entity.ref, keys[i],
                   {state_.position, step.greatest_position, step.events_folded, step.version, step.actor_token, step.state});
    head.checkpoint = {keys[i], step.events_folded};
  }
  if (!reaches_head) return Ok{};
  GOVLOG_ASSERT(step.events_folded == head.version, "{} of {} events of {}/{} folded", step.events_folded, head.version,
                entity.ref.entity_type, entity.ref.entity_id);
  if (head.void_mark) {
    const std::optional<EventKey> last = head.checkpoint ? std::optional(head.checkpoint->key) : std::nullopt;
    (void)GOVLOG_TRY(drop_void_checkpoints(entity.ref, last, std::nullopt));
    head.void_mark.reset();
  }
  head.has_state = true;
  head.state = std::move(step.state);
  head.actor_token = std::move(step.actor_token);
  return Ok{};
}

Status LogWriter::add_counters() {
  for (const auto& [counter, added] : touched_counters_) {
    const std::string key = counter_key(counter.first, counter.second);
    const auto known = counters_.find(counter);
    std::uint64_t count = 0;
    if (known != counters_.end()) {
      count = known->second;
    } else {
      const auto row = GOVLOG_TRY(database_->get(Family::kViews, key, nullptr));
      std::string_view bytes = row ? std::string_view(*row) : std::string_view("\0", 1);
      const auto stored = take_varint(bytes);
      if (!stored) return Error{Code::kCorruption, fmt::format("the counter of {} does not decode", counter.second), {}};
      count = *stored;
    }
    count += added;
    if (counters_.size() < 100'000)
      counters_[counter] = count;  // types are few; where they are not, they are read again
    else
      counters_.erase(counter);
    std::string value;
    append_varint(value, count);
    put(Family::kViews, key, value);
  }
  return Ok{};
}

Status LogWriter::finish_group(const GraphSource& graph) {
  GOVLOG_TRY(finish_claims());
  GOVLOG_TRY(coverage_.add(*database_, changes_, graph, {state_.position - pending_.size(), state_.position}, rows_));
  for (Entity* entity : touched_) {
    if (!entity->head.has_state) (void)GOVLOG_TRY(catch_up(*entity));
    put(Family::kViews, head_key(entity->ref.entity_type, entity->ref.entity_id), encode_head_row(entity->head));
  }
  (void)GOVLOG_TRY(add_counters());
  terms_.finish_group(*database_, rows_);
  GOVLOG_TRY(analytics_.finish_group(*database_, rows_));
  std::string head = position_key(state_.position);
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    if (static_cast<Family>(i) != Family::kViews) put(static_cast<Family>(i), kFamilyHeadKey, head);
  }
  append_big_endian_64(head, state_.entities);
  put(Family::kViews, kFamilyHeadKey, head);
  return Ok{};
}

}  // namespace govlog
