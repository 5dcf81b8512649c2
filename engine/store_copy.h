#pragma once
// Where a copy of a store as it is at one moment (ReadView::copy_to) is looked at while appends go on.

#include "base/result.h"

#include <filesystem>

namespace govlog {

/// Removes the places below the directory of a store that nobody uses any more: of a process that was killed.
void remove_left_copies(const std::filesystem::path& directory);

/// A place for a copy below the directory of a store. It goes with this object; what one left that was killed goes when the next is made, or the store is opened
/// for writing.
class CopyPlace {
 public:
  /// kForbidden, kIoError where nothing can be made there.
  static Result<CopyPlace> make(const std::filesystem::path& directory);
  CopyPlace(CopyPlace&& other) noexcept;
  CopyPlace& operator=(CopyPlace&&) = delete;
  ~CopyPlace();

  /// Where ReadView::copy_to() may put a store.
  std::filesystem::path store() const { return path_ / "store"; }
  /// Where other files may be made meanwhile.
  std::filesystem::path scratch() const { return path_ / "scratch"; }

 private:
  explicit CopyPlace(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;  // tells the next one that this place is in use
};

}  // namespace govlog
