#pragma once
// What a program that embeds this server adds to Govlog's own MCP methods, tools, prompts and resources over HTTP.

#include "mcp/message.h"
#include "server/http.h"

#include <functional>
#include <optional>
#include <string>

namespace govlog {

/// A message as an extension sees it.
struct McpAsked {
  const HttpRequest& http;            // a GET has no message
  const Message& message;             // its headers are checked, and its method is one that its generation has
  const std::string& session;         // of the legacy generation; empty where there is none
  const std::function<void()>& wake;  // tells the server that a stream has something to send
};

/// Threads: answer() is called from many threads at once.
class McpExtension {
 public:
  virtual ~McpExtension() = default;

  /// Its answer, or nothing where Govlog is to answer.
  virtual std::optional<HttpReply> answer(const McpAsked& asked) = 0;
};

}  // namespace govlog
