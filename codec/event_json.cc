#include "codec/event_json.h"

#include "codec/canonical.h"
#include "codec/event_types.h"
#include "codec/json_text.h"
#include "codec/shown.h"
#include "codec/time.h"
#include "codec/uuid.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

namespace govlog {
namespace {

// ---- the fields of an event as they were given ---------------------------------------------------------------------------

enum Field : std::uint8_t {  // in the contract's order, which is that of the checks
  kId,
  kEventType,
  kEntityType,
  kEntityId,
  kActor,
  kData,
  kMetadata,
  kCreatedAt,
  kExpectedVersion,
  kFieldCount,
};

constexpr std::array<std::string_view, kFieldCount> kFieldNames = {
    "id", "event_type", "entity_type", "entity_id", "actor", "data", "metadata", "created_at", "expected_version"};
constexpr std::array<std::string_view, 3> kIgnoredNames = {"position", "recorded_at", "version"};
constexpr std::uint64_t kExpectedVersionMax = (std::uint64_t{1} << 53) - 1;

/// The tokens of the fields; empty where one is absent.
using Fields = std::array<std::string_view, kFieldCount>;

/// How many characters must be put in, taken out or replaced to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// A name as it would be told apart from others by meaning: case and separators aside.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ') out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return out;
}

/// The known field that `name` was most likely meant to be, or nothing.
std::string_view nearest_field(std::string_view name) {
  constexpr std::size_t kDistanceMax = 2;
  if (name.size() > 2 * kFieldNames.back().size()) return {};
  const std::string given = plain_name(name);
  std::string_view best;
  std::size_t best_distance = kDistanceMax + 1;
  for (const std::string_view known : kFieldNames) {
    const std::size_t distance = edit_distance(given, plain_name(known));
    if (distance < best_distance && distance < known.size()) {
      best = known;
      best_distance = distance;
    }
  }
  return best;
}

Error unknown_field(std::string_view key) {
  const std::string name = json_unescape(fmt::format("\"{}\"", key));
  std::string pointer = "/";
  for (const char c : name) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  const std::string_view nearest = nearest_field(name);
  const std::string hint = nearest.empty() ? fmt::format("expected one of {}", fmt::join(kFieldNames, ", "))
                                           : fmt::format("did you mean \"{}\"?", nearest);
  return invalid_event(std::move(pointer), fmt::format("unknown field {}, {}", shown(name), hint));
}

Result<Fields> pick_fields(std::string_view canonical) {
  if (json_kind(canonical) != JsonKind::kObject) {
    return invalid_event("", fmt::format("an event is an object, not {}", kind_words(canonical)));
  }
  Fields fields;
  std::optional<Error> unknown;
  bool leaf = false;
  bool erased = false;
  for (JsonCursor member(canonical); member.next();) {
    const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), member.key());
    if (found != kFieldNames.end()) {
      fields[static_cast<std::size_t>(found - kFieldNames.begin())] = member.value();
      continue;
    }
    if (std::find(kIgnoredNames.begin(), kIgnoredNames.end(), member.key()) != kIgnoredNames.end()) continue;
    leaf = leaf || member.key() == "leaf";
    erased = erased || member.key() == "erased";
    if (!unknown) unknown = unknown_field(member.key());
  }
  if (leaf && erased) {
    return Error{Code::kUnsupportedFormat, "the line stands for an erased event, which this version cannot take", {}};
  }
  if (unknown) return *std::move(unknown);
  return fields;
}

// ---- the checks of each field --------------------------------------------------------------------------------------------

struct NameBounds {
  std::size_t points_min = 1;
  std::size_t points_max = 100;
};

/// What is wrong with field `field`, which is `given`.
Error bad_field(Field field, std::string_view given, std::string_view expected) {
  const std::string_view name = kFieldNames[field];
  return invalid_event(fmt::format("/{}", name), fmt::format("{} is {}, expected {}", name, given, expected));
}

/// The first code point of category Cc in valid UTF-8, or nothing.
std::optional<unsigned> find_control(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7F) return byte;
    if (byte != 0xC2 || i + 1 == utf8.size()) continue;
    const auto next = static_cast<unsigned char>(utf8[i + 1]);
    if (next < 0xA0) return next;
  }
  return std::nullopt;
}

