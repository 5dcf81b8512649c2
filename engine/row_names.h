#pragma once
// Rows by names that people understand: "head of adr/ADR-7". Private to engine.

#include "base/types.h"
#include "engine/database.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// What the row with `key` is; bytes that are no text as \xx. Any key has a name.
std::string row_name(Family family, std::string_view key);

/// The position that the row is about, where its key tells one.
std::optional<Position> row_position(Family family, std::string_view key);

}  // namespace govlog
