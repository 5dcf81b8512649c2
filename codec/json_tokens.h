#pragma once
// Canonical JSON text as one run of tokens, and the path of each value: what reads a whole document once uses these, and JsonCursor (codec/json_text.h)
// who looks for single members.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace govlog {

enum class JsonTokenKind : std::uint8_t { kOpen, kClose, kName, kString, kNumber, kLiteral };

/// Tokens in the order of the text; commas and colons are passed over. Nothing outside the view is read, whatever it holds. O(1) memory.
///
///     for (JsonTokens tokens(data); tokens.next();) use(tokens.kind(), tokens.text());
class JsonTokens {
 public:
  /// `json` has no white space; it must outlive the reader.
  explicit JsonTokens(std::string_view json) : rest_(json) {}

  /// Goes to the next token; false at the end, or where the text is malformed.
  bool next();

  JsonTokenKind kind() const { return kind_; }
  /// As it is written: a bracket, a string or name with its quotes, a number, `null`, `true` or `false`.
  std::string_view text() const { return text_; }

 private:
  bool take(JsonTokenKind kind, std::size_t length);

  std::string_view rest_;
  std::string_view text_;
  JsonTokenKind kind_ = JsonTokenKind::kOpen;
};

/// The values of a document, containers too, in the order of the text, each with its path.
///
/// A path is a hash of member names, without places in arrays: of the document 0, of a member XXH64(its name as it is written, seeded by the path of its object), of
/// an item the path of its array.
class JsonValues {
 public:
  explicit JsonValues(std::string_view json) : tokens_(json) {}

  bool next();

  /// kOpen, kString, kNumber or kLiteral.
  JsonTokenKind kind() const { return tokens_.kind(); }
  std::string_view text() const { return tokens_.text(); }
  std::uint64_t path() const { return path_; }
  /// How many containers the value stands in.
  std::size_t depth() const { return depth_; }
  /// The name of the member whose value this is, without quotes; empty in arrays.
  std::string_view name() const { return name_; }
  /// Of a container: whether nothing stands in it.
  bool is_empty() const;

 private:
  struct Container {
    std::uint64_t path = 0;
    bool object = false;
  };

  JsonTokens tokens_;
  std::vector<Container> open_;
  std::uint64_t member_path_ = 0;
  std::string_view member_name_;
  std::uint64_t path_ = 0;
  std::string_view name_;
  std::size_t depth_ = 0;
};

}  // namespace govlog
