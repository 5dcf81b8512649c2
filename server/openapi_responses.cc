#include "server/openapi_responses.h"

#include "api/json_writer.h"
#include "api/operation.h"
#include "server/cloud_events.h"
#include "server/openapi_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace govlog {

namespace {

constexpr std::string_view kPlainText = R"({"type":"string"})";

struct Header {
  std::string_view name;
  std::string_view what;
  bool required = true;
  std::string_view type = "string";
};

struct ResponseText {
  std::string_view status;
  std::string_view what;
  std::vector<std::pair<std::string_view, std::string>> content{};  // schemas by media type; none: there is no body
  std::vector<Header> headers{};
};

void append_response(std::string& out, const ResponseText& response) {
  ObjectWriter object(out);
  object.text("description", response.what);
  if (!response.headers.empty()) {
    ObjectWriter headers(object.begin("headers"));
    for (const Header& header : response.headers) {
      ObjectWriter one(headers.begin(header.name));
      one.text("description", header.what);
      one.boolean("required", header.required);
      one.token("schema", fmt::format(R"({{"type":"{}"}})", header.type));
      one.close();
    }
    headers.close();
  }
  if (!response.content.empty()) {
    ObjectWriter content(object.begin("content"));
    for (const auto& [type, schema] : response.content) content.token(type, fmt::format(R"({{"schema":{}}})", schema));
    content.close();
  }
  object.close();
}

ResponseText ok(std::string_view what, std::string_view type, std::string schema) {
  return {.status = "200", .what = what, .content = {{type, std::move(schema)}}};
}

ResponseText ok(std::string_view what, std::string_view schema) { return ok(what, kJson, schema_reference(schema)); }

// ---- refusals ----------------------------------------------------------------------------------------------------------------

struct Refusal {
  std::string_view status;
  std::string_view name;
  std::string_view what;
};

constexpr std::array<Refusal, 14> kRefusals{{
    {"400", "BadRequest", "what was asked is no request, or none that can be answered; `details` tells where"},
    {"401", "Unauthorized", "a token is missing, or not known"},
    {"403", "Forbidden", "Host or Origin is another site's, or the token may not write"},
    {"404", "NotFound", "nothing has that name"},
    {"405", "MethodNotAllowed", "the path takes other methods"},
    {"408", "Timeout", "the request came too slowly"},
    {"409", "Conflict", "the id is another event's, the entity has moved on, or several types have that id"},
    {"412", "PreconditionFailed", "the entity is not at the version of If-Match"},
    {"413", "TooLarge", "the body, the batch or an event is too large"},
    {"415", "UnsupportedMediaType", "Content-Type is none that is taken here"},
    {"431", "HeadTooLarge", "the head is too large"},
    {"500", "Failed", "the store could not answer, or a bug of ours"},
    {"503", "Unavailable", "not now: try again after the seconds of Retry-After"},
    {"507", "DiskFull", "the disk is full; nothing was kept"},
}};

std::vector<Header> headers_of(std::string_view status) {
  if (status == "401") return {{"WWW-Authenticate", "how to authenticate"}};
  if (status == "403") return {{"WWW-Authenticate", "where the token's role is not enough", false}};
  if (status == "405") return {{"Allow", "the methods that the path takes"}};
  if (status == "503") return {{"Retry-After", "seconds", true, "integer"}};
  return {};
}

/// Whether the operation looks something up by name.
bool finds(std::string_view operation) {
  static constexpr std::array<std::string_view, 9> kFinds{"at",     "history", "replay", "diff", "event",
                                                          "impact", "chain",   "path",   "why"};
  return std::find(kFinds.begin(), kFinds.end(), operation) != kFinds.end();
}

std::vector<std::string_view> refusals_of(const Route& route) {
  std::vector<std::string_view> out{"400", "403", "408", "413", "431", "500", "503"};
  const auto more = [&](std::initializer_list<std::string_view> some) { out.insert(out.end(), some); };
  if (route.action != RouteAction::kHealth && route.action != RouteAction::kReady) more({"401"});
  if (route.action == RouteAction::kRead && finds(route.operation)) more({"404"});
  if (route.action == RouteAction::kRead && (route.takes_entity_type || route.operation == "diff")) more({"409"});
  if (route.action == RouteAction::kWrite) more({"404"});
  if (route.action == RouteAction::kWrite || route.action == RouteAction::kAppend) more({"409", "412", "507"});
  if (route.method == "POST" || route.method == "PATCH") more({"415"});
  if (route.action == RouteAction::kMcp && route.method != "POST") more({"405"});
  return out;
}

// ---- answers -----------------------------------------------------------------------------------------------------------------

constexpr std::string_view kTag = "what If-None-Match takes";

std::vector<ResponseText> read_responses(const Route& route) {
  ResponseText answer = ok("the answer", answer_schema(route.operation));
  const std::span<const Parameter> parameters = find_operation(route.operation)->parameters;
  const bool draws = std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.name == "format"; });
  if (draws) {
    answer.content.front().second =
        fmt::format(R"({{"oneOf":[{},{}]}})", schema_reference(answer_schema(route.operation)), schema_reference("Cytoscape"));
    answer.content.emplace_back("text/plain", kPlainText);
    answer.content.emplace_back("application/xml", kPlainText);
  }
  const bool event = route.operation == "event";
  if (!event && route.operation != "at") return {answer};
  if (event) answer.content.emplace_back(kCloudEvent, schema_reference("CloudEvent"));
  answer.headers = {event
                        ? Header{"ETag", "the event's leaf hash"}
                        : Header{"ETag", "head_version, which If-Match takes, where neither at nor known_at is given", false}};
  return {answer, {.status = "304", .what = "what If-None-Match names is what there is", .headers = {{"ETag", kTag}}}};
}

