#include "server/rest.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "base/system_error.h"
#include "base/version.h"
#include "codec/hash.h"
#include "codec/json_text.h"
#include "server/cloud_events.h"
#include "server/docs_page.h"
#include "server/feed.h"
#include "server/media_type.h"
#include "server/openapi.h"
#include "server/protocol.h"
#include "server/rest_reply.h"
#include "server/rest_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {

namespace {

constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"};
constexpr std::uint64_t kBodyMax = std::uint64_t{4} << 20;
constexpr std::uint64_t kBatchMax = std::uint64_t{64} << 20;

HttpReply unsupported(const std::string& type, std::string_view expected) {
  return failure_reply(HttpFailure::kUnsupportedMediaType, fmt::format("the body's Content-Type is {}, expected {}",
                                                                       type.empty() ? "missing" : as_utf8(type), expected));
}

/// Which format of a picture is which media type.
std::string_view picture_type(const Arguments& arguments) {
  const std::string format = argument(arguments, "format").value_or("json");
  if (format == "graphml") return "application/xml";
  if (format == "cytoscape") return "application/json";
  return "text/plain; charset=utf-8";
}

Error no_parameter(const std::string& name) {
  return argument_error(name, fmt::format("{} is no query parameter here", as_utf8(name)));
}

/// By what the caller calls it: `entity` is what we made of two.
Error by_route_names(Error error) {
  for (Detail& detail : error.details) {
    auto* name = std::get_if<std::string>(&detail.value);
    if (detail.name == "parameter" && name != nullptr && *name == "entity") *name = "entity_id";
  }
  return error;
}

/// The one text that operations take for an entity.
Status join_entity(Arguments& arguments) {
  const auto id = argument(arguments, "entity_id");
  const auto type = argument(arguments, "entity_type");
  if (!id) return Ok{};
  if (type && arguments["entity_type"].size() > 1) return argument_error("entity_type", "entity_type is given more than once");
  arguments.erase("entity_id");
  arguments.erase("entity_type");
  arguments["entity"] = {type ? *type + '/' + *id : *id};
  if (type || id->find('/') != std::string::npos) arguments["entity_is"] = {type ? "pair" : "id"};
  return Ok{};
}

bool has(const Operation& operation, std::string_view name, bool of_face) {
  return std::any_of(operation.parameters.begin(), operation.parameters.end(),
                     [&](const Parameter& parameter) { return parameter.name == name && parameter.of_face == of_face; });
}

std::string allowed(const std::vector<std::string_view>& methods) {
  std::string out;
  for (const std::string_view method : methods) {
    if (out.find(method) != std::string::npos) continue;
    out += fmt::format("{}{}", out.empty() ? "" : ", ", method);
    if (method == "GET") out += ", HEAD";
  }
  return out + (out.empty() ? "OPTIONS" : ", OPTIONS");
}

/// What `stats` tells, as metrics.
struct Gauge {
  std::string_view member;
  std::string_view name;
  std::string_view help;
};
constexpr std::array<Gauge, 3> kGauges{{
    {"events", "govlog_events", "Events in the log."},
    {"entities", "govlog_entities", "Entities that have events."},
    {"bytes_on_disk", "govlog_store_bytes", "What the store takes on the disk."},
}};

/// RFC 9110, section 13.1.2.
bool names(const std::string* header, std::string_view tag) {
  if (header == nullptr) return false;
  if (*header == "*") return true;
  for (std::string_view rest = *header; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item.substr(0, item.find_last_not_of(" \t") + 1) == tag) return true;
  }
  return false;
}

/// Whether its `limit` is above what answers are usually asked for.
bool asks_for_much(const HttpRequest& head) {
  constexpr std::uint64_t kUsual = 1000;
  const auto query = parse_query(head.query());
  const auto limit = query.ok() ? argument(*query, "limit") : std::nullopt;
  return limit && parse_digits(*limit, kUsual) == std::nullopt;
}

}  // namespace

