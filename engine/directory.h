#pragma once
// The directory of a store: FORMAT, the lock, and how a new one comes to be.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace govlog {

inline constexpr std::uint32_t kFormatVersion = 3;

enum class Presence : std::uint8_t {
  kAbsent,  // nothing there, an empty directory, or a store whose making was broken off
  kStore,
};

/// The directory of the store in which `path` lies, at any depth; empty where it lies in none that can be seen.
std::filesystem::path store_around(const std::filesystem::path& path);

/// What lies at `directory`. kInvalidArgument where it is a file or a directory of something else, kUnsupportedFormat where a later version
/// of Govlog made it (names both versions), kCorruption where FORMAT does not decode, kForbidden.
Result<Presence> look_at_directory(const std::filesystem::path& directory);

/// Below the directory of a store while it is being made.
inline constexpr std::string_view kFreshName = ".new";

/// Below the directory of a store while it is being rebuilt.
inline constexpr std::string_view kRebuildName = "rebuild";

/// Below the directory of a store while a large group is written.
inline constexpr std::string_view kBulkName = "bulk";

/// Removes what a rebuild that was broken off left. kIoError.
Status remove_rebuild(const std::filesystem::path& directory);

/// That, and what the making of the store and large groups that were broken off left. The caller owns the store.
Status remove_leftovers(const std::filesystem::path& directory);

/// What is kept free beside what is about to be written.
inline constexpr std::uint64_t kFreeBytesMin = 8 << 20;

/// Writes FORMAT into `directory`, synced.
Status write_format(const std::filesystem::path& directory);

/// Whether a file system with this f_type (statfs(2)) is shared over a network, where neither locks nor syncs are to be relied on.
bool is_network_file_system(std::uint32_t type);

/// kInvalidArgument where the directory (or, while it is not there, the nearest above it) lies on a network file system.
Status check_file_system(const std::filesystem::path& directory);

/// Makes the rename of a new store, and what lies in it, durable.
Status sync_directory(const std::filesystem::path& directory);

/// An flock on the file `lock` of a store: shared for reading, exclusive for writing. Let go by the destructor, and by the system when the process ends.
class DirectoryLock {
 public:
  /// Waits at most `wait_ms` for others; kLocked then. kForbidden where the file may not be opened.
  static Result<DirectoryLock> acquire(const std::filesystem::path& directory, bool exclusive, int wait_ms);

  DirectoryLock() = default;
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  int descriptor_ = -1;
};

}  // namespace govlog
