#include "server/openapi.h"

#include "api/json_writer.h"
#include "api/operation.h"
#include "api/parameters.h"
#include "base/version.h"
#include "codec/json_text.h"
#include "mcp/tool_outputs.h"
#include "mcp/tool_schema.h"
#include "mcp/tools.h"
#include "server/feed.h"
#include "server/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace govlog {

namespace {

constexpr std::string_view kErrorSchema =
    R"({"type":"object","required":["error","type","title","status"],"properties":{"error":{"type":"object","required":["code","message","details"],"properties":{"code":{"type":"string"},"message":{"type":"string"},"details":{"type":"object"}}},"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"}}})";
constexpr std::string_view kObjectSchema =
    R"({"type":"object","required":["log_position"],"properties":{"log_position":{"type":"integer"}}})";
constexpr std::string_view kEventSchema =
    R"({"type":"object","required":["position","id","version","created_at","recorded_at","event_type","entity_type","entity_id","actor","data","metadata"],"properties":{"position":{"type":"integer"},"version":{"type":"integer"},"data":{"type":"object"},"metadata":{"type":"object"}}})";
constexpr std::string_view kRootSchema =
    R"({"type":"object","required":["size","root"],"properties":{"size":{"type":"integer"},"root":{"type":"string"}}})";
constexpr std::string_view kProofSchema =
    R"({"type":"object","required":["path"],"properties":{"path":{"type":"array","items":{"type":"string"}}}})";
constexpr std::string_view kFeedSchema =
    R"({"type":"object","required":["items","next_after","log_position"],"properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},"next_after":{"type":"integer"},"log_position":{"type":"integer"}}})";
constexpr std::string_view kStatusSchema =
    R"({"type":"object","required":["status"],"properties":{"status":{"type":"string"}}})";
constexpr std::string_view kAppendBody =
    R"({"oneOf":[{"$ref":"#/components/schemas/NewEvent"},{"type":"array","items":{"$ref":"#/components/schemas/NewEvent"}}]})";
constexpr std::string_view kNewEventSchema =
    R"({"type":"object","required":["event_type","entity_type","entity_id","data"],"properties":{"id":{"type":"string","format":"uuid"},"event_type":{"type":"string","maxLength":100},"entity_type":{"type":"string","maxLength":50},"entity_id":{"type":"string","maxLength":100},"actor":{"type":["string","null"],"maxLength":100},"created_at":{"type":"string","format":"date-time"},"expected_version":{"type":"integer","minimum":0},"data":{"type":"object"},"metadata":{"type":"object"}}})";

/// What a read answers.
std::string_view answer_schema(std::string_view operation) {
  static const std::map<std::string_view, std::string_view> kOthers{{"event", R"({"$ref":"#/components/schemas/Event"})"},
                                                                    {"root", kRootSchema},
                                                                    {"prove", kProofSchema},
                                                                    {"consistency", kProofSchema},
                                                                    {"path", kWhyOutput}};
  if (const auto found = kOthers.find(operation); found != kOthers.end()) return found->second;
  for (const Tool& tool : tools()) {
    const bool runs =
        std::any_of(tool.operations.begin(), tool.operations.end(), [&](const Operation* o) { return o->name == operation; });
    if (runs) return tool.output_schema;
  }
  return kObjectSchema;
}

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

void append_schema_of(std::string& out, const Parameter& parameter) {
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
  if (!parameter.repeatable) return one(out);
  ObjectWriter array(out);
  array.text("type", std::string_view("array"));
  one(array.begin("items"));
  if (parameter.items_maximum > 0) array.number("maxItems", std::uint64_t{parameter.items_maximum});
  array.close();
}

void append_parameter(std::string& out, const Parameter& parameter, std::string_view name, bool in_path) {
  ObjectWriter object(out);
  object.text("name", name);
  object.text("in", std::string_view(in_path ? "path" : "query"));
  object.boolean("required", in_path || parameter.required);
  std::string help(parameter.help);
  if (!parameter.default_text.empty()) help += fmt::format("; {} without it", parameter.default_text);
  object.text("description", std::string_view(help));
  append_schema_of(object.begin("schema"), parameter);
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
  if (route.action == RouteAction::kRead) return find_operation(route.operation)->parameters;
  if (route.action == RouteAction::kFeed) return feed_query_parameters();
  return {};
}

void append_parameters(std::string& out, const Route& route) {
  static const Parameter kEntityId = text_parameter("entity_id", kIdMaximum, "id of the entity");
  static const Parameter kEntityType = text_parameter("entity_type", kTypeMaximum, "its type, where several have that id");
  const std::span<const Parameter> all = parameters_of(route);
  struct Shown {
    const Parameter* parameter;
    std::string_view name;
    bool in_path;
  };
  std::vector<Shown> shown;
  const std::vector<std::string_view> variables = variables_of(route.path);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Parameter* parameter = find_parameter(all, route.segments[i]);
    if (parameter == nullptr) parameter = route.segments[i] == "entity_type" ? &kEntityType : &kEntityId;
    shown.push_back({parameter, variables[i], true});
  }
  if (route.takes_entity_type) shown.push_back({&kEntityType, "entity_type", false});
  for (const Parameter& parameter : all) {
    const bool in_path = std::find(route.segments.begin(), route.segments.end(), parameter.name) != route.segments.end();
    const bool closed = parameter.of_face && parameter.name != route.opens;
    if (!in_path && !closed && parameter.name != "entity") shown.push_back({&parameter, parameter.name, false});
  }
  append_array(out, shown,
               [](std::string& list, const Shown& one) { append_parameter(list, *one.parameter, one.name, one.in_path); });
}

