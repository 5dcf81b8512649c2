#pragma once
// Which Govlog this is.

#include <string_view>

namespace govlog {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace govlog
