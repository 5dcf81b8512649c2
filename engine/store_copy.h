#pragma once
// Copies of a store as it is at one moment, to be looked at while appends go on. Table files, which never change, are shared with it by hard links.

#include "base/result.h"
#include "engine/read_view.h"

#include <filesystem>

namespace govlog {

/// Makes `into`, which must not be there, a store that holds at least what `view` knows: FORMAT, HEAD and the database. O(files), and the bytes of the log that is not in tables
/// yet. `into` should lie on the same file system; else tables are copied whole. kIoError. Threads: any.
Status copy_store(const ReadView& view, const std::filesystem::path& into);

/// A place for a copy below the directory of a store. It goes with this object; what one left that was killed goes when the next is made.
class CopyPlace {
 public:
  /// kForbidden, kIoError where nothing can be made there.
  static Result<CopyPlace> make(const std::filesystem::path& directory);
  CopyPlace(CopyPlace&& other) noexcept;
  CopyPlace& operator=(CopyPlace&&) = delete;
  ~CopyPlace();

  /// Where copy_store() may put a store.
  std::filesystem::path store() const { return path_ / "store"; }
  /// Where other files may be made meanwhile.
  std::filesystem::path scratch() const { return path_ / "scratch"; }

 private:
  explicit CopyPlace(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;  // tells the next one that this place is in use
};

}  // namespace govlog
