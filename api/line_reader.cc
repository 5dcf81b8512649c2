#include "api/line_reader.h"

#include <cstring>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;
constexpr std::size_t kMarkAndReturn = 4;  // a byte order mark and a CR do not count against the limit
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

LineReader::LineReader(ByteSource& source, std::size_t line_bytes_max, std::function<void(std::string_view)> overlong)
    : source_(source), line_bytes_max_(line_bytes_max + kMarkAndReturn), overlong_(std::move(overlong)) {}

Result<std::optional<Line>> LineReader::next() {
  for (;;) {
    auto line = GOVLOG_TRY(next_any());
    if (!line || line->too_long || !is_blank(line->text)) return line;
  }
}

Result<bool> LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  auto bytes = source_.read(std::span(buffer_).subspan(size));
  buffer_.resize(size + (bytes.ok() ? bytes.value() : 0));
  if (!bytes.ok()) return bytes.take_error();
  return bytes.value() > 0;
}

Line LineReader::finish(std::size_t length) {
  Line line;
  line.number = ++number_;
  const std::string_view raw = std::string_view(buffer_).substr(begin_, length);
  begin_ += length;
  scanned_ = 0;
  line.too_long = skipping_ || raw.size() > line_bytes_max_;
  skipping_ = false;
  if (line.too_long) {
    if (overlong_) overlong_(raw);
    return line;
  }
  line.raw = raw;
  line.text = raw;
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) line.text.remove_prefix(kByteOrderMark.size());
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

Result<std::optional<Line>> LineReader::next_any() {
  while (!ended_) {
    const std::size_t from = begin_ + scanned_;
    const std::size_t newline = buffer_.find('\n', from);
    if (newline != std::string::npos) {
      const Line line = finish(newline - begin_);
      ++begin_;
      return std::optional<Line>(line);
    }
    scanned_ = buffer_.size() - begin_;
    if (skipping_ || scanned_ > line_bytes_max_) {
      skipping_ = true;
      if (overlong_) overlong_(std::string_view(buffer_).substr(begin_));
      begin_ = buffer_.size();
      scanned_ = 0;
    }
    const bool more = GOVLOG_TRY(fill());
    ended_ = !more;
  }
  if (begin_ == buffer_.size() && !skipping_) return std::optional<Line>();
  return std::optional<Line>(finish(buffer_.size() - begin_));
}

}  // namespace govlog
