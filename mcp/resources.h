#pragma once
// `govlog://…`: what users may attach and hosts may watch.

#include "api/executor.h"
#include "mcp/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// The read that a URI means.
struct ResourceRead {
  const Operation* operation = nullptr;
  Arguments arguments;
  std::uint64_t ttl_ms = 0;
};

/// Nothing where `uri` is none of ours, or malformed. Variables are percent-decoded once.
std::optional<ResourceRead> parse_resource(std::string_view uri);

/// A variable as RFC 6570 expands it.
std::string percent_encode(std::string_view text);

/// `"resources":[…]` and `"resourceTemplates":[…]`, the same bytes each time.
std::string_view resources_list();
std::string_view resource_templates_list();

/// `{"uri","mimeType","text"}`.
std::string resource_contents(std::string_view uri, std::string_view text);

/// `resources/read`. Not there or malformed: -32002 or -32602, by `era`, with `data.uri`.
RpcOutcome read_resource(Executor& executor, Era era, std::string_view params);

/// -32602 (-32002 where `era` is legacy) with `data.uri`.
RpcError resource_not_found(Era era, std::string_view uri, std::string message);

}  // namespace govlog
