#pragma once
// Sessions of MCP's legacy generation over HTTP: what `initialize` agreed upon, and what is watched.

#include "mcp/server.h"
#include "mcp/subscriptions.h"
#include "server/change_fan.h"
#include "server/mcp_streams.h"

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace govlog {

/// Threads: members may be called from any thread.
class McpSession {
 public:
  McpSession(std::string id, LegacyHandshake handshake, std::optional<std::string> principal, Executor& executor,
             std::unique_ptr<ChangeSource> changes, std::function<void()> wake);

  const std::string& id() const { return id_; }
  const std::string& client() const { return handshake_.client; }
  const std::string& version() const { return handshake_.version; }
  const std::optional<std::string>& principal() const { return principal_; }

  RpcOutcome subscribe(const Message& message) { return subscriptions_.answer(message); }
  /// What sends the session's notifications; nullptr while there is one.
  std::unique_ptr<HttpStream> stream();
  void end() { outbox_->end(); }

 private:
  std::string id_;
  LegacyHandshake handshake_;
  std::optional<std::string> principal_;
  std::shared_ptr<Outbox> outbox_;
  std::shared_ptr<std::atomic<bool>> streams_ = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<ChangeSource> changes_;
  Subscriptions subscriptions_;
};

/// The newest 1000. Threads: members may be called from any thread.
class McpSessions {
 public:
  McpSessions(Executor& executor, ChangeFan& changes, std::function<void()> wake)
      : executor_(executor), changes_(changes), wake_(std::move(wake)) {}

  /// The new session's id, which cannot be guessed.
  std::string begin(LegacyHandshake handshake, std::optional<std::string> principal);
  /// nullptr where there is none of that id and principal.
  std::shared_ptr<McpSession> find(const std::string& id, const std::optional<std::string>& principal);
  bool end(const std::string& id, const std::optional<std::string>& principal);

 private:
  Executor& executor_;
  ChangeFan& changes_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::list<std::shared_ptr<McpSession>> sessions_;  // the one that was used last comes first
};

}  // namespace govlog
