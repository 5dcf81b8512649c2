#include "engine/event_reader.h"

#include "codec/event_record.h"
#include "codec/keys.h"

#include <fmt/format.h>

#include <utility>

namespace govlog {

namespace {

Error missing(const EventKey& key) {
  return {Code::kCorruption, fmt::format("the event at position {} is missing from family events", key.position), {}};
}

}  // namespace

Result<EventView> decode_row(rocksdb::Iterator& rows, EventBuffer& buffer) {
  buffer.key.assign(rows.key().data(), rows.key().size());
  buffer.record.assign(rows.value().data(), rows.value().size());
  return decode_record(buffer.key, buffer.record);
}

Result<EventView> seek_event(rocksdb::Iterator& rows, const EventKey& key, EventBuffer& buffer) {
  const std::string prefix = event_key_prefix(key);
  rows.Seek(prefix);
  if (!rows.status().ok()) return to_error(rows.status(), "reading an event");
  if (!rows.Valid() || !view(rows.key()).starts_with(prefix)) return missing(key);
  return decode_row(rows, buffer);
}

Result<EventView> get_event(const Database& database, const rocksdb::Snapshot* snapshot, std::string key, EventBuffer& buffer) {
  auto record = GOVLOG_TRY(database.get(Family::kEvents, key, snapshot));
  if (!record) {
    const auto parts = decode_event_key(key);
    return missing(parts ? parts->key : EventKey{});
  }
  buffer.key = std::move(key);
  buffer.record = std::move(*record);
  return decode_record(buffer.key, buffer.record);
}

Result<EventKey> key_at_position(const Database& database, const rocksdb::Snapshot* snapshot, Position position) {
  const auto row = GOVLOG_TRY(database.get(Family::kPositions, position_key(position), snapshot));
  std::string_view bytes = row ? std::string_view(*row) : std::string_view();
  const auto time = take_time_key(bytes);
  if (!time) return Error{Code::kCorruption, fmt::format("position {} is missing from family positions", position), {}};
  return EventKey{*time, position};
}

Result<EventView> event_at_position(const Database& database, const rocksdb::Snapshot* snapshot, Position position,
                                    EventBuffer& buffer) {
  const EventKey key = GOVLOG_TRY(key_at_position(database, snapshot, position));
  const auto rows = database.iterate(Family::kEvents, snapshot);
  return seek_event(*rows, key, buffer);
}

}  // namespace govlog
