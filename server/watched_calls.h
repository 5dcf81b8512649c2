#pragma once
// MCP calls that last: each runs on a thread of its own, and a stream sends what it says as it says it.

#include "server/http.h"
#include "server/mcp_streams.h"

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace govlog {

/// Threads: begin() from any. The destructor tells calls to stop and waits for them.
class WatchedCalls {
 public:
  using Notify = std::function<void(std::string)>;
  using Gone = std::function<bool()>;  // whether nobody reads the stream any more
  /// Gives the last message.
  using Call = std::function<std::string(const Notify& notify, const Gone& gone)>;

  /// `wake` tells the server that a stream has something to send.
  explicit WatchedCalls(std::function<void()> wake) : wake_(std::move(wake)) {}
  ~WatchedCalls();
  WatchedCalls(const WatchedCalls&) = delete;
  WatchedCalls& operator=(const WatchedCalls&) = delete;

  /// Null where too many run, and nothing is called then. Throws std::system_error where no thread is to be had.
  std::unique_ptr<HttpStream> begin(Call call);

 private:
  struct Running {
    std::atomic<bool> gone = false;
    std::atomic<bool> ended = false;
    std::thread thread;
  };
  static void run(const Call& call, Outbox& outbox, const Running& state);
  void forget_ended();

  std::function<void()> wake_;
  std::mutex mutex_;
  std::list<std::shared_ptr<Running>> running_;
};

}  // namespace govlog
