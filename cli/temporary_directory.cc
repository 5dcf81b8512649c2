#include "cli/temporary_directory.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace govlog {

Result<TemporaryDirectory> TemporaryDirectory::make(const std::filesystem::path& parent, std::string_view name) {
  std::string path = fmt::format("{}-XXXXXX", (parent / name).string());
  if (::mkdtemp(path.data()) != nullptr) return TemporaryDirectory(std::move(path));
  const int error = errno;
  const Code code = error == EACCES || error == EPERM    ? Code::kForbidden
                    : error == ENOSPC || error == EDQUOT ? Code::kDiskFull
                                                         : Code::kIoError;
  return Error{code, fmt::format("cannot make a directory in {}: {}", parent.string(), std::strerror(error)), {}};
}

TemporaryDirectory::~TemporaryDirectory() {
  (void)remove();  // what cannot be removed stays for the system to clean
}

Status TemporaryDirectory::remove() {
  const std::filesystem::path path = std::exchange(path_, {});
  if (path.empty()) return Ok{};
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed) return Error{Code::kIoError, fmt::format("cannot remove {}: {}", path.string(), failed.message()), {}};
  return Ok{};
}

}  // namespace govlog
