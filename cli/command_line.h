#pragma once
// From the words after `govlog` to an Invocation.

#include "cli/command.h"

#include <span>
#include <string>
#include <variant>

namespace govlog {

struct HelpRequest {
  std::string topic;  // a command, a group of commands, or empty for the overview
};
struct VersionRequest {};

using ParsedLine = std::variant<Invocation, HelpRequest, VersionRequest>;

/// Understands `words`. Flags stand anywhere, `--x=y` and `--x y` are the same, `--` ends flags, a value that begins with `-` is given as `--x=-y`.
/// kInvalidArgument for an unknown command or flag (with the nearest name), a flag without its value or twice, an argument too many, or
/// one missing; `details.parameter` names it.
Result<ParsedLine> parse_command_line(std::span<const std::string> words);

/// Whether errors are to be told as JSON, also where `words` are not understood.
bool asks_for_json(std::span<const std::string> words);

}  // namespace govlog
