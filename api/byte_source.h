#pragma once
// The bytes of a file, unpacked where its first bytes say that it is gzip or zstd.

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace govlog {

/// Reads one file from its beginning. Memory: the decoder's window, at most 128 MiB for zstd, 32 KiB for gzip.
class ByteSource {
 public:
  /// `-` is stdin. While a pipe gives nothing, `stop` is asked ten times a second; once it says true, the bytes end there. kIoError, kForbidden.
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path, std::function<bool()> stop = {});
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills `out` from its front; gives how many bytes, 0 at the end alone. kIoError; kInvalidJson where a gzip or zstd stream is damaged or cut off.
  Result<std::size_t> read(std::span<char> out);

  /// Whether the bytes ended because `stop` said so.
  bool stopped() const;

  /// Of the file as it lies there.
  std::uint64_t bytes_read() const;

 private:
  class Impl;
  explicit ByteSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Size of a file; 0 of stdin, and where it cannot be told.
std::uint64_t file_size_or_zero(const std::string& path);

}  // namespace govlog
