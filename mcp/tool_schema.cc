#include "mcp/tool_schema.h"

#include "api/json_writer.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {
namespace {

void append_strings(std::string& out, const std::vector<std::string_view>& texts) {
  append_array(out, texts, [](std::string& list, std::string_view text) { append_json_string(list, text); });
}

/// Type and bounds of one value.
void append_bounds(ObjectWriter& object, const Parameter& parameter) {
  object.token("type", parameter.type == ParameterType::kInteger ? R"("integer")" : R"("string")");
  if (parameter.type == ParameterType::kInteger) {
    object.token("minimum", fmt::format("{}", parameter.minimum));
    object.token("maximum", fmt::format("{}", parameter.maximum));
  } else if (parameter.type == ParameterType::kChoice) {
    append_strings(object.begin("enum"), parameter.choices);
  } else {
    object.token("maxLength", fmt::format("{}", parameter.maximum));
  }
}

void append_type(ObjectWriter& object, const ToolArgument& argument) {
  const Parameter& parameter = argument.parameter;
  if (argument.boolean) return object.token("type", R"("boolean")");
  if (parameter.type == ParameterType::kJson && argument.items_schema.empty()) return object.token("type", R"("object")");
  if (!parameter.repeatable && parameter.type != ParameterType::kJson) return append_bounds(object, parameter);
  object.token("type", R"("array")");
  if (argument.items_schema.empty()) {
    ObjectWriter items(object.begin("items"));
    append_bounds(items, parameter);
    items.close();
  } else {
    object.token("items", argument.items_schema);
  }
  object.token("maxItems", fmt::format("{}", parameter.items_maximum));
}

void append_property(std::string& out, const ToolArgument& argument) {
  const Parameter& parameter = argument.parameter;
  ObjectWriter object(out);
  append_type(object, argument);
  const bool bare = argument.boolean || parameter.type == ParameterType::kInteger;
  if (!parameter.default_text.empty() && bare) object.token("default", parameter.default_text);
  if (!parameter.default_text.empty() && !bare) object.text("default", parameter.default_text);
  object.text("description", parameter.help);
  object.close();
}

}  // namespace

void append_input_schema(std::string& out, const Tool& tool, std::span<const std::string_view> without) {
  ObjectWriter schema(out);
  schema.token("type", R"("object")");
  schema.boolean("additionalProperties", false);
  ObjectWriter properties(schema.begin("properties"));
  std::vector<std::string_view> required;
  for (const ToolArgument& argument : tool.arguments) {
    if (std::find(without.begin(), without.end(), argument.parameter.name) != without.end()) continue;
    append_property(properties.begin(argument.parameter.name), argument);
    if (argument.parameter.required) required.push_back(argument.parameter.name);
  }
  properties.close();
  if (!required.empty()) append_strings(schema.begin("required"), required);
  schema.close();
}

std::string_view json_type_of(const ToolArgument& argument) {
  const Parameter& parameter = argument.parameter;
  if (argument.boolean) return "boolean";
  if (parameter.type == ParameterType::kJson) return argument.items_schema.empty() ? "object" : "array";
  if (parameter.repeatable) return "array";
  return parameter.type == ParameterType::kInteger ? "integer" : "string";
}

void append_tool(std::string& out, const Tool& tool) {
  ObjectWriter object(out);
  object.text("name", tool.name);
  object.text("title", tool.title);
  object.text("description", tool.description);
  append_input_schema(object.begin("inputSchema"), tool, {});
  object.token("outputSchema", tool.output_schema);
  ObjectWriter annotations(object.begin("annotations"));
  annotations.text("title", tool.title);
  annotations.boolean("readOnlyHint", tool.kind == ToolKind::kRead);
  annotations.boolean("destructiveHint", false);
  annotations.boolean("idempotentHint", tool.kind != ToolKind::kWrite);
  annotations.boolean("openWorldHint", false);
  annotations.close();
  object.close();
}

}  // namespace govlog
