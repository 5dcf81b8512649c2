#pragma once
// What the system says went wrong, in the contract's words.

#include "base/error.h"

#include <exception>
#include <string_view>

namespace govlog {

/// `doing: TEXT`, TEXT being what the system says of `number`, an errno: kDiskFull for no room (ENOSPC, EDQUOT), kForbidden for no permission (EACCES, EPERM), else kIoError. errno stays.
Error system_error(int number, std::string_view doing);

/// Whether `text` ends as the system tells that this process has too few descriptors or too little memory (EMFILE, ENFILE, ENOMEM), which says nothing of what it looked at.
bool tells_shortage(std::string_view text);

/// What an exception tells that nobody meant: kIoError where the machine lacks something (std::bad_alloc, an errno), else kInternal, a bug of ours.
Error exception_error(const std::exception& thrown);

}  // namespace govlog
