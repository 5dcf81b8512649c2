#pragma once
// Tells when the log of a store may have grown, whoever appended: the file HEAD is written with every append, and the system tells of that
// (inotify(7)). Nothing runs, and nothing is read, while nothing happens.

#include "base/descriptor.h"
#include "base/result.h"

#include <filesystem>
#include <memory>

namespace govlog {

class HeadWatch {
 public:
  /// Begins to watch. A store that is not there yet is watched for. kIoError where the system has no more watches to give.
  static Result<std::unique_ptr<HeadWatch>> begin(const std::filesystem::path& directory);
  /// For poll(2): readable once something has happened since clear().
  int descriptor() const { return descriptor_.number(); }

  /// Forgets what has happened; true where the log may have grown meanwhile. One caller at a time.
  bool clear();

 private:
  HeadWatch(std::filesystem::path directory, int descriptor) : directory_(std::move(directory)), descriptor_(descriptor) {}
  bool watch();

  std::filesystem::path directory_;
  std::filesystem::path watched_;  // the directory, or the nearest above it that is there
  Descriptor descriptor_;
  int watch_ = -1;
};

}  // namespace govlog
