#include "codec/json_number.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdint>

namespace govlog {
namespace {

/// Value of an exponent as it is written, its sign too. At most 9 digits are given; more would only wrap.
std::int64_t parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const auto exponent = static_cast<std::int64_t>(value);
  return negative ? -exponent : exponent;
}

}  // namespace

std::string normal_number(std::string_view token) {
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  std::int64_t exponent = 0;
  const std::size_t exponent_at = token.find_first_of("eE");
  if (exponent_at != std::string_view::npos) {
    exponent = parse_exponent(token.substr(exponent_at + 1));
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
