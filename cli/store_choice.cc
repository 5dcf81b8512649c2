#include "cli/store_choice.h"

#include "api/arguments.h"

#include <cstdlib>
#include <system_error>

namespace govlog {
namespace {

std::optional<std::filesystem::path> nearest_upwards() {
  std::error_code failed;
  std::filesystem::path directory = std::filesystem::current_path(failed);
  if (failed) return std::nullopt;  // a directory that was removed under us has nothing upwards
  while (true) {
    const std::filesystem::path candidate = directory / ".govlog";
    if (std::filesystem::is_directory(candidate, failed)) return candidate;
    if (directory == directory.parent_path()) return std::nullopt;
    directory = directory.parent_path();
  }
}

}  // namespace

Result<std::filesystem::path> choose_store(const std::optional<std::string>& given) {
  if (given) return std::filesystem::path(*given);
  if (const char* directory = std::getenv("GOVLOG_DB"); directory != nullptr) {
    if (*directory == '\0')
      return argument_error("db", "GOVLOG_DB is set but empty, it is the directory of the store; unset it or give --db DIR");
    return std::filesystem::path(directory);
  }
  if (std::optional<std::filesystem::path> nearest = nearest_upwards()) return *std::move(nearest);
  // The XDG specification has relative paths ignored.
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return std::filesystem::path(data) / "govlog";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".local/share/govlog";
  return argument_error("db", "no store is named, and HOME is not set; give --db DIR or set GOVLOG_DB");
}

}  // namespace govlog
