#pragma once
// A TOML text as a list of its headers and pairs, each with its place in the text, so that the text can be edited in place.

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class TomlKind : std::uint8_t { kTable, kArrayTable, kPair };

/// A line that says something: `[a.b]`, `[[a.b]]` or `key = value`. (A value may go on for several lines.)
struct TomlItem {
  TomlKind kind = TomlKind::kPair;
  std::vector<std::string> path;  // of a header, from the root; of a pair, its own dotted key
  std::size_t begin = 0;          // of the header or key
  std::size_t end = 0;            // after the header or value, before a comment
  std::size_t value_begin = 0;    // of a pair
};

/// The headers and pairs of `text`, in their order. kInvalidArgument with `details.line` where the text is not TOML. (What values mean, and whether a
/// name is given twice, is not looked at.)
Result<std::vector<TomlItem>> parse_toml(std::string_view text);

/// The text of a string, or the texts of an array of strings; nothing where `value` is anything else.
std::optional<std::string> toml_string(std::string_view value);
std::optional<std::vector<std::string>> toml_strings(std::string_view value);

/// `utf8` as a basic string, with its quotes.
std::string toml_quote(std::string_view utf8);

}  // namespace govlog
