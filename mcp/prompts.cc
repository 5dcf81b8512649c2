#include "mcp/prompts.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "codec/json_text.h"
#include "mcp/fit.h"
#include "mcp/resources.h"
#include "mcp/tool_call.h"
#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

constexpr std::size_t kPromptBytesMax = std::size_t{16} << 10;
constexpr std::size_t kArgumentMaximum = 100;

/// A prompt has one argument.
struct Prompt {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view argument;
  std::string_view argument_title;
  std::string_view argument_description;
  bool required = false;
  std::string_view fallback{};      // where it is not given
  std::string_view text;            // with {} where the argument stands
  std::string_view operation;       // what is embedded
  std::string_view parameter{};     // of the operation, that takes the argument; empty: none does
  std::string_view value_prefix{};  // before the argument there
  std::string_view uri;             // with {} where the argument stands, percent-encoded
};

constexpr std::array<Prompt, 4> kPrompts{{
    {.name = "impact_review",
     .title = "Impact review",
     .description = "Review what a change request touches, its risks and what is done about them",
     .argument = "change_request_id",
     .argument_title = "Change request",
     .argument_description = "Id of the change request, such as CR-7",
     .required = true,
     .text = "Review the impact of change request {}. The resource below is the part of the impact graph around it. Go through "
             "the impact "
             "chain with the tool query_impact_chain: which elements are touched, directly and by hops; which risks the "
             "assessments name, "
             "and which they miss; which of them have no mitigation. End with a short list of what should be done before it is "
             "approved.",
     .operation = "impact",
     .parameter = "element",
     .uri = "govlog://impact/ChangeRequest/{}"},
    {.name = "change_brief",
     .title = "Change brief",
     .description = "A brief of what changed since a day, or in the last days",
     .argument = "since",
     .argument_title = "Since",
     .argument_description = "A time, a day such as 2025-11-15, or a duration back from now such as 7d",
     .fallback = "7d",
     .text = "Write a brief of what changed since {}, for people who were away. The resource below is the timeline from then "
             "on, newest first; "
             "query_timeline with the same from gives more pages where next_cursor is set. Group by change request and "
             "decision, name who did "
             "what, and say what is still open.",
     .operation = "timeline",
     .parameter = "from",
     .uri = "govlog://timeline"},
    {.name = "adr_history",
     .title = "History of a decision",
     .description = "How an architecture decision came to be, and what superseded it",
     .argument = "adr_id",
     .argument_title = "Decision",
     .argument_description = "Id of the architecture decision record, such as ADR-7",
     .required = true,
     .text = "Tell how the architecture decision {} came to be: who proposed it and why, how its status changed, what it "
             "superseded and what "
             "superseded it. The resource below is its state now; query_entity_history with entity_type adr and include_state "
             "gives every event. "
             "Name dates and people.",
     .operation = "at",
     .parameter = "entity",
     .value_prefix = "adr/",
     .uri = "govlog://entity/adr/{}"},
    {.name = "coverage_gaps",
     .title = "Coverage gaps",
     .description = "Which elements nothing is traced to, and which links would mend it",
     .argument = "layer",
     .argument_title = "Layer",
     .argument_description = "One layer; all of them where it is left out",
     .fallback = "all layers",
     .text = "List the untraced elements of {} and propose links for them. The resource below is the coverage of each layer; "
             "query_coverage "
             "with view orphans gives the untraced elements. For each of them propose a traceability link (from_element, "
             "to_element, link_type), "
             "say why, and record none of them before the user agrees.",
     .operation = "coverage",
     .uri = "govlog://coverage"},
}};

const Prompt* find_prompt(std::string_view name) {
  const auto* const found = std::find_if(kPrompts.begin(), kPrompts.end(), [&](const Prompt& p) { return p.name == name; });
  return found == kPrompts.end() ? nullptr : &*found;
}

std::string with_value(std::string_view text, std::string_view value) {
  const std::size_t hole = text.find("{}");
  if (hole == std::string_view::npos) return std::string(text);
  return fmt::format("{}{}{}", text.substr(0, hole), value, text.substr(hole + 2));
}

