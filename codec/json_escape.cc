#include "codec/json_escape.h"

namespace govlog {
namespace {

constexpr std::uint32_t kNoHex = 0xFFFF'FFFF;

/// Value of the four hex digits at the start of `text`, or kNoHex.
std::uint32_t parse_hex4(std::string_view text) {
  if (text.size() < 4) return kNoHex;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    int digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return kNoHex;
    }
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

JsonEscape parse_unicode_escape(std::string_view text) {
  const std::uint32_t unit = parse_hex4(text.substr(2));
  if (unit == kNoHex) return {};
  if (unit < 0xD800 || unit > 0xDFFF) return {unit, 6};
  const JsonEscape alone{unit, 0};
  if (unit > 0xDBFF || text.substr(6, 2) != "\\u") return alone;
  const std::uint32_t low = parse_hex4(text.substr(8));
  if (low < 0xDC00 || low > 0xDFFF) return alone;
  return {0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 12};
}

}  // namespace

JsonEscape parse_json_escape(std::string_view text) {
  if (text.size() < 2) return {};
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
      return {static_cast<std::uint32_t>(text[1]), 2};
    case 'b':
      return {'\b', 2};
    case 'f':
      return {'\f', 2};
    case 'n':
      return {'\n', 2};
    case 'r':
      return {'\r', 2};
    case 't':
      return {'\t', 2};
    case 'u':
      return parse_unicode_escape(text);
    default:
      return {};
  }
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xE0 | (point >> 12));
    } else {
      out += static_cast<char>(0xF0 | (point >> 18));
      out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
}

void append_json_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '"':
    case '\\':
      out += c;
      return;
    case '\b':
      out += 'b';
      return;
    case '\f':
      out += 'f';
      return;
    case '\n':
      out += 'n';
      return;
    case '\r':
      out += 'r';
      return;
    case '\t':
      out += 't';
      return;
    default:
      out += "u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 0xF];
  }
}

}  // namespace govlog
