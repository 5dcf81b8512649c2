#pragma once
// JSON-RPC 2.0: one message in, taken apart, and one reply out. What both generations of MCP share.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace govlog {

/// Of a message: modern (2026-07-28) where its `_meta` names a protocol version, else legacy (2024-11-05 to 2025-11-25).
enum class Era : std::uint8_t { kLegacy, kModern };

enum class RpcCode : std::int32_t {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternal = -32603,
  kResourceNotFound = -32002,  // legacy alone
  kSessionNotFound = -32001,   // over HTTP, as the protocol's own libraries have it
  kHeaderMismatch = -32020,
  kUnsupportedVersion = -32022,
};

struct RpcError {
  RpcCode code = RpcCode::kInternal;
  std::string message;
  std::string data{};  // a JSON value, or empty
};

/// What names the protocol's version in a modern message's `_meta`.
inline constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";

inline RpcError invalid_params(std::string message) { return {RpcCode::kInvalidParams, std::move(message)}; }

/// Who may keep a result, and how long.
struct CacheHint {
  std::uint64_t ttl_ms = 0;
  std::string_view scope;  // "public", "private"
};

/// A result, the same for both generations until render_reply makes it one of them.
struct RpcResult {
  std::string members;  // `"tools":[…]`, without the braces around
  std::string meta{};   // members of `_meta`
  std::optional<CacheHint> cache{};
};

using RpcOutcome = std::variant<RpcResult, RpcError>;

enum class MessageKind : std::uint8_t { kRequest, kNotification, kResponse };

struct Message {
  MessageKind kind = MessageKind::kNotification;
  Era era = Era::kLegacy;
  std::string id;  // a JSON string or integer, as it came; empty but for requests
  std::string method;
  std::string params = "{}";  // compact text of an object
  std::string meta = "{}";    // its `_meta`
};

/// What cannot be served, and under which id (empty: it has none that can be read).
struct BadMessage {
  std::string id;
  RpcError error;
};

inline constexpr std::size_t kMessageDepthMax = 128;

/// `json` is compact text (compact_json) of any value.
std::variant<Message, BadMessage> parse_message(std::string_view json);

/// The member as UTF-8, where it is there and a string.
std::optional<std::string> string_member(std::string_view object, std::string_view name);

/// Whether `token` is a JSON integer: digits, perhaps a minus.
bool is_integer_token(std::string_view token);

/// The reply as one line, without newline. `id` empty: the reply has none.
std::string render_reply(Era era, std::string_view id, const RpcOutcome& outcome);

/// A notification as one line. `params` is an object.
std::string render_notification(std::string_view method, std::string_view params);

/// `{"name":"govlog",…}`.
std::string_view server_info();

}  // namespace govlog
