// simdjson's On-Demand front end gives tokens one after the other and checks only those that are asked for, so every value
// is visited here and every token checked against RFC 8259. What its first stage guarantees, for the whole text: UTF-8, strings that
// end, and no raw control character within one.
//
// The text is put between [ and ] first: then a scalar is a value like any other (On-Demand's scalar documents are special), and
// "nothing", "two values" and "something follows" all show in the outer array.
#include "codec/canonical.h"

#include "codec/ascii.h"
#include "codec/json_escape.h"
#include "codec/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace govlog {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What a thread keeps from one text to the next. Texts over this size give it back.
constexpr std::size_t kKeptBytesMax = std::size_t{8} << 20;

/// A member of an object that was written: `"key":value` at [begin, end) of the output.
struct Member {
  std::size_t begin = 0;
  std::size_t key_length = 0;  // with quotes
  std::size_t end = 0;
  std::size_t source = 0;  // byte of the input where its name begins
};

struct Workspace {
  ondemand::parser parser;
  std::string padded;
  std::vector<Member> members;  // of all objects that are open, innermost last
  std::string scratch;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::size_t digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) -
                                  text.begin());
}

/// What is wrong with a number token, or nothing.
std::string check_number(std::string_view token, const NumberLimits& limits) {
  if (token.size() > limits.characters_max) return fmt::format("a number has more than {} characters", limits.characters_max);
  if (token.starts_with('-')) token.remove_prefix(1);
  const std::size_t whole = digits(token);
  if (whole == 0) return "a number needs a digit here";
  if (whole > 1 && token.front() == '0') return "a number has a leading zero";
  token.remove_prefix(whole);
  if (token.starts_with('.')) {
    const std::size_t fraction = digits(token.substr(1));
    if (fraction == 0) return "a number needs a digit after its point";
    token.remove_prefix(1 + fraction);
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    const std::size_t exponent = digits(token);
    if (exponent == 0) return "a number needs a digit in its exponent";
    if (exponent > limits.exponent_digits_max)
      return fmt::format("a number has more than {} digits in its exponent", limits.exponent_digits_max);
    token.remove_prefix(exponent);
  }
  return token.empty() ? "" : "a number has something that does not belong to it";
}

const char* describe(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "the text is empty, expected a value";
    case simdjson::UTF8_ERROR:
      return "the text is not UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string does not end";
    case simdjson::UNESCAPED_CHARS:
      return "a string has a raw control character, expected an escape";
    default:
      return simdjson::error_message(error);
  }
}

/// 0-based offset into the text that was given.
Error at_byte(std::size_t byte, std::string message) {
  return Error{Code::kInvalidJson, std::move(message), {}}.with("byte", std::uint64_t{byte});
}

class Writer {
 public:
  Writer(Workspace& work, std::string& out, int depth_max, const NumberLimits& numbers)
      : work_(work), out_(out), depth_max_(depth_max), numbers_(numbers) {}

  Status write(std::string_view json) {
    work_.members.clear();
    return write_document(json) ? Status(Ok{}) : Status(std::move(error_));
  }

 private:
  bool write_document(std::string_view json);
  bool write_value(ondemand::value& value, int depth);
  bool write_object(ondemand::value& value, int depth);
  bool write_member(ondemand::field& field, int depth);
  bool write_array(ondemand::value& value, int depth);
  bool write_string(const char* quote);
  bool write_escaped_string(const char* text);
  bool write_scalar(std::string_view token);
  bool sort_members(std::size_t first);

  std::string_view key_of(const Member& member) const {
    return std::string_view(out_).substr(member.begin + 1, member.key_length - 2);
  }

  std::size_t source_of(const char* at) const { return static_cast<std::size_t>(at - text_) - 1; }

  bool fail(std::string message) {
    if (error_.message.empty()) error_ = Error{Code::kInvalidJson, std::move(message), {}};
    return false;
  }
  bool fail_at(const char* at, std::string_view message) {
    return fail_at_byte(source_of(at), fmt::format("{} (at byte {})", message, source_of(at)));
  }
  bool fail_at_byte(std::size_t byte, std::string message) {
    if (error_.message.empty()) error_ = at_byte(byte, std::move(message));
    return false;
  }
  bool fail_at_end() { return fail_at_byte(source_of(end_ - 1), "the text ends too early"); }
  bool fail_duplicate(const Member& member) {
    return fail_at(text_ + member.source + 1, fmt::format("the member \"{:.60}\" is there twice", key_of(member)));
  }
  /// Where On-Demand stopped: past the token that it did not expect.
  bool fail_syntax() {
    const char* at = document_.current_location().value_unsafe();
    if (at >= end_ - 1) return fail_at_end();
    return fail_at(at, "expected other punctuation or a value");
  }

