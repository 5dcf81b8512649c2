#include "server/openapi.h"

#include "api/json_writer.h"
#include "api/operation.h"
#include "api/parameters.h"
#include "base/version.h"
#include "codec/json_text.h"
#include "mcp/tool_schema.h"
#include "mcp/tools.h"
#include "server/cloud_events.h"
#include "server/feed.h"
#include "server/openapi_responses.h"
#include "server/openapi_schemas.h"
#include "server/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace govlog {

namespace {

constexpr std::string_view kInPath = "path";
constexpr std::string_view kInQuery = "query";
constexpr std::string_view kInHeader = "header";

std::string operation_id(const Route& route) {
  std::string id(route.method);
  std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char c : route.path) {
    if (c == '/' || c == '-' || c == '.')
      id += '_';
    else if (c != '{' && c != '}')
      id += c;
  }
  return id;
}

void append_schema_of(std::string& out, const Parameter& parameter, bool in_path) {
  const auto one = [&](std::string& into) {
    ObjectWriter schema(into);
    schema.text("type", std::string_view(parameter.type == ParameterType::kInteger ? "integer" : "string"));
    if (parameter.type == ParameterType::kInteger) {
      schema.token("minimum", std::to_string(parameter.minimum));
      schema.token("maximum", std::to_string(parameter.maximum));
    }
    if (parameter.type == ParameterType::kChoice)
      append_array(schema.begin("enum"), parameter.choices,
                   [](std::string& list, std::string_view choice) { append_json_string(list, choice); });
    if (parameter.type == ParameterType::kText && parameter.maximum > 0)
      schema.token("maxLength", std::to_string(parameter.maximum));
    schema.close();
  };
  if (!parameter.repeatable || in_path) return one(out);
  ObjectWriter array(out);
  array.text("type", std::string_view("array"));
  one(array.begin("items"));
  if (parameter.items_maximum > 0) array.number("maxItems", std::uint64_t{parameter.items_maximum});
  array.close();
}

struct Shown {
  const Parameter* parameter;
  std::string_view name;
  std::string_view where;
};

void append_parameter(std::string& out, const Shown& shown) {
  const Parameter& parameter = *shown.parameter;
  const bool in_path = shown.where == kInPath;
  ObjectWriter object(out);
  object.text("name", shown.name);
  object.text("in", shown.where);
  object.boolean("required", in_path || parameter.required);
  std::string help(parameter.help);
  if (!parameter.default_text.empty()) help += fmt::format("; {} without it", parameter.default_text);
  object.text("description", std::string_view(help));
  append_schema_of(object.begin("schema"), parameter, in_path);
  object.close();
}

/// The names in braces of a path, in order.
std::vector<std::string_view> variables_of(std::string_view path) {
  std::vector<std::string_view> out;
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    out.push_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return out;
}

const Parameter* find_parameter(std::span<const Parameter> parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

std::span<const Parameter> parameters_of(const Route& route) {
  static const std::vector<Parameter> kAppend{
      with_default(choice_parameter("on_error", {"stop", "skip"}, "of NDJSON: what to do at a line that is refused"), "stop")};
  if (route.action == RouteAction::kRead) return find_operation(route.operation)->parameters;
  if (route.action == RouteAction::kFeed) return feed_query_parameters();
  if (route.action == RouteAction::kAppend) return kAppend;
  return {};
}

/// Headers that the route reads, besides those that every request may have.
std::span<const Parameter> headers_of(const Route& route) {
  static const std::vector<Parameter> kWrite{
      text_parameter("If-Match", 0, R"(the version that the entity must be at, in quotes: "3")"),
      text_parameter("Idempotency-Key", 0, "a UUID, the event's id: the same request again keeps nothing more")};
  static const std::vector<Parameter> kAppend{
      kWrite.front(),
      text_parameter("ce-specversion", 0, "1.0: the body is the data of a CloudEvent, whose other attributes are headers too")};
  static const std::vector<Parameter> kFeed{
      integer_parameter("Last-Event-ID", 0, kIntegerMaximum, "events behind this position; wins over after")};
  static const std::vector<Parameter> kTagged{text_parameter("If-None-Match", 0, "an ETag: 304 where nothing has changed")};
  static const std::vector<Parameter> kMcp{
      text_parameter("Mcp-Session-Id", 0, "the session, of protocol versions up to 2025-11-25"),
      text_parameter("MCP-Protocol-Version", 0, "the protocol version"),
      text_parameter("Mcp-Method", 0, "the message's method, from protocol version 2026-07-28 on"),
      text_parameter("Mcp-Name", 0, "the tool, resource or prompt that it names")};
  if (route.action == RouteAction::kWrite) return kWrite;
  if (route.action == RouteAction::kAppend) return kAppend;
  if (route.action == RouteAction::kFeed) return kFeed;
  if (route.action == RouteAction::kMcp) return kMcp;
  const bool tagged = route.operation == "at" || route.operation == "event";
  return tagged ? std::span<const Parameter>(kTagged) : std::span<const Parameter>();
}

std::vector<Shown> shown_of(const Route& route) {
  static const Parameter kEntityId = text_parameter("entity_id", kIdMaximum, "id of the entity");
  static const Parameter kEntityType = text_parameter("entity_type", kTypeMaximum, "its type, where several have that id");
  const std::span<const Parameter> all = parameters_of(route);
  std::vector<Shown> shown;
  const std::vector<std::string_view> variables = variables_of(route.path);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Parameter* parameter = find_parameter(all, route.segments[i]);
    if (parameter == nullptr) parameter = route.segments[i] == "entity_type" ? &kEntityType : &kEntityId;
    shown.push_back({parameter, variables[i], kInPath});
  }
  if (route.takes_entity_type) shown.push_back({&kEntityType, "entity_type", kInQuery});
  for (const Parameter& parameter : all) {
    const bool in_path = std::find(route.segments.begin(), route.segments.end(), parameter.name) != route.segments.end();
    const bool closed = parameter.of_face && parameter.name != route.opens;
    if (!in_path && !closed && parameter.name != "entity") shown.push_back({&parameter, parameter.name, kInQuery});
  }
  for (const Parameter& parameter : headers_of(route)) shown.push_back({&parameter, parameter.name, kInHeader});
  return shown;
}

