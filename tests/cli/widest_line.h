#pragma once
// How wide a screen a text asks for.

#include "cli/terminal_text.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace govlog {

/// Columns of the widest line of `text`.
inline std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    widest = std::max(widest, display_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return widest;
}

}  // namespace govlog