RestHandler::RestHandler(Executor& executor, ChangeFan& changes, std::function<void()> wake, RestOptions options)
    : executor_(executor), options_(std::move(options)), mcp_(executor, changes, std::move(wake), options_.extension) {}
RestHandler::~RestHandler() = default;

std::optional<HttpReply> RestHandler::refuse_peer(const HttpRequest& head) const {
  const std::string* host = head.header("host");
  if (host == nullptr || head.count("host") != 1 || !options_.hosts.host(*host))
    return error_reply(
        {Code::kForbidden,
         "Host is not a name of this server: it answers to loopback names, to the address that it listens on, and "
         "to those of --allow-host",
         {}});
  const std::string* origin = head.header("origin");
  if (origin != nullptr && (head.count("origin") != 1 || !options_.hosts.origin(*origin, *host)))
    return error_reply({Code::kForbidden, "Origin is another site's: pages of this server alone may ask", {}});
  return std::nullopt;
}

std::optional<HttpReply> RestHandler::refuse_caller(const HttpRequest& head, bool writes) const {
  if (options_.tokens.empty()) return std::nullopt;
  const auto principal = caller(head);
  if (!principal) {
    const bool told = head.header("authorization") != nullptr;
    HttpReply reply =
        failure_reply(HttpFailure::kUnauthorized, told ? "the token is not one that is known"
                                                       : "a token is missing: send it as Authorization: Bearer TOKEN");
    reply.headers.emplace_back("WWW-Authenticate",
                               told ? R"(Bearer realm="govlog", error="invalid_token")" : R"(Bearer realm="govlog")");
    return reply;
  }
  if (!writes || principal->role != Role::kRead) return std::nullopt;
  HttpReply reply = error_reply(
      {Code::kForbidden, fmt::format("{} may read, and this writes: it takes a token of role write", principal->name), {}});
  reply.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="govlog", error="insufficient_scope")");
  return reply;
}

std::optional<Principal> RestHandler::caller(const HttpRequest& head) const {
  const std::string* header = head.header("authorization");
  if (options_.tokens.empty() || header == nullptr || head.count("authorization") != 1) return std::nullopt;
  const auto token = bearer_token(*header);
  return token ? options_.tokens.find(*token) : std::nullopt;
}

std::variant<BodyPlan, HttpReply> RestHandler::look(const HttpRequest& head) {
  if (auto refused = refuse_peer(head)) return std::move(*refused);
  if (!head.target.starts_with('/') && !(head.method == "OPTIONS" && head.target == "*")) {
    HttpReply reply = error_reply({Code::kInvalidArgument, "the target is no path", {}});
    reply.close = true;
    return reply;
  }
  const RouteMatch match = match_route(head.method, head.path());
  if (head.method == "OPTIONS") return BodyPlan{};
  if (match.methods.empty())
    return error_reply({Code::kNotFound,
                        fmt::format("there is no {}; /openapi.json tells what there is, and /docs shows it",
                                    as_utf8(std::string(head.path()))),
                        {}});
  if (match.route == nullptr) {
    HttpReply reply =
        failure_reply(HttpFailure::kMethodNotAllowed,
                      fmt::format("{} does not take {}", as_utf8(std::string(head.path())), as_utf8(head.method)));
    reply.headers.emplace_back("Allow", allowed(match.methods));
    return reply;
  }
  if (match.malformed)
    return error_reply({Code::kInvalidArgument, "the path is not URL-encoded: a percent sign takes two hex digits", {}});
  const RouteAction action = match.route->action;
  const bool open = action == RouteAction::kHealth || action == RouteAction::kReady;
  const bool writes = action == RouteAction::kWrite || action == RouteAction::kAppend;
  if (!open) {
    if (auto refused = refuse_caller(head, writes)) return std::move(*refused);
  }
  const bool mcp = action == RouteAction::kMcp;
  if (!writes && !mcp)
    return BodyPlan{.bytes_max = kBodyMax, .at_once = action == RouteAction::kHealth, .large = asks_for_much(head)};
  const std::string type = media_type(head);
  if (action == RouteAction::kWrite || mcp) {
    const bool has_body = head.method == "POST" || head.method == "PATCH";
    if (has_body && type != "application/json") return unsupported(type, "application/json");
    return BodyPlan{.bytes_max = kBodyMax};
  }
  if (type == "application/x-ndjson") return BodyPlan{.streamed = true};
  if (type != "application/json" && !is_cloud_events(type))
    return unsupported(type,
                       "application/json, application/x-ndjson, application/cloudevents+json or "
                       "application/cloudevents-batch+json");
  return BodyPlan{.bytes_max = kBatchMax};
}

