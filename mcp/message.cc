#include "mcp/message.h"

#include "api/json_writer.h"
#include "base/version.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {
namespace {

constexpr std::size_t kIdBytesMax = 1000;

BadMessage refuse(std::string id, std::string message) {
  return {std::move(id), {RpcCode::kInvalidRequest, std::move(message)}};
}

/// The id of a request, or nothing where it is of a kind that no request may have.
std::optional<std::string> read_id(std::string_view token) {
  const bool right = json_kind(token) == JsonKind::kString || is_integer_token(token);
  if (!right || token.size() > kIdBytesMax) return std::nullopt;
  return std::string(token);
}

}  // namespace

bool is_integer_token(std::string_view token) {
  if (token.starts_with('-')) token.remove_prefix(1);
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> string_member(std::string_view object, std::string_view name) {
  const auto token = json_member(object, name);
  if (!token || json_kind(*token) != JsonKind::kString) return std::nullopt;
  return json_unescape(*token);
}

std::variant<Message, BadMessage> parse_message(std::string_view json) {
  if (json_kind(json) != JsonKind::kObject) return refuse("", "a message is a JSON object");
  Message message;
  const auto id = json_member(json, "id");
  const auto method = json_member(json, "method");
  if (!method && (json_member(json, "result") || json_member(json, "error"))) {
    message.kind = MessageKind::kResponse;
    return message;
  }
  if (id) {
    auto read = read_id(*id);
    if (!read) return refuse("", "id must be a string or an integer, and of at most 1000 bytes");
    message.id = *std::move(read);
    message.kind = MessageKind::kRequest;
  }
  if (json_member(json, "jsonrpc") != R"("2.0")") return refuse(message.id, R"(jsonrpc must be "2.0")");
  if (!method || json_kind(*method) != JsonKind::kString) return refuse(message.id, "method is missing, it is a string");
  message.method = json_unescape(*method);
  const auto params = json_member(json, "params");
  if (params && json_kind(*params) != JsonKind::kObject)
    return BadMessage{message.id, {RpcCode::kInvalidParams, "params must be an object"}};
  if (params) message.params = *params;
  const auto meta = json_member(message.params, "_meta");
  if (meta && json_kind(*meta) == JsonKind::kObject) message.meta = *meta;
  if (json_member(message.meta, kVersionKey)) message.era = Era::kModern;
  return message;
}

std::string_view server_info() {
  static const std::string kInfo = fmt::format(R"({{"name":"govlog","title":"Govlog","version":"{}"}})", kVersion);
  return kInfo;
}

std::string render_reply(Era era, std::string_view id, const RpcOutcome& outcome) {
  std::string out;
  ObjectWriter reply(out);
  reply.token("jsonrpc", R"("2.0")");
  if (!id.empty()) reply.token("id", id);
  if (const auto* error = std::get_if<RpcError>(&outcome)) {
    ObjectWriter object(reply.begin("error"));
    object.token("code", fmt::format("{}", static_cast<std::int32_t>(error->code)));
    object.text("message", std::string_view(error->message));
    if (!error->data.empty()) object.token("data", error->data);
    object.close();
    reply.close();
    return out;
  }
  const RpcResult& result = std::get<RpcResult>(outcome);
  out.reserve(out.size() + result.members.size() + result.meta.size() + 256);
  std::string& text = reply.begin("result");
  text += '{';
  if (era == Era::kModern) text += R"("resultType":"complete")";
  if (era == Era::kModern && !result.members.empty()) text += ',';
  text += result.members;
  if (era == Era::kModern && result.cache)
    text += fmt::format(R"(,"ttlMs":{},"cacheScope":"{}")", result.cache->ttl_ms, result.cache->scope);
  std::string meta = result.meta;
  if (era == Era::kModern) {
    if (!meta.empty()) meta += ',';
    meta += fmt::format(R"("io.modelcontextprotocol/serverInfo":{})", server_info());
  }
  if (!meta.empty()) {
    if (text.back() != '{') text += ',';
    text += R"("_meta":{)" + meta + '}';
  }
  text += '}';
  reply.close();
  return out;
}

std::string render_notification(std::string_view method, std::string_view params) {
  std::string out;
  ObjectWriter object(out);
  object.token("jsonrpc", R"("2.0")");
  object.text("method", method);
  object.token("params", params);
  object.close();
  return out;
}

}  // namespace govlog
