#pragma once
// Untrusted JSON text to text that JsonCursor (codec/json_text.h) can walk. For messages, whose members are then checked one by one.

#include "base/result.h"

#include <string>
#include <string_view>

namespace govlog {

/// The one JSON value in `json`, without white space. Members keep their order, those that are there twice too, and number tokens their
/// digits; strings are escaped as RFC 8785 says, so that a member's name is written in one way alone. The escape of a lone surrogate stays as it
/// is, for canonicalize() to refuse.
/// kInvalidJson, with `details.byte`, for what RFC 8259 refuses, invalid UTF-8, and containers nested deeper than `depth_max`. O(n), no
/// recursion. Thread-safe.
Result<std::string> compact_json(std::string_view json, std::size_t depth_max);

}  // namespace govlog
