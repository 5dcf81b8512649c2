#include "codec/event_types.h"

#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/shown.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace govlog {
namespace {

using enum PayloadKind;
using enum FieldPresence;

constexpr PayloadField kChangeRequestCreated[] = {{"title"},  {"type"},     {"description"},
                                                  {"status"}, {"priority"}, {"impacts", kIds}};
constexpr PayloadField kChangeRequestStatusChanged[] = {{"new_status", kString, kRequired}, {"old_status"}, {"reason"}};
constexpr PayloadField kImpactAssessmentCreated[] = {
    {"change_request_id"}, {"direction"}, {"risk_level", kRiskLevel}, {"effort"}, {"description"}, {"affects", kIds}};
constexpr PayloadField kImpactMitigationAdded[] = {{"change_request_id"}, {"action"}, {"status"}, {"owner"}};
constexpr PayloadField kAdrCreated[] = {
    {"title"}, {"status"}, {"decision"}, {"context"}, {"change_request_id"}, {"supersedes", kIdOrIds}};
constexpr PayloadField kAdrStatusChanged[] = {{"new_status", kString, kRequired}, {"old_status"}, {"superseded_by", kIdOrIds}};
constexpr PayloadField kDiagramVersionCreated[] = {
    {"version", kTextOrInteger}, {"layer"}, {"name"}, {"type"}, {"change_request_id"}, {"elements", kElements}};
constexpr PayloadField kTraceabilityLinkAdded[] = {
    {"from_element", kString, kRequired}, {"to_element", kString, kRequired}, {"link_type", kLinkType}};
constexpr PayloadField kValidationPerformed[] = {{"layer"}, {"result"}, {"coverage_pct", kNumber}, {"orphan_count", kNumber}};
constexpr PayloadField kCoverageChanged[] = {{"layer"}, {"old_pct", kNumber}, {"new_pct", kNumber}};
constexpr PayloadField kElementFields[] = {{"id", kString, kRequired}, {"name"}, {"type"}, {"layer"}};

constexpr EventType kEventTypes[] = {
    {"ChangeRequestCreated", "change_request", kChangeRequestCreated},
    {"ChangeRequestUpdated", "change_request", {}},  // any field is merged, of any kind
    {"ChangeRequestStatusChanged", "change_request", kChangeRequestStatusChanged},
    {"ImpactAssessmentCreated", "impact_assessment", kImpactAssessmentCreated},
    {"ImpactMitigationAdded", "mitigation", kImpactMitigationAdded},
    {"ADRCreated", "adr", kAdrCreated},
    {"ADRStatusChanged", "adr", kAdrStatusChanged},
    {"DiagramVersionCreated", "diagram", kDiagramVersionCreated},
    {"TraceabilityLinkAdded", "trace", kTraceabilityLinkAdded},
    {"TraceabilityLinkRemoved", "trace", {}},  // the entity alone says what ends
    {"ValidationPerformed", "validation", kValidationPerformed},
    {"CoverageChanged", "coverage", kCoverageChanged},
};

constexpr std::size_t kFieldsMax = 8;

constexpr std::string_view kLinkTypes[] = {"TRACES_TO", "REALIZES", "VALIDATES", "SERVES"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a number token is written `-?[0-9]+`.
bool is_integer(std::string_view token) { return all_digits(token.starts_with('-') ? token.substr(1) : token); }

bool is_32_bit(std::string_view digits) {
  std::int32_t number = 0;
  const std::from_chars_result read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

bool is_risk_level(std::string_view token) {
  switch (json_kind(token)) {
    case JsonKind::kNumber:
      return is_integer(token) && is_32_bit(token);
    case JsonKind::kString: {
      std::string_view text = token.substr(1, token.size() - 2);  // an escape would be no digit
      if (text.starts_with('+'))
        text.remove_prefix(1);
      else if (text.starts_with('-'))
        return all_digits(text.substr(1)) && is_32_bit(text);
      return all_digits(text) && is_32_bit(text);
    }
    default:
      return false;
  }
}

/// A place in the event and the value that stands there. Its pointer is made only where it is needed: for an error.
struct Place {
  std::string_view value;
  const Place* parent = nullptr;  // null for `data` itself
  std::string_view name;          // in an object
  std::size_t index = 0;          // in an array, where the name is empty

  std::string pointer() const {
    if (parent == nullptr) return "/data";
    return name.empty() ? fmt::format("{}/{}", parent->pointer(), index) : fmt::format("{}/{}", parent->pointer(), name);
  }

  Error expected(std::string_view what) const {
    if (value.empty()) return invalid_event(pointer(), fmt::format("{} is missing, expected {}", pointer(), what));
    const JsonKind kind = json_kind(value);
    std::string given(kind_words(value));
    if (kind == JsonKind::kString) given = shown(json_unescape(value));
    if (kind == JsonKind::kNumber) given = fmt::format("the number {}", value.substr(0, kShownBytesMax));
    return invalid_event(pointer(), fmt::format("{} is {}, expected {}", pointer(), given, what));
  }
};

Status check_string(const Place& place, std::string_view what) {
  if (json_kind(place.value) != JsonKind::kString) return place.expected(what);
  return Ok{};
}

Status check_ids(const Place& place, std::string_view what) {
  if (json_kind(place.value) != JsonKind::kArray) return place.expected(what);
  std::size_t index = 0;
  for (JsonCursor item(place.value); item.next(); ++index) {
    if (json_kind(item.value()) != JsonKind::kString) {
      return Place{item.value(), &place, {}, index}.expected("an id, which is a string");
    }
  }
  return Ok{};
}

Status check_link_type(const Place& place) {
  constexpr std::string_view kExpected = "TRACES_TO, REALIZES, VALIDATES or SERVES";
  if (json_kind(place.value) != JsonKind::kString) return place.expected(kExpected);
  const std::string_view text = place.value.substr(1, place.value.size() - 2);
  if (std::find(std::begin(kLinkTypes), std::end(kLinkTypes), text) == std::end(kLinkTypes)) return place.expected(kExpected);
  return Ok{};
}

Status check_fields(const Place& object, std::span<const PayloadField> fields);

Status check_elements(const Place& place) {
  if (json_kind(place.value) != JsonKind::kArray) return place.expected("an array of objects with an id");
  std::size_t index = 0;
  for (JsonCursor item(place.value); item.next(); ++index) {
    const Place element{item.value(), &place, {}, index};
    if (json_kind(element.value) != JsonKind::kObject) return element.expected("an object with an id");
    GOVLOG_TRY(check_fields(element, kElementFields));
  }
  return Ok{};
}

Status check_value(const Place& place, PayloadKind kind) {
  switch (kind) {
    case kString:
      return check_string(place, "a string");
    case kIds:
      return check_ids(place, "an array of ids");
    case kIdOrIds:
      if (json_kind(place.value) == JsonKind::kString) return Ok{};
      return check_ids(place, "an id or an array of ids");
    case kRiskLevel:
      if (!is_risk_level(place.value)) return place.expected("a 32-bit integer such as 3, or a string that holds one");
      return Ok{};
    case kTextOrInteger:
      if (json_kind(place.value) == JsonKind::kNumber && is_integer(place.value)) return Ok{};
      return check_string(place, "a string or an integer");
    case kNumber:
      if (json_kind(place.value) != JsonKind::kNumber) return place.expected("a number");
      return Ok{};
    case kLinkType:
      return check_link_type(place);
    case kElements:
      return check_elements(place);
  }
  return Ok{};
}

Status check_fields(const Place& object, std::span<const PayloadField> fields) {
  GOVLOG_ASSERT(fields.size() <= kFieldsMax, "{} fields", fields.size());
  std::array<std::string_view, kFieldsMax> values;
  for (JsonCursor member(object.value); member.next();) {
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const PayloadField& f) { return f.name == member.key(); });
    if (field == fields.end() || json_kind(member.value()) == JsonKind::kNull) continue;
    values[static_cast<std::size_t>(field - fields.begin())] = member.value();
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (values[i].empty() && fields[i].presence == kOptional) continue;
    const Place place{values[i], &object, fields[i].name, 0};
    GOVLOG_TRY(check_value(place, fields[i].kind));
  }
  return Ok{};
}

}  // namespace

