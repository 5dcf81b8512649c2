#pragma once
// The tools, prompts and resources that the protocol's conformance suite asks a server for, behind Govlog's own.

#include "server/mcp_extension.h"
#include "server/mcp_streams.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace govlog {

/// A call of a tool that says something before it answers. Used by one thread.
class Talk {
 public:
  Talk(McpExtension& fixtures, std::function<void()> wake, const Message& message)
      : fixtures_(fixtures), outbox_(std::make_shared<Outbox>(std::move(wake))), message_(message) {}

  const Message& message() const { return message_; }
  const std::shared_ptr<Outbox>& outbox() const { return outbox_; }
  void notify(std::string_view method, std::string_view params) { outbox_->put(render_notification(method, params)); }
  /// The client's result, or nothing where it gives none within ten seconds.
  std::optional<std::string> ask(std::string_view method, std::string_view params);
  void finish(const RpcOutcome& outcome);

 private:
  McpExtension& fixtures_;
  std::shared_ptr<Outbox> outbox_;
  Message message_;
};

class Fixtures final : public McpExtension {
 public:
  std::optional<HttpReply> answer(const McpAsked& asked) override;

  /// Sends a request of the server's, and waits for its result.
  std::optional<std::string> ask(Outbox& outbox, std::string_view method, std::string_view params);
  /// Waits for the calls that talk; before the server ends.
  void finish();

 private:
  std::optional<HttpReply> answer_request(const McpAsked& asked);
  std::optional<HttpReply> call_tool(const McpAsked& asked);
  std::optional<HttpReply> reconnect(const McpAsked& asked);
  HttpReply talk(const McpAsked& asked, std::function<void(Talk&)> say);
  HttpReply close_early(const McpAsked& asked);
  void take_response(std::string_view body);

  std::mutex mutex_;  // of what follows
  std::condition_variable answered_;
  std::uint64_t asked_ = 0;
  std::map<std::string, std::string, std::less<>> results_;  // by the id of the server's request
  std::map<std::string, std::string, std::less<>> kept_;     // replies of streams that were closed early, by event id
  std::vector<std::jthread> talking_;
};

/// `"name":"value"` of what the lists hold: JSON objects, separated by commas.
std::string_view fixture_tools();
std::string_view fixture_prompts();
std::string_view fixture_resources();
std::string_view fixture_templates();

/// Of what needs nothing but the message; nothing where it is none of the fixtures.
std::optional<RpcOutcome> simple_tool(const Message& message);
std::optional<RpcOutcome> fixture_prompt(const Message& message);
std::optional<RpcOutcome> fixture_resource(const Message& message);

/// What talks before it answers; nullptr where the tool does not.
using Talker = void (*)(Talk&);
Talker talker(std::string_view tool);

/// A reply that asks the client for input first (protocol version 2026-07-28), or takes what it gave: whole messages. Nothing where the tool or prompt is
/// none of these.
std::optional<std::string> multi_round_reply(const Message& message);

/// A result of one text.
RpcResult text_result(std::string_view text);
std::string render_text(std::string_view text);

}  // namespace govlog
