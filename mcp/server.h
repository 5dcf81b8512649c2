#pragma once
// What is asked, whoever asks: every method of both generations that needs no connection.

#include "api/executor.h"
#include "mcp/message.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// What a request needs before it can be answered.
enum class Work : std::uint8_t {
  kNothing,  // it is answered from what the program knows
  kReads,    // the store
  kWrites,
};

Work work_of(const Message& request);

/// What is wrong with a request before its method is looked into: the envelope, its version, or a method that its generation does not know.
std::optional<RpcError> refuse_request(const Message& request);

/// What `initialize` agreed upon.
struct LegacyHandshake {
  std::string version = "2025-11-25";
  std::string client;  // `name/version` of clientInfo, or empty
};

/// Fills in `handshake`. A version that we do not speak is answered with our newest legacy one.
RpcOutcome initialize(std::string_view params, LegacyHandshake& handshake);

struct McpOptions {
  bool read_only = false;
  std::optional<std::string> actor{};  // of writes that name none
};

/// Who asks, as far as the transport knows.
struct McpPeer {
  std::string_view client{};               // of the legacy handshake; a modern request names its own
  std::optional<std::string> principal{};  // whose token it was
  /// Sends a message that belongs to the request and comes before its answer. Empty where there is no way for one.
  std::function<void(std::string)> notify{};
  /// Whether nobody waits for the answer any more. Empty where that is not known.
  std::function<bool()> gone{};
};

/// Whether the request asks to hear of its progress, and may last long enough for that.
bool wants_progress(const Message& request);

/// Whether `version` is one that initialize agrees upon.
bool is_legacy_version(std::string_view version);

/// Threads: members may run concurrently.
class McpServer {
 public:
  McpServer(Executor& executor, McpOptions options) : executor_(executor), options_(std::move(options)) {}

  /// Answers a request that refuse_request let pass. Not the methods of a connection
  /// (initialize, subscribing, listening): those are -32601 here.
  RpcOutcome answer(const Message& request, const McpPeer& peer) const;

  Executor& executor() const { return executor_; }

 private:
  Executor& executor_;
  McpOptions options_;
};

}  // namespace govlog
