#pragma once
// Our answers as JSON text, member by member, in the order in which they are written.

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// Writes one object into `out`, from its brace to the brace that close() writes.
///
///     ObjectWriter item(out);
///     item.text("entity_id", id);
///     item.close();
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  void close() { out_ += '}'; }

  /// A JSON token as it stands; empty is null.
  void token(std::string_view name, std::string_view json);
  void text(std::string_view name, std::string_view utf8);
  void text(std::string_view name, const std::optional<std::string>& utf8);
  /// A JSON token as PostgreSQL's `->>` gives it.
  void token_as_text(std::string_view name, std::string_view json);
  void number(std::string_view name, std::uint64_t value);
  void number(std::string_view name, const std::optional<std::uint64_t>& value);
  void boolean(std::string_view name, bool value);
  void time(std::string_view name, Timestamp time);
  void time(std::string_view name, const std::optional<Timestamp>& time);
  void id(std::string_view name, const Uuid& id);

  /// Begins a member whose value the caller appends to the text itself.
  std::string& begin(std::string_view name);

 private:
  std::string& out_;
  bool first_ = true;
};

/// `text`, or where it is no UTF-8 (an argument, a file's name) the same with U+FFFD for each byte beyond ASCII.
std::string as_utf8(const std::string& text);

/// Appends `[item,…]`, each item by `write(out, item)`.
template <typename Items, typename Write>
void append_array(std::string& out, const Items& items, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(out, item);
  }
  out += ']';
}

}  // namespace govlog