/// The one argument's value, or what is wrong with the arguments.
std::variant<std::string, RpcError> read_value(const Prompt& prompt, std::string_view arguments) {
  if (json_kind(arguments) != JsonKind::kObject) return invalid_params("arguments must be an object of strings");
  for (JsonCursor member(arguments); member.next();) {
    if (member.key() != prompt.argument)
      return invalid_params(
          fmt::format("{} has no argument {}, it takes {}", prompt.name, shorten(member.key()), prompt.argument));
    if (json_kind(member.value()) != JsonKind::kString)
      return invalid_params(fmt::format("{} must be a string", prompt.argument));
  }
  std::string value = string_member(arguments, prompt.argument).value_or("");
  if (value.empty() && prompt.required)
    return invalid_params(fmt::format("{} is missing: {}", prompt.argument, prompt.argument_description));
  if (count_code_points(value).value_or(kArgumentMaximum + 1) > kArgumentMaximum)
    return invalid_params(fmt::format("{} is longer than {} characters", prompt.argument, kArgumentMaximum));
  if (value.empty()) value = prompt.fallback;
  return value;
}

void append_message(std::string& out, std::string_view type, std::string_view member, std::string_view content) {
  ObjectWriter message(out);
  message.token("role", R"("user")");
  ObjectWriter block(message.begin("content"));
  block.text("type", type);
  block.token(member, content);
  block.close();
  message.close();
}

/// The two messages, as long as they have to be.
std::string messages_of(const Prompt& prompt, std::string_view value, std::string_view answer) {
  std::string out = R"("messages":[)";
  append_message(out, "text", "text", json_quote(with_value(prompt.text, value)));
  out += ',';
  append_message(out, "resource", "resource", resource_contents(with_value(prompt.uri, percent_encode(value)), answer));
  out += ']';
  return out;
}

}  // namespace

const std::string& prompts_list() {
  static const std::string kList = [] {
    std::string out = R"("prompts":)";
    append_array(out, kPrompts, [](std::string& list, const Prompt& prompt) {
      ObjectWriter object(list);
      object.text("name", prompt.name);
      object.text("title", prompt.title);
      object.text("description", prompt.description);
      std::string& arguments = object.begin("arguments");
      arguments += '[';
      ObjectWriter argument(arguments);
      argument.text("name", prompt.argument);
      argument.text("title", prompt.argument_title);
      argument.text("description", prompt.argument_description);
      argument.boolean("required", prompt.required);
      argument.close();
      arguments += ']';
      object.close();
    });
    return out;
  }();
  return kList;
}

bool has_prompt(std::string_view name) { return find_prompt(name) != nullptr; }

bool has_prompt_argument(std::string_view prompt, std::string_view argument) {
  const Prompt* found = find_prompt(prompt);
  return found != nullptr && found->argument == argument;
}

RpcOutcome get_prompt(Executor& executor, std::string_view params) {
  const auto name = string_member(params, "name");
  if (!name) return invalid_params("name is missing, it is the name of a prompt, a string");
  const Prompt* prompt = find_prompt(*name);
  if (prompt == nullptr)
    return invalid_params(
        fmt::format("unknown prompt {}; there are: impact_review, change_brief, adr_history, coverage_gaps", shorten(*name)));
  auto read = read_value(*prompt, json_member(params, "arguments").value_or("{}"));
  if (auto* error = std::get_if<RpcError>(&read)) return std::move(*error);
  const std::string value = std::get<std::string>(read);
  Arguments arguments;
  if (!prompt->parameter.empty()) arguments[std::string(prompt->parameter)] = {std::string(prompt->value_prefix) + value};
  if (prompt->operation == "impact") {
    arguments["label"] = {"ChangeRequest"};
    arguments["direction"] = {"both"};
  }
  std::size_t bytes_max = kPromptBytesMax;
  while (true) {
    const ReadReply reply = read_fitting(executor, *find_operation(prompt->operation), arguments, bytes_max);
    if (!reply.answer.ok()) {
      const Code code = reply.answer.error().code;
      const bool of_caller = code == Code::kNotFound || code == Code::kInvalidArgument || code == Code::kAmbiguousEntity;
      return RpcError{of_caller ? RpcCode::kInvalidParams : RpcCode::kInternal,
                      fmt::format("{}: {}", prompt->argument, explain(reply.answer.error()))};
    }
    std::string members = messages_of(*prompt, value, *reply.answer);
    members.insert(0, fmt::format(R"("description":{},)", json_quote(prompt->description)));
    // Quotes are escaped in the message, so it is longer than the answer; what cannot be made shorter is given whole.
    if (members.size() <= kPromptBytesMax || reply.answer->size() > bytes_max) return RpcResult{.members = std::move(members)};
    bytes_max -= members.size() - kPromptBytesMax > bytes_max / 2 ? bytes_max / 2 : members.size() - kPromptBytesMax;
    if (bytes_max < 512) return RpcResult{.members = std::move(members)};
  }
}

}  // namespace govlog
