#include "engine/directory.h"

#include "base/system_error.h"
#include "engine/head_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kFormatPrefix = "govlog store, format ";
constexpr int kPollMs = 10;

Error errno_error(std::string_view doing, const std::filesystem::path& path) {
  return system_error(errno, fmt::format("{} {}", doing, path.string()));
}

/// Writes and syncs a small file.
Status write_file(const std::filesystem::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno_error("making", path);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  Status status = written ? Status(Ok{}) : Status(errno_error("writing", path));
  (void)::close(file);  // synced already
  return status;
}

Result<std::string> read_small_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe in its place must not keep us
  if (file < 0) return errno_error("opening", path);
  char bytes[256];
  const ssize_t count = ::read(file, bytes, sizeof bytes);
  Error error = count < 0 ? errno_error("reading", path) : Error{};
  (void)::close(file);  // nothing was written
  if (count < 0) return error;
  return std::string(bytes, static_cast<std::size_t>(count));
}

Status check_format(const std::filesystem::path& directory) {
  const std::string text = GOVLOG_TRY(read_small_file(directory / "FORMAT"));
  std::uint32_t format = 0;
  const char* first = text.data() + std::min(text.size(), kFormatPrefix.size());
  const char* last = text.data() + text.size();
  const auto [end, status] = std::from_chars(first, last, format);
  const bool valid = text.starts_with(kFormatPrefix) && status == std::errc{} &&
                     std::string_view(end, static_cast<std::size_t>(last - end)) == "\n";
  if (!valid || format == 0) {
    return Error{
        Code::kCorruption,
        fmt::format(
            "the file FORMAT in {} does not say \"{}N\", alone on a line; a store of this govlog says {} there, and nothing "
            "else of it was looked at",
            directory.string(), kFormatPrefix, kFormatVersion),
        {}};
  }
  if (format > kFormatVersion) {
    return Error{Code::kUnsupportedFormat,
                 fmt::format("the store in {} has format {}, and this govlog reads format {}: use a newer govlog",
                             directory.string(), format, kFormatVersion),
                 {{"store_format", std::uint64_t{format}}, {"supported_format", std::uint64_t{kFormatVersion}}}};
  }
  if (format < kFormatVersion) {
    return Error{
        Code::kUnsupportedFormat,
        fmt::format("the store in {} has format {}, which only builds before the first release wrote; this govlog reads "
                    "format {}: export it with the build that made it, and import that here",
                    directory.string(), format, kFormatVersion),
        {{"store_format", std::uint64_t{format}}, {"supported_format", std::uint64_t{kFormatVersion}}}};
  }
  return Ok{};
}

/// What is being made below .new, and nothing else: then it is ours.
bool is_ours(const std::filesystem::path& fresh) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(fresh, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name != "HEAD" && name != "db" && name != "FORMAT" && name != kBulkName) return false;
  }
  return true;
}

/// A directory without FORMAT: empty, of something else, or a store that was being made when its maker was killed.
Result<Presence> look_without_format(const std::filesystem::path& directory) {
  std::error_code error;
  bool head = false;
  bool database = false;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    head = head || name == "HEAD";
    database = database || name == "db";
    if (name == "HEAD" || name == "db" || name == "lock" || (name == kFreshName && is_ours(entry->path()))) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("{} is a directory of something else, expected a store or an empty directory", directory.string()),
                 {}}
        .with("parameter", "db");
  }
  if (error) return system_error(error.value(), fmt::format("listing {}", directory.string()));
  // FORMAT is put in place last, so while it lies beside the others' former place nothing was ever acknowledged.
  if (std::filesystem::exists(directory / kFreshName / "FORMAT", error)) return Presence::kAbsent;
  const auto content = HeadFile::read(directory / "HEAD", nullptr);
  if (head ? !content.ok() || content->position > 0 : database) {
    return Error{
        Code::kCorruption,
        fmt::format("the file FORMAT is missing in {}; in a store of this govlog it says \"{}{}\", and nothing else of "
                    "it was looked at",
                    directory.string(), kFormatPrefix, kFormatVersion),
        {}};
  }
  return Presence::kAbsent;
}

}  // namespace

std::filesystem::path store_around(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  for (std::filesystem::path above = whole.parent_path(); above != above.root_path(); above = above.parent_path()) {
    if (std::filesystem::exists(above / "FORMAT", error) && std::filesystem::exists(above / "db", error)) return above;
  }
  return {};
}

