#include "mcp/completion.h"

#include "api/json_writer.h"
#include "codec/json_text.h"
#include "mcp/prompts.h"
#include "mcp/tool_call.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace govlog {
namespace {

constexpr std::size_t kValuesMax = 100;
constexpr std::size_t kValueBytesMax = 1000;
constexpr std::array<std::string_view, 6> kLabels{"ADR",     "ChangeRequest",    "DiagramVersion",
                                                  "Element", "ImpactAssessment", "Mitigation"};
constexpr std::string_view kEntityTemplate = "govlog://entity/{entity_type}/{entity_id}";
constexpr std::string_view kEventTemplate = "govlog://event/{id}";
constexpr std::string_view kImpactTemplate = "govlog://impact/{label}/{id}";

RpcOutcome completion(std::span<const std::string> values, std::uint64_t total) {
  RpcResult result;
  ObjectWriter object(result.members);
  ObjectWriter inner(object.begin("completion"));
  append_array(inner.begin("values"), values,
               [](std::string& out, const std::string& value) { append_json_string(out, value); });
  inner.number("total", total);
  inner.boolean("hasMore", total > values.size());
  inner.close();
  result.members.erase(0, 1);  // the brace that the object began with; close() was not called
  return result;
}

bool begins_alike(std::string_view text, std::string_view prefix) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [&](char a, char b) { return lower(a) == lower(b); });
}

RpcOutcome complete_label(std::string_view prefix) {
  std::vector<std::string> values;
  for (const std::string_view label : kLabels) {
    if (begins_alike(label, prefix)) values.emplace_back(label);
  }
  return completion(values, values.size());
}

RpcOutcome complete_from_store(Executor& executor, CompletionQuery query) {
  query.limit = kValuesMax;
  auto found = executor.complete(query);
  if (!found.ok()) return internal_error(found.error());
  return completion(found->values, found->total);
}

struct Asked {
  std::string argument;
  std::string prefix;
  std::string_view context;  // `context.arguments`
};

RpcOutcome complete_prompt(Executor& executor, std::string_view ref, const Asked& asked) {
  const auto name = string_member(ref, "name");
  if (!name || !has_prompt(*name))
    return invalid_params(fmt::format("unknown prompt {}; prompts/list tells them", shorten(name.value_or("without a name"))));
  if (!has_prompt_argument(*name, asked.argument))
    return invalid_params(fmt::format("prompt {} has no argument {}; prompts/list tells them", *name, shorten(asked.argument)));
  if (asked.argument == "since") return completion({}, 0);
  CompletionQuery query{.source = CompletionSource::kEntityId, .narrow = "", .prefix = asked.prefix};
  if (asked.argument == "change_request_id") query.narrow = "change_request";
  if (asked.argument == "adr_id") query.narrow = "adr";
  if (asked.argument == "layer") query.source = CompletionSource::kLayer;
  return complete_from_store(executor, std::move(query));
}

RpcOutcome complete_template(Executor& executor, std::string_view ref, const Asked& asked) {
  const std::string uri = string_member(ref, "uri").value_or("");
  CompletionQuery query{.source = CompletionSource::kEntityId, .narrow = "", .prefix = asked.prefix};
  if (uri == kEntityTemplate && asked.argument == "entity_type") {
    query.source = CompletionSource::kEntityType;
  } else if (uri == kEntityTemplate && asked.argument == "entity_id") {
    query.narrow = string_member(asked.context, "entity_type").value_or("");
  } else if (uri == kEventTemplate && asked.argument == "id") {
    return completion({}, 0);
  } else if (uri == kImpactTemplate && asked.argument == "label") {
    return complete_label(asked.prefix);
  } else if (uri == kImpactTemplate && asked.argument == "id") {
    query.source = CompletionSource::kNodeId;
    query.narrow = string_member(asked.context, "label").value_or("Element");
    if (std::find(kLabels.begin(), kLabels.end(), query.narrow) == kLabels.end()) return completion({}, 0);
  } else {
    return invalid_params(fmt::format("no variable {} in a template {}; resources/templates/list tells them",
                                      shorten(asked.argument), shorten(uri)));
  }
  return complete_from_store(executor, std::move(query));
}

}  // namespace

RpcOutcome complete_argument(Executor& executor, std::string_view params) {
  const std::string_view ref = json_member(params, "ref").value_or("{}");
  const std::string_view argument = json_member(params, "argument").value_or("{}");
  const auto name = string_member(argument, "name");
  const auto value = string_member(argument, "value");
  if (!name || !value) return invalid_params("argument is missing or incomplete, it is {\"name\",\"value\"}, both strings");
  if (value->size() > kValueBytesMax) return completion({}, 0);
  const std::string_view context = json_member(json_member(params, "context").value_or("{}"), "arguments").value_or("{}");
  const Asked asked{*name, *value, context};
  const std::string type = string_member(ref, "type").value_or("");
  if (type == "ref/prompt") return complete_prompt(executor, ref, asked);
  if (type == "ref/resource") return complete_template(executor, ref, asked);
  return invalid_params(R"(ref.type is ref/prompt (with name) or ref/resource (with uri))");
}

}  // namespace govlog
