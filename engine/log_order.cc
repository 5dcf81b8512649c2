#include "engine/log_order.h"

#include "codec/keys.h"
#include "engine/event_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace govlog {

namespace {

/// A range of positions, both ends inclusive.
struct Pass {
  Position first = 1;
  Position last = 0;
};

/// When each event of the range happened.
Result<std::vector<Timestamp>> times_of(const Database& database, const Pass& pass, Position last_of_log) {
  std::vector<Timestamp> times(pass.last - pass.first + 1, kTimestampMin);  // at which nothing can have happened
  const auto rows = database.iterate(Family::kEvents, nullptr);
  for (rows->SeekToFirst(); rows->Valid() && view(rows->key()) != kFamilyHeadKey; rows->Next()) {
    const auto parts = decode_event_key(view(rows->key()));
    if (!parts) return Error{Code::kCorruption, "a key of family events does not decode", {}};
    const Position position = parts->key.position;
    if (position == 0 || position > last_of_log) {
      return Error{Code::kCorruption, fmt::format("an event stands at position {} of a log of {}", position, last_of_log), {}};
    }
    if (position < pass.first || position > pass.last) continue;
    Timestamp& time = times[position - pass.first];
    if (time != kTimestampMin) return Error{Code::kCorruption, fmt::format("two events stand at position {}", position), {}};
    time = parts->key.created_at;
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading events");
  return times;
}

}  // namespace

Status scan_by_position(const Database& database, Position last, const EventVisitor& visit, Position per_pass) {
  EventBuffer buffer;
  for (Pass pass; pass.first <= last; pass.first = pass.last + 1) {
    pass.last = std::min(last, pass.first + per_pass - 1);
    const std::vector<Timestamp> times = GOVLOG_TRY(times_of(database, pass, last));
    const auto rows = database.iterate(Family::kEvents, nullptr);
    for (Position position = pass.first; position <= pass.last; ++position) {
      const EventKey key{times[position - pass.first], position};
      // In a log whose times rise the next event stands just before the last one.
      if (rows->Valid()) rows->Prev();
      const bool there = rows->Valid() && view(rows->key()).starts_with(event_key_prefix(key));
      const EventView event = there ? GOVLOG_TRY(decode_row(*rows, buffer)) : GOVLOG_TRY(seek_event(*rows, key, buffer));
      const bool more = GOVLOG_TRY(visit(event));
      if (!more) return Ok{};
    }
  }
  return Ok{};
}

}  // namespace govlog
