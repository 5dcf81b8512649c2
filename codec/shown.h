#pragma once
// Callers' values in error messages.

#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::size_t kShownBytesMax = 80;

/// `text` in quotes, cut between two code points after kShownBytesMax: a message must not grow with what was sent.
inline std::string shown(std::string_view text) {
  std::string out = "\"";
  if (text.size() <= kShownBytesMax) return out.append(text).append("\"");
  std::size_t size = kShownBytesMax;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return out.append(text.substr(0, size)).append("…\"");
}

}  // namespace govlog
