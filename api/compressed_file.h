#pragma once
// A new file of zstd, made durable.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace govlog {

/// Written under a name of its own and renamed by finish(): under its final name it is whole, or not there. Errors: kDiskFull, kForbidden, kIoError.
class CompressedFile {
 public:
  /// As `path`; what lies at `path`.new is overwritten.
  static Result<std::unique_ptr<CompressedFile>> create(const std::filesystem::path& path);
  /// Removes what was not finished.
  ~CompressedFile();
  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;

  Status write(std::string_view bytes);

  /// Gives the size of the file. Nothing may follow.
  Result<std::uint64_t> finish();

 private:
  class Impl;
  explicit CompressedFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Replaces the file at `path` by `bytes` in one step, durably.
Status replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace govlog
