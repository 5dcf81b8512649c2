#pragma once
// Tools as `tools/list` describes them: JSON Schemas made from their arguments.

#include "mcp/tools.h"

#include <string>

namespace govlog {

/// One item of `tools`.
void append_tool(std::string& out, const Tool& tool);

/// What a property's JSON type is called: "string", "integer", "array", "object", "boolean".
std::string_view json_type_of(const ToolArgument& argument);

}  // namespace govlog
