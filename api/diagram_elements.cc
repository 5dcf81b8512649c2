#include "api/diagram_elements.h"

#include "api/arguments.h"
#include "codec/event_types.h"
#include "codec/json_text.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {

namespace {

Status check_element(std::string_view item, std::size_t index) {
  struct Field {
    std::string_view name;
    std::size_t maximum;
  };
  static constexpr std::array<Field, 4> kFields{{{"id", 100}, {"name", 500}, {"type", 100}, {"layer", 100}}};
  const std::string where = fmt::format("elements[{}]", index);
  if (json_kind(item) != JsonKind::kObject)
    return argument_error(
        "elements", fmt::format(R"({} is {}, expected an object such as {{"id":"svc-ledger"}})", where, kind_words(item)));
  for (JsonCursor member(item); member.next();) {
    const auto field = std::find_if(kFields.begin(), kFields.end(), [&](const Field& f) { return f.name == member.key(); });
    if (field == kFields.end())
      return argument_error("elements",
                            fmt::format("{} has {}; an element has id, name, type, layer", where, shorten(member.key())));
    if (json_kind(member.value()) != JsonKind::kString)
      return argument_error("elements",
                            fmt::format("{}.{} is {}, expected a string", where, field->name, kind_words(member.value())));
    const std::size_t length = count_code_points(json_unescape(member.value())).value_or(0);
    if (length > field->maximum)
      return argument_error("elements",
                            fmt::format("{}.{} has {} characters, at most {}", where, field->name, length, field->maximum));
  }
  if (json_member(item, "id").value_or(R"("")") == R"("")")
    return argument_error("elements", fmt::format("{} has no id, which every element needs", where));
  return Ok{};
}

}  // namespace

Status check_elements(std::string_view json) {
  if (json_kind(json) != JsonKind::kArray)
    return argument_error("elements", fmt::format("elements is {}, expected an array of objects", kind_words(json)));
  std::size_t count = 0;
  for (JsonCursor item(json); item.next(); ++count) {
    if (count == kElementsMaximum) return argument_error("elements", fmt::format("elements has more than {} items", count));
    GOVLOG_TRY(check_element(item.value(), count));
  }
  return Ok{};
}

}  // namespace govlog
