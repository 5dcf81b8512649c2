#include "base/system_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace govlog {

Error system_error(int number, std::string_view doing) {
  const Code code = number == ENOSPC || number == EDQUOT  ? Code::kDiskFull
                    : number == EACCES || number == EPERM ? Code::kForbidden
                                                          : Code::kIoError;
  return {code, fmt::format("{}: {}", doing, std::generic_category().message(number)), {}};
}

bool tells_shortage(std::string_view text) {
  return std::ranges::any_of(std::array{EMFILE, ENFILE, ENOMEM},
                             [&](int number) { return text.ends_with(std::generic_category().message(number)); });
}

Error exception_error(const std::exception& thrown) {
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return {Code::kIoError, "there is too little memory", {}};
  const bool systems = dynamic_cast<const std::system_error*>(&thrown) != nullptr;
  if (systems || std::string_view(thrown.what()).contains("[system:"))  // as Boost tells an errno
    return {Code::kIoError, fmt::format("the system refuses: {}", thrown.what()), {}};
  return {Code::kInternal, fmt::format("a bug of govlog, please report it: {}", thrown.what()), {}};
}

}  // namespace govlog
