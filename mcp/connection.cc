#include "mcp/connection.h"

#include "api/json_writer.h"
#include "base/system_error.h"
#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "mcp/listen.h"
#include "mcp/tool_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace govlog {
namespace {

constexpr std::size_t kBatchMax = 100;
constexpr std::string_view kBatchVersion = "2025-03-26";

RpcError invalid_request(std::string message) { return {RpcCode::kInvalidRequest, std::move(message)}; }

/// Whether an item of a batch is of the modern generation, which has none.
bool is_modern(std::string_view json) {
  const auto parsed = parse_message(json);
  const auto* message = std::get_if<Message>(&parsed);
  return message != nullptr && message->era == Era::kModern;
}

/// What is wrong with an array of messages.
std::optional<RpcError> refuse_batch(std::string_view json, std::string_view version) {
  if (version != kBatchVersion)
    return invalid_request("a line is one message: arrays of them are for protocol version 2025-03-26 alone");
  std::size_t count = 0;
  bool modern = false;
  for (JsonCursor item(json); item.next(); ++count) modern = modern || is_modern(item.value());
  if (count == 0) return invalid_request("the batch is empty");
  if (count > kBatchMax) return invalid_request(fmt::format("the batch has {} messages, at most {}", count, kBatchMax));
  if (modern) return invalid_request("a batch cannot hold messages of protocol version 2026-07-28");
  return std::nullopt;
}

}  // namespace

McpConnection::McpConnection(const McpServer& server, WorkQueue& queue, ChangeSource* changes, Send send)
    : server_(server), queue_(queue), send_(send), subscriptions_(server.executor(), changes, std::move(send)) {}

void McpConnection::receive(std::string_view line) {
  const auto json = compact_json(line, kMessageDepthMax);
  if (!json.ok())
    return reply(render_reply(Era::kLegacy, "", RpcError{RpcCode::kParseError, "Parse error: " + json.error().message}),
                 nullptr);
  if (json_kind(*json) == JsonKind::kArray) return receive_batch(*json);
  receive_message(*json, nullptr);
}

void McpConnection::refuse_long_line() {
  reply(render_reply(Era::kLegacy, "", invalid_request("the line is longer than 10 MiB; it was skipped")), nullptr);
}

void McpConnection::receive_batch(std::string_view json) {
  std::string version;
  {
    const std::lock_guard lock(mutex_);
    version = handshake_.version;
  }
  if (const auto refused = refuse_batch(json, version)) return reply(render_reply(Era::kLegacy, "", *refused), nullptr);
  const auto batch = std::make_shared<Batch>();
  for (JsonCursor item(json); item.next();) receive_message(item.value(), batch);
  reply("", batch);
}

void McpConnection::receive_message(std::string_view json, const std::shared_ptr<Batch>& batch) {
  auto parsed = parse_message(json);
  if (const auto* bad = std::get_if<BadMessage>(&parsed)) {
    if (batch) {
      const std::lock_guard lock(mutex_);
      ++batch->missing;
    }
    return reply(render_reply(Era::kLegacy, bad->id, bad->error), batch);
  }
  Message& message = std::get<Message>(parsed);
  if (message.kind == MessageKind::kNotification) receive_notification(message);
  if (message.kind == MessageKind::kRequest) receive_request(std::move(message), batch);
}

void McpConnection::receive_notification(const Message& message) {
  if (message.method != "notifications/cancelled") return;
  const auto id = json_member(message.params, "requestId");
  if (id) cancel(*id);
}

void McpConnection::receive_request(Message message, const std::shared_ptr<Batch>& batch) {
  const auto request = std::make_shared<Request>(Request{std::move(message), batch});
  bool twice = false;
  {
    const std::lock_guard lock(mutex_);
    if (batch) ++batch->missing;
    twice = !in_flight_.try_emplace(request->message.id, request).second;
  }
  const Message& asked = request->message;
  if (twice) {
    return reply(render_reply(asked.era, asked.id, invalid_request("a request with this id is in flight: ids are used once")),
                 batch);
  }
  if (batch && asked.method == "initialize") return finish(request, invalid_request("initialize cannot be part of a batch"));
  if (const auto refused = refuse_request(asked)) return finish(request, *refused);
  const Work work = work_of(asked);
  if (work == Work::kNothing) return run(request);
  queue_.submit(work, [this, request] { run(request); });
}

