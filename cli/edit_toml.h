#pragma once
// One table of a TOML file set, and everything else kept byte for byte.

#include "base/result.h"
#include "cli/config_entry.h"

#include <string>
#include <string_view>

namespace govlog {

/// `text` with `entry` as the table `[section.name]`; the same text where it says so already. Where the table is there, its other keys stay; a new
/// one goes to the end. kInvalidArgument with `details.line` where `text` is no TOML, or says the entry in another form (an inline table, dotted
/// keys), or says that it is a server with a `url`.
Result<std::string> set_toml_entry(std::string_view text, const ConfigEntry& entry);

}  // namespace govlog
