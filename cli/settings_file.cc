#include "cli/settings_file.h"

#include "base/descriptor.h"
#include "base/system_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace govlog {
namespace {

constexpr std::uintmax_t kSizeMaxBytes = 64U << 20;
constexpr int kLinksMax = 40;

Error errno_error(std::string_view doing, const std::filesystem::path& path) {
  return system_error(errno, fmt::format("cannot {} {}", doing, path.string())).with("file", path.string());
}

// Where a chain of symbolic links ends, whether anything is there or not.
Result<std::filesystem::path> follow_links(std::filesystem::path path) {
  std::error_code failed;
  for (int left = kLinksMax; std::filesystem::is_symlink(path, failed); --left) {
    if (left == 0) return Error{Code::kIoError, fmt::format("{} is a symbolic link that leads round", path.string()), {}};
    path = path.parent_path() / std::filesystem::read_symlink(path, failed);
  }
  return path;
}

Status write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return errno_error("write", path);
  return Ok{};
}

// Writes a file beside `path` and renames it over `path`. `like`: whose mode and owner it gets, where there is such a file.
Status write_whole(const std::filesystem::path& path, std::string_view contents, const std::filesystem::path& like) {
  const std::filesystem::path temporary = path.string() + fmt::format(".govlog-{}", ::getpid());
  (void)::unlink(temporary.c_str());  // of an earlier process of this number that was killed
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) return errno_error("make a file beside", path);
  const auto finish = [&]() -> Status {
    struct stat old = {};
    if (::stat(like.c_str(), &old) == 0) {
      (void)!::fchown(file.number(), old.st_uid, old.st_gid);  // where it may not, the file is the caller's
      if (::fchmod(file.number(), old.st_mode & 07777U) != 0) return errno_error("set the mode of", temporary);
    }
    GOVLOG_TRY(write_all(file.number(), contents, temporary));
    if (::rename(temporary.c_str(), path.c_str()) != 0) return errno_error("replace", path);
    return Ok{};
  };
  Status finished = finish();
  if (!finished.ok()) (void)::unlink(temporary.c_str());
  return finished;
}

}  // namespace

Result<SettingsFile> read_settings(const std::filesystem::path& path) {
  SettingsFile file{GOVLOG_TRY(follow_links(path)), std::nullopt};
  struct stat found = {};
  if (::stat(file.path.c_str(), &found) != 0) {
    if (errno == ENOENT) return file;
    return errno_error("read", file.path);
  }
  if (!S_ISREG(found.st_mode)) return Error{Code::kIoError, fmt::format("{} is no file", file.path.string()), {}};
  if (static_cast<std::uintmax_t>(found.st_size) > kSizeMaxBytes)
    return Error{
        Code::kTooLarge, fmt::format("{} has {} bytes, at most {}", file.path.string(), found.st_size, kSizeMaxBytes), {}};
  std::ifstream stream(file.path, std::ios::binary);
  if (!stream) return errno_error("read", file.path);
  file.contents.emplace(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  if (stream.bad()) return errno_error("read", file.path);
  return file;
}

std::filesystem::path backup_of(const SettingsFile& file) { return file.path.string() + ".bak"; }

Status replace_settings(const SettingsFile& file, std::string_view contents) {
  std::error_code failed;
  const std::filesystem::path directory = file.path.parent_path();
  if (!directory.empty()) std::filesystem::create_directories(directory, failed);
  if (failed) return Error{Code::kIoError, fmt::format("cannot make {}: {}", directory.string(), failed.message()), {}};
  if (file.contents) GOVLOG_TRY(write_whole(backup_of(file), *file.contents, file.path));
  // Hosts write their settings, too.
  if (GOVLOG_TRY(read_settings(file.path)).contents != file.contents)
    return Error{Code::kIoError, fmt::format("{} was changed by another program meanwhile; try again", file.path.string()), {}};
  return write_whole(file.path, contents, file.path);
}

}  // namespace govlog
