#pragma once
// An event before and after it has a place in the log.

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// A validated event that waits to be appended: everything contract 2 and 2.1 ask of its form holds.
struct Event {
  std::optional<Uuid> id;  // as given; the engine makes one otherwise
  std::string event_type;
  std::string entity_type;
  std::string entity_id;
  std::optional<std::string> actor;
  std::string data;                            // canonical text of an object
  std::string metadata = "{}";                 // canonical text of an object
  std::vector<std::string> metadata_filled{};  // keys of it that no caller gave: REST or MCP knew them
  std::optional<Timestamp> created_at;
  std::optional<std::uint64_t> expected_version;
};

/// An event of the log. The views point into the record and the key that it was decoded from.
struct EventView {
  Position position = 0;
  Timestamp created_at;
  Timestamp recorded_at;
  Uuid id;
  std::uint64_t version = 0;
  std::string_view event_type;
  std::string_view entity_type;
  std::string_view entity_id;
  std::optional<std::string_view> actor;
  std::string_view data;
  std::string_view metadata;
  // As the timeline shows them: JSON tokens as they stand in `data` (a string with its quotes), or empty for null.
  std::string_view description;
  std::string_view status;
  std::string_view risk_level;

  EventKey key() const { return {created_at, position}; }
};

}  // namespace govlog
