#pragma once
// What the headers of a modern request say must be what its body says (protocol version 2026-07-28).

#include "mcp/message.h"
#include "server/http.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// -32020 where MCP-Protocol-Version is there and says another version than the body.
std::optional<RpcError> check_version_header(const HttpRequest& http, const Message& message);

/// -32020 where MCP-Protocol-Version, Mcp-Method or, of a call that names something, Mcp-Name is missing or says something else than the body.
std::optional<RpcError> check_headers(const HttpRequest& http, const Message& message);

/// -32020 where a header that repeats `expected` is missing, or says something else; where it `may_be_encoded`, base64 between `=?base64?` and `?=` stands for
/// what it encodes. `shown`: its name.
std::optional<RpcError> check_header(const HttpRequest& http, std::string_view shown,
                                     const std::optional<std::string>& expected, bool may_be_encoded);

}  // namespace govlog
