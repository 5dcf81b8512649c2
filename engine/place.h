#pragma once
// Whether a directory is still the one that was opened: paths may come to mean something else while a store is open.

#include "base/result.h"

#include <filesystem>

namespace govlog {

/// What a path names at the beginning. Threads: const members may run concurrently.
class Place {
 public:
  explicit Place(std::filesystem::path path);

  /// False once the path names something else, or nothing. True where it named nothing at the beginning. O(1), one stat(2).
  bool is_same() const;
  /// kIoError where it is not.
  Status check() const;

 private:
  std::filesystem::path path_;
  bool known_ = false;
  unsigned long device_ = 0;
  unsigned long inode_ = 0;
};

/// Whether a pipe, a directory or the like is where a file is expected, so that opening or reading it could wait for ever. False where nothing is there.
bool is_no_file(const std::filesystem::path& path);

}  // namespace govlog
