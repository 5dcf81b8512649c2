#pragma once
// What `--help` says, made from the table of commands alone: nothing is opened for it.

#include "cli/command.h"

#include <string>
#include <string_view>

namespace govlog {

/// The overview; the page of a command; or those of a group of commands.
std::string render_help(std::string_view topic, const Style& style, std::size_t width);

std::string render_version();

}  // namespace govlog
