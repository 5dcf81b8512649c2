#include "codec/json_text.h"

#include "codec/json_escape.h"

#include <algorithm>
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

/// `text` between the quotes of a string, with its escapes resolved.
std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const JsonEscape escape = parse_json_escape(text);
    if (escape.length == 0) {
      out += '\\';
    } else {
      append_utf8(out, escape.point);
    }
    text.remove_prefix(std::max<std::size_t>(escape.length, 1));
  }
  return out;
}

/// Compares UTF-8 texts by UTF-16 code units. That is the order of the bytes, but for supplementary planes (lead byte F0 and up), whose
/// surrogates (D800 to DFFF) sort before U+E000 to U+FFFF (lead bytes EE and EF).
int compare_utf16(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first - a.begin());
  if (at == common) return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
  const auto byte_a = static_cast<unsigned char>(a[at]);
  const auto byte_b = static_cast<unsigned char>(b[at]);
  const int order = byte_a < byte_b ? -1 : 1;
  const bool swapped = byte_a >= 0xEE && byte_b >= 0xEE && (byte_a >= 0xF0) != (byte_b >= 0xF0);
  return swapped ? -order : order;
}

/// How many bytes at the beginning need no escape. Eight at a time, by the zero-byte test of Mycroft (1987).
std::size_t plain_prefix(std::string_view utf8) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080;
  std::size_t at = 0;
  for (; at + 8 <= utf8.size(); at += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, utf8.data() + at, sizeof bytes);
    const std::uint64_t quote = bytes ^ (kOnes * '"');
    const std::uint64_t backslash = bytes ^ (kOnes * '\\');
    const std::uint64_t special =
        ((bytes - kOnes * 0x20) & ~bytes) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash);
    if ((special & kHighs) != 0) break;
  }
  while (at < utf8.size() && !needs_json_escape(utf8[at])) ++at;
  return at;
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
  if (plain_prefix(utf8) == utf8.size()) {  // nearly always: one step
    const std::size_t begin = out.size();
    const std::size_t end = begin + utf8.size() + 2;
    out.resize_and_overwrite(end, [&](char* bytes, std::size_t /*GCC 12 gives the capacity*/) {
      bytes[begin] = '"';
      std::copy_n(utf8.data(), utf8.size(), bytes + begin + 1);
      bytes[end - 1] = '"';
      return end;
    });
    return;
  }
  out += '"';
  for (std::size_t plain = plain_prefix(utf8); plain < utf8.size(); plain = plain_prefix(utf8)) {
    out += utf8.substr(0, plain);
    append_json_escape(out, utf8[plain]);
    utf8.remove_prefix(plain + 1);
  }
  out += utf8;
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
