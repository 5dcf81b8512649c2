#include "cli/toml_text.h"

#include "cli/jsonc_text.h"
#include "codec/json_escape.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {
namespace {

constexpr std::size_t kTomlDepthMax = 200;
constexpr std::string_view kBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
constexpr std::string_view kScalar = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.:";

// Appends what the escape of a basic string that `rest` begins with means; its length, or 0 where TOML has no such escape.
std::size_t read_escape(std::string_view rest, std::string& out) {
  static constexpr std::string_view kNames = "btnfre\"\\";
  static constexpr std::string_view kMeanings = "\b\t\n\f\r\x1B\"\\";
  if (rest.size() < 2) return 0;
  if (const std::size_t found = kNames.find(rest[1]); found != std::string_view::npos) {
    out += kMeanings[found];
    return 2;
  }
  const std::size_t digits = rest[1] == 'x' ? 2 : rest[1] == 'u' ? 4 : rest[1] == 'U' ? 8 : 0;
  if (digits == 0 || rest.size() < 2 + digits) return 0;
  std::uint32_t point = 0;
  for (const char c : rest.substr(2, digits)) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    if (digit == std::string_view::npos) return 0;
    point = point * 16 + static_cast<std::uint32_t>(digit);
  }
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return 0;
  append_utf8(out, point);
  return 2 + digits;
}

// Reads item after item; `at_` stands before what is read next.
class TomlParser {
 public:
  explicit TomlParser(std::string_view text) : text_(text) {}

  Result<std::vector<TomlItem>> parse() {
    std::vector<TomlItem> items;
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (true) {
      skip_lines();
      if (at_ >= text_.size()) return items;
      items.push_back(peek() == '[' ? GOVLOG_TRY(header()) : GOVLOG_TRY(pair()));
      skip_blanks();
      skip_comment();
      if (at_ < text_.size() && peek() != '\n' && !text_.substr(at_).starts_with("\r\n"))
        return error("expected the end of the line");
    }
  }

  Result<std::string> string() {
    const char quote = peek();
    const bool multi = text_.substr(at_).starts_with(std::string(3, quote));
    const std::string close(multi ? 3 : 1, quote);
    at_ += close.size();
    if (multi && text_.substr(at_).starts_with("\r\n")) ++at_;
    if (multi && peek() == '\n') ++at_;
    std::string out;
    while (!text_.substr(at_).starts_with(close)) {
      if (at_ >= text_.size() || (!multi && peek() == '\n')) return error("a text does not end");
      if (quote == '"' && peek() == '\\') {
        GOVLOG_TRY(escape(multi, out));
      } else {
        out += text_[at_++];
      }
    }
    at_ += close.size();
    for (int more = 0; multi && more < 2 && peek() == quote; ++more)
      out += text_[at_++];  // up to two quotes may stand before the three
    return out;
  }

  Status value(std::size_t depth) {
    if (depth > kTomlDepthMax) return error("nested too deeply");
    const char first = peek();
    if (first == '"' || first == '\'') {
      (void)GOVLOG_TRY(string());
      return Ok{};
    }
    if (first == '[') return array(depth);
    if (first == '{') return inline_table(depth);
    std::size_t end = std::min(text_.find_first_not_of(kScalar, at_), text_.size());
    if (end == at_) return error("expected a value");
    // A date and a time may have a space between them.
    if (end - at_ == 10 && text_[at_ + 4] == '-' && end + 1 < text_.size() && text_[end] == ' ' && text_[end + 1] >= '0' &&
        text_[end + 1] <= '9')
      end = std::min(text_.find_first_not_of(kScalar, end + 1), text_.size());
    at_ = end;
    return Ok{};
  }

  // The texts of an array of strings, read up to its end; nothing where it holds anything else.
  Result<std::optional<std::vector<std::string>>> strings() {
    std::vector<std::string> items;
    ++at_;
    for (skip_lines(); peek() != ']'; skip_lines()) {
      if (peek() != '"' && peek() != '\'') return std::optional<std::vector<std::string>>();
      items.push_back(GOVLOG_TRY(string()));
      skip_lines();
      if (peek() == ',') ++at_;
    }
    return std::optional(std::move(items));
  }

