// The fold of a state, merge patch and diff, on a text that is one line "state, newline, event type, newline, data", as it is and made
// canonical. Nothing crashes; from canonical objects come canonical objects; and a state folded twice with the same patch stays.

#include "base/assert.h"
#include "codec/canonical.h"
#include "codec/json_patch.h"
#include "codec/json_text.h"
#include "codec/state.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr int kDepthMax = 65;

std::string_view take_line(std::string_view& text) {
  const std::size_t length = text.find('\n');
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  return line;
}

void check_canonical(const std::string& text) {
  const Result<std::string> canonical = canonicalize(text, kDepthMax + 1);
  GOVLOG_ASSERT(canonical.ok() && *canonical == text, "{}", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(bytes), size);
  const std::string_view state = take_line(rest);
  const std::string_view event_type = take_line(rest);
  (void)fold_event(state, event_type, rest);  // any bytes: only that it comes back
  (void)json_diff(state, rest);
  (void)json_unescape(state);
  (void)compare_json_keys(state, rest);

  const Result<std::string> from = canonicalize(state, kDepthMax);
  const Result<std::string> data = canonicalize(rest, kDepthMax);
  if (!from.ok() || !data.ok() || json_kind(*from) != JsonKind::kObject || json_kind(*data) != JsonKind::kObject) return 0;
  const std::string to = fold_event(*from, event_type, *data).value();
  check_canonical(to);
  const std::string merged = merge_patch(*from, *data).value();
  check_canonical(merged);
  GOVLOG_ASSERT(merge_patch(merged, *data).value() == merged, "{}", merged);
  const auto patch = json_diff(*from, to);
  for (const PatchOperation& operation : patch.value()) {
    if (operation.kind != PatchKind::kAdd) check_canonical(operation.from);
    if (operation.kind != PatchKind::kRemove) check_canonical(operation.to);
  }
  return 0;
}
