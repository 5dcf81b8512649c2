#pragma once
// Text for a terminal: made harmless, measured, cut and wrapped. Stored text may hold anything, and a terminal obeys what it is shown.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// `utf8` with everything that a terminal would obey or hide written out: control characters, bidirectional controls, invisible
/// characters and bytes that are no UTF-8 show as `\n`, `\x1b`, `\u202e`.
std::string visible(std::string_view utf8);

/// Columns that `text` (already visible) takes: wide East Asian characters and emoji take two, combining marks none.
std::size_t display_width(std::string_view text);

/// `text` in at most `width` columns, the end replaced by `…` where it is longer.
std::string cut(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces where there are any. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// What a text means, which decides its colour.
enum class Paint : std::uint8_t { kPlain, kBold, kFaint, kGood, kBad, kOpen, kName, kAdded, kRemoved };

/// Paints or does not: a terminal gets colour, a pipe and NO_COLOR do not.
struct Style {
  bool color = false;

  std::string paint(Paint meaning, std::string_view text) const;
};

/// The colour of a status word: accepted and its like are good, rejected and its like bad, proposed and its like still open. In any case.
Paint paint_of_status(std::string_view given);

/// "1 event", "2 events".
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

}  // namespace govlog
