#pragma once
// One entry of a settings file set, and everything else kept byte for byte: comments, order, indentation, line ends.

#include "base/result.h"
#include "cli/config_entry.h"
#include "cli/jsonc_text.h"

#include <string>
#include <string_view>

namespace govlog {

/// `text` with `entry` in it; the same text where it says so already. Where the entry is there, its other members (such as `env`) stay. New members
/// are indented as their neighbours. Empty text becomes a file. kInvalidArgument with `details.line` where `text` is not valid, or says something at
/// the entry's place that is no object, or that is a server with a `url`.
Result<std::string> set_jsonc_entry(std::string_view text, const ConfigEntry& entry, JsoncComments comments);

}  // namespace govlog
