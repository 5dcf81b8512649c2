#pragma once
// Verification as an operation: of a copy, so that appends go on meanwhile.

#include "api/operation.h"
#include "engine/verify.h"

#include <string>
#include <string_view>

namespace govlog {

/// `N:HEX`. kInvalidArgument with `details.parameter` expect_root.
Result<ExpectedRoot> parse_expected_root(std::string_view text);

/// `fast`, `since` and `expect_root` of the operation verify. kInvalidArgument with `details.parameter`.
Result<VerifyOptions> verify_options(const Arguments& arguments);

/// Verifies a copy of what `view` shows, made below the store's directory, as `options` say (but for `store` and `scratch`). As verify() (engine/verify.h); kForbidden, kIoError where no copy
/// can be made.
Result<VerifyReport> verify_copy(const ReadView& view, VerifyOptions options);

/// `{"ok","events","root","problems":[{"family","position","file","problem"}],"log_position"}`.
std::string render_verify(const VerifyReport& report);

}  // namespace govlog
