#include "codec/contains_query.h"

#include "codec/canonical.h"
#include "codec/json_number.h"
#include "codec/json_text.h"

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

bool some_item_contains(std::string_view array, std::string_view part) {
  for (JsonCursor item(array); item.next();) {
    if (contains(item.value(), part)) return true;
  }
  return false;
}

/// Every pair of a value here and a value there is compared at most once, since each has one parent.
bool array_contains(std::string_view whole, std::string_view part) {
  for (JsonCursor wanted(part); wanted.next();) {
    if (!some_item_contains(whole, wanted.value())) return false;
  }
  return true;
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
  query.document_ = document.take();
  return query;
}

bool ContainsQuery::admits(std::string_view data) const { return document_.starts_with('{') && contains(data, document_); }

}  // namespace govlog