Result<Presence> look_at_directory(const std::filesystem::path& directory) {
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    if (errno == ENOENT) return Presence::kAbsent;
    if (errno == ENOTDIR) {
      return Error{Code::kInvalidArgument, fmt::format("{} lies below a file, expected a directory", directory.string()), {}}
          .with("parameter", "db");
    }
    return errno_error("looking at", directory);
  }
  if (!S_ISDIR(info.st_mode)) {
    return Error{Code::kInvalidArgument, fmt::format("{} is a file, expected the directory of a store", directory.string()), {}}
        .with("parameter", "db");
  }
  const std::filesystem::path format = directory / "FORMAT";
  if (::stat(format.c_str(), &info) != 0) {
    if (errno != ENOENT) return errno_error("looking at", format);
    auto looked = look_without_format(directory);
    if (looked.ok() || ::stat(format.c_str(), &info) != 0) return looked;  // else somebody has made it while we looked
  }
  (void)GOVLOG_TRY(check_format(directory));
  return Presence::kStore;
}

bool is_network_file_system(std::uint32_t type) {
  constexpr std::array<std::uint32_t, 11> kTypes{
      0x6969,      // NFS
      0x517B,      // SMB
      0xFF534D42,  // CIFS
      0xFE534D42,  // SMB2
      0x00C36400,  // Ceph
      0x5346414F,  // AFS
      0x6B414653,  // kAFS
      0x73757245,  // Coda
      0x564C,      // NCP
      0x01161970,  // GFS2
      0x0BD00BD0,  // Lustre
  };
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

Status check_file_system(const std::filesystem::path& directory) {
  struct statfs info {};
  std::error_code failed;
  std::filesystem::path there = std::filesystem::absolute(directory, failed);
  while (::statfs(there.c_str(), &info) != 0) {
    if (errno != ENOENT || there == there.parent_path()) return Ok{};  // what is wrong with it is told by who opens it
    there = there.parent_path();
  }
  if (!is_network_file_system(static_cast<std::uint32_t>(info.f_type))) return Ok{};
  return Error{
      Code::kInvalidArgument,
      fmt::format("{} lies on a network file system, whose locks and syncs cannot be relied on: name a directory on a disk "
                  "of this machine",
                  directory.string()),
      {}}
      .with("parameter", "db");
}

namespace {

Status remove_whole(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return Ok{};
  return Error{Code::kIoError, fmt::format("removing {}: {}", path.string(), error.message()), {}};
}

}  // namespace

Status remove_rebuild(const std::filesystem::path& directory) { return remove_whole(directory / kRebuildName); }

Status remove_leftovers(const std::filesystem::path& directory) {
  for (const std::string_view name : {kRebuildName, kBulkName, kFreshName}) GOVLOG_TRY(remove_whole(directory / name));
  return Ok{};
}

Status write_format(const std::filesystem::path& directory) {
  return write_file(directory / "FORMAT", fmt::format("{}{}\n", kFormatPrefix, kFormatVersion));
}

Status sync_directory(const std::filesystem::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno_error("opening", directory);
  Status status = ::fsync(file) == 0 ? Status(Ok{}) : Status(errno_error("syncing", directory));
  (void)::close(file);  // nothing was written through it
  return status;
}

Result<DirectoryLock> DirectoryLock::acquire(const std::filesystem::path& directory, bool exclusive, int wait_ms) {
  const std::filesystem::path path = directory / "lock";
  DirectoryLock lock;
  for (int waited_ms = 0;; waited_ms += kPollMs) {
    lock.descriptor_ = ::open(path.c_str(), (exclusive ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NONBLOCK, 0644);
    if (lock.descriptor_ < 0 && exclusive && errno == EROFS) {
      return Error{Code::kIoError, fmt::format("{} lies on a read-only medium", directory.string()), {}};
    }
    if (lock.descriptor_ < 0 && errno == ENOENT && !exclusive) return lock;  // somebody unlinked it; a reader changes nothing
    if (lock.descriptor_ < 0) return errno_error("opening", path);
    struct stat ours {};
    struct stat there {};
    const bool locked = ::flock(lock.descriptor_, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0;
    if (!locked && errno != EWOULDBLOCK) return errno_error("locking", path);
    // Unlinked and made anew since we opened it: then we hold a lock on nothing.
    if (locked && ::fstat(lock.descriptor_, &ours) == 0 && ::stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino)
      return lock;
    lock = DirectoryLock();
    if (waited_ms >= wait_ms) {
      return Error{Code::kLocked,
                   fmt::format("another process has the store {} open{}; try again when it has ended", directory.string(),
                               exclusive ? "" : " for writing"),
                   {}};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) (void)::close(descriptor_);  // lets the lock go
}

}  // namespace govlog
