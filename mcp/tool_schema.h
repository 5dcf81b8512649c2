#pragma once
// Tools as `tools/list` describes them: JSON Schemas made from their arguments.

#include "mcp/tools.h"

#include <string>

namespace govlog {

/// One item of `tools`.
void append_tool(std::string& out, const Tool& tool);

/// JSON Schema of the object of the tool's arguments, but for those named `without`.
void append_input_schema(std::string& out, const Tool& tool, std::span<const std::string_view> without);

/// What a property's JSON type is called: "string", "integer", "array", "object", "boolean".
std::string_view json_type_of(const ToolArgument& argument);

}  // namespace govlog
