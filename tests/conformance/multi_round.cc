// Results that ask the client for input, which comes with its next request (protocol version 2026-07-28).

#include "tests/conformance/fixtures.h"

#include "codec/hash.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <array>

namespace govlog {

namespace {

/// What is asked for: JSON objects of the protocol's own requests.
std::string form(std::string_view message, std::string_view member, std::string_view type) {
  return fmt::format(
      R"({{"method":"elicitation/create","params":{{"message":"{}","requestedSchema":{{"type":"object","properties":{{"{}":{{"type":"{}"}}}},"required":["{}"]}}}}}})",
      message, member, type, member);
}

std::string sampling(std::string_view text, int tokens) {
  return fmt::format(
      R"({{"method":"sampling/createMessage","params":{{"messages":[{{"role":"user","content":{}}}],"maxTokens":{}}}}})",
      render_text(text), tokens);
}

constexpr std::string_view kRoots = R"({"method":"roots/list","params":{}})";

/// A state that nobody else can make: its text and a hash of it with a secret.
std::string seal(std::string_view text) {
  return fmt::format("{}.{}", text, format_hash(sha256(fmt::format("a secret of the fixtures' own {}", text))));
}

/// One request of several rounds.
class Rounds {
 public:
  explicit Rounds(const Message& message)
      : message_(message),
        responses_(json_member(message.params, "inputResponses").value_or("{}")),
        state_(string_member(message.params, "requestState").value_or("")) {}

  std::string_view response(std::string_view key) const {
    if (json_kind(responses_) != JsonKind::kObject) return "{}";
    const std::string_view response = json_member(responses_, key).value_or("{}");
    return json_kind(response) == JsonKind::kObject ? response : "{}";
  }
  /// A member of what a form was filled in with, as JSON.
  std::optional<std::string_view> filled(std::string_view key, std::string_view member) const {
    const std::string_view content = json_member(response(key), "content").value_or("{}");
    return json_kind(content) == JsonKind::kObject ? json_member(content, member) : std::nullopt;
  }
  std::optional<std::string> filled_text(std::string_view key, std::string_view member) const {
    const std::string_view content = json_member(response(key), "content").value_or("{}");
    return json_kind(content) == JsonKind::kObject ? string_member(content, member) : std::nullopt;
  }
  bool has(std::string_view key) const { return response(key) != "{}"; }
  bool state_is(std::string_view text) const { return state_ == seal(text); }
  bool state_is_sound() const { return state_.empty() || state_ == seal(state_.substr(0, state_.rfind('.'))); }
  bool client_can(std::string_view capability) const {
    return json_member(json_member(message_.meta, "io.modelcontextprotocol/clientCapabilities").value_or("{}"), capability)
        .has_value();
  }

  std::string finish(const RpcOutcome& outcome) const { return render_reply(message_.era, message_.id, outcome); }
  std::string finish(std::string_view text) const { return finish(RpcOutcome(text_result(text))); }
  std::string ask(std::string_view requests, std::string_view state = {}) const {
    const std::string sealed = state.empty() ? std::string() : fmt::format(R"(,"requestState":"{}")", seal(state));
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":{},"result":{{"resultType":"input_required","inputRequests":{{{}}}{},"_meta":{{"io.modelcontextprotocol/serverInfo":{}}}}}}})",
        message_.id, requests, sealed, server_info());
  }

