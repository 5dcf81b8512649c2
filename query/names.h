#pragma once
// Names in messages: which one was meant, and how much of it is shown.

#include <cstddef>
#include <string_view>

namespace govlog {

/// Levenshtein distance in bytes, or `distance_max` + 1 where it is greater. O(length of a * length of b) at worst.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t distance_max);

/// The first 120 bytes of `text` at most, never half a code point.
std::string_view shorten(std::string_view text);

}  // namespace govlog