void append_content(std::string& out, std::string_view type, std::string_view schema) {
  ObjectWriter content(out);
  ObjectWriter media(content.begin(type));
  media.token("schema", schema);
  media.close();
  content.close();
}

void append_response(ObjectWriter& responses, std::string_view status, std::string_view what, std::string_view type,
                     std::string_view schema) {
  ObjectWriter response(responses.begin(status));
  response.text("description", what);
  append_content(response.begin("content"), type, schema);
  response.close();
}

void append_responses(std::string& out, const Route& route) {
  ObjectWriter responses(out);
  switch (route.action) {
    case RouteAction::kRead:
      append_response(responses, "200", "the answer", "application/json", answer_schema(route.operation));
      break;
    case RouteAction::kFeed:
      append_response(responses, "200", "a page of the log", "application/json", kFeedSchema);
      break;
    case RouteAction::kWrite:
    case RouteAction::kAppend:
      append_response(responses, "200", "it was there already", "application/json",
                      R"({"$ref":"#/components/schemas/Receipt"})");
      append_response(responses, "201", "it is kept", "application/json", R"({"$ref":"#/components/schemas/Receipt"})");
      break;
    case RouteAction::kMetrics:
      append_response(responses, "200", "metrics", "text/plain", R"({"type":"string"})");
      break;
    case RouteAction::kPage:
      append_response(responses, "200", "a page", "text/html", R"({"type":"string"})");
      break;
    case RouteAction::kOpenApi:
      append_response(responses, "200", "this", "application/json", R"({"type":"object"})");
      break;
    default:
      append_response(responses, "200", "yes", "application/json", kStatusSchema);
      break;
  }
  append_response(responses, "default", "what is wrong", "application/json", R"({"$ref":"#/components/schemas/Error"})");
  responses.close();
}

void append_body(ObjectWriter& operation, const Route& route) {
  if (route.action == RouteAction::kAppend || route.action == RouteAction::kWrite) {
    std::string schema;
    if (route.action == RouteAction::kWrite)
      append_input_schema(schema, body_of(route.operation), route.segments);
    else
      schema = kAppendBody;
    ObjectWriter body(operation.begin("requestBody"));
    body.boolean("required", route.method != "DELETE");
    append_content(body.begin("content"), "application/json", schema);
    body.close();
  }
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
  append_parameters(operation.begin("parameters"), route);
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
  ObjectWriter schemas(components.begin("schemas"));
  schemas.token("Error", kErrorSchema);
  schemas.token("Event", kEventSchema);
  schemas.token("NewEvent", kNewEventSchema);
  schemas.token("Receipt", R"({"type":"object"})");
  schemas.close();
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
