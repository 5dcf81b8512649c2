#include "codec/json_number.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdint>
#include <optional>

namespace govlog {
namespace {

constexpr std::size_t kExponentDigitsMax = 9;

/// Value of an exponent, as it is written after `e`; nothing where it has too many digits.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() > kExponentDigitsMax) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return negative ? -value : value;
}

}  // namespace

std::string normal_number(std::string_view token) {
  const std::string_view written = token;
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  std::int64_t exponent = 0;
  const std::size_t exponent_at = token.find_first_of("eE");
  if (exponent_at != std::string_view::npos) {
    const std::optional<std::int64_t> read = parse_exponent(token.substr(exponent_at + 1));
    if (!read) return std::string(written);
    exponent = *read;
    token = token.substr(0, exponent_at);
  }
  const std::size_t point = token.find('.');
  if (point != std::string_view::npos) exponent -= static_cast<std::int64_t>(token.size() - point - 1);

  std::string out;
  if (negative) out += '-';
  const std::size_t sign = out.size();
  for (const char c : token) {
    if (c != '.' && (c != '0' || out.size() > sign)) out += c;
  }
  while (out.size() > sign && out.back() == '0') {
    out.pop_back();
    ++exponent;
  }
  if (out.size() == sign) return "0";
  fmt::format_to(std::back_inserter(out), "e{}", exponent);
  return out;
}

bool same_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  constexpr std::string_view kBeyondIntegers = ".eE";
  const bool integers =
      a.find_first_of(kBeyondIntegers) == std::string_view::npos && b.find_first_of(kBeyondIntegers) == std::string_view::npos;
  if (integers && a != "-0" && b != "-0") return false;  // an integer is written in one way
  return normal_number(a) == normal_number(b);
}

}  // namespace govlog