 private:
  Error error(std::string message) const { return text_error(text_, at_, std::move(message)); }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size()); }
  void skip_comment() {
    if (peek() == '#') at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
  }
  // Over white space, line ends and comments.
  void skip_lines() {
    for (std::size_t before = std::string_view::npos; before != at_;) {
      before = at_;
      at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
      skip_comment();
    }
  }

  Status escape(bool multi, std::string& out) {
    const std::size_t next = text_.find_first_not_of(" \t", at_ + 1);
    if (multi && next != std::string_view::npos && (text_[next] == '\n' || text_[next] == '\r')) {
      at_ = std::min(text_.find_first_not_of(" \t\r\n", next), text_.size());
      return Ok{};
    }
    const std::size_t length = read_escape(text_.substr(at_), out);
    if (length == 0) return error("an escape that TOML does not have");
    at_ += length;
    return Ok{};
  }

  Result<std::vector<std::string>> key() {
    std::vector<std::string> path;
    while (true) {
      skip_blanks();
      if (peek() == '"' || peek() == '\'') {
        path.push_back(GOVLOG_TRY(string()));
      } else {
        const std::size_t end = std::min(text_.find_first_not_of(kBare, at_), text_.size());
        if (end == at_) return error("expected a key");
        path.emplace_back(text_.substr(at_, end - at_));
        at_ = end;
      }
      skip_blanks();
      if (peek() != '.') return path;
      ++at_;
    }
  }

  Result<TomlItem> header() {
    TomlItem item;
    item.begin = at_;
    const std::string_view open = text_.substr(at_).starts_with("[[") ? "[[" : "[";
    item.kind = open.size() == 2 ? TomlKind::kArrayTable : TomlKind::kTable;
    at_ += open.size();
    item.path = GOVLOG_TRY(key());
    if (!text_.substr(at_).starts_with(open.size() == 2 ? "]]" : "]")) return error("expected the end of the table's name");
    item.end = at_ += open.size();
    return item;
  }

  Result<TomlItem> pair() {
    TomlItem item;
    item.begin = at_;
    item.path = GOVLOG_TRY(key());
    if (peek() != '=') return error("expected '='");
    ++at_;
    skip_blanks();
    item.value_begin = at_;
    GOVLOG_TRY(value(0));
    item.end = at_;
    return item;
  }

  Status array(std::size_t depth) {
    ++at_;
    for (skip_lines(); peek() != ']'; skip_lines()) {
      GOVLOG_TRY(value(depth + 1));
      skip_lines();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != ']') {
        return error("expected ',' or ']'");
      }
    }
    ++at_;
    return Ok{};
  }

  Status inline_table(std::size_t depth) {
    ++at_;
    for (skip_lines(); peek() != '}'; skip_lines()) {
      (void)GOVLOG_TRY(key());
      if (peek() != '=') return error("expected '='");
      ++at_;
      skip_blanks();
      GOVLOG_TRY(value(depth + 1));
      skip_lines();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != '}') {
        return error("expected ',' or '}'");
      }
    }
    ++at_;
    return Ok{};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<TomlItem>> parse_toml(std::string_view text) { return TomlParser(text).parse(); }

std::optional<std::string> toml_string(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return std::nullopt;
  auto read = TomlParser(value).string();
  return read.ok() ? std::optional(read.take()) : std::nullopt;
}

std::optional<std::vector<std::string>> toml_strings(std::string_view value) {
  if (value.empty() || value.front() != '[') return std::nullopt;
  auto read = TomlParser(value).strings();
  return read.ok() ? read.take() : std::nullopt;
}

std::string toml_quote(std::string_view utf8) {
  std::string out = "\"";
  for (const char c : utf8) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace govlog
