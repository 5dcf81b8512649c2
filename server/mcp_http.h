#pragma once
// MCP over Streamable HTTP, of both generations: one endpoint. POST takes a message; of a legacy session, GET sends notifications and DELETE ends it.

#include "mcp/server.h"
#include "server/access.h"
#include "server/change_fan.h"
#include "server/http.h"
#include "server/mcp_extension.h"

#include <functional>
#include <memory>
#include <optional>

namespace govlog {

/// Threads: members may be called from any thread.
class McpHttp {
 public:
  /// `wake`: tells the HTTP server that a stream has something to send. `extension` is asked first; nullptr: there is none. All must live as long.
  McpHttp(Executor& executor, ChangeFan& changes, std::function<void()> wake, McpExtension* extension = nullptr);
  ~McpHttp();

  HttpReply answer(const HttpRequest& request, const std::optional<Principal>& principal);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
