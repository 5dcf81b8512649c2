#include "engine/temporary_directory.h"

#include <fmt/format.h>
#include "base/system_error.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace govlog {

Result<TemporaryDirectory> TemporaryDirectory::make(const std::filesystem::path& parent, std::string_view name) {
  std::string path = fmt::format("{}-XXXXXX", (parent / name).string());
  if (::mkdtemp(path.data()) != nullptr) return TemporaryDirectory(std::move(path));
  return system_error(errno, fmt::format("cannot make a directory in {}", parent.string()));
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
