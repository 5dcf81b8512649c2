#pragma once
// `subscriptions/listen` (protocol version 2026-07-28): what it asks for, and what is said first.

#include "mcp/message.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace govlog {

inline constexpr std::string_view kSubscriptionKey = "io.modelcontextprotocol/subscriptionId";

/// The URIs that a listen asks for, each once, or what is wrong with its params.
std::variant<std::vector<std::string>, RpcError> read_listen(std::string_view params);

/// The notification that tells which of them are watched. `id`: of the listen, a JSON token.
std::string acknowledgement(std::string_view id, const std::vector<std::string>& uris);

}  // namespace govlog
