#pragma once
// One peer: its handshake, what it has in flight, its batches and subscriptions.

#include "mcp/message.h"
#include "mcp/server.h"
#include "mcp/subscriptions.h"
#include "mcp/work_queue.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace govlog {

/// Messages in, messages out.
///
///     McpConnection connection(server, queue, changes, [](std::string line) { … });
///     connection.receive(line);
///
/// What needs no store is answered before receive() returns; the rest by a worker of the queue. The queue must be done with its jobs before the
/// connection is destroyed.
/// Threads: receive() from one thread; `send` is called from any, one message at a time or several, and must not call back.
class McpConnection {
 public:
  using Send = std::function<void(std::string)>;

  McpConnection(const McpServer& server, WorkQueue& queue, ChangeSource* changes, Send send);

  /// One line: a message, or a batch where the handshake allows it.
  void receive(std::string_view line);

  /// A line that was longer than any may be.
  void refuse_long_line();

  /// Ends every listen with its result.
  void close();

  std::size_t in_flight() const;

 private:
  /// Answers of an array of messages, which go together.
  struct Batch {
    std::size_t missing = 1;  // requests that are not answered, and one while the array is read
    std::string replies;
  };
  struct Request {
    Message message;
    std::shared_ptr<Batch> batch;
  };
  using RequestPtr = std::shared_ptr<Request>;

  void receive_batch(std::string_view json);
  void receive_message(std::string_view json, const std::shared_ptr<Batch>& batch);
  void receive_request(Message message, const std::shared_ptr<Batch>& batch);
  void receive_notification(const Message& message);
  void run(const RequestPtr& request);
  std::optional<RpcOutcome> answer(const RequestPtr& request);
  std::optional<RpcOutcome> listen(const RequestPtr& request);
  void cancel(std::string_view id);
  void finish(const RequestPtr& request, const RpcOutcome& outcome);
  void reply(std::string text, const std::shared_ptr<Batch>& batch);
  bool is_cancelled(const RequestPtr& request) const;

  const McpServer& server_;
  WorkQueue& queue_;
  Send send_;
  mutable std::mutex mutex_;  // of what follows
  LegacyHandshake handshake_;
  std::map<std::string, RequestPtr, std::less<>> in_flight_;
  Subscriptions subscriptions_;  // last: it ends first
};

}  // namespace govlog
