// One pass over the bytes with a stack of the containers that are open. What comes next is told by where we are: a value, a
// member's name, or what stands between two values.
#include "codec/json_compact.h"

#include "codec/ascii.h"
#include "codec/json_escape.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <simdjson.h>

#include <algorithm>
#include <vector>

namespace govlog {
namespace {

class Compactor {
 public:
  Compactor(std::string_view json, std::size_t depth_max) : json_(json), depth_max_(depth_max) { out_.reserve(json.size()); }

  Result<std::string> run();

 private:
  bool value();
  bool after_value();
  bool open(char closer);
  bool name();
  bool string();
  bool escape();
  bool number();
  bool word(std::string_view text);
  std::size_t digits();

  char here() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void skip_space() {
    while (at_ < json_.size() && is_space(json_[at_])) ++at_;
  }
  bool fail(std::string_view expected) {
    error_ = at_ >= json_.size() ? fmt::format("the text ends too early, expected {}", expected)
                                 : fmt::format("expected {} at byte {}", expected, at_);
    return false;
  }
  Error error() { return Error{Code::kInvalidJson, std::move(error_), {}}.with("byte", std::uint64_t{at_}); }

  std::string_view json_;
  std::size_t depth_max_;
  std::size_t at_ = 0;
  std::string out_;
  std::string open_;  // closers of the containers that are open, innermost last
  bool wants_value_ = true;
  std::string error_;
};

Result<std::string> Compactor::run() {
  if (!simdjson::validate_utf8(json_.data(), json_.size())) {
    error_ = "the text is not UTF-8";
    return error();
  }
  while (wants_value_ || !open_.empty()) {
    skip_space();
    const bool right = wants_value_ ? value() : after_value();
    if (!right) return error();
  }
  skip_space();
  if (at_ < json_.size()) {
    (void)fail("nothing after the value");
    return error();
  }
  return std::move(out_);
}

bool Compactor::value() {
  wants_value_ = false;
  switch (here()) {
    case '{':
      return open('}');
    case '[':
      return open(']');
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
  }
}

bool Compactor::open(char closer) {
  if (open_.size() == depth_max_) {
    error_ = fmt::format("nested deeper than {} at byte {}", depth_max_, at_);
    return false;
  }
  out_ += json_[at_++];
  open_ += closer;
  skip_space();
  if (here() == closer) return after_value();
  wants_value_ = true;
  return closer == ']' || name();
}

bool Compactor::after_value() {
  const char closer = open_.back();
  if (here() == closer) {
    out_ += closer;
    open_.pop_back();
    ++at_;
    return true;
  }
  if (here() != ',') return fail(closer == '}' ? "a comma or }" : "a comma or ]");
  out_ += ',';
  ++at_;
  skip_space();
  wants_value_ = true;
  return closer == ']' || name();
}

bool Compactor::name() {
  if (here() != '"') return fail("a member's name in quotes");
  if (!string()) return false;
  skip_space();
  if (here() != ':') return fail("a colon");
  out_ += ':';
  ++at_;
  return true;
}

bool Compactor::string() {
  out_ += '"';
  ++at_;
  while (true) {
    const std::size_t begin = at_;
    while (at_ < json_.size() && !needs_json_escape(json_[at_])) ++at_;
    out_ += json_.substr(begin, at_ - begin);
    if (here() == '\\') {
      if (!escape()) return false;
    } else if (here() == '"') {
      out_ += '"';
      ++at_;
      return true;
    } else {
      return fail("the end of the string, or an escape in place of a control character");
    }
  }
}

bool Compactor::escape() {
  constexpr std::size_t kSurrogateLength = 6;  // \ud800
  const JsonEscape escape = parse_json_escape(json_.substr(at_));
  if (escape.length == 0 && escape.point == 0) return fail("an escape that JSON has");
  if (escape.length == 0) {  // a lone surrogate
    out_ += json_.substr(at_, kSurrogateLength);
    at_ += kSurrogateLength;
    return true;
  }
  if (escape.point < 0x80 && needs_json_escape(static_cast<char>(escape.point))) {
    append_json_escape(out_, static_cast<char>(escape.point));
  } else {
    append_utf8(out_, escape.point);
  }
  at_ += escape.length;
  return true;
}

std::size_t Compactor::digits() {
  const std::size_t begin = at_;
  while (is_digit(here())) ++at_;
  return at_ - begin;
}

bool Compactor::number() {
  const std::size_t begin = at_;
  if (here() == '-') ++at_;
  const std::size_t whole = at_;
  if (digits() == 0) return fail("a value");
  if (json_[whole] == '0' && at_ - whole > 1) return fail("a number without leading zero before");
  if (here() == '.') {
    ++at_;
    if (digits() == 0) return fail("a digit");
  }
  if (here() == 'e' || here() == 'E') {
    ++at_;
    if (here() == '+' || here() == '-') ++at_;
    if (digits() == 0) return fail("a digit");
  }
  out_ += json_.substr(begin, at_ - begin);
  return true;
}

bool Compactor::word(std::string_view text) {
  if (!json_.substr(at_).starts_with(text)) return fail("a value");
  out_ += text;
  at_ += text.size();
  return true;
}

}  // namespace

Result<std::string> compact_json(std::string_view json, std::size_t depth_max) { return Compactor(json, depth_max).run(); }

}  // namespace govlog
