#pragma once
// An executor over a temporary store, and a connection that collects what it sends.

#include "api/local_executor.h"
#include "codec/json_text.h"
#include "mcp/connection.h"
#include "tests/api/ask_store.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

class StoreExecutor final : public LocalExecutor {
 public:
  explicit StoreExecutor(TemporaryStore& store) : LocalExecutor(store.store()) {}

  /// Tells what it was asked.
  Result<Completion> complete(const CompletionQuery& query) override {
    const std::string told = std::to_string(static_cast<int>(query.source)) + ' ' + query.narrow + ' ' + query.prefix;
    return Completion{{told}, 7};
  }
};

class ManualChanges final : public ChangeSource {
 public:
  void start(std::function<void()> changed) override { changed_ = std::move(changed); }
  void ring() const { changed_(); }

 private:
  std::function<void()> changed_;
};

/// A server with one connection to it.
class Peer {
 public:
  explicit Peer(TemporaryStore& store, McpOptions options = {})
      : executor_(store),
        server_(executor_, std::move(options)),
        connection_(server_, queue_, &changes_, [this](std::string line) { take(std::move(line)); }),
        queue_(2) {}

  /// Sends one line; what came back by the time nothing was left to do, a line each.
  std::string say(std::string_view line) {
    connection_.receive(line);
    settle();
    return drain();
  }

  /// A tool's result, of a legacy request.
  std::string call(std::string_view tool, std::string_view arguments) {
    return say(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}","arguments":{}}}}})", tool,
                           arguments));
  }

  /// The text block of a tool's result.
  std::string text(std::string_view tool, std::string_view arguments) {
    std::string reply = call(tool, arguments);
    reply.pop_back();  // the newline
    const auto content = json_member(json_member(reply, "result").value_or("{}"), "content").value_or("[]");
    JsonCursor block(content);
    return block.next() ? json_unescape(json_member(block.value(), "text").value_or("\"\"")) : reply;
  }

  /// A modern request with an envelope; `members` of its params come before it.
  std::string modern(std::string_view method, std::string_view members = "", std::string_view meta = "") {
    return say(modern_line(method, members, meta));
  }
  static std::string modern_line(std::string_view method, std::string_view members = "", std::string_view meta = "",
                                 std::string_view id = "1") {
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{{{}{}"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}{}{}}}}}}})",
        id, method, members, members.empty() ? "" : ",", meta.empty() ? "" : ",", meta);
  }

  void settle() {
    CHECK(queue_.wait(WorkQueue::WaitFor::kEverything, std::chrono::steady_clock::now() + std::chrono::seconds(30)));
  }

  /// What came since the last time, a line each.
  std::string drain() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }

  /// Waits until a line holds `part`; all that came by then.
  std::string await(std::string_view part) {
    std::unique_lock lock(mutex_);
    CHECK(came_.wait_for(lock, std::chrono::seconds(30), [&] { return lines_.find(part) != std::string::npos; }));
    return std::exchange(lines_, {});
  }

  McpConnection& connection() { return connection_; }
  WorkQueue& queue() { return queue_; }
  const ManualChanges& changes() const { return changes_; }

 private:
  void take(std::string line) {
    {
      const std::lock_guard lock(mutex_);
      lines_ += line + '\n';
    }
    came_.notify_all();
  }

  StoreExecutor executor_;
  McpServer server_;
  ManualChanges changes_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::string lines_;
  McpConnection connection_;
  WorkQueue queue_;  // last: its jobs end before what they use
};

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace govlog
