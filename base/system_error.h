#pragma once
// What the system says went wrong, in the contract's words.

#include "base/error.h"

#include <string_view>

namespace govlog {

/// `doing: TEXT`, TEXT being what the system says of `number`, an errno: kDiskFull for no room (ENOSPC, EDQUOT), kForbidden for no permission (EACCES, EPERM), else kIoError. errno stays.
Error system_error(int number, std::string_view doing);

}  // namespace govlog