void append_content(ObjectWriter& content, std::string_view type, std::string_view schema) {
  ObjectWriter media(content.begin(type));
  media.token("schema", schema);
  media.close();
}

void append_body(ObjectWriter& operation, const Route& route) {
  const bool writes = route.action == RouteAction::kWrite;
  const bool appends = route.action == RouteAction::kAppend;
  const bool speaks = route.action == RouteAction::kMcp && route.method == "POST";
  if (!writes && !appends && !speaks) return;
  ObjectWriter body(operation.begin("requestBody"));
  body.boolean("required", route.method != "DELETE");
  ObjectWriter content(body.begin("content"));
  if (writes) {
    std::string schema;
    append_input_schema(schema, body_of(route.operation), route.segments);
    append_content(content, kJson, schema);
  } else {
    const std::string one = schema_reference(appends ? "NewEvent" : "RpcMessage");
    append_content(content, kJson, fmt::format(R"({{"oneOf":[{0},{{"type":"array","items":{0}}}]}})", one));
  }
  if (appends) {
    append_content(content, "application/x-ndjson", R"({"type":"string","description":"a NewEvent a line"})");
    append_content(content, kCloudEvent, schema_reference("CloudEvent"));
    append_content(content, kCloudEventBatch, schema_reference("CloudEvents"));
  }
  content.close();
  body.close();
}

std::string_view title_of(const Route& route) {
  if (route.action == RouteAction::kRead) return find_operation(route.operation)->title;
  return route.action == RouteAction::kWrite ? body_of(route.operation).title : route.title;
}

std::string_view summary_of(const Route& route) {
  if (route.action == RouteAction::kRead) return find_operation(route.operation)->summary;
  return route.action == RouteAction::kWrite ? body_of(route.operation).description : route.summary;
}

void append_operation(std::string& out, const Route& route) {
  ObjectWriter operation(out);
  operation.text("operationId", std::string_view(operation_id(route)));
  operation.text("summary", title_of(route));
  operation.text("description", summary_of(route));
  append_array(operation.begin("parameters"), shown_of(route),
               [](std::string& list, const Shown& shown) { append_parameter(list, shown); });
  append_body(operation, route);
  append_responses(operation.begin("responses"), route);
  operation.close();
}

void append_paths(std::string& out) {
  std::vector<std::string_view> paths;
  for (const Route& route : routes()) {
    if (std::find(paths.begin(), paths.end(), route.path) == paths.end()) paths.push_back(route.path);
  }
  ObjectWriter object(out);
  for (const std::string_view path : paths) {
    ObjectWriter item(object.begin(path));
    for (const Route& route : routes()) {
      if (route.path != path) continue;
      std::string method(route.method);
      std::transform(method.begin(), method.end(), method.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      append_operation(item.begin(method), route);
    }
    item.close();
  }
  object.close();
}

std::string make_document() {
  std::string out;
  ObjectWriter document(out);
  document.text("openapi", std::string_view("3.1.0"));
  ObjectWriter info(document.begin("info"));
  info.text("title", std::string_view("Govlog"));
  info.text("version", kVersion);
  info.text("description", std::string_view("A governance event log: what was decided, what changed, what a change hits, and "
                                            "what anything looked like at any past instant."));
  info.close();
  document.token("servers", R"([{"url":"/"}])");
  document.token("security", R"([{},{"bearer":[]}])");
  append_paths(document.begin("paths"));
  ObjectWriter components(document.begin("components"));
  components.token("securitySchemes", R"({"bearer":{"type":"http","scheme":"bearer"}})");
  components.token("responses", openapi_responses());
  components.token("schemas", openapi_schemas());
  components.close();
  document.close();
  return out;
}

}  // namespace

const std::string& openapi() {
  static const std::string kDocument = make_document();
  return kDocument;
}

}  // namespace govlog
