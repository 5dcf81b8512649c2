#include "server/rest_write.h"

#include "api/arguments.h"
#include "api/import.h"
#include "api/json_writer.h"
#include "codec/canonical.h"
#include "codec/event_json.h"
#include "codec/event_types.h"
#include "codec/json_compact.h"
#include "codec/json_escape.h"
#include "codec/json_text.h"
#include "codec/uuid.h"
#include "mcp/tool_arguments.h"
#include "mcp/tools.h"
#include "server/cloud_events.h"
#include "server/media_type.h"
#include "server/rest_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kPrincipal = "principal";

/// With If-Match a conflict is a failed precondition (RFC 9110, section 15.5.13).
HttpReply conflict_reply(const HttpRequest& request, const Error& error) {
  const bool failed = error.code == Code::kVersionConflict && request.header("if-match") != nullptr;
  return error_reply(error, failed ? 412 : 0);
}

unsigned status_of(std::span<const Receipt> receipts) {
  return std::all_of(receipts.begin(), receipts.end(), [](const Receipt& receipt) { return receipt.duplicate; }) ? 200 : 201;
}

/// What a header says of an argument; the body may say the same.
Status take_header(Arguments& arguments, std::string_view name, std::string_view header, std::string value) {
  const auto said = argument(arguments, name);
  if (said && *said != value)
    return argument_error(name, fmt::format("{} is {} in the body, and {} in {}", name, *said, value, header));
  arguments[std::string(name)] = {std::move(value)};
  return Ok{};
}

/// Nothing where there is none.
Result<std::optional<std::string>> idempotency_key(const HttpRequest& request) {
  const std::string* key = request.header("idempotency-key");
  if (key == nullptr) return std::optional<std::string>();
  if (request.count("idempotency-key") > 1) return argument_error("Idempotency-Key", "Idempotency-Key is given twice");
  std::string value = *key;  // a string of structured fields, or as it is
  if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
  return std::optional(std::move(value));
}

/// What is known of who asks, of which the caller may say otherwise: an object.
std::string filled_metadata(const HttpRequest& request, const std::optional<Principal>& principal) {
  constexpr std::size_t kMaximum = 200;
  const auto short_header = [&](std::string_view name) -> std::optional<std::string> {
    const std::string* header = request.header(name);
    return header != nullptr && !header->empty() && header->size() <= kMaximum ? std::optional(as_utf8(*header)) : std::nullopt;
  };
  std::string out;
  ObjectWriter filled(out);
  if (const auto client = short_header("user-agent")) filled.text("client", std::string_view(*client));
  if (principal) filled.text("principal", std::string_view(principal->name));
  if (const auto trace = short_header("traceparent")) filled.text("traceparent", std::string_view(*trace));
  filled.close();
  return out;
}

/// It is the id of the one event that is appended.
Status take_key(const HttpRequest& request, ParsedBatch& batch) {
  const auto key = GOVLOG_TRY(idempotency_key(request));
  if (!key) return Ok{};
  if (batch.array || batch.events.size() != 1)
    return argument_error("Idempotency-Key", "Idempotency-Key is of one event: give each of several an id of its own");
  const auto id = parse_uuid(*key);
  if (!id.ok()) return argument_error("Idempotency-Key", fmt::format("Idempotency-Key is {}, expected a UUID", as_utf8(*key)));
  Event& event = batch.events.front();
  if (event.id && *event.id != *id) return argument_error("Idempotency-Key", "Idempotency-Key and the event's id are two");
  event.id = *id;
  return Ok{};
}

Result<Arguments> read_body(const HttpRequest& request, const Route& route, const Arguments& segments) {
  const Tool& tool = body_of(route.operation);
  Arguments arguments = segments;
  if (!(request.method == "DELETE" && request.body.empty())) {
    const std::string body = GOVLOG_TRY(compact_json(request.body, kJsonDepthMax));
    if (json_kind(body) != JsonKind::kObject)
      return argument_error("body", fmt::format("the body is {}, expected the object of its arguments", kind_words(body)));
    arguments = GOVLOG_TRY(read_tool_arguments(tool, body, segments));
  }
  return arguments;
}

Result<std::vector<Receipt>> write(Executor& executor, const HttpRequest& request, const Route& route,
                                   const Arguments& segments, const std::optional<Principal>& principal) {
  Arguments arguments = GOVLOG_TRY(read_body(request, route, segments));
  if (auto key = GOVLOG_TRY(idempotency_key(request)))
    GOVLOG_TRY(take_header(arguments, "event_id", "Idempotency-Key", *std::move(key)));
  if (const auto version = GOVLOG_TRY(if_match(request)))
    GOVLOG_TRY(take_header(arguments, "expected_version", "If-Match", std::to_string(*version)));
  if (principal) {
    GOVLOG_TRY(refuse_principal(argument(arguments, "metadata").value_or("{}")));
    if (!arguments.contains("actor")) arguments["actor"] = {principal->name};
  }
  if (std::string filled = filled_metadata(request, principal); filled != "{}")
    arguments[std::string(kFilledMetadata)] = {std::move(filled)};
  return executor.write(*body_of(route.operation).write_operation, arguments);
}

