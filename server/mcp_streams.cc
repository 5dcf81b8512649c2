#include "server/mcp_streams.h"

#include "mcp/listen.h"

#include <fmt/format.h>

#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kWaitingMax = 1000;

}  // namespace

void Outbox::put(std::string message) {
  {
    const std::lock_guard lock(mutex_);
    if (messages_.size() == kWaitingMax) messages_.pop_front();
    messages_.push_back(std::move(message));
  }
  wake_();
}

void Outbox::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_();
}

HttpStream::Piece Outbox::take() {
  const std::lock_guard lock(mutex_);
  HttpStream::Piece piece{{}, ended_ ? HttpStream::Then::kEnd : HttpStream::Then::kWait};
  for (const std::string& message : messages_) piece.bytes += fmt::format("event: message\ndata: {}\n\n", message);
  messages_.clear();
  const auto now = std::chrono::steady_clock::now();
  if (piece.bytes.empty() && now - said_ >= kHeartbeat - std::chrono::seconds(1)) piece.bytes = ": \n\n";
  if (!piece.bytes.empty()) said_ = now;
  return piece;
}

ListenStream::ListenStream(Executor& executor, std::unique_ptr<ChangeSource> changes, std::function<void()> wake)
    : outbox_(std::move(wake)),
      changes_(std::move(changes)),
      subscriptions_(executor, changes_.get(), [this](std::string message) { outbox_.put(std::move(message)); }) {}

std::optional<RpcError> ListenStream::begin(const Message& request) {
  const auto read = read_listen(request.params);
  if (const auto* error = std::get_if<RpcError>(&read)) return *error;
  const auto& uris = std::get<std::vector<std::string>>(read);
  return subscriptions_.watch(request.id, uris, [&] { outbox_.put(acknowledgement(request.id, uris)); });
}

HttpReply event_stream_reply(std::unique_ptr<HttpStream> stream) {
  HttpReply reply;
  reply.content_type = "text/event-stream";
  reply.headers = {{"Cache-Control", "no-cache, no-transform"}, {"X-Accel-Buffering", "no"}};
  reply.stream = std::move(stream);
  return reply;
}

}  // namespace govlog
