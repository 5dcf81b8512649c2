// canonicalize on any bytes. What it accepts, an independent parser (simdjson's DOM) accepts; what that accepts and it refuses, it
// refuses for a rule of ours; and its output is a fixed point that JsonCursor can walk.

#include "base/assert.h"
#include "codec/canonical.h"
#include "codec/json_text.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr int kDepthMax = 65;

/// Walks all of `value`: each part is well formed, and members stand in order.
void check_walk(std::string_view value) {
  GOVLOG_ASSERT(json_value_length(value) == value.size(), "{}", value);
  if (json_kind(value) == JsonKind::kString) {
    GOVLOG_ASSERT(json_quote(json_unescape(value)) == value, "{}", value);
    return;
  }
  std::string_view last;
  bool first = true;
  JsonCursor member(value);
  for (; member.next(); first = false) {
    if (json_kind(value) == JsonKind::kObject && !first) GOVLOG_ASSERT(compare_json_keys(last, member.key()) < 0, "{}", value);
    last = member.key();
    check_walk(member.value());
  }
  GOVLOG_ASSERT(member.ok(), "{}", value);
}

bool is_rule_of_ours(std::string_view message) {
  constexpr std::string_view kRules[] = {"is there twice", "nested deeper", "characters", "digits in its exponent",
                                         "surrogate"};
  for (const std::string_view rule : kRules) {
    if (message.find(rule) != std::string_view::npos) return true;
  }
  return false;
}

void check_split(std::string_view json, bool valid) {
  const auto items = split_json_array(json);
  if (!items.ok() || !*items) {
    GOVLOG_ASSERT(!valid || items.ok(), "{}", items.error().message);
    return;
  }
  std::string again = "[";
  bool all_valid = true;
  for (const std::string_view item : **items) {
    const Result<std::string> canonical = canonicalize(item, kDepthMax - 1);
    all_valid = all_valid && canonical.ok();
    if (again.size() > 1) again += ',';
    if (canonical.ok()) again += *canonical;
  }
  again += ']';
  GOVLOG_ASSERT(all_valid == valid, "split and whole differ on {}", json);
  if (valid) GOVLOG_ASSERT(again == canonicalize(json, kDepthMax).value(), "{}", again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const Result<std::string> canonical = canonicalize(json, kDepthMax);
  simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(json)).error();
  if (canonical.ok()) {
    // The DOM refuses numbers that fit no double or 64-bit integer too, which are fine here.
    GOVLOG_ASSERT(!error || error == simdjson::NUMBER_ERROR, "accepted, but {}: {}", simdjson::error_message(error), json);
    check_walk(*canonical);
    GOVLOG_ASSERT(canonicalize(*canonical, kDepthMax).value() == *canonical, "{}", *canonical);
  } else {
    GOVLOG_ASSERT(error || is_rule_of_ours(canonical.error().message), "refused, {}: {}", canonical.error().message, json);
  }
  check_split(json, canonical.ok());
  return 0;
}