HttpReply receipts_reply(std::span<const Receipt> receipts, bool array) {
  return json_reply(array ? fmt::format(R"({{"receipts":{}}})", render_receipts(receipts)) : render_receipt(receipts.front()),
                    status_of(receipts));
}

Status sign_all(std::vector<Event>& events, const std::optional<Principal>& principal) {
  for (std::size_t i = 0; principal && i < events.size(); ++i) {
    const Status signed_ = sign_event(events[i], *principal);
    if (!signed_.ok()) return Error(signed_.error()).with("line", std::uint64_t{i + 1});
  }
  return Ok{};
}

Result<ParsedBatch> read_events(const HttpRequest& request) {
  const std::string type = media_type(request);
  if (is_cloud_events(type)) return read_cloud_events(request.body, type, system_clock_now());
  if (is_binary_cloud_event(request))
    return read_cloud_events(GOVLOG_TRY(structured_cloud_event(request)), kCloudEvent, system_clock_now());
  return parse_batch(request.body, system_clock_now(), EventLimits{});
}

HttpReply import(Executor& executor, const Arguments& query, const std::optional<Principal>& principal,
                 const BodyStream& stream) {
  ImportOptions options;
  const std::string on_error = argument(query, "on_error").value_or("stop");
  if (on_error != "stop" && on_error != "skip")
    return error_reply(argument_error("on_error", fmt::format("on_error is {}, expected stop or skip", on_error)));
  options.skip_errors = on_error == "skip";
  options.shown_as = "the body";
  options.stop = stream.stop;
  if (principal) options.prepare = [&](Event& event) { return sign_event(event, *principal); };
  const auto summary = import_files(executor, {fmt::format("/proc/self/fd/{}", stream.descriptor)}, options);
  return summary.ok() ? json_reply(render_import_summary(*summary)) : error_reply(summary.error());
}

}  // namespace

Result<std::optional<std::uint64_t>> if_match(const HttpRequest& request) {
  const std::string* header = request.header("if-match");
  if (header == nullptr) return std::optional<std::uint64_t>();
  if (request.count("if-match") > 1) return argument_error("If-Match", "If-Match is given twice");
  const bool quoted = header->size() > 2 && header->starts_with('"') && header->ends_with('"');
  const auto version =
      quoted ? parse_digits(std::string_view(*header).substr(1, header->size() - 2), kPositionMax) : std::nullopt;
  if (version) return version;
  return argument_error("If-Match", R"(If-Match is no version: expected one in quotes, such as "3")");
}

Status sign_event(Event& event, const Principal& principal) {
  GOVLOG_TRY(refuse_principal(event.metadata));
  std::string metadata = event.metadata;
  metadata.pop_back();
  metadata += metadata.size() > 1 ? R"(,"principal":)" : R"("principal":)";
  append_json_string(metadata, principal.name);
  metadata += '}';
  event.metadata = GOVLOG_TRY(canonicalize(metadata, kJsonDepthMax));
  event.metadata_filled.emplace_back(kPrincipal);
  if (!event.actor) event.actor = principal.name;
  return Ok{};
}

HttpReply answer_write(Executor& executor, const HttpRequest& request, const Route& route, const Arguments& segments,
                       const std::optional<Principal>& principal) {
  const auto receipts = write(executor, request, route, segments, principal);
  if (!receipts.ok()) return conflict_reply(request, receipts.error());
  return json_reply(render_write(*body_of(route.operation).write_operation, *receipts), status_of(*receipts));
}

HttpReply answer_append(Executor& executor, const HttpRequest& request, const Arguments& query,
                        const std::optional<Principal>& principal, const std::optional<BodyStream>& stream) {
  for (const auto& [name, values] : query) {
    if (name != "on_error" || !stream || values.size() != 1)
      return error_reply(argument_error(name, fmt::format("{} is no parameter here", as_utf8(name))));
  }
  if (stream && request.header("idempotency-key") != nullptr)
    return error_reply(argument_error("Idempotency-Key", "Idempotency-Key is of one event: give each line an id of its own"));
  if (stream) return import(executor, query, principal, *stream);
  auto batch = read_events(request);
  if (!batch.ok()) return error_reply(batch.error());
  if (const Status keyed = take_key(request, *batch); !keyed.ok()) return error_reply(keyed.error());
  if (const Status done = sign_all(batch->events, principal); !done.ok()) return error_reply(done.error());
  if (batch->events.empty()) return json_reply(R"({"receipts":[]})");
  if (const auto version = if_match(request); !version.ok())
    return error_reply(version.error());
  else if (*version && batch->events.size() == 1)
    batch->events.front().expected_version = **version;
  const auto receipts = executor.append(std::move(batch->events));
  return receipts.ok() ? receipts_reply(*receipts, batch->array) : conflict_reply(request, receipts.error());
}

}  // namespace govlog
