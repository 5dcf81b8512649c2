#include "cli/jsonc_text.h"

#include "codec/json_escape.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

constexpr std::size_t kJsoncDepthMax = 200;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Recursive descent over the text; `at_` stands before what is read next.
class JsoncParser {
 public:
  JsoncParser(std::string_view text, JsoncComments comments) : text_(text), comments_(comments) {}

  Result<JsoncValue> parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    GOVLOG_TRY(skip());
    JsoncValue root = GOVLOG_TRY(value(0));
    GOVLOG_TRY(skip());
    if (at_ < text_.size()) return error("more follows the value");
    return root;
  }

 private:
  Error error(std::string message) const { return text_error(text_, at_, std::move(message)); }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  Status skip() {
    const std::size_t next = skip_jsonc_space(text_, at_, comments_);
    if (next == std::string_view::npos) return text_error(text_, text_.rfind("/*"), "a comment does not end");
    at_ = next;
    if (peek() == '/' && comments_ == JsoncComments::kRefused)
      return error("a comment, which the host does not take in this file");
    return Ok{};
  }

  Result<JsoncValue> value(std::size_t depth) {
    if (depth > kJsoncDepthMax) return error("nested too deeply");
    JsoncValue read;
    read.begin = at_;
    const char first = peek();
    if (first == '{' || first == '[') {
      read.kind = first == '{' ? JsoncKind::kObject : JsoncKind::kArray;
      GOVLOG_TRY(container(read, depth));
    } else if (first == '"') {
      read.kind = JsoncKind::kString;
      read.text = GOVLOG_TRY(string());
    } else {
      GOVLOG_TRY(scalar());
    }
    read.end = at_;
    return read;
  }

  Status container(JsoncValue& read, std::size_t depth) {
    const char close = read.kind == JsoncKind::kObject ? '}' : ']';
    ++at_;
    GOVLOG_TRY(skip());
    while (peek() != close) {
      if (!read.members.empty() && !read.trailing_comma) return error(fmt::format("expected ',' or '{}'", close));
      read.members.push_back(GOVLOG_TRY(member(read.kind, depth)));
      GOVLOG_TRY(skip());
      read.trailing_comma = peek() == ',';
      if (!read.trailing_comma) continue;
      read.members.back().comma_end = ++at_;
      GOVLOG_TRY(skip());
    }
    if (read.trailing_comma && comments_ == JsoncComments::kRefused)
      return error(fmt::format("a comma before '{}', which the host does not take in this file", close));
    ++at_;
    return Ok{};
  }

  Result<JsoncMember> member(JsoncKind kind, std::size_t depth) {
    JsoncMember read;
    read.begin = at_;
    if (kind == JsoncKind::kObject) {
      if (peek() != '"') return error("expected a name in double quotes");
      read.key = GOVLOG_TRY(string());
      GOVLOG_TRY(skip());
      if (peek() != ':') return error("expected ':'");
      ++at_;
      GOVLOG_TRY(skip());
    }
    read.value = GOVLOG_TRY(value(depth + 1));
    read.comma_end = read.value.end;
    return read;
  }

  Result<std::string> string() {
    const std::size_t begin = at_++;
    while (peek() != '"') {
      if (at_ >= text_.size() || static_cast<unsigned char>(peek()) < 0x20) return error("a text does not end on its line");
      std::size_t length = 1;
      if (peek() == '\\') {
        const JsonEscape escape = parse_json_escape(text_.substr(at_));
        // A surrogate that stands alone is odd, but no host refuses it.
        length = escape.length != 0 ? escape.length : escape.point != 0 ? 6 : 0;
        if (length == 0) return error("an escape that JSON does not have");
      }
      at_ += length;
    }
    ++at_;
    return json_unescape(text_.substr(begin, at_ - begin));
  }

  Status scalar() {
    const std::string_view rest = text_.substr(at_);
    static constexpr std::array<std::string_view, 3> kLiterals{"true", "false", "null"};
    const std::size_t length =
        std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._"), rest.size());
    const std::string_view word = rest.substr(0, length);
    const bool number = !word.empty() && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos &&
                        word.find_first_of("0123456789") != std::string_view::npos;
    if (!number && std::find(kLiterals.begin(), kLiterals.end(), word) == kLiterals.end()) return error("expected a value");
    at_ += length;
    return Ok{};
  }

  std::string_view text_;
  JsoncComments comments_;
  std::size_t at_ = 0;
};

}  // namespace

const JsoncValue* JsoncValue::member(std::string_view name) const {
  const auto found = std::find_if(members.rbegin(), members.rend(), [&](const JsoncMember& m) { return m.key == name; });
  return found == members.rend() ? nullptr : &found->value;
}

std::size_t skip_jsonc_space(std::string_view text, std::size_t at, JsoncComments comments) {
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (is_space(rest.front())) {
      ++at;
    } else if (comments == JsoncComments::kAllowed && rest.starts_with("//")) {
      at += std::min(rest.find('\n'), rest.size());
    } else if (comments == JsoncComments::kAllowed && rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) return end;
      at += end + 2;
    } else {
      break;
    }
  }
  return at;
}

Result<JsoncValue> parse_jsonc(std::string_view text, JsoncComments comments) { return JsoncParser(text, comments).parse(); }

std::size_t line_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

Error text_error(std::string_view text, std::size_t at, std::string message) {
  const std::size_t line = line_of(text, at);
  return Error{Code::kInvalidArgument, fmt::format("line {}: {}", line, message), {}}.with("line", std::uint64_t{line});
}

}  // namespace govlog
