#include "cli/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace govlog {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return {};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  return {value, length, true};
}

struct Range {
  char32_t first;
  char32_t last;
};

bool within(std::span<const Range> ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& r) { return value >= r.first && value <= r.last; });
}

// What acts on a terminal or on the order of the text, or cannot be seen at all.
constexpr std::array<Range, 12> kUnsafe{{{0x00, 0x1F},
                                         {0x7F, 0x9F},
                                         {0xAD, 0xAD},
                                         {0x61C, 0x61C},
                                         {0x180E, 0x180E},
                                         {0x200B, 0x200B},
                                         {0x200E, 0x200F},
                                         {0x2028, 0x202E},
                                         {0x2060, 0x206F},
                                         {0xFEFF, 0xFEFF},
                                         {0xFFF9, 0xFFFB},
                                         {0xE0000, 0xE007F}}};

// Combining marks and joiners, in the scripts where they are common.
constexpr std::array<Range, 12> kZeroWidth{{{0x300, 0x36F},
                                            {0x483, 0x489},
                                            {0x591, 0x5BD},
                                            {0x610, 0x61A},
                                            {0x64B, 0x65F},
                                            {0x93C, 0x93C},
                                            {0x941, 0x948},
                                            {0xE34, 0xE3A},
                                            {0x200C, 0x200D},
                                            {0x20D0, 0x20F0},
                                            {0xFE00, 0xFE0F},
                                            {0xFE20, 0xFE2F}}};

// East Asian wide and full-width, and emoji.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115F},
                                       {0x231A, 0x231B},
                                       {0x23E9, 0x23EC},
                                       {0x2705, 0x2705},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};

std::size_t width_of(char32_t value) {
  if (value < 0x300) return 1;
  if (within(kZeroWidth, value)) return 0;
  return within(kWide, value) ? 2 : 1;
}

void append_escaped(std::string& out, char32_t value) {
  switch (value) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  out += value < 0x80 ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(value))
                      : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(value));
}

// Bytes of the longest beginning of `text` that fits `width` columns.
std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const CodePoint point = first_code_point(text.substr(bytes));
    const std::size_t columns = width_of(point.value);
    if (used + columns > width) break;
    used += columns;
    bytes += point.bytes;
  }
  return bytes;
}

}  // namespace

std::string visible(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const CodePoint point = first_code_point(utf8);
    if (!point.valid) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(utf8[0]));
    } else if (within(kUnsafe, point.value)) {
      append_escaped(out, point.value);
    } else {
      out += utf8.substr(0, point.bytes);
    }
    utf8.remove_prefix(point.bytes);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    width += width_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  return fmt::format("{}…", text.substr(0, fitting_bytes(text, width - 1)));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (std::size_t fitting = fitting_bytes(text, width); fitting < text.size(); fitting = fitting_bytes(text, width)) {
    // A single character may be wider than the line; it is taken nevertheless, so that the loop ends.
    std::size_t end = std::max(fitting, first_code_point(text).bytes);
    std::size_t next = end;
    const std::size_t space = text.substr(0, std::min(end + 1, text.size())).rfind(' ');
    if (space != std::string_view::npos && space > 0) {
      end = space;
      next = space + 1;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(next);
    if (text.empty()) return lines;
  }
  lines.emplace_back(text);
  return lines;
}

std::string Style::paint(Paint meaning, std::string_view text) const {
  static constexpr std::array<std::string_view, 9> kSgr{"", "1", "2", "32", "31", "33", "36", "32", "31"};
  const std::string_view sgr = kSgr[static_cast<std::size_t>(meaning)];
  if (!color || sgr.empty() || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", sgr, text);
}

Paint paint_of_status(std::string_view given) {
  std::string status(given);
  std::transform(status.begin(), status.end(), status.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  static constexpr std::array<std::string_view, 9> kGood{"accepted", "approved", "completed", "done",  "implemented",
                                                         "active",   "passed",   "pass",      "closed"};
  static constexpr std::array<std::string_view, 5> kBad{"rejected", "failed", "cancelled", "canceled", "blocked"};
  static constexpr std::array<std::string_view, 9> kOpen{"proposed", "draft",       "open",        "new",        "submitted",
                                                         "pending",  "in_progress", "in-progress", "provisional"};
  static constexpr std::array<std::string_view, 5> kPast{"superseded", "deprecated", "withdrawn", "retired", "replaced"};
  const auto holds = [&](const auto& words) { return std::find(words.begin(), words.end(), status) != words.end(); };
  if (holds(kGood)) return Paint::kGood;
  if (holds(kBad)) return Paint::kBad;
  if (holds(kOpen)) return Paint::kOpen;
  return holds(kPast) ? Paint::kFaint : Paint::kPlain;
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

}  // namespace govlog
