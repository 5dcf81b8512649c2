#pragma once
// What JSON and times are made of, as RFC 8259 and RFC 3339 count it: no locale has a say.

namespace govlog {

/// White space of JSON (RFC 8259 section 2).
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace govlog
