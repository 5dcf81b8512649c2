#include "codec/json_text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace govlog {
namespace {

/// Length of the string token that `text` begins with, quotes included; 0 if it does not end.
/// A quote ends the string when an even number of backslashes stands before it. Each run of backslashes is counted once, since
/// the run before a later quote begins after the earlier one.
std::size_t string_length(std::string_view text) {
  std::size_t from = 1;
  while (from < text.size()) {
    const void* found = std::memchr(text.data() + from, '"', text.size() - from);
    if (found == nullptr) return 0;
    const auto quote = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    std::size_t backslash = quote;
    while (backslash > from && text[backslash - 1] == '\\') --backslash;
    if ((quote - backslash) % 2 == 0) return quote + 1;
    from = quote + 1;
  }
  return 0;
}

/// Length of the container that `text` begins with; 0 if it does not end. Only what closes the outermost is checked for its kind.
std::size_t container_length(std::string_view text) {
  const char closer = text.front() == '{' ? '}' : ']';
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    switch (text[at]) {
      case '"': {
        const std::size_t length = string_length(text.substr(at));
        if (length == 0) return 0;
        at += length;
        continue;
      }
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return text[at] == closer ? at + 1 : 0;
        break;
      default:
        break;
    }
    ++at;
  }
  return 0;
}

bool is_number_character(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

/// Value of the four hex digits at the start of `text`, or -1.
int parse_hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  for (const char c : text.substr(0, 4)) {
    int digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

/// Appends what the `\u` escape at the start of `text` means (two of them for a surrogate pair) and returns its length; 0 if malformed.
std::size_t append_unicode_escape(std::string& out, std::string_view text) {
  const int unit = parse_hex4(text.substr(2));
  if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return 0;
  if (unit < 0xD800 || unit > 0xDBFF) {
    append_utf8(out, static_cast<std::uint32_t>(unit));
    return 6;
  }
  if (text.substr(6, 2) != "\\u") return 0;
  const int low = parse_hex4(text.substr(8));
  if (low < 0xDC00 || low > 0xDFFF) return 0;
  append_utf8(out, static_cast<std::uint32_t>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
  return 12;
}

/// As append_unicode_escape, for any escape.
std::size_t append_escape(std::string& out, std::string_view text) {
  if (text.size() < 2) return 0;
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
      out += text[1];
      return 2;
    case 'b':
      out += '\b';
      return 2;
    case 'f':
      out += '\f';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 'r':
      out += '\r';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case 'u':
      return append_unicode_escape(out, text);
    default:
      return 0;
  }
}

/// `text` between the quotes of a string, with its escapes resolved.
std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    std::size_t length = append_escape(out, text);
    if (length == 0) {
      out += '\\';
      length = 1;
    }
    text.remove_prefix(length);
  }
  return out;
}

constexpr std::array<bool, 256> kNeedsEscape = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<std::size_t>(c) >> 4];
      out += kHex[static_cast<std::size_t>(c) & 0xF];
  }
}

/// Compares UTF-8 texts by UTF-16 code units. That is the order of the bytes, but for supplementary planes (lead byte F0 and up), whose
/// surrogates (D800 to DFFF) sort before U+E000 to U+FFFF (lead bytes EE and EF).
int compare_utf16(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first -
                                           a.begin());
  if (at == common) return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
  const auto byte_a = static_cast<unsigned char>(a[at]);
  const auto byte_b = static_cast<unsigned char>(b[at]);
  const int order = byte_a < byte_b ? -1 : 1;
  const bool swapped = byte_a >= 0xEE && byte_b >= 0xEE && (byte_a >= 0xF0) != (byte_b >= 0xF0);
  return swapped ? -order : order;
}

}  // namespace

JsonKind json_kind(std::string_view value) {
  if (value.empty()) return JsonKind::kInvalid;
  switch (value.front()) {
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kArray;
    case '"':
      return JsonKind::kString;
    case 'n':
      return JsonKind::kNull;
    case 't':
      return JsonKind::kTrue;
    case 'f':
      return JsonKind::kFalse;
    default:
      return value.front() == '-' || (value.front() >= '0' && value.front() <= '9') ? JsonKind::kNumber : JsonKind::kInvalid;
  }
}

JsonCursor::JsonCursor(std::string_view container) {
  const JsonKind kind = json_kind(container);
  object_ = kind == JsonKind::kObject;
  if (!object_ && kind != JsonKind::kArray) return;
  ok_ = container.size() >= 2 && container.back() == (object_ ? '}' : ']');
  if (ok_) rest_ = container.substr(1, container.size() - 2);
}

bool JsonCursor::fail() {
  ok_ = false;
  rest_ = {};
  key_ = {};
  value_ = {};
  return false;
}

bool JsonCursor::next() {
  if (rest_.empty()) return false;
  if (!first_) {
    if (rest_.front() != ',') return fail();
    rest_.remove_prefix(1);
  }
  first_ = false;
  if (object_) {
    if (rest_.empty() || rest_.front() != '"') return fail();
    const std::size_t length = string_length(rest_);
    if (length == 0 || length >= rest_.size() || rest_[length] != ':') return fail();
    key_ = rest_.substr(1, length - 2);
    rest_.remove_prefix(length + 1);
  }
  const std::size_t length = json_value_length(rest_);
  if (length == 0) return fail();
  value_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

std::optional<std::string_view> json_member(std::string_view object, std::string_view key) {
  if (json_kind(object) != JsonKind::kObject) return std::nullopt;
  for (JsonCursor member(object); member.next();) {
    if (member.key() == key) return member.value();
  }
  return std::nullopt;
}

std::optional<std::string_view> json_member_not_null(std::string_view object, std::string_view key) {
  const std::optional<std::string_view> value = json_member(object, key);
  return value && *value == "null" ? std::nullopt : value;
}

std::size_t json_value_length(std::string_view text) {
  switch (json_kind(text)) {
    case JsonKind::kObject:
    case JsonKind::kArray:
      return container_length(text);
    case JsonKind::kString:
      return string_length(text);
    case JsonKind::kNull:
    case JsonKind::kTrue:
      return text.starts_with("null") || text.starts_with("true") ? 4 : 0;
    case JsonKind::kFalse:
      return text.starts_with("false") ? 5 : 0;
    case JsonKind::kNumber:
      return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_number_character) - text.begin());
    case JsonKind::kInvalid:
      return 0;
  }
  return 0;
}

std::string json_unescape(std::string_view token) {
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"') token = token.substr(1, token.size() - 2);
  return unescape(token);
}

void append_json_string(std::string& out, std::string_view utf8) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    if (!kNeedsEscape[static_cast<unsigned char>(utf8[at])]) continue;
    out += utf8.substr(plain, at - plain);
    append_escaped(out, utf8[at]);
    plain = at + 1;
  }
  out += utf8.substr(plain);
  out += '"';
}

std::string json_quote(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() + 2);
  append_json_string(out, utf8);
  return out;
}

int compare_json_keys(std::string_view a, std::string_view b) {
  const bool escaped = a.find('\\') != std::string_view::npos || b.find('\\') != std::string_view::npos;
  return escaped ? compare_utf16(unescape(a), unescape(b)) : compare_utf16(a, b);
}

}  // namespace govlog
