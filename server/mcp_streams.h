#pragma once
// Messages that wait to be sent as Server-Sent Events: of a listen, or of a session's GET.

#include "mcp/message.h"
#include "mcp/server.h"
#include "mcp/subscriptions.h"
#include "server/change_fan.h"
#include "server/http.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace govlog {

/// Threads: members may be called from any thread.
class Outbox {
 public:
  /// `wake` is called after each message; it must not call back.
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// The oldest goes where too many wait.
  void put(std::string message);
  /// Nothing comes after what is there.
  void end();
  HttpStream::Piece take();

 private:
  std::function<void()> wake_;
  std::mutex mutex_;
  std::deque<std::string> messages_;
  bool ended_ = false;
  std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
};

/// What is sent is what an outbox holds.
class OutboxStream final : public HttpStream {
 public:
  OutboxStream(std::shared_ptr<Outbox> outbox, std::function<void()> closed)
      : outbox_(std::move(outbox)), closed_(std::move(closed)) {}
  ~OutboxStream() override { closed_(); }
  OutboxStream(const OutboxStream&) = delete;
  OutboxStream& operator=(const OutboxStream&) = delete;

  Piece next() override { return outbox_->take(); }

 private:
  std::shared_ptr<Outbox> outbox_;
  std::function<void()> closed_;
};

/// A listen: it lasts as long as its stream.
class ListenStream final : public HttpStream {
 public:
  ListenStream(Executor& executor, std::unique_ptr<ChangeSource> changes, std::function<void()> wake);

  /// What is wrong with it, or nothing; its first message is the acknowledgement then.
  std::optional<RpcError> begin(const Message& request);
  Piece next() override { return outbox_.take(); }

 private:
  Outbox outbox_;
  std::unique_ptr<ChangeSource> changes_;
  Subscriptions subscriptions_;
};

/// The reply that sends `stream`.
HttpReply event_stream_reply(std::unique_ptr<HttpStream> stream);

}  // namespace govlog
