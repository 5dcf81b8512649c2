#pragma once
// Records by key or position, from the families events and positions.

#include "base/result.h"
#include "codec/event.h"
#include "engine/database.h"

#include <optional>
#include <string>

namespace govlog {

/// Bytes that an EventView points into.
struct EventBuffer {
  std::string key;
  std::string record;
};

/// Copies the row that `rows` stands at into `buffer` and decodes it. (A copy, so that the record is aligned and outlives the step.)
Result<EventView> decode_row(rocksdb::Iterator& rows, EventBuffer& buffer);

/// The event with `key`, of whatever entity. `rows` iterates over family events. kCorruption where it is not there.
Result<EventView> seek_event(rocksdb::Iterator& rows, const EventKey& key, EventBuffer& buffer);

/// The event of `entity` with `key`. kCorruption where it is not there.
Result<EventView> get_event(const Database& database, const rocksdb::Snapshot* snapshot, std::string key, EventBuffer& buffer);

/// The event at `position`, which the log holds. kCorruption where it is not there.
Result<EventView> event_at_position(const Database& database, const rocksdb::Snapshot* snapshot, Position position,
                                    EventBuffer& buffer);

/// Where the event at `position` stands in event order. kCorruption where the log does not have it.
Result<EventKey> key_at_position(const Database& database, const rocksdb::Snapshot* snapshot, Position position);

}  // namespace govlog