bool McpConnection::is_cancelled(const RequestPtr& request) const {
  const std::lock_guard lock(mutex_);
  const auto found = in_flight_.find(request->message.id);
  return found == in_flight_.end() || found->second != request;
}

void McpConnection::run(const RequestPtr& request) {
  if (is_cancelled(request)) return;
  std::optional<RpcOutcome> outcome;
  try {
    outcome = answer(request);
  } catch (const std::exception& bug) {
    outcome = internal_error(exception_error(bug));
  }
  if (outcome) finish(request, *outcome);
}

/// Nothing where the answer comes later.
std::optional<RpcOutcome> McpConnection::answer(const RequestPtr& request) {
  const Message& message = request->message;
  LegacyHandshake handshake;
  if (message.method == "initialize") {
    RpcOutcome outcome = initialize(message.params, handshake);
    const std::lock_guard lock(mutex_);
    handshake_ = std::move(handshake);
    return outcome;
  }
  if (message.method == "resources/subscribe" || message.method == "resources/unsubscribe")
    return subscriptions_.answer(message);
  if (message.method == "subscriptions/listen") return listen(request);
  {
    const std::lock_guard lock(mutex_);
    handshake = handshake_;
  }
  const auto notify = [this, &request](std::string text) {
    if (!is_cancelled(request)) send_(std::move(text));
  };
  return server_.answer(
      message, {.client = handshake.client, .notify = notify, .gone = [this, &request] { return is_cancelled(request); }});
}

std::optional<RpcOutcome> McpConnection::listen(const RequestPtr& request) {
  const auto read = read_listen(request->message.params);
  if (const auto* error = std::get_if<RpcError>(&read)) return *error;
  const auto& uris = std::get<std::vector<std::string>>(read);
  const std::string& id = request->message.id;
  auto refused = subscriptions_.watch(id, uris, [&] {
    if (!is_cancelled(request)) send_(acknowledgement(id, uris));
  });
  if (refused) return *std::move(refused);
  if (is_cancelled(request)) subscriptions_.stop(id);
  return std::nullopt;
}

void McpConnection::cancel(std::string_view id) {
  RequestPtr request;
  {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end() || found->second->message.method == "initialize") return;
    request = found->second;
    in_flight_.erase(found);
  }
  if (request->message.method == "subscriptions/listen") subscriptions_.stop(id);
  if (request->batch) reply("", request->batch);
}

void McpConnection::finish(const RequestPtr& request, const RpcOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(request->message.id);
    if (found == in_flight_.end() || found->second != request) return;  // it was cancelled
    in_flight_.erase(found);
  }
  reply(render_reply(request->message.era, request->message.id, outcome), request->batch);
}

/// Sends `text`, or adds it to its batch, which goes out with its last reply. An empty text is the reply of what was cancelled.
void McpConnection::reply(std::string text, const std::shared_ptr<Batch>& batch) {
  if (batch) {
    const std::lock_guard lock(mutex_);
    if (!text.empty()) batch->replies += (batch->replies.empty() ? "[" : ",") + text;
    if (--batch->missing != 0 || batch->replies.empty()) return;
    text = std::move(batch->replies) + ']';
  }
  send_(std::move(text));
}

void McpConnection::close() {
  for (const std::string& id : subscriptions_.listens()) {
    subscriptions_.stop(id);
    RequestPtr request;
    {
      const std::lock_guard lock(mutex_);
      const auto found = in_flight_.find(id);
      if (found == in_flight_.end()) continue;
      request = found->second;
    }
    RpcResult ended;
    ended.meta = fmt::format(R"("{}":{})", kSubscriptionKey, id);
    finish(request, ended);
  }
}

std::size_t McpConnection::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_.size();
}

}  // namespace govlog
