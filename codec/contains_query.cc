#include "codec/contains_query.h"

#include "codec/canonical.h"
#include "codec/json_number.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <unordered_set>

namespace govlog {
namespace {

/// Both texts are canonical, so values of one kind other than numbers and containers are equal where they are written alike.
bool same_scalar(std::string_view a, std::string_view b) {
  return a == b || (json_kind(a) == JsonKind::kNumber && json_kind(b) == JsonKind::kNumber && same_number(a, b));
}

bool is_container(std::string_view value) { return value.starts_with('{') || value.starts_with('['); }

bool contains(std::string_view whole, std::string_view part);

/// Members are in one order on both sides, so one walk finds all.
bool object_contains(std::string_view whole, std::string_view part) {
  JsonCursor there(whole);
  for (JsonCursor wanted(part); wanted.next();) {
    int order = -1;
    while (order < 0 && there.next()) order = there.key() == wanted.key() ? 0 : compare_json_keys(there.key(), wanted.key());
    if (order != 0 || !contains(there.value(), wanted.value())) return false;
  }
  return true;
}

/// One text for all scalars that are equal.
std::string normal_value(std::string_view value) {
  return json_kind(value) == JsonKind::kNumber ? normal_number(value) : std::string(value);
}

/// The items of an array, to ask for some of them. Many questions make a set of them, so that only containers that none is equal to are looked for one by one.
class Items {
 public:
  explicit Items(std::string_view array) : array_(array) {}

  bool some_contains(std::string_view part) {
    if (++asked_ > kAskedOneByOne) {
      make_set();
      if (set_.contains(normal_value(part))) return true;
      if (!is_container(part)) return false;
    }
    for (JsonCursor item(array_); item.next();) {
      if (contains(item.value(), part)) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kAskedOneByOne = 8;

  void make_set() {
    if (!set_.empty()) return;
    for (JsonCursor item(array_); item.next();) set_.insert(normal_value(item.value()));
  }

  std::string_view array_;
  std::size_t asked_ = 0;
  std::unordered_set<std::string> set_;
};

bool array_contains(std::string_view whole, std::string_view part) {
  Items items(whole);
  for (JsonCursor wanted(part); wanted.next();) {
    if (!items.some_contains(wanted.value())) return false;
  }
  return true;
}

/// The document with each item of an array once. As deep as kJsonDepthMax.
void append_as_sets(std::string& out, std::string_view value) {
  if (!is_container(value)) {
    out += value;
    return;
  }
  const bool object = value.front() == '{';
  std::unordered_set<std::string> seen;
  out += value.front();
  bool first = true;
  for (JsonCursor part(value); part.next();) {
    std::string text;
    append_as_sets(text, part.value());
    if (!object && !seen.insert(normal_value(text)).second) continue;
    if (!first) out += ',';
    first = false;
    if (object) out += fmt::format("\"{}\":", part.key());
    out += text;
  }
  out += object ? '}' : ']';
}

/// As deep as `part`, which is kJsonDepthMax at most.
bool contains(std::string_view whole, std::string_view part) {
  if (!is_container(part)) return same_scalar(whole, part);
  if (whole.empty() || whole.front() != part.front()) return false;
  return part.front() == '{' ? object_contains(whole, part) : array_contains(whole, part);
}

}  // namespace

Result<ContainsQuery> ContainsQuery::parse(std::string_view json) {
  Result<std::string> document = canonicalize(json, kJsonDepthMax);
  if (!document.ok()) {
    Error error = document.take_error();
    return Error{Code::kInvalidArgument, fmt::format("contains is no JSON value: {}", error.message), std::move(error.details)}
        .with("parameter", "contains");
  }
  ContainsQuery query;
  append_as_sets(query.document_, *document);
  return query;
}

bool ContainsQuery::admits(std::string_view data) const { return document_.starts_with('{') && contains(data, document_); }

}  // namespace govlog
