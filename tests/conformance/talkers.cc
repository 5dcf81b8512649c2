// Tools that speak to the client before they answer: progress, logging, questions of the server's (protocol versions up to 2025-11-25).

#include "tests/conformance/fixtures.h"

#include "codec/json_text.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

using namespace std::chrono_literals;

namespace govlog {

namespace {

std::string argument_of(const Talk& talk, std::string_view name) {
  return string_member(json_member(talk.message().params, "arguments").value_or("{}"), name).value_or("");
}

void report_progress(Talk& talk) {
  const auto token = json_member(talk.message().meta, "progressToken");
  for (const int progress : {0, 50, 100}) {
    if (progress > 0) std::this_thread::sleep_for(50ms);
    if (token)
      talk.notify("notifications/progress",
                  fmt::format(R"({{"progressToken":{},"progress":{},"total":100}})", *token, progress));
  }
  talk.finish(text_result("done, with progress"));
}

void say_log(Talk& talk) {
  bool first = true;
  for (const std::string_view line : {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
    if (!std::exchange(first, false)) std::this_thread::sleep_for(50ms);
    talk.notify("notifications/message", fmt::format(R"({{"level":"info","data":"{}"}})", line));
  }
  talk.finish(text_result("done, with logging"));
}

/// Of the modern generation, where a request says from which level on it wants to hear.
void log_where_asked(Talk& talk) {
  if (const auto level = string_member(talk.message().meta, "io.modelcontextprotocol/logLevel"))
    talk.notify("notifications/message", R"({"level":"info","data":"as asked for"})");
  talk.finish(text_result("done"));
}

void sample(Talk& talk) {
  const auto result =
      talk.ask("sampling/createMessage", fmt::format(R"({{"messages":[{{"role":"user","content":{}}}],"maxTokens":100}})",
                                                     render_text(argument_of(talk, "prompt"))));
  const std::string_view content = json_member(result ? *result : "{}", "content").value_or("{}");
  talk.finish(text_result("LLM response: " + string_member(content, "text").value_or("none")));
}

void elicit(Talk& talk, std::string_view message, std::string_view schema, std::string_view said) {
  const auto result =
      talk.ask("elicitation/create", fmt::format(R"({{"message":{},"requestedSchema":{}}})", json_quote(message), schema));
  if (!result) return talk.finish(text_result("the client did not answer"));
  talk.finish(text_result(fmt::format("{}action={}, content={}", said, string_member(*result, "action").value_or(""),
                                      json_member(*result, "content").value_or("{}"))));
}

void elicit_user(Talk& talk) {
  elicit(talk, argument_of(talk, "message"),
         R"({"type":"object","properties":{"username":{"type":"string","description":"User's response"},)"
         R"("email":{"type":"string","description":"User's email address"}},"required":["username","email"]})",
         "User response: ");
}

void elicit_defaults(Talk& talk) {
  elicit(
      talk, "Please check the defaults",
      R"({"type":"object","properties":{"name":{"type":"string","default":"John Doe"},"age":{"type":"integer","default":30},)"
      R"("score":{"type":"number","default":95.5},)"
      R"("status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},)"
      R"("verified":{"type":"boolean","default":true}}})",
      "Elicitation completed: ");
}

void elicit_enums(Talk& talk) {
  elicit(
      talk, "Please choose",
      R"({"type":"object","properties":{"untitledSingle":{"type":"string","enum":["option1","option2","option3"]},)"
      R"("titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},)"
      R"("legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},)"
      R"("untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},)"
      R"("titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}}})",
      "Elicitation completed: ");
}

}  // namespace

Talker talker(std::string_view tool) {
  static constexpr std::array<std::pair<std::string_view, Talker>, 7> kTalkers{
      {{"test_tool_with_progress", report_progress},
       {"test_tool_with_logging", say_log},
       {"test_logging_tool", log_where_asked},
       {"test_sampling", sample},
       {"test_elicitation", elicit_user},
       {"test_elicitation_sep1034_defaults", elicit_defaults},
       {"test_elicitation_sep1330_enums", elicit_enums}}};
  for (const auto& [name, say] : kTalkers)
    if (name == tool) return say;
  return nullptr;
}

}  // namespace govlog
