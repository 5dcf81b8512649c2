#pragma once
// Bits in a graph checkpoint's bytes. Private to graph.

#include <cstdint>

namespace govlog {

inline constexpr std::uint8_t kEdgeEnded = 16;
inline constexpr std::uint8_t kListedAgain = 1;
inline constexpr std::uint8_t kPropertyEnded = 2;

}  // namespace govlog