Result<std::string> parse_name(Field field, std::string_view token, NameBounds bounds) {
  const auto bad = [&](std::string_view given) {
    return bad_field(field, given, fmt::format("a string of {} to {} characters", bounds.points_min, bounds.points_max));
  };
  if (token.empty()) return bad("missing");
  if (json_kind(token) != JsonKind::kString) return bad(kind_words(token));
  std::string name = json_unescape(token);
  const auto points = static_cast<std::size_t>(
      std::count_if(name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (points == 0 && bounds.points_min > 0) return bad("empty");
  if (points > bounds.points_max) return bad(fmt::format("{} characters long", points));
  if (const std::optional<unsigned> control = find_control(name)) {
    return bad_field(field, fmt::format("a text with the control character U+{:04X}", *control), "none in it");
  }
  return name;
}

Result<std::optional<Uuid>> parse_id(std::string_view token) {
  constexpr std::string_view kExpected = "a UUID of the form 8-4-4-4-12 hex digits";
  if (token.empty()) return std::optional<Uuid>();
  if (json_kind(token) != JsonKind::kString) return bad_field(kId, kind_words(token), kExpected);
  const std::string text = json_unescape(token);
  const Result<Uuid> id = parse_uuid(text);
  if (!id.ok()) return bad_field(kId, shown(text), kExpected);
  return std::optional<Uuid>(*id);
}

Result<std::optional<std::string>> parse_actor(std::string_view token) {
  if (token.empty() || json_kind(token) == JsonKind::kNull) return std::optional<std::string>();
  std::string actor = GOVLOG_TRY(parse_name(kActor, token, {0, 100}));
  return std::optional<std::string>(std::move(actor));
}

Result<std::string> parse_object(Field field, std::string_view token) {
  if (token.empty()) return bad_field(field, "missing", "an object");
  if (json_kind(token) != JsonKind::kObject) return bad_field(field, kind_words(token), "an object");
  return std::string(token);
}

Result<std::optional<Timestamp>> parse_created_at(std::string_view token) {
  if (token.empty()) return std::optional<Timestamp>();
  if (json_kind(token) != JsonKind::kString) {
    return bad_field(kCreatedAt, kind_words(token), "an RFC 3339 string such as \"2025-11-15T10:00:00Z\"");
  }
  const Result<Timestamp> time = parse_rfc3339(json_unescape(token));
  if (!time.ok()) return invalid_event("/created_at", fmt::format("created_at {}", time.error().message));
  return std::optional<Timestamp>(*time);
}

Result<std::optional<std::uint64_t>> parse_expected_version(std::string_view token) {
  if (token.empty()) return std::optional<std::uint64_t>();
  std::uint64_t version = 0;
  const std::from_chars_result read = std::from_chars(token.data(), token.data() + token.size(), version);
  if (read.ec != std::errc() || read.ptr != token.data() + token.size() || version > kExpectedVersionMax) {
    const std::string_view given = json_kind(token) == JsonKind::kNumber ? token.substr(0, kShownBytesMax) : kind_words(token);
    return bad_field(kExpectedVersion, given, "an integer of 0 to 9007199254740991, in digits");
  }
  return std::optional<std::uint64_t>(version);
}

Result<Event> check_event(const Fields& fields, Timestamp now) {
  Event event;
  event.id = GOVLOG_TRY(parse_id(fields[kId]));
  event.event_type = GOVLOG_TRY(parse_name(kEventType, fields[kEventType], {1, 100}));
  event.entity_type = GOVLOG_TRY(parse_name(kEntityType, fields[kEntityType], {1, 50}));
  GOVLOG_TRY(check_entity_type(event.event_type, event.entity_type));
  event.entity_id = GOVLOG_TRY(parse_name(kEntityId, fields[kEntityId], {1, 100}));
  event.actor = GOVLOG_TRY(parse_actor(fields[kActor]));
  event.data = GOVLOG_TRY(parse_object(kData, fields[kData]));
  GOVLOG_TRY(check_payload(event.event_type, event.entity_type, event.data));
  if (!fields[kMetadata].empty()) event.metadata = GOVLOG_TRY(parse_object(kMetadata, fields[kMetadata]));
  event.created_at = GOVLOG_TRY(parse_created_at(fields[kCreatedAt]));
  event.expected_version = GOVLOG_TRY(parse_expected_version(fields[kExpectedVersion]));
  if (event.created_at && now.micros < event.created_at->micros - kFutureMax) {
    return Error{Code::kFutureTimestamp,
                 fmt::format("created_at is {}, more than 24 h ahead of the clock, which says {}",
                             format_time(*event.created_at), format_time(now)),
                 {}}
        .with("pointer", "/created_at");
  }
  return event;
}

Error too_large(std::string_view what, std::size_t count, std::string_view unit, std::size_t max) {
  return Error{Code::kTooLarge, fmt::format("{} is {} {}, at most {}", what, count, unit, max), {}}
      .with(std::string(unit), std::uint64_t{count})
      .with("limit", std::uint64_t{max});
}

/// Of an exported line: the bytes of what the log adds to an event, so that whatever was appended can be imported again.
std::size_t exported_bytes(std::string_view canonical) {
  if (json_kind(canonical) != JsonKind::kObject || !json_member(canonical, "position") ||
      !json_member(canonical, "recorded_at"))
    return 0;
  std::size_t bytes = 0;
  for (JsonCursor member(canonical); member.next();) {
    const bool ignored = std::find(kIgnoredNames.begin(), kIgnoredNames.end(), member.key()) != kIgnoredNames.end();
    const bool may_be_added = member.key() == "id" || member.key() == "created_at" || member.value() == "null" ||
                              (member.key() == "metadata" && member.value() == "{}");
    if (ignored || may_be_added) bytes += member.key().size() + member.value().size() + std::string_view(R"("":,)").size();
  }
  return bytes;
}

// ---- output ----------------------------------------------------------------------------------------------------------------

void append_number(std::string& out, std::uint64_t number) { out += fmt::format_int(number).c_str(); }

/// The event without its closing brace.
void append_open_event(std::string& out, const EventView& event) {
  out += "{\"position\":";
  append_number(out, event.position);
  out += ",\"id\":\"";
  append_uuid(out, event.id);
  out += "\",\"event_type\":";
  append_json_string(out, event.event_type);
  out += ",\"entity_type\":";
  append_json_string(out, event.entity_type);
  out += ",\"entity_id\":";
  append_json_string(out, event.entity_id);
  out += ",\"version\":";
  append_number(out, event.version);
  out += ",\"actor\":";
  if (event.actor) {
    append_json_string(out, *event.actor);
  } else {
    out += "null";
  }
  out += ",\"data\":";
  out += event.data;
  out += ",\"metadata\":";
  out += event.metadata;
  out += ",\"created_at\":\"";
  append_time(out, event.created_at);
  out += "\",\"recorded_at\":\"";
  append_time(out, event.recorded_at);
  out += '"';
}

}  // namespace

Result<Event> parse_event(std::string_view json, Timestamp now, const EventLimits& limits, std::string* canonical) {
  if (json.size() > limits.raw_bytes_max) return too_large("the event", json.size(), "bytes", limits.raw_bytes_max);
  std::string text = GOVLOG_TRY(canonicalize(json, limits.depth_max + 1, limits.numbers));
  if (canonical != nullptr) *canonical = text;
  if (text.size() > limits.canonical_bytes_max) {
    const std::size_t size = text.size() - exported_bytes(text);
    if (size > limits.canonical_bytes_max) {
      return too_large("the event's canonical text", size, "bytes", limits.canonical_bytes_max);
    }
  }
  const Fields fields = GOVLOG_TRY(pick_fields(text));
  return check_event(fields, now);
}

Result<ParsedBatch> parse_batch(std::string_view json, Timestamp now, const EventLimits& limits) {
  if (json.size() > limits.batch_bytes_max) return too_large("the batch", json.size(), "bytes", limits.batch_bytes_max);
  const std::optional<std::vector<std::string_view>> items = GOVLOG_TRY(split_json_array(json));
  ParsedBatch batch;
  if (!items) {
    batch.events.push_back(GOVLOG_TRY(parse_event(json, now, limits)));
    return batch;
  }
  batch.array = true;
  if (items->size() > limits.batch_events_max) return too_large("the batch", items->size(), "events", limits.batch_events_max);
  batch.events.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    Result<Event> event = parse_event((*items)[i], now, limits);
    if (!event.ok()) return event.take_error().with("line", std::uint64_t{i + 1});
    batch.events.push_back(event.take());
  }
  return batch;
}

