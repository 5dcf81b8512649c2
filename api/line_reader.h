#pragma once
// The lines of a file, each at most so long.

#include "api/byte_source.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

struct Line {
  std::uint64_t number = 0;  // 1-based, blank lines count
  std::string_view raw;      // as it stands in the file, without its LF
  std::string_view text;     // without a CR at its end and a byte order mark at the beginning of the file
  bool too_long = false;     // more than the limit: raw and text are empty
};

/// Splits at LF. Memory: one line of the limit's length.
class LineReader {
 public:
  /// `overlong` gets a too long line's bytes, piece by piece, before next() gives the line; it may be empty.
  LineReader(ByteSource& source, std::size_t line_bytes_max, std::function<void(std::string_view)> overlong);

  /// The next line that is not blank; it lives until the next call. Nothing at the end. Errors of the source: lines before the fault were given.
  Result<std::optional<Line>> next();

 private:
  Result<std::optional<Line>> next_any();
  Result<bool> fill();
  Line finish(std::size_t length);

  ByteSource& source_;
  std::size_t line_bytes_max_;
  std::function<void(std::string_view)> overlong_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what is not yet given
  std::size_t scanned_ = 0;  // up to here, from begin_, there is no LF
  std::uint64_t number_ = 0;
  bool skipping_ = false;  // within a line that is too long
  bool ended_ = false;
};

}  // namespace govlog
