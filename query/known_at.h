#pragma once
// `known_at`: how much of the log an answer may know.

#include "base/result.h"
#include "engine/read_view.h"

#include <string_view>

namespace govlog {

/// The last position that an answer with this `known_at` knows. Digits only are a position (0: nothing is known), anything else is a time as
/// parameters have them. kInvalidArgument where it is neither, and for a position beyond the log.
Result<Position> resolve_known_at(const ReadView& view, std::string_view text, Timestamp now);

/// How many events of `entity` were known at `known`: its head_version then. O(1) where `known` is the whole view, else O(events of the entity).
Result<std::uint64_t> head_version_at(const ReadView& view, const EntityRef& entity, Position known);

}  // namespace govlog
