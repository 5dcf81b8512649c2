#pragma once
// Verification as an operation: of a copy, so that appends go on meanwhile; where nothing may be written beside the store, of the store itself.

#include "api/operation.h"
#include "engine/verify.h"

#include <string>
#include <string_view>

namespace govlog {

/// `N:HEX`. kInvalidArgument with `details.parameter` expect_root.
Result<ExpectedRoot> parse_expected_root(std::string_view text);

}  // namespace govlog
