#include "mcp/line_buffer.h"

namespace govlog {

void LineBuffer::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    if (newline != std::string_view::npos) {
      end_line(bytes.substr(0, newline));
      bytes.remove_prefix(newline + 1);
      continue;
    }
    if (!skipping_ && begun_.size() + bytes.size() > bytes_max_) {
      skipping_ = true;
      begun_ = {};
      taker_.too_long();
    }
    if (!skipping_) begun_ += bytes;
    return;
  }
}

void LineBuffer::end_line(std::string_view rest) {
  if (skipping_) {
    skipping_ = false;
    return;
  }
  if (begun_.size() + rest.size() > bytes_max_) {
    begun_ = {};
    return taker_.too_long();
  }
  if (begun_.empty()) return taker_.line(rest);
  begun_ += rest;
  const std::string line = std::move(begun_);
  begun_ = {};
  taker_.line(line);
}

}  // namespace govlog
