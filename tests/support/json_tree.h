#pragma once
// A JSON tree for tests: naive, its own parser and writer, nothing shared with codec/. Numbers stay text; members keep their order.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog::testing {

struct Json {
  enum class Kind { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, Json>;

  Kind kind = Kind::kNull;
  std::string text;             // a number's token, or a string in UTF-8 without escapes
  std::vector<Json> items;      // of an array
  std::vector<Member> members;  // of an object

  static Json null() { return {}; }
  static Json boolean(bool value);
  static Json number(std::string token);
  static Json number(std::uint64_t value) { return number(std::to_string(value)); }
  static Json string(std::string_view value);
  static Json array() { return of(Kind::kArray); }
  static Json object() { return of(Kind::kObject); }
  /// A string, or null.
  static Json maybe(const std::optional<std::string>& value) { return value ? string(*value) : null(); }

  bool is(Kind other) const { return kind == other; }
  const Json* find(std::string_view name) const;
  Json* find(std::string_view name);
  /// Replaces the member, or adds it last.
  void set(std::string_view name, Json value);
  void erase(std::string_view name);

  /// Members sorted by UTF-16 code units at every depth.
  std::string canonical() const;
  /// Members in their own order.
  std::string plain() const;

 private:
  static Json of(Kind kind) {
    Json json;
    json.kind = kind;
    return json;
  }
};

/// Nothing where `text` is no JSON.
std::optional<Json> parse_json(std::string_view text);

/// Less by UTF-16 code units.
bool utf16_less(std::string_view left, std::string_view right);

}  // namespace govlog::testing
