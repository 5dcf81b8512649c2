#pragma once
// Which store a command line means: contract 5.

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace govlog {

/// `given` (of --db), else GOVLOG_DB, else the nearest `.govlog` directory from here upwards, else `$XDG_DATA_HOME/govlog`, else
/// `~/.local/share/govlog`. kInvalidArgument where GOVLOG_DB is empty, or where nothing says where home is.
Result<std::filesystem::path> choose_store(const std::optional<std::string>& given);

}  // namespace govlog
