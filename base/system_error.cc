#include "base/system_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace govlog {

Error system_error(int number, std::string_view doing) {
  const Code code = number == ENOSPC || number == EDQUOT  ? Code::kDiskFull
                    : number == EACCES || number == EPERM ? Code::kForbidden
                                                          : Code::kIoError;
  return {code, fmt::format("{}: {}", doing, std::generic_category().message(number)), {}};
}

}  // namespace govlog
