// The editors of hosts' settings on any bytes, as JSON, JSON with comments, and TOML. What is taken says the entry afterwards, so that a second edit
// changes nothing, and has lost nothing but the values that the entry replaced; a refusal names its line.

#include "base/assert.h"
#include "cli/edit_jsonc.h"
#include "cli/edit_toml.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

const ConfigEntry kEntry{"s", "g", {{"command", "/x\"\\\n"}, {"args", std::vector<std::string>{"--db", "", "mcp"}}}};

void check(std::string_view text, const Result<std::string>& edited, Result<std::string> (*edit)(std::string_view)) {
  if (!edited.ok()) {
    const Error& error = edited.error();
    GOVLOG_ASSERT(error.code == Code::kInvalidArgument && error.message.starts_with("line "), "{}", error.message);
    GOVLOG_ASSERT(!error.details.empty() && error.details[0].name == "line", "{}", error.message);
    return;
  }
  const Result<std::string> again = edit(*edited);
  GOVLOG_ASSERT(again.ok() && *again == *edited, "a second edit changes {} bytes into {}", edited->size(),
                again.ok() ? again->size() : 0);
  // Where nothing was replaced, all that was there is there still, in its order.
  if (text.find("command") != std::string_view::npos || text.find("args") != std::string_view::npos ||
      text.find('\\') != std::string_view::npos)
    return;
  auto left = text.find_first_not_of(" \t\r\n") == std::string_view::npos ? text.end() : text.begin();
  for (const char c : *edited) left += left != text.end() && *left == c ? 1 : 0;
  GOVLOG_ASSERT(left == text.end(), "{} bytes were lost", text.end() - left);
}

Result<std::string> as_json(std::string_view text) { return set_jsonc_entry(text, kEntry, JsoncComments::kRefused); }
Result<std::string> as_jsonc(std::string_view text) { return set_jsonc_entry(text, kEntry, JsoncComments::kAllowed); }
Result<std::string> as_toml(std::string_view text) { return set_toml_entry(text, kEntry); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto edit : {as_json, as_jsonc, as_toml}) check(text, edit(text), edit);
  return 0;
}
