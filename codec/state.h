#pragma once
// The state of an entity: contract 2.2's fold, over canonical text.

#include "base/result.h"

#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::string_view kEmptyState = "{}";

/// `state` after one more event, in event order. Both texts are canonical objects; so is the result.
/// kCorruption where a text is malformed. O(length of both).
Result<std::string> fold_event(std::string_view state, std::string_view event_type, std::string_view data);

/// RFC 7396 on canonical text: `patch` onto `target`. kCorruption where a text is malformed.
Result<std::string> merge_patch(std::string_view target, std::string_view patch);

}  // namespace govlog
