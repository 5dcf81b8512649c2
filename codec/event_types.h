#pragma once
// The event types that views and graph understand, with the fields of their payloads: contract 2.1 as a table.

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace govlog {

enum class PayloadKind : std::uint8_t {
  kString,
  kIds,            // an array of ids, which are strings
  kIdOrIds,        // one id, or an array of them
  kRiskLevel,      // a 32-bit integer, or a string that holds one
  kTextOrInteger,  // a string, or an integer
  kNumber,
  kLinkType,
  kElements,  // an array of objects {id*, name, type, layer}
};

enum class FieldPresence : std::uint8_t { kOptional, kRequired };

struct PayloadField {
  std::string_view name;
  PayloadKind kind = PayloadKind::kString;
  FieldPresence presence = FieldPresence::kOptional;
};

struct EventType {
  std::string_view event_type;
  std::string_view entity_type;
  std::span<const PayloadField> fields;  // those that are checked
};

inline constexpr std::string_view kElementType = "element";  // read like an entity, never appended to

/// The twelve, in the contract's order.
std::span<const EventType> event_types();

/// The type of that name, or null where nothing is known of it.
const EventType* find_event_type(std::string_view event_type);

/// Checks that events of a known type bear its entity type, and that no event bears kElementType.
/// kInvalidEvent, with `details.pointer` "/entity_type".
Status check_entity_type(std::string_view event_type, std::string_view entity_type);

/// What a JSON value is, with its article, as messages say it: "an object". `value` is canonical text.
std::string_view kind_words(std::string_view value);

/// kInvalidEvent with `details.pointer`.
Error invalid_event(std::string pointer, std::string message);

}  // namespace govlog