  Workspace& work_;
  std::string& out_;
  const int depth_max_;
  const NumberLimits& numbers_;
  const char* text_ = nullptr;  // the input between brackets
  const char* end_ = nullptr;
  ondemand::document document_;
  Error error_{Code::kInvalidJson, {}, {}};
};

bool Writer::write_document(std::string_view json) {
  std::string& padded = work_.padded;
  padded.clear();
  padded.reserve(json.size() + 2 + simdjson::SIMDJSON_PADDING);
  padded.append(1, '[').append(json).append(1, ']');
  const std::size_t length = padded.size();
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  text_ = padded.data();
  end_ = text_ + length;
  simdjson::error_code error = simdjson::SUCCESS;
  if (work_.parser.capacity() < length) error = work_.parser.allocate(std::bit_ceil(length));
  if (!error) error = work_.parser.iterate(simdjson::padded_string_view(text_, length, padded.size())).get(document_);
  if (error == simdjson::MEMALLOC) {
    error_ = {Code::kIoError, "there is too little memory", {}};
    return false;
  }
  if (error) return fail(describe(error));
  ondemand::array values;
  error = document_.get_array().get(values);
  if (error) return fail(describe(error));
  std::size_t count = 0;
  for (auto item : values) {
    ondemand::value value;
    if (item.get(value)) return fail_syntax();
    if (count++ > 0) return fail("a second value follows the first");
    if (!write_value(value, 1)) return false;
  }
  if (count == 0) return fail_at_byte(0, describe(simdjson::EMPTY));
  if (document_.current_location().error() != simdjson::OUT_OF_BOUNDS) return fail("something follows the value");
  return true;
}

bool Writer::write_value(ondemand::value& value, int depth) {
  const std::string_view token = value.raw_json_token();
  switch (token.front()) {
    case '{':
      return write_object(value, depth);
    case '[':
      return write_array(value, depth);
    case '"':
      // Taken, since On-Demand takes a string that is left for the name of a member where a colon follows.
      if (value.get_raw_json_string().error()) return fail_at(token.data(), "expected a value");
      return write_string(token.data());
    default:
      return write_scalar(token);
  }
}

bool Writer::write_object(ondemand::value& value, int depth) {
  const char* begin = value.raw_json_token().data();
  if (depth > depth_max_) return fail_at(begin, fmt::format("nested deeper than {} levels", depth_max_));
  ondemand::object object;
  if (value.get_object().get(object)) return fail_syntax();
  const std::size_t first = work_.members.size();
  bool sorted = true;
  out_ += '{';
  for (auto item : object) {
    ondemand::field field;
    if (std::move(item).get(field)) return fail_syntax();
    if (work_.members.size() > first) out_ += ',';
    if (!write_member(field, depth)) return false;
    const std::vector<Member>& members = work_.members;
    if (!sorted || members.size() - first < 2) continue;
    const int order = compare_json_keys(key_of(members[members.size() - 2]), key_of(members.back()));
    if (order == 0) return fail_duplicate(members.back());
    sorted = order < 0;
  }
  if (!sorted && !sort_members(first)) return false;
  out_ += '}';
  work_.members.resize(first);
  return true;
}

bool Writer::write_member(ondemand::field& field, int depth) {
  const char* quote = field.key().raw() - 1;
  Member member{.begin = out_.size(), .source = source_of(quote)};
  if (!write_string(quote)) return false;
  member.key_length = out_.size() - member.begin;
  out_ += ':';
  if (!write_value(field.value(), depth + 1)) return false;
  member.end = out_.size();
  work_.members.push_back(member);
  return true;
}

bool Writer::write_array(ondemand::value& value, int depth) {
  const char* begin = value.raw_json_token().data();
  if (depth > depth_max_) return fail_at(begin, fmt::format("nested deeper than {} levels", depth_max_));
  ondemand::array array;
  if (value.get_array().get(array)) return fail_syntax();
  bool first = true;
  out_ += '[';
  for (auto item : array) {
    ondemand::value element;
    if (item.get(element)) return fail_syntax();
    if (!first) out_ += ',';
    first = false;
    if (!write_value(element, depth + 1)) return false;
  }
  out_ += ']';
  return true;
}

