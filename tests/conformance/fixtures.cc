#include "tests/conformance/fixtures.h"

#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "mcp/prompts.h"
#include "mcp/resources.h"
#include "mcp/tools.h"
#include "server/mcp_headers.h"
#include "server/rest_reply.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace govlog {

namespace {

constexpr CacheHint kHint{1000, "public"};

/// `"tools":[…]` with what follows its last item.
RpcResult longer_list(std::string_view list, std::string_view more) {
  return RpcResult{.members = fmt::format("{},{}]", list.substr(0, list.size() - 1), more), .cache = kHint};
}

HttpReply reply_of(const Message& message, const RpcOutcome& outcome, unsigned status = 200) {
  return json_reply(render_reply(message.era, message.id, outcome), status);
}

/// An event with an id, after which the stream ends: the client is to come back with it.
class ClosedEarly final : public HttpStream {
 public:
  explicit ClosedEarly(std::string id) : id_(std::move(id)) {}
  Piece next() override { return {fmt::format("id: {}\nretry: 100\ndata: \n\n", id_), Then::kEnd}; }

 private:
  std::string id_;
};

bool is_ours(std::string_view uri) { return uri.starts_with("test://"); }

RpcOutcome complete_cities() {
  return RpcResult{.members = R"("completion":{"values":["paris","park","party"],"total":3,"hasMore":false})"};
}

}  // namespace

RpcResult text_result(std::string_view text) {
  return RpcResult{.members = fmt::format(R"("content":[{}])", render_text(text))};
}

std::string render_text(std::string_view text) { return fmt::format(R"({{"type":"text","text":{}}})", json_quote(text)); }

std::optional<std::string> Talk::ask(std::string_view method, std::string_view params) {
  return static_cast<Fixtures&>(fixtures_).ask(*outbox_, method, params);
}

void Talk::finish(const RpcOutcome& outcome) {
  outbox_->put(render_reply(message_.era, message_.id, outcome));
  outbox_->end();
}

std::optional<HttpReply> Fixtures::answer(const McpAsked& asked) {
  if (asked.http.method == "GET") return reconnect(asked);
  if (asked.message.kind == MessageKind::kRequest) return answer_request(asked);
  if (asked.message.kind == MessageKind::kResponse) take_response(asked.http.body);
  return std::nullopt;
}

std::optional<HttpReply> Fixtures::answer_request(const McpAsked& asked) {
  const Message& message = asked.message;
  if (message.method == "tools/list") return reply_of(message, longer_list(tools_list(), fixture_tools()));
  if (message.method == "prompts/list") return reply_of(message, longer_list(prompts_list(), fixture_prompts()));
  if (message.method == "resources/list") return reply_of(message, longer_list(resources_list(), fixture_resources()));
  if (message.method == "resources/templates/list")
    return reply_of(message, longer_list(resource_templates_list(), fixture_templates()));
  if (message.method == "tools/call") return call_tool(asked);
  const std::string uri = string_member(message.params, "uri").value_or("");
  const bool subscribes = message.method == "resources/subscribe" || message.method == "resources/unsubscribe";
  if (subscribes && is_ours(uri)) return reply_of(message, RpcResult{});
  if (message.method == "completion/complete") {
    const std::string_view ref = json_member(message.params, "ref").value_or("{}");
    if (string_member(ref, "name") == "test_prompt_with_arguments") return reply_of(message, complete_cities());
  }
  std::optional<RpcOutcome> outcome;
  if (message.method == "resources/read") outcome = fixture_resource(message);
  if (message.method == "prompts/get") {
    if (auto reply = multi_round_reply(message)) return json_reply(*std::move(reply));
    outcome = fixture_prompt(message);
  }
  if (outcome) return reply_of(message, *outcome);
  return std::nullopt;
}

std::optional<HttpReply> Fixtures::call_tool(const McpAsked& asked) {
  const Message& message = asked.message;
  const std::string name = string_member(message.params, "name").value_or("");
  if (name == "test_reconnection") return close_early(asked);
  if (name == "test_x_mcp_header") {
    const std::string_view arguments = json_member(message.params, "arguments").value_or("{}");
    const auto region = string_member(arguments, "region");
    const auto error = region ? check_header(asked.http, "Mcp-Param-Region", region, true) : std::nullopt;
    return error ? reply_of(message, *error, 400) : reply_of(message, text_result(region.value_or("no region")));
  }
  if (name == "test_missing_capability") {
    const std::string_view capabilities =
        json_member(message.meta, "io.modelcontextprotocol/clientCapabilities").value_or("{}");
    if (json_member(capabilities, "sampling")) return reply_of(message, text_result("sampling is there"));
    RpcError error{static_cast<RpcCode>(-32021), "the tool needs the client's capability sampling"};
    error.data = R"({"requiredCapabilities":{"sampling":{}}})";
    return reply_of(message, error, 400);
  }
  if (const Talker say = talker(name); say != nullptr) return talk(asked, say);
  if (auto reply = multi_round_reply(message)) return json_reply(*std::move(reply));
  if (const auto outcome = simple_tool(message)) return reply_of(message, *outcome);
  return std::nullopt;
}

HttpReply Fixtures::talk(const McpAsked& asked, std::function<void(Talk&)> say) {
  auto call = std::make_unique<Talk>(*this, asked.wake, asked.message);
  HttpReply reply = event_stream_reply(std::make_unique<OutboxStream>(call->outbox(), [] {}));
  const std::lock_guard lock(mutex_);
  talking_.emplace_back([call = std::move(call), say = std::move(say)] { say(*call); });
  return reply;
}

HttpReply Fixtures::close_early(const McpAsked& asked) {
  const std::lock_guard lock(mutex_);
  const std::string id = fmt::format("{}-{}", asked.session, ++asked_);
  kept_[id] = render_reply(asked.message.era, asked.message.id, text_result("the client came back"));
  return event_stream_reply(std::make_unique<ClosedEarly>(id));
}

std::optional<HttpReply> Fixtures::reconnect(const McpAsked& asked) {
  const std::string* last = asked.http.header("last-event-id");
  if (last == nullptr) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(*last);
  if (found == kept_.end()) return std::nullopt;
  auto outbox = std::make_shared<Outbox>([] {});
  outbox->put(found->second);
  outbox->end();
  kept_.erase(found);
  return event_stream_reply(std::make_unique<OutboxStream>(std::move(outbox), [] {}));
}

std::optional<std::string> Fixtures::ask(Outbox& outbox, std::string_view method, std::string_view params) {
  std::unique_lock lock(mutex_);
  const std::string id = fmt::format("{}", ++asked_);
  lock.unlock();
  outbox.put(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", id, method, params));
  lock.lock();
  if (!answered_.wait_for(lock, 10s, [&] { return results_.contains(id); })) return std::nullopt;
  return std::move(results_.extract(id).mapped());
}

void Fixtures::take_response(std::string_view body) {
  const auto json = compact_json(body, kMessageDepthMax);
  if (!json.ok()) return;
  const auto id = json_member(*json, "id");
  if (!id) return;
  const std::lock_guard lock(mutex_);
  results_[std::string(*id)] = std::string(json_member(*json, "result").value_or("{}"));
  answered_.notify_all();
}

void Fixtures::finish() {
  std::vector<std::jthread> talking;
  const std::lock_guard lock(mutex_);
  std::swap(talking, talking_);
}

}  // namespace govlog