std::vector<ResponseText> append_responses_of() {
  std::string receipts = R"({"oneOf":[)" + schema_reference("Receipt") + ',' + schema_reference("Receipts");
  return {ok("it was there already, or NDJSON was read", kJson, receipts + ',' + schema_reference("ImportSummary") + "]}"),
          {.status = "201", .what = "it is kept", .content = {{kJson, receipts + "]}"}}}};
}

ResponseText feed_response() {
  return {.status = "200",
          .what = "events in the order of the log; as NDJSON and as an event stream, each line or `data` is an Event",
          .content = {{kJson, schema_reference("EventPage")},
                      {"application/x-ndjson", std::string(kPlainText)},
                      {"text/event-stream", std::string(kPlainText)},
                      {kCloudEventBatch, schema_reference("CloudEvents")}},
          .headers = {{"Govlog-Next-After", "of CloudEvents: `next_after`", false, "integer"},
                      {"Govlog-Log-Position", "of CloudEvents: `log_position`", false, "integer"}}};
}

std::vector<ResponseText> write_responses(const Route& route) {
  const std::string schema = schema_reference(route.operation == "update_change_request" ? "UpdateReceipt" : "Receipt");
  return {ok("it was there already", kJson, schema), {.status = "201", .what = "it is kept", .content = {{kJson, schema}}}};
}

std::string error_or_rpc() {
  return fmt::format(R"({{"oneOf":[{},{}]}})", schema_reference("RpcReply"), schema_reference("Error"));
}

std::vector<ResponseText> mcp_responses(std::string_view method) {
  const std::string stream(kPlainText);
  const ResponseText unknown{
      .status = "404", .what = "no such session or method", .content = {{kJson, schema_reference("RpcReply")}}};
  if (method == "DELETE") return {{.status = "204", .what = "the session has ended"}, unknown};
  if (method == "GET")
    return {ok("what the session is told", "text/event-stream", stream),
            unknown,
            {.status = "409", .what = "the session has a stream already", .content = {{kJson, schema_reference("RpcReply")}}}};
  const std::string replies = fmt::format(R"({{"oneOf":[{0},{{"type":"array","items":{0}}}]}})", schema_reference("RpcReply"));
  return {{.status = "200",
           .what = "the reply, an array of them to an array, or a stream of messages",
           .content = {{kJson, replies}, {"text/event-stream", stream}},
           .headers = {{"Mcp-Session-Id", "of the session that initialize began", false}}},
          {.status = "202", .what = "taken; there is nothing to answer"},
          {.status = "400", .what = "no message, or none of its protocol version", .content = {{kJson, error_or_rpc()}}},
          unknown};
}

std::vector<ResponseText> answers_of(const Route& route) {
  switch (route.action) {
    case RouteAction::kRead:
      return read_responses(route);
    case RouteAction::kWrite:
      return write_responses(route);
    case RouteAction::kFeed:
      return {feed_response()};
    case RouteAction::kAppend:
      return append_responses_of();
    case RouteAction::kHealth:
      return {ok("it lives", "Alive")};
    case RouteAction::kReady:
      return {ok("it answers", "Ready")};
    case RouteAction::kMetrics:
      return {ok("metrics", "text/plain", std::string(kPlainText))};
    case RouteAction::kOpenApi:
      return {ok("this", kJson, R"({"type":"object"})")};
    case RouteAction::kPage:
      return {ok("a page", "text/html", std::string(kPlainText))};
    case RouteAction::kMcp:
      return mcp_responses(route.method);
  }
  return {};
}

}  // namespace

void append_responses(std::string& out, const Route& route) {
  ObjectWriter responses(out);
  const std::vector<ResponseText> answers = answers_of(route);
  for (const ResponseText& answer : answers) append_response(responses.begin(answer.status), answer);
  const std::vector<std::string_view> refused = refusals_of(route);
  for (const Refusal& refusal : kRefusals) {
    const bool told = std::any_of(answers.begin(), answers.end(),
                                  [&](const ResponseText& answer) { return answer.status == refusal.status; });
    if (!told && std::find(refused.begin(), refused.end(), refusal.status) != refused.end())
      responses.token(refusal.status, fmt::format(R"({{"$ref":"#/components/responses/{}"}})", refusal.name));
  }
  responses.close();
}

std::string openapi_responses() {
  std::string out;
  ObjectWriter object(out);
  for (const Refusal& refusal : kRefusals)
    append_response(object.begin(refusal.name), {.status = refusal.status,
                                                 .what = refusal.what,
                                                 .content = {{kJson, schema_reference("Error")}},
                                                 .headers = headers_of(refusal.status)});
  object.close();
  return out;
}

}  // namespace govlog
