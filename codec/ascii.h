#pragma once
// Characters as JSON, times and headers (RFC 8259, RFC 3339, RFC 9110) count them: no locale has a say.

#include <string>

namespace govlog {

/// White space of JSON (RFC 8259 section 2).
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters of ASCII in lower case; all else as it is.
inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace govlog
