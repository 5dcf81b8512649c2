#include "engine/read_view.h"

#include "codec/event_record.h"
#include "codec/keys.h"
#include "engine/directory.h"
#include "engine/entity_rows.h"
#include "engine/entity_state.h"
#include "engine/event_reader.h"
#include "engine/snapshot.h"
#include "engine/term_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace govlog {

namespace {

bool holds(const std::vector<std::string>& values, std::string_view value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

/// `rows` stand where the scan begins. Visits until the key leaves `range` or the visitor has enough.
Status scan_rows(rocksdb::Iterator& rows, const EventRange& range, Order order, const EventFilter& filter,
                 const EventVisitor& visit) {
  EventBuffer buffer;
  while (rows.Valid() && view(rows.key()) != kFamilyHeadKey) {
    const EventView event = GOVLOG_TRY(decode_row(rows, buffer));
    if (event.key() < range.first || event.key() > range.last) break;
    if (filter.admits(event)) {
      const bool more = GOVLOG_TRY(visit(event));
      if (!more) return Ok{};
    }
    if (order == Order::kDescending)
      rows.Next();  // the family stands newest first
    else
      rows.Prev();
  }
  if (!rows.status().ok()) return to_error(rows.status(), "reading events");
  return Ok{};
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> read_counters(const ReadView::Snapshot& snapshot, char tag) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  const std::string prefix = counter_key_prefix(tag);
  const auto rows = snapshot.database->iterate(Family::kViews, snapshot.snapshot);
  for (rows->Seek(prefix); rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    std::string_view value = view(rows->value());
    const auto count = take_varint(value);
    if (!count) return Error{Code::kCorruption, "a counter does not decode", {}};
    out.emplace_back(view(rows->key()).substr(prefix.size()), *count);
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading counters");
  return out;
}

EntityHead head_of(const HeadRow& row) { return {row.version, row.first_created_at, row.last}; }

Result<std::optional<HeadRow>> read_head(const ReadView::Snapshot& snapshot, const EntityRef& entity) {
  const auto row =
      GOVLOG_TRY(snapshot.database->get(Family::kViews, head_key(entity.entity_type, entity.entity_id), snapshot.snapshot));
  if (!row) return std::optional<HeadRow>{};
  auto head = decode_head_row(*row);
  if (!head)
    return Error{Code::kCorruption, fmt::format("the head of {}/{} does not decode", entity.entity_type, entity.entity_id), {}};
  return head;
}

Status scan_head_rows(const ReadView::Snapshot& snapshot, const std::optional<std::string>& entity_type,
                      const std::optional<EntityRef>& after,
                      const std::function<Result<bool>(const EntityRef&, HeadRow)>& visit) {
  const std::string prefix = entity_type ? head_key_prefix(*entity_type) : std::string(1, '\x01');
  const std::string from = after ? head_key(after->entity_type, after->entity_id) : prefix;
  const auto rows = snapshot.database->iterate(Family::kViews, snapshot.snapshot);
  for (rows->Seek(std::max(from, prefix)); rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    if (after && view(rows->key()) == from) continue;
    const auto entity = decode_head_key(view(rows->key()));
    auto head = decode_head_row(view(rows->value()));
    if (!entity || !head) return Error{Code::kCorruption, "a head row does not decode", {}};
    const bool more = GOVLOG_TRY(visit(*entity, *std::move(head)));
    if (!more) return Ok{};
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading heads");
  return Ok{};
}

}  // namespace

bool EventFilter::admits_place(const EventView& event) const {
  const bool actor_admitted = actors.empty() || (event.actor && holds(actors, *event.actor));
  return event.position <= known && actor_admitted && holds(event_types, event.event_type) &&
         holds(entity_types, event.entity_type) && holds(entity_ids, event.entity_id);
}

ReadView::ReadView(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}

Position ReadView::log_position() const { return snapshot_->position; }

Result<std::optional<EventView>> ReadView::event_at(Position position, std::string& buffer) const {
  if (position == 0 || position > log_position()) return std::optional<EventView>{};
  EventBuffer bytes;
  (void)GOVLOG_TRY(event_at_position(*snapshot_->database, snapshot_->snapshot, position, bytes));
  // Key and record in one buffer, the record first: it has to be aligned.
  buffer = bytes.record + bytes.key;
  const std::string_view both = buffer;
  return std::optional(GOVLOG_TRY(decode_record(both.substr(bytes.record.size()), both.substr(0, bytes.record.size()))));
}

Result<std::optional<Position>> ReadView::position_of(const Uuid& id) const {
  if (!snapshot_->database) return std::optional<Position>{};
  const auto row = GOVLOG_TRY(snapshot_->database->get(Family::kIds, id_key(id), snapshot_->snapshot));
  if (!row) return std::optional<Position>{};
  const auto position = decode_position_key(*row);
  if (!position) return Error{Code::kCorruption, "a row of family ids does not decode", {}};
  return position;
}

Result<Position> ReadView::known_at(Timestamp time) const {
  Position low = 0;  // recorded_at of low <= time < recorded_at of high
  Position high = log_position() + 1;
  EventBuffer buffer;
  while (high - low > 1) {
    const Position middle = low + (high - low) / 2;
    const EventView event = GOVLOG_TRY(event_at_position(*snapshot_->database, snapshot_->snapshot, middle, buffer));
    (event.recorded_at <= time ? low : high) = middle;
  }
  return low;
}

Status ReadView::scan_positions(Position first, Position last, const EventVisitor& visit) const {
  last = std::min(last, log_position());
  first = std::max<Position>(first, 1);
  if (first > last) return Ok{};
  const auto positions = snapshot_->database->iterate(Family::kPositions, snapshot_->snapshot);
  const auto events = snapshot_->database->iterate(Family::kEvents, snapshot_->snapshot);
  positions->Seek(position_key(first));
  EventBuffer buffer;
  for (Position position = first; position <= last; ++position, positions->Next()) {
    if (!positions->status().ok()) return to_error(positions->status(), "reading positions");
    std::string_view row = positions->Valid() ? view(positions->value()) : std::string_view();
    const auto time = take_time_key(row);
    if (!time || view(positions->key()) != position_key(position)) {
      return Error{Code::kCorruption, fmt::format("position {} is missing from family positions", position), {}};
    }
    // In a log whose times rise the next event stands just before the last one.
    const std::string prefix = event_key_prefix({*time, position});
    if (position != first && events->Valid()) events->Prev();
    const bool there = events->Valid() && view(events->key()).starts_with(prefix);
    const EventView event =
        there ? GOVLOG_TRY(decode_row(*events, buffer)) : GOVLOG_TRY(seek_event(*events, {*time, position}, buffer));
    const bool more = GOVLOG_TRY(visit(event));
    if (!more) return Ok{};
  }
  return Ok{};
}

Status ReadView::scan_events(const EventRange& range, Order order, const EventFilter& filter, const EventVisitor& visit) const {
  if (log_position() == 0 || range.first > range.last) return Ok{};
  if (filter.contains && !filter.contains->document().starts_with('{')) return Ok{};  // data is an object
  if (!filter.entity_ids.empty() || TermQuery(filter).selects()) return scan_filtered(*snapshot_, range, order, filter, visit);
  const auto rows = snapshot_->database->iterate(Family::kEvents, snapshot_->snapshot);
  if (order == Order::kDescending) {
    rows->Seek(event_key_prefix(range.last));
  } else {
    rows->SeekForPrev(event_key_prefix(range.first) + '\xFF');
    if (rows->Valid() && view(rows->key()) == kFamilyHeadKey) rows->Prev();  // the family's head stands behind all events
  }
  return scan_rows(*rows, range, order, filter, visit);
}

Status ReadView::scan_entity(const EntityRef& entity, const EventRange& range, Order order, Position known,
                             const EventVisitor& visit) const {
  if (log_position() == 0 || range.first > range.last) return Ok{};
  EventFilter filter;
  filter.entity_types = {entity.entity_type};
  filter.entity_ids = {entity.entity_id};
  filter.known = known;
  return scan_filtered(*snapshot_, range, order, filter, visit);
}

Result<std::optional<EntityHead>> ReadView::head(const EntityRef& entity) const {
  if (log_position() == 0) return std::optional<EntityHead>{};
  const auto row = GOVLOG_TRY(read_head(*snapshot_, entity));
  return row ? std::optional(head_of(*row)) : std::nullopt;
}

Status ReadView::scan_heads(const std::optional<std::string>& entity_type, const std::optional<EntityRef>& after,
                            const std::function<Result<bool>(const EntityRef&, const EntityHead&)>& visit) const {
  if (log_position() == 0) return Ok{};
  return scan_head_rows(*snapshot_, entity_type, after,
                        [&](const EntityRef& entity, const HeadRow& row) { return visit(entity, head_of(row)); });
}

Status ReadView::scan_states(
    const std::optional<std::string>& entity_type, const std::optional<EntityRef>& after, EventKey last, Position known,
    const std::function<Result<bool>(const EntityRef&, const EntityHead&, const EntityState&)>& visit) const {
  if (log_position() == 0) return Ok{};
  return scan_head_rows(*snapshot_, entity_type, after, [&](const EntityRef& entity, HeadRow row) -> Result<bool> {
    const EntityHead head = head_of(row);
    const EntityState state = GOVLOG_TRY(fold_state(*snapshot_, entity, std::move(row), last, known));
    return visit(entity, head, state);
  });
}

Result<std::vector<EntityRef>> ReadView::entities_with_id(std::string_view entity_id) const {
  std::vector<EntityRef> out;
  if (log_position() == 0) return out;
  for (const auto& [type, count] : GOVLOG_TRY(read_counters(*snapshot_, kTermEntityType))) {
    EntityRef entity{type, std::string(entity_id)};
    if (GOVLOG_TRY(head(entity))) out.push_back(std::move(entity));
  }
  return out;
}

Result<EntityState> ReadView::state_at(const EntityRef& entity, EventKey last, Position known) const {
  if (log_position() == 0) return EntityState{};
  auto head = GOVLOG_TRY(read_head(*snapshot_, entity));
  if (!head) return EntityState{};
  return fold_state(*snapshot_, entity, *std::move(head), last, known);
}

Result<std::optional<EventKey>> ReadView::event_of_version(const EntityRef& entity, std::uint64_t version) const {
  if (log_position() == 0) return std::optional<EventKey>{};
  const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
  const auto rows = snapshot_->database->iterate(Family::kEntities, snapshot_->snapshot);
  for (rows->Seek(prefix); rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    std::string_view value = view(rows->value());
    if (take_varint(value) == version) return decode_entity_key_tail(view(rows->key()));
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading an entity");
  return std::optional<EventKey>{};
}

Result<LogStats> ReadView::stats(Position known) const {
  LogStats stats;
  stats.format_version = kFormatVersion;
  if (!snapshot_->database) return stats;
  stats.bytes_on_disk = snapshot_->database->bytes_on_disk();
  known = std::min(known, log_position());
  stats.events = known;
  if (known == 0) return stats;
  const auto note = [&stats](const EventView& event) {
    stats.first_created_at = std::min(stats.first_created_at.value_or(event.created_at), event.created_at);
    stats.last_created_at = std::max(stats.last_created_at.value_or(event.created_at), event.created_at);
    stats.last_recorded_at = std::max(stats.last_recorded_at.value_or(event.recorded_at), event.recorded_at);
  };
  if (known < log_position()) {
    std::map<std::string, std::uint64_t> event_types;
    std::map<std::string, std::uint64_t> entity_types;
    std::set<EntityRef> entities;
    (void)GOVLOG_TRY(scan_positions(1, known, [&](const EventView& event) -> Result<bool> {
      note(event);
      ++event_types[std::string(event.event_type)];
      ++entity_types[std::string(event.entity_type)];
      entities.insert({std::string(event.entity_type), std::string(event.entity_id)});
      return true;
    }));
    stats.entities = entities.size();
    stats.event_types.assign(event_types.begin(), event_types.end());
    stats.entity_types.assign(entity_types.begin(), entity_types.end());
    return stats;
  }
  stats.entities = snapshot_->entities;
  stats.event_types = GOVLOG_TRY(read_counters(*snapshot_, kTermEventType));
  stats.entity_types = GOVLOG_TRY(read_counters(*snapshot_, kTermEntityType));
  const EventVisitor first_only = [&](const EventView& event) -> Result<bool> {
    note(event);
    return false;
  };
  (void)GOVLOG_TRY(scan_events({}, Order::kAscending, {}, first_only));
  (void)GOVLOG_TRY(scan_events({}, Order::kDescending, {}, first_only));
  (void)GOVLOG_TRY(scan_positions(known, known, first_only));
  return stats;
}

}  // namespace govlog
