#pragma once
// What a new version of a diagram declares.

#include "base/result.h"

#include <cstddef>
#include <string_view>

namespace govlog {

inline constexpr std::size_t kElementsMaximum = 5000;

/// kInvalidArgument where `json`, canonical JSON, is no array of at most kElementsMaximum objects with id (1 to 100 characters) and perhaps name (500), type and layer (100), which are
/// strings, and nothing else.
Status check_elements(std::string_view json);

}  // namespace govlog
