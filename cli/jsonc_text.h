#pragma once
// JSON as people keep it in settings: with comments and trailing commas. Read into a tree that knows where in the text everything stands, so that
// the text can be edited in place.

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class JsoncKind : std::uint8_t { kObject, kArray, kString, kOther };

struct JsoncMember;

/// A value, from its first byte to before `end`.
struct JsoncValue {
  JsoncKind kind = JsoncKind::kOther;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;                  // of a string, escapes resolved
  std::vector<JsoncMember> members;  // of an object; of an array, with empty keys
  bool trailing_comma = false;       // after the last member

  /// The member of that name: the last, where there are several, as hosts read it. nullptr where there is none.
  const JsoncValue* member(std::string_view name) const;
};

struct JsoncMember {
  std::string key;
  std::size_t begin = 0;      // of the key; of an array's item, of the item
  std::size_t comma_end = 0;  // after the comma that follows, else the end of the value
  JsoncValue value;
};

enum class JsoncComments : std::uint8_t { kAllowed, kRefused };

/// The one value of `text`. With kRefused, comments and trailing commas are errors, too. kInvalidArgument with `details.line` for text that is not
/// of this form.
Result<JsoncValue> parse_jsonc(std::string_view text, JsoncComments comments);

/// After white space and, where allowed, comments; npos in a comment that does not end.
std::size_t skip_jsonc_space(std::string_view text, std::size_t at, JsoncComments comments);

/// Which line of `text` the byte at `at` is on, from 1.
std::size_t line_of(std::string_view text, std::size_t at);

/// kInvalidArgument that names the line of `at`.
Error text_error(std::string_view text, std::size_t at, std::string message);

}  // namespace govlog
