#pragma once
// Forward rows of a full segment to blocks, column and summary. Private to engine.

#include "engine/forward_row.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace govlog {

/// Gives the rows of family terms that stand for `rows`, which are the kSegmentEvents of `segment` by position. The same rows give the same bytes. O(terms + d log d) of d
/// different terms.
void seal_segment(std::uint32_t segment, const std::vector<ForwardRow>& rows,
                  const std::function<void(std::string_view key, std::string_view value)>& put);

}  // namespace govlog