HttpReply RestHandler::answer(const HttpRequest& request) {
  HttpReply reply = route(request, {});
  if (!reply.stream) pack(request, reply);
  return reply;
}

HttpReply RestHandler::answer_stream(const HttpRequest& head, int descriptor, const std::function<bool()>& stop) {
  return route(head, BodyStream{descriptor, stop});
}

HttpReply RestHandler::route(const HttpRequest& request, const std::optional<BodyStream>& stream) {
  RouteMatch match = match_route(request.method, request.path());
  if (request.method == "OPTIONS") {
    HttpReply reply;
    reply.status = 204;
    reply.headers.emplace_back("Allow", allowed(match.methods));
    return reply;
  }
  const auto query = parse_query(request.query());
  if (!query.ok()) return error_reply(query.error());
  const Route& route = *match.route;
  switch (route.action) {
    case RouteAction::kRead:
      return read(request, route, std::move(match.arguments), *query);
    case RouteAction::kWrite:
      if (!query->empty()) return error_reply(no_parameter(query->begin()->first));
      return answer_write(executor_, request, route, match.arguments, caller(request));
    case RouteAction::kFeed:
      return answer_feed(executor_, request, *query);
    case RouteAction::kAppend:
      return answer_append(executor_, request, *query, caller(request), stream);
    case RouteAction::kHealth:
      return json_reply(R"({"status":"ok"})");
    case RouteAction::kReady:
      return ready();
    case RouteAction::kMetrics:
      return metrics();
    case RouteAction::kOpenApi:
      return json_reply(openapi());
    case RouteAction::kPage:
      return page();
    case RouteAction::kMcp:
      return mcp_.answer(request, caller(request));
  }
  return error_reply({Code::kInternal, "a route without an answer", {}});
}

HttpReply RestHandler::read(const HttpRequest& request, const Route& route, Arguments arguments, const Arguments& query) {
  const Operation& operation = *find_operation(route.operation);
  const bool takes_entity = has(operation, "entity", false);
  for (const auto& [name, values] : query) {
    const bool named_in_path =
        arguments.contains(name) || (takes_entity && (name == "entity" || (name == "entity_type" && !route.takes_entity_type)));
    if (named_in_path || (has(operation, name, true) && name != route.opens)) return error_reply(no_parameter(name));
    arguments[name] = values;
  }
  if (takes_entity) {
    if (const Status joined = join_entity(arguments); !joined.ok()) return error_reply(joined.error());
  }
  ReadReply read = executor_.read(operation, arguments);
  if (!read.answer.ok()) return error_reply(by_route_names(read.answer.take_error()));
  HttpReply reply = json_reply(read.answer.take());
  if (asks_for_picture(arguments)) reply.content_type = picture_type(arguments);
  if (route.operation == "event") finish_event(request, reply);
  if (route.operation == "at" && !arguments.contains("at") && !arguments.contains("known_at")) {
    if (const auto version = json_member_not_null(reply.body, "head_version")) finish_tag(request, reply, *version);
  }
  return reply;
}