 private:
  const Message& message_;
  std::string_view responses_;
  std::string state_;
};

std::string ask_name(const Rounds& rounds) {
  const auto name = rounds.filled_text("user_name", "name");
  if (name) return rounds.finish(fmt::format("Hello, {}!", *name));
  return rounds.ask(R"("user_name":)" + form("What is your name?", "name", "string"));
}

std::string ask_model(const Rounds& rounds) {
  const std::string_view content = json_member(rounds.response("capital_question"), "content").value_or("{}");
  if (const auto text = string_member(content, "text")) return rounds.finish(*text);
  return rounds.ask(R"("capital_question":)" + sampling("What is the capital of France?", 100));
}

std::string ask_roots(const Rounds& rounds) {
  const auto roots = json_member(rounds.response("client_roots"), "roots");
  if (roots) return rounds.finish(fmt::format("Roots: {}", *roots));
  return rounds.ask(fmt::format(R"("client_roots":{})", kRoots));
}

std::string ask_with_state(const Rounds& rounds) {
  if (rounds.filled("confirm", "ok") && rounds.state_is("confirming")) return rounds.finish("state-ok");
  return rounds.ask(R"("confirm":)" + form("Please confirm", "ok", "boolean"), "confirming");
}

std::string ask_three(const Rounds& rounds) {
  if (rounds.has("user_name") && rounds.has("greeting") && rounds.has("client_roots") && rounds.state_is("three"))
    return rounds.finish("all three came");
  return rounds.ask(fmt::format(R"("user_name":{},"greeting":{},"client_roots":{})",
                                form("What is your name?", "name", "string"), sampling("Generate a greeting", 50), kRoots),
                    "three");
}

std::string ask_twice(const Rounds& rounds) {
  if (rounds.has("step2") && rounds.state_is("second")) return rounds.finish("both steps are done");
  if (rounds.has("step1") && rounds.state_is("first"))
    return rounds.ask(R"("step2":)" + form("Step 2: What is your favorite color?", "color", "string"), "second");
  return rounds.ask(R"("step1":)" + form("Step 1: What is your name?", "name", "string"), "first");
}

std::string refuse_tampered(const Rounds& rounds) {
  if (!rounds.state_is_sound()) return rounds.finish(invalid_params("requestState is not what this server gave"));
  if (rounds.has("confirm") && rounds.state_is("sealed")) return rounds.finish("the state is sound");
  return rounds.ask(R"("confirm":)" + form("Please confirm", "ok", "boolean"), "sealed");
}

std::string ask_what_client_can(const Rounds& rounds) {
  if (rounds.has("by_model") || rounds.has("by_user")) return rounds.finish("the client could");
  std::string requests;
  if (rounds.client_can("sampling")) requests += R"("by_model":)" + sampling("Say something", 10);
  if (rounds.client_can("elicitation"))
    requests += (requests.empty() ? "" : ",") + (R"("by_user":)" + form("Say something", "said", "string"));
  return requests.empty() ? rounds.finish("the client can nothing") : rounds.ask(requests);
}

std::string ask_context(const Rounds& rounds) {
  const auto context = rounds.filled_text("user_context", "context");
  if (!context) return rounds.ask(R"("user_context":)" + form("What context should the prompt use?", "context", "string"));
  RpcResult result;
  result.members = fmt::format(R"("messages":[{{"role":"user","content":{}}}])", render_text("Use the context: " + *context));
  return rounds.finish(RpcOutcome(std::move(result)));
}

}  // namespace

std::optional<std::string> multi_round_reply(const Message& message) {
  using Answer = std::string (*)(const Rounds&);
  static constexpr std::array<std::pair<std::string_view, Answer>, 10> kAnswers{
      {{"test_input_required_result_elicitation", ask_name},
       {"test_streaming_elicitation", ask_name},
       {"test_input_required_result_sampling", ask_model},
       {"test_input_required_result_list_roots", ask_roots},
       {"test_input_required_result_request_state", ask_with_state},
       {"test_input_required_result_multiple_inputs", ask_three},
       {"test_input_required_result_multi_round", ask_twice},
       {"test_input_required_result_tampered_state", refuse_tampered},
       {"test_input_required_result_capabilities", ask_what_client_can},
       {"test_input_required_result_prompt", ask_context}}};
  const std::string name = string_member(message.params, "name").value_or("");
  for (const auto& [known, answer] : kAnswers)
    if (known == name && message.era == Era::kModern) return answer(Rounds(message));
  return std::nullopt;
}

}  // namespace govlog
