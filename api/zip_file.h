#pragma once
// A new ZIP archive, the same bytes for the same files.

#include "base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace govlog {

/// Under its own name only when it is whole. Every entry bears the first instant that the format knows, so that equal contents give equal archives.
class ZipFile {
 public:
  /// kInvalidArgument with `details.parameter` `out` where `path` is there already; kForbidden, kDiskFull, kIoError.
  static Result<std::unique_ptr<ZipFile>> create(const std::filesystem::path& path);
  /// Removes what was not finished.
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  Status add(const std::string& name, std::string_view text);

  /// Durable when it returns.
  Status finish();

 private:
  class Impl;
  explicit ZipFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