/// Writes the members from `first` on, which are those of one object and the last text of the output, in canonical order.
bool Writer::sort_members(std::size_t first) {
  const auto begin = work_.members.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = work_.members.end();
  const std::size_t place = begin->begin;
  std::sort(begin, end, [&](const Member& a, const Member& b) { return compare_json_keys(key_of(a), key_of(b)) < 0; });
  const auto twin = std::adjacent_find(begin, end, [&](const Member& a, const Member& b) { return key_of(a) == key_of(b); });
  if (twin != end) return fail_duplicate(twin->source < (twin + 1)->source ? *(twin + 1) : *twin);
  std::string& sorted = work_.scratch;
  sorted.clear();
  for (auto member = begin; member != end; ++member) {
    if (member != begin) sorted += ',';
    sorted.append(out_, member->begin, member->end - member->begin);
  }
  out_.replace(place, std::string::npos, sorted);
  return true;
}

/// Writes the string that begins at `quote`. One without a backslash is canonical as it stands.
bool Writer::write_string(const char* quote) {
  const char* text = quote + 1;
  const void* found = std::memchr(text, '"', static_cast<std::size_t>(end_ - text));
  if (found == nullptr) return fail_at(quote, "a string does not end");
  const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - text);
  if (std::memchr(text, '\\', length) != nullptr) return write_escaped_string(text);
  out_.append(quote, length + 2);
  return true;
}

bool Writer::write_escaped_string(const char* text) {
  out_ += '"';
  while (true) {
    const char* special = std::find_if(text, end_, [](char c) { return c == '"' || c == '\\'; });
    out_.append(text, special);
    if (special == end_) return fail_at(text, "a string does not end");
    if (*special == '"') break;
    const JsonEscape escape = parse_json_escape({special, end_});
    if (escape.length == 0) return fail_at(special, escape.point == 0 ? "unknown escape" : "a surrogate stands alone");
    if (escape.point < 0x80 && needs_json_escape(static_cast<char>(escape.point))) {
      append_json_escape(out_, static_cast<char>(escape.point));
    } else {
      append_utf8(out_, escape.point);
    }
    text = special + escape.length;
  }
  out_ += '"';
  return true;
}

bool Writer::write_scalar(std::string_view token) {
  const char* begin = token.data();
  token = trim(token);
  const JsonKind kind = json_kind(token);
  if (kind == JsonKind::kNumber) {
    const std::string wrong = check_number(token, numbers_);
    if (!wrong.empty()) return fail_at(begin, wrong);
  } else if (token != "null" && token != "true" && token != "false") {
    if (begin >= end_ - 1) return fail_at_end();
    return fail_at(begin, "expected a value");
  }
  out_ += token;
  return true;
}

}  // namespace

Result<std::string> canonicalize(std::string_view json, int depth_max, const NumberLimits& numbers) {
  GOVLOG_ASSERT(depth_max <= kCanonicalDepthMax, "depth_max is {}", depth_max);
  if (json.starts_with(kByteOrderMark)) return at_byte(0, "the text begins with a byte order mark, expected none");
  thread_local Workspace work;
  std::string out;
  out.reserve(json.size());
  const Status written = Writer(work, out, depth_max, numbers).write(json);
  if (json.size() > kKeptBytesMax) work = Workspace();
  if (!written.ok()) return written.error();
  return out;
}

Result<std::optional<std::vector<std::string_view>>> split_json_array(std::string_view json) {
  using Items = std::vector<std::string_view>;
  const Error unfinished = at_byte(json.size(), "the text ends too early: an array does not end");
  const char* const text = json.data();
  json = trim(json);
  const auto before = static_cast<std::size_t>(json.data() - text);
  if (!json.starts_with('[')) return std::optional<Items>();
  Items items;
  std::size_t depth = 1;
  std::size_t begin = 1;
  std::size_t at = 1;
  for (; at < json.size() && depth > 0; ++at) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t length = json_value_length(json.substr(at));
      if (length == 0) return at_byte(before + at, fmt::format("a string does not end (at byte {})", before + at));
      at += length - 1;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
      if (depth == 0 && c == '}') return unfinished;
    } else if (c == ',' && depth == 1) {
      items.push_back(trim(json.substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  if (depth > 0) return unfinished;
  if (at != json.size()) return at_byte(before + at, fmt::format("something follows the array (at byte {})", before + at));
  const std::string_view last = trim(json.substr(begin, at - 1 - begin));
  if (!items.empty() || !last.empty()) items.push_back(last);
  return std::optional(std::move(items));
}

Error not_canonical(std::string_view what) {
  return Error{Code::kCorruption, fmt::format("{} is no canonical JSON", what), {}};
}

}  // namespace govlog
