#include "mcp/tool_call.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "codec/json_text.h"
#include "mcp/fit.h"
#include "mcp/tool_arguments.h"
#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace govlog {
namespace {

/// An answer, and what the model reads in its place where a picture was asked for.
struct Answered {
  std::string json;
  std::string picture;
};

/// `limit` of the picture is what the JSON answer fitted with, and less where the picture is still too long.
Result<std::string> draw_fitting(Executor& executor, const Operation& operation, Arguments arguments) {
  while (true) {
    std::string picture = GOVLOG_TRY(executor.read(operation, arguments).answer);
    const auto limit = integer_argument(arguments, "limit").value_or(1000);
    if (picture.size() <= kAnswerBytesMax || limit <= 1) return picture;
    arguments["limit"] = {std::to_string(limit / 2)};
  }
}

Result<Answered> read(const Tool& tool, const Arguments& given, const ToolCaller& caller) {
  Executor& executor = caller.executor;
  ToolRead plan = GOVLOG_TRY(plan_read(tool, given));
  const auto format = argument(plan.arguments, "format");
  plan.arguments.erase("format");
  Answered answered;
  answered.json = GOVLOG_TRY(read_fitting(executor, *plan.operation, plan.arguments, kAnswerBytesMax, caller.watch).answer);
  if (!format || *format == "json") return answered;
  plan.arguments["format"] = {*format};
  answered.picture = GOVLOG_TRY(draw_fitting(executor, *plan.operation, plan.arguments));
  return answered;
}

/// The reserved metadata keys that we know.
std::string filled_metadata(const Tool& tool, const ToolCaller& caller) {
  std::string out;
  ObjectWriter object(out);
  object.token("actor_kind", R"("agent")");
  if (!caller.client.empty()) object.text("client", std::string_view(caller.client));
  object.text("tool", tool.name);
  if (caller.principal) object.text("principal", std::string_view(*caller.principal));
  if (!caller.traceparent.empty()) object.text("traceparent", std::string_view(caller.traceparent));
  object.close();
  return out;
}

Result<Answered> write(const Tool& tool, Arguments arguments, const ToolCaller& caller) {
  if (caller.read_only)
    return Error{
        Code::kForbidden, "this server is read-only: govlog mcp was started with --read-only, and reads alone are served", {}};
  if (caller.principal) GOVLOG_TRY(refuse_principal(argument(arguments, "metadata").value_or("{}")));
  if (caller.actor && !arguments.contains("actor")) arguments["actor"] = {*caller.actor};
  Arguments named;
  for (auto& [name, values] : arguments) named[std::string(tool.find(name) ? tool.find(name)->operation_name : name)] = values;
  named[std::string(kFilledMetadata)] = {filled_metadata(tool, caller)};
  const std::vector<Receipt> receipts = GOVLOG_TRY(caller.executor.write(*tool.write_operation, named));
  return Answered{render_write(*tool.write_operation, receipts), {}};
}

Result<Answered> run(const Tool& tool, std::string_view arguments, const ToolCaller& caller) {
  Arguments given = GOVLOG_TRY(read_tool_arguments(tool, arguments));
  auto answered = tool.kind == ToolKind::kRead ? read(tool, given, caller) : write(tool, std::move(given), caller);
  if (!answered.ok()) return by_tool_names(tool, answered.take_error());
  return answered;
}

void append_text_block(ObjectWriter& result, std::string_view text) {
  std::string& out = result.begin("content");
  out += '[';
  ObjectWriter block(out);
  block.token("type", R"("text")");
  block.text("text", text);
  block.close();
  out += ']';
}

/// The members of what `write` writes, without the braces.
template <typename Write>
std::string members_of(Write write) {
  std::string out;
  ObjectWriter object(out);
  write(object);
  return out.substr(1);
}

RpcResult failure(const Error& error, bool writes) {
  RpcResult result;
  result.members = members_of([&](ObjectWriter& object) {
    append_text_block(object, explain(error, writes));
    object.boolean("isError", true);
  });
  result.meta = R"("govlog/error":)" + error_object(error);
  return result;
}

/// What to do next, where the message cannot say it.
std::string_view next_step(Code code, bool writes) {
  switch (code) {
    case Code::kLocked:
      return "; try again in a few seconds";
    case Code::kCorruption:
      return "; tell the user, who can run govlog verify";
    case Code::kDiskFull:
      return "; nothing was kept: tell the user to make room";
    case Code::kIoError:
      return writes ? "; whether it was kept is unknown: send it again with the same event_id, which is harmless"
                    : "; tell the user: the disk, or a file of the store, cannot be read or written";
    case Code::kInternal:
      return "; this is a bug of govlog";
    default:
      return "";
  }
}

}  // namespace

std::string error_object(const Error& error) {
  const std::string whole = render_error(error);
  return std::string(json_member(whole, "error").value_or("{}"));
}

RpcError internal_error(const Error& error) { return {RpcCode::kInternal, explain(error), error_object(error)}; }

std::string explain(const Error& error, bool writes) {
  std::string text = fmt::format("[{}] {}", code_info(error.code).name, error.message);
  for (const Detail& detail : error.details) {
    const auto* list = std::get_if<std::vector<std::string>>(&detail.value);
    if (list == nullptr || list->empty() || error.message.find(list->front()) != std::string::npos) continue;
    text += fmt::format("; {}: {}", detail.name, fmt::join(*list, ", "));
  }
  text += next_step(error.code, writes);
  return text;
}

std::variant<const Tool*, RpcError> tool_of(std::string_view params) {
  const auto name = string_member(params, "name");
  if (!name) return RpcError{RpcCode::kInvalidParams, "name is missing, it is the name of a tool, a string"};
  const Tool* tool = find_tool(*name);
  if (tool != nullptr) return tool;
  const std::vector<std::string_view> names = tool_names();
  const std::string_view nearest = nearest_name(*name, names);
  return RpcError{RpcCode::kInvalidParams,
                  nearest.empty() ? fmt::format("unknown tool {}; there are: {}", shorten(*name), fmt::join(names, ", "))
                                  : fmt::format("unknown tool {}; did you mean {}?", shorten(*name), nearest)};
}

RpcOutcome call_tool(const Tool& tool, std::string_view params, const ToolCaller& caller) {
  const std::string_view arguments = json_member(params, "arguments").value_or("{}");
  if (json_kind(arguments) != JsonKind::kObject)
    return RpcError{RpcCode::kInvalidParams, "arguments must be an object, by the tool's inputSchema"};
  auto answered = run(tool, arguments, caller);
  if (!answered.ok()) return failure(answered.error(), tool.kind != ToolKind::kRead);
  RpcResult result;
  result.members = members_of([&](ObjectWriter& object) {
    append_text_block(object, answered->picture.empty() ? answered->json : answered->picture);
    object.token("structuredContent", answered->json);
  });
  return result;
}

}  // namespace govlog
