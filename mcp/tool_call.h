#pragma once
// `tools/call`: arguments in, the operation's answer or a failure that the model can mend out.

#include "api/executor.h"
#include "mcp/message.h"
#include "mcp/tools.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// What a call is run with, besides its arguments.
struct ToolCaller {
  Executor& executor;
  bool read_only = false;                  // writes are kForbidden
  std::optional<std::string> actor;        // of writes that name none
  std::string client;                      // `name/version`, or empty
  std::string traceparent;                 // or empty
  std::optional<std::string> principal{};  // whose token it was
  ReadWatch watch{};                       // of reads that last
};

/// The tool that `params` name, or -32602.
std::variant<const Tool*, RpcError> tool_of(std::string_view params);

/// Runs it. Only what is wrong with the call itself (`arguments` no object) is an RpcError; a failure of the operation is a result with
/// `isError`.
RpcOutcome call_tool(const Tool& tool, std::string_view params, const ToolCaller& caller);

/// `[code] message`, with what may help. `writes`: it was a write that failed.
std::string explain(const Error& error, bool writes = false);

/// The contract's `{"code","message","details"}`.
std::string error_object(const Error& error);

/// -32603 with the error as its data, for what is asked otherwise than by a tool.
RpcError internal_error(const Error& error);

}  // namespace govlog
