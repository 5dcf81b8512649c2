#pragma once
// Diff references: an event id, ENTITY@VERSION, or ENTITY@TIME, split at the last `@`.

#include "base/result.h"
#include "engine/read_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace govlog {

/// A reference as text, taken apart; nothing was looked up.
struct VersionRef {
  std::string text;
  std::string entity;                                 // empty where `what` is an event id
  std::variant<Uuid, std::uint64_t, Timestamp> what;  // event id, version, instant
};

/// After the last `@`, digits only are a version, else it is a time as parameters have it. kInvalidArgument for anything else, and for version 0.
Result<VersionRef> parse_version_ref(std::string_view text, Timestamp now);

/// A state of an entity, and the event after which it held; version, position and created_at of nothing before the first.
struct VersionPoint {
  std::string ref;
  EntityRef entity;
  std::optional<EventKey> key;
  std::optional<std::uint64_t> version;
  std::string state;
};

/// The state that the reference means, over the events known at `known`. kNotFound (which tells the versions that there are), kAmbiguousEntity.
Result<VersionPoint> resolve_version(const ReadView& view, const VersionRef& ref, Position known);

}  // namespace govlog
