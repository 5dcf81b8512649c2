#pragma once
// Escapes in JSON strings, for the readers and writers of JSON in this folder.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace govlog {

/// What an escape means. `length` 0: malformed; `point` then is the surrogate that stands alone, or 0.
struct JsonEscape {
  std::uint32_t point = 0;
  std::size_t length = 0;
};

/// The escape that `text` begins with, its backslash first; the two of a surrogate pair are one.
JsonEscape parse_json_escape(std::string_view text);

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t point);

/// Whether RFC 8785 section 3.2.2.2 escapes this byte of UTF-8.
constexpr bool needs_json_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

/// Appends `c`, which needs it, as that section says.
void append_json_escape(std::string& out, char c);

}  // namespace govlog
