#include "mcp/tool_arguments.h"

#include "api/arguments.h"
#include "codec/canonical.h"
#include "codec/event_types.h"
#include "codec/json_text.h"
#include "mcp/message.h"
#include "mcp/tool_schema.h"
#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace govlog {
namespace {

/// What would be right in place of `value`.
std::string_view advice(std::string_view type, JsonKind kind) {
  if (kind == JsonKind::kNull) return ": leave it out";
  if (kind == JsonKind::kString && (type == "object" || type == "array")) return ": give it as JSON itself, not as text";
  if (kind == JsonKind::kString && (type == "integer" || type == "boolean")) return ": give it without quotes";
  if (kind == JsonKind::kNumber && type == "string") return ": put it in quotes";
  return "";
}

std::string_view with_article(std::string_view type) {
  if (type == "object") return "an object";
  if (type == "array") return "an array of strings, or one string";
  if (type == "integer") return "an integer";
  if (type == "boolean") return "true or false";
  return "a string";
}

Error wrong_type(const ToolArgument& argument, std::string_view value) {
  const std::string_view type = json_type_of(argument);
  const std::string_view expected = argument.items_schema.empty() ? with_article(type) : "an array of objects";
  const std::string_view name = argument.parameter.name;
  return argument_error(
      name, fmt::format("{} is {}, expected {}{}", name, kind_words(value), expected, advice(type, json_kind(value))));
}

Result<std::string> read_text(const ToolArgument& argument, std::string_view token) {
  if (json_kind(token) != JsonKind::kString) return wrong_type(argument, token);
  if (token.find("\\u") == std::string_view::npos) return json_unescape(token);
  auto checked = canonicalize(token, 1);  // a surrogate that stands alone has no UTF-8
  if (checked.ok()) return json_unescape(*checked);
  Error error = checked.take_error();
  error.message = fmt::format("{}: {}", argument.parameter.name, error.message);
  return std::move(error).with("parameter", std::string(argument.parameter.name));
}

/// An integer's token: digits; 5.0 is the same number and is taken too.
Result<std::string> read_integer(const ToolArgument& argument, std::string_view token) {
  if (json_kind(token) != JsonKind::kNumber) return wrong_type(argument, token);
  const std::size_t point = std::min(token.find('.'), token.size());
  const std::string_view fraction = token.substr(std::min(point + 1, token.size()));
  if (fraction.find_first_not_of('0') != std::string_view::npos || !is_integer_token(token.substr(0, point)))
    return argument_error(argument.parameter.name,
                          fmt::format("{} is {}, expected an integer from {} to {}", argument.parameter.name, shorten(token),
                                      argument.parameter.minimum, argument.parameter.maximum));
  return std::string(token.substr(0, point));
}

Result<std::vector<std::string>> read_values(const ToolArgument& argument, std::string_view token) {
  std::vector<std::string> values;
  const Parameter& parameter = argument.parameter;
  if (parameter.type == ParameterType::kJson) {
    const JsonKind expected = argument.items_schema.empty() ? JsonKind::kObject : JsonKind::kArray;
    if (json_kind(token) != expected) return wrong_type(argument, token);
    values.emplace_back(token);
  } else if (argument.boolean) {
    if (token != "true" && token != "false") return wrong_type(argument, token);
    values.emplace_back(token);
  } else if (parameter.type == ParameterType::kInteger) {
    values.push_back(GOVLOG_TRY(read_integer(argument, token)));
  } else if (parameter.repeatable && json_kind(token) == JsonKind::kArray) {
    for (JsonCursor item(token); item.next();) values.push_back(GOVLOG_TRY(read_text(argument, item.value())));
  } else {
    values.push_back(GOVLOG_TRY(read_text(argument, token)));
  }
  return values;
}

/// `entity_type` and `entity_id` as the one text that operations take.
std::string entity_text(const Arguments& arguments) {
  const std::string id = argument(arguments, "entity_id").value_or("");
  const auto type = argument(arguments, "entity_type");
  return type ? *type + '/' + id : id;
}

}  // namespace

Result<Arguments> read_tool_arguments(const Tool& tool, std::string_view object, const Arguments& known) {
  Arguments arguments;
  for (JsonCursor member(object); member.next();) {
    const std::string name = json_unescape(fmt::format("\"{}\"", member.key()));
    if (arguments.contains(name)) return argument_error(name, fmt::format("{} is given twice, expected once", shorten(name)));
    const ToolArgument* argument = tool.find(name);
    std::vector<std::string> values;
    if (argument != nullptr) values = GOVLOG_TRY(read_values(*argument, member.value()));
    arguments.emplace(name, std::move(values));  // one that is unknown is refused below, with the nearest that there is
  }
  for (const auto& [name, values] : known) {
    if (!arguments.emplace(name, values).second)
      return argument_error(name, fmt::format("{} stands in the path, and not in the body", name));
  }
  GOVLOG_TRY(check_arguments(tool.parameters, arguments));
  return arguments;
}

Result<ToolRead> plan_read(const Tool& tool, const Arguments& arguments) {
  ToolRead read{.operation = tool.operations.front(), .arguments = {}};
  const auto chosen = tool.selector.empty() ? std::nullopt : argument(arguments, tool.selector);
  if (chosen) {
    const auto& choices = tool.find(tool.selector)->parameter.choices;
    const auto index = static_cast<std::size_t>(std::find(choices.begin(), choices.end(), *chosen) - choices.begin());
    GOVLOG_ASSERT(index < tool.operations.size(), "{}", *chosen);
    read.operation = tool.operations[index];
  }
  for (const auto& [name, values] : arguments) {
    if (name == tool.selector) continue;
    const std::string_view operation_name = tool.find(name)->operation_name;
    const auto& parameters = read.operation->parameters;
    const bool taken =
        std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == operation_name; });
    if (!taken) {
      std::vector<std::string_view> names;
      for (const Parameter& parameter : parameters) names.push_back(parameter.name);
      return argument_error(name, fmt::format("{} does not belong to {} {}, which takes: {}", name, tool.selector,
                                              chosen.value_or(std::string(read.operation->name)), fmt::join(names, ", ")));
    }
    const bool entity = operation_name == "entity";
    read.arguments[std::string(operation_name)] = entity ? std::vector{entity_text(arguments)} : values;
    const bool typed = entity && arguments.contains("entity_type");
    const bool slash = entity && values.front().find('/') != std::string::npos;  // the command line would split it
    if (typed || slash) read.arguments["entity_is"] = {typed ? "pair" : "id"};
  }
  return read;
}

Error by_tool_names(const Tool& tool, Error error) {
  for (Detail& detail : error.details) {
    const auto* name = std::get_if<std::string>(&detail.value);
    if (detail.name != "parameter" || name == nullptr) continue;
    for (const ToolArgument& argument : tool.arguments) {
      if (argument.operation_name != *name) continue;
      detail.value = std::string(argument.parameter.name);
      break;
    }
  }
  return error;
}

}  // namespace govlog