std::span<const EventType> event_types() { return kEventTypes; }

const EventType* find_event_type(std::string_view event_type) {
  const auto found = std::find_if(std::begin(kEventTypes), std::end(kEventTypes),
                                  [&](const EventType& type) { return type.event_type == event_type; });
  return found == std::end(kEventTypes) ? nullptr : found;
}

std::string_view kind_words(std::string_view value) {
  switch (json_kind(value)) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kFalse:
      return "false";
    case JsonKind::kTrue:
      return "true";
    case JsonKind::kNumber:
      return "a number";
    case JsonKind::kString:
      return "a string";
    case JsonKind::kArray:
      return "an array";
    case JsonKind::kObject:
      return "an object";
    case JsonKind::kInvalid:
      break;
  }
  return "no JSON";
}

Error invalid_event(std::string pointer, std::string message) {
  return Error{Code::kInvalidEvent, std::move(message), {}}.with("pointer", std::move(pointer));
}

Status check_entity_type(std::string_view event_type, std::string_view entity_type) {
  if (entity_type == kElementType) {
    return invalid_event("/entity_type", "entity_type \"element\" is reserved: diagrams and links make elements");
  }
  const EventType* const type = find_event_type(event_type);
  if (type == nullptr || type->entity_type == entity_type) return Ok{};
  return invalid_event("/entity_type", fmt::format("entity_type is {}, expected \"{}\" for events of type {}",
                                                   shown(entity_type), type->entity_type, event_type));
}

Status check_payload(std::string_view event_type, std::string_view entity_type, std::string_view data) {
  GOVLOG_TRY(check_entity_type(event_type, entity_type));
  const EventType* const type = find_event_type(event_type);
  if (type == nullptr) return Ok{};
  return check_fields({data, nullptr, {}, 0}, type->fields);
}

}  // namespace govlog
