#pragma once
// Reading and writing compact JSON text without a tree: what `canonicalize` (codec/canonical.h) made, and our own answers.
//
// Text that comes back from disk is input again, so nothing here reads outside its view, whatever it holds; malformed text
// shows as `ok() == false` or JsonKind::kInvalid. Nothing here validates untrusted JSON: that is canonicalize's work.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

enum class JsonKind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject, kInvalid };

/// What a value is, told from its first character. kInvalid for none.
JsonKind json_kind(std::string_view value);

/// Walks the members of an object or the items of an array, in the order of the text. O(length of the container) in all.
///
///     for (JsonCursor member(object); member.next();) use(member.key(), member.value());
class JsonCursor {
 public:
  /// `container` is an object or an array, with no white space; it must outlive the cursor. Anything else has no items.
  explicit JsonCursor(std::string_view container);

  /// Goes to the next member; false at the end, or where the text is malformed (then ok() is false).
  bool next();

  /// The member's name as it is written, without its quotes, escapes kept. Empty in an array.
  std::string_view key() const { return key_; }
  /// The member's value as it is written (a string with its quotes).
  std::string_view value() const { return value_; }
  /// False once malformed text was met.
  bool ok() const { return ok_; }

 private:
  bool fail();

  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
  bool object_ = false;
  bool first_ = true;
  bool ok_ = true;
};

/// The value of the member whose name is written `key` (escapes as in canonical text, no quotes), or nothing.
std::optional<std::string_view> json_member(std::string_view object, std::string_view key);

/// As json_member, but nothing also where the value is null.
std::optional<std::string_view> json_member_not_null(std::string_view object, std::string_view key);

/// Length of the value that `text` begins with; 0 if malformed.
std::size_t json_value_length(std::string_view text);

/// UTF-8 of a string token with its quotes, escapes resolved. Malformed escapes are left as they stand.
std::string json_unescape(std::string_view token);

/// Appends `utf8` as a JSON string, quotes included, escaped as RFC 8785 section 3.2.2.2 says.
void append_json_string(std::string& out, std::string_view utf8);
std::string json_quote(std::string_view utf8);

/// Compares two member names as canonical text holds them (escaped) by UTF-16 code units of what they mean, as RFC 8785
/// section 3.2.3 sorts members: negative, 0 or positive.
int compare_json_keys(std::string_view a, std::string_view b);

}  // namespace govlog