/// 304 where the caller has what `tag` names.
void RestHandler::finish_tag(const HttpRequest& request, HttpReply& reply, std::string_view tag) {
  const std::string quoted = fmt::format("\"{}\"", tag);
  if (names(request.header("if-none-match"), quoted)) {
    reply.status = 304;
    reply.body.clear();
  }
  reply.headers.emplace_back("ETag", quoted);
}

void RestHandler::finish_event(const HttpRequest& request, HttpReply& reply) {
  const auto position = parse_digits(json_member(reply.body, "position").value_or(""), kPositionMax);
  if (!position) return;
  const auto page = executor_.export_page({.from = *position, .to = *position});
  if (!page.ok() || page->lines.empty()) return;
  const std::string_view line = std::string_view(page->lines).substr(0, page->lines.size() - 1);
  if (const std::string* accept = request.header("accept"); accept != nullptr && accepts(*accept, kCloudEvent)) {
    reply.body = cloud_event_of(line);
    reply.content_type = kCloudEvent;
  }
  finish_tag(request, reply, format_hash(leaf_hash(line)));
}

HttpReply RestHandler::page() {
  HttpReply reply;
  reply.content_type = "text/html; charset=utf-8";
  reply.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
      {"Referrer-Policy", "no-referrer"}};
  reply.body = docs_page();
  return reply;
}

HttpReply RestHandler::ready() {
  const ReadReply reply = executor_.read(*find_operation("root"), {});
  if (reply.answer.ok() && !reply.damage) return json_reply(R"({"status":"ready"})");
  const Error error = reply.damage ? damage_error(*reply.damage) : reply.answer.error();
  return error_reply(error, 503);
}

HttpReply RestHandler::refuse(unsigned status, std::string_view why) {
  switch (status) {
    case 408:
      return failure_reply(HttpFailure::kTimeout, why);
    case 503:
      return failure_reply(HttpFailure::kOverloaded, why);
    case 413:
    case 431:
      return error_reply({Code::kTooLarge, std::string(why), {}}, status);
    default:
      return error_reply({Code::kInvalidArgument, std::string(why), {}}, status);
  }
}

HttpReply RestHandler::fail(const std::exception& thrown) { return error_reply(exception_error(thrown)); }

void RestHandler::done(const HttpRequest& request, const HttpOutcome& outcome) {
  const RouteMatch match = match_route(request.method, request.path());
  const std::string_view method = std::find(kMethods.begin(), kMethods.end(), request.method) != kMethods.end()
                                      ? std::string_view(request.method)
                                      : "other";
  metrics_.count(method, match.route != nullptr ? match.route->path : "other", outcome.status, outcome.took);
  if (!options_.log) return;
  std::string line;
  ObjectWriter entry(line);
  entry.time("time", system_clock_now());
  entry.text("request_id", std::string_view(request.id));
  entry.text("method", std::string_view(as_utf8(request.method)));
  entry.text("path",
             std::string_view(as_utf8(std::string(request.path()))));  // without its query, where somebody may have put a token
  entry.number("status", std::uint64_t{outcome.status});
  entry.number("bytes", outcome.bytes);
  entry.number("microseconds",
               static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(outcome.took).count()));
  if (const auto principal = caller(request)) entry.text("principal", std::string_view(as_utf8(principal->name)));
  entry.close();
  options_.log(std::move(line));
}

HttpReply RestHandler::metrics() {
  HttpReply reply;
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = fmt::format(
      "# HELP govlog_build_info The program.\n# TYPE govlog_build_info gauge\ngovlog_build_info{{version=\"{}\"}} 1\n",
      kVersion);
  const ReadReply stats = executor_.read(*find_operation("stats"), {});
  if (stats.answer.ok()) {
    for (const auto& [member, name, help] : kGauges) {
      const auto value = json_member_not_null(*stats.answer, member);
      if (value) reply.body += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, *value);
    }
  }
  metrics_.render(reply.body);
  return reply;
}

}  // namespace govlog
