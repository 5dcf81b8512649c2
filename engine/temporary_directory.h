#pragma once
// A place for a store that is wanted for a moment.

#include "base/result.h"

#include <filesystem>
#include <string_view>
#include <utility>

namespace govlog {

/// A directory of its own, removed with all that is in it when this object ends.
class TemporaryDirectory {
 public:
  /// Makes `name`-XXXXXX below `parent`. kForbidden, kDiskFull, kIoError.
  static Result<TemporaryDirectory> make(const std::filesystem::path& parent, std::string_view name);

  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }

  /// Removes it now, for whoever wants to tell of a failure: kIoError, and what cannot be removed stays for the user to see.
  Status remove();

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;  // empty: nothing to remove
};

}  // namespace govlog