void append_event_json(std::string& out, const EventView& event) {
  append_open_event(out, event);
  out += '}';
}

void append_event_json(std::string& out, const EventView& event, std::string_view state) {
  append_open_event(out, event);
  out += ",\"state\":";
  out += state;
  out += '}';
}

void append_event_json(std::string& out, const Event& event) {
  const auto text = [&out](std::string_view name, std::string_view utf8) {
    out += name;
    append_json_string(out, utf8);
  };
  text(R"({"event_type":)", event.event_type);
  text(R"(,"entity_type":)", event.entity_type);
  text(R"(,"entity_id":)", event.entity_id);
  if (event.id) text(R"(,"id":)", format_uuid(*event.id));
  if (event.actor) text(R"(,"actor":)", *event.actor);
  if (event.created_at) text(R"(,"created_at":)", format_time(*event.created_at));
  if (event.expected_version) out += R"(,"expected_version":)" + std::to_string(*event.expected_version);
  out += R"(,"data":)" + event.data;
  out += R"(,"metadata":)" + event.metadata + '}';
}

void append_as_text(std::string& out, std::string_view token) {
  const JsonKind kind = json_kind(token);
  if (token.empty() || kind == JsonKind::kNull) {
    out += "null";
  } else if (kind == JsonKind::kString) {
    out += token;
  } else {
    append_json_string(out, token);
  }
}

}  // namespace govlog
