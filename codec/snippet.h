#pragma once
// The piece of a text that shows a hit.

#include <cstddef>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::size_t kSnippetPointsMax = 160;

/// Bytes of a text.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// At most kSnippetPointsMax code points of `text` around `hit`, cut between words where that can be; `…` stands where something was left out. A run of white space and
/// control characters is one space, and none at the ends; a malformed byte is U+FFFD. A hit that is longer is cut. O(text).
std::string make_snippet(std::string_view text, TextRange hit);

}  // namespace govlog
