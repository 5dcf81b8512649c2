#pragma once
// The REST face (contract 7): heads looked at, routes taken, answers of the operations' tables given back. docs/rest.md shows it.

#include "api/executor.h"
#include "server/access.h"
#include "server/http.h"
#include "server/http_metrics.h"
#include "server/mcp_http.h"
#include "server/rest_write.h"
#include "server/routes.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct RestOptions {
  HostCheck hosts;
  Tokens tokens{};                       // empty: whoever reaches the server may do everything
  std::function<void(std::string)> log;  // gets a line of JSON for each request; may be empty
  McpExtension* extension = nullptr;     // of /mcp
};

/// Threads: as HttpHandler.
class RestHandler final : public HttpHandler {
 public:
  /// `wake`: tells the server that a stream has something to send. All must live as long.
  RestHandler(Executor& executor, ChangeFan& changes, std::function<void()> wake, RestOptions options);
  ~RestHandler() override;

  std::variant<BodyPlan, HttpReply> look(const HttpRequest& head) override;
  HttpReply answer(const HttpRequest& request) override;
  HttpReply answer_stream(const HttpRequest& head, int descriptor, const std::function<bool()>& stop) override;
  HttpReply refuse(unsigned status, std::string_view why) override;
  HttpReply fail(const std::exception& thrown) override;
  void done(const HttpRequest& request, const HttpOutcome& outcome) override;

 private:
  std::optional<HttpReply> refuse_peer(const HttpRequest& head) const;
  std::optional<HttpReply> refuse_caller(const HttpRequest& head, bool writes) const;
  std::optional<Principal> caller(const HttpRequest& head) const;
  HttpReply route(const HttpRequest& request, const std::optional<BodyStream>& stream);
  HttpReply read(const HttpRequest& request, const Route& route, Arguments arguments, const Arguments& query);
  static void finish_tag(const HttpRequest& request, HttpReply& reply, std::string_view tag);
  void finish_event(const HttpRequest& request, HttpReply& reply);
  static HttpReply page();
  HttpReply ready();
  HttpReply metrics();

  Executor& executor_;
  RestOptions options_;
  McpHttp mcp_;
  HttpMetrics metrics_;
};

}  // namespace govlog
