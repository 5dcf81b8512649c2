#include "server/mcp_sessions.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kSessionsMax = 1000;

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  (void)::getrandom(bytes.data(), bytes.size(), 0);  // so few bytes are given whole
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace

McpSession::McpSession(std::string id, LegacyHandshake handshake, std::optional<std::string> principal, Executor& executor,
                       std::unique_ptr<ChangeSource> changes, std::function<void()> wake)
    : id_(std::move(id)),
      handshake_(std::move(handshake)),
      principal_(std::move(principal)),
      outbox_(std::make_shared<Outbox>(std::move(wake))),
      changes_(std::move(changes)),
      subscriptions_(executor, changes_.get(), [outbox = outbox_](std::string message) { outbox->put(std::move(message)); }) {}

std::unique_ptr<HttpStream> McpSession::stream() {
  if (streams_->exchange(true)) return nullptr;
  return std::make_unique<OutboxStream>(outbox_, [streams = streams_] { *streams = false; });
}

std::string McpSessions::begin(LegacyHandshake handshake, std::optional<std::string> principal) {
  auto session = std::make_shared<McpSession>(random_id(), std::move(handshake), std::move(principal), executor_,
                                              changes_.branch(), wake_);
  std::string id = session->id();
  std::shared_ptr<McpSession> oldest;  // ends without the lock
  const std::lock_guard lock(mutex_);
  sessions_.push_front(std::move(session));
  if (sessions_.size() > kSessionsMax) {
    oldest = std::move(sessions_.back());
    sessions_.pop_back();
    oldest->end();
  }
  return id;
}

std::shared_ptr<McpSession> McpSessions::find(const std::string& id, const std::optional<std::string>& principal) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& session) {
    return session->id() == id && session->principal() == principal;
  });
  if (found == sessions_.end()) return nullptr;
  sessions_.splice(sessions_.begin(), sessions_, found);
  return sessions_.front();
}

bool McpSessions::end(const std::string& id, const std::optional<std::string>& principal) {
  const std::shared_ptr<McpSession> session = find(id, principal);
  if (!session) return false;
  session->end();
  const std::lock_guard lock(mutex_);
  sessions_.remove(session);
  return true;
}

}  // namespace govlog
