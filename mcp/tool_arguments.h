#pragma once
// The `arguments` of a tool call, from JSON to what operations take.

#include "api/operation.h"
#include "base/result.h"
#include "mcp/tools.h"

#include <string_view>

namespace govlog {

/// The members of `object` (compact text) by the tool's names, each of the type that its schema says (one string stands for an array of one), known, there
/// where required, and within its bounds. kInvalidArgument with `details.parameter`, kInvalidJson for a lone surrogate.
/// `known`: arguments that stand elsewhere, by the tool's names, and may not stand in `object`.
Result<Arguments> read_tool_arguments(const Tool& tool, std::string_view object, const Arguments& known = {});

/// A read that a tool asks for.
struct ToolRead {
  const Operation* operation = nullptr;
  Arguments arguments;  // by the operation's names
};

/// kInvalidArgument where an argument belongs to another operation of the tool.
Result<ToolRead> plan_read(const Tool& tool, const Arguments& arguments);

/// `error` with the tool's name in `details.parameter`, where it has the operation's.
Error by_tool_names(const Tool& tool, Error error);

}  // namespace govlog
