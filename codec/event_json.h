#pragma once
// Event JSON in and out: every check of form that contract 2 and 2.1 make.

#include "base/result.h"
#include "base/types.h"
#include "codec/canonical.h"
#include "codec/event.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

struct EventLimits {
  std::size_t raw_bytes_max = std::size_t{4} << 20;
  std::size_t canonical_bytes_max = std::size_t{1} << 20;
  std::size_t batch_events_max = 10'000;
  std::size_t batch_bytes_max = std::size_t{64} << 20;
  int depth_max = kJsonDepthMax;  // of data and metadata; less than kCanonicalDepthMax
  NumberLimits numbers{};
};

inline constexpr std::int64_t kFutureMax = kMicrosPerDay;  // created_at may lie this far ahead of the clock

/// One event from its JSON text. Errors in this order: kTooLarge (raw), kInvalidJson, kTooLarge (canonical), kInvalidEvent with
/// `details.pointer` in the order of contract 2's fields, kFutureTimestamp (created_at over 24 h ahead of `now`).
/// `canonical`, where given, receives the canonical text of the whole line.
Result<Event> parse_event(std::string_view json, Timestamp now, const EventLimits& limits, std::string* canonical = nullptr);

/// One event, or an array of them. In an array, errors carry `details.line`: the 1-based place in it. kTooLarge where it is over the limits.
struct ParsedBatch {
  std::vector<Event> events;
  bool array = false;  // whether the text was an array
};
Result<ParsedBatch> parse_batch(std::string_view json, Timestamp now, const EventLimits& limits);

/// Checks `data` (canonical text of an object) against the payload of a known event type (contract 2.1); any other type passes.
/// kInvalidEvent, with `details.pointer`.
Status check_payload(std::string_view event_type, std::string_view entity_type, std::string_view data);

/// The event's exported line: all fields of contract 2 in order, canonical, without newline.
void append_event_json(std::string& out, const EventView& event);

/// An event that waits to be appended, as input: parse_event gives it back.
void append_event_json(std::string& out, const Event& event);

/// As append_event_json, with `"state"` (canonical text) as last member.
void append_event_json(std::string& out, const EventView& event, std::string_view state);

/// A JSON token as PostgreSQL's `->>` gives it, as a JSON string or null: a string stands as it is, any other kind becomes the
/// string of its canonical text, empty becomes null.
void append_as_text(std::string& out, std::string_view token);

}  // namespace govlog
