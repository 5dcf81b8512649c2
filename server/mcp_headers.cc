#include "server/mcp_headers.h"

#include "codec/ascii.h"
#include "codec/base64.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace govlog {

namespace {

constexpr std::string_view kMarkBefore = "=?base64?";
constexpr std::string_view kMarkAfter = "?=";

RpcError mismatch(std::string message) { return {RpcCode::kHeaderMismatch, std::move(message)}; }

/// A value that is no visible ASCII stands there in base64, between marks. Nothing where what is between them is no base64.
std::optional<std::string> decode_value(std::string_view value) {
  const bool marked =
      value.size() >= kMarkBefore.size() + kMarkAfter.size() && value.starts_with(kMarkBefore) && value.ends_with(kMarkAfter);
  if (!marked) return std::string(value);
  return decode_base64(value.substr(kMarkBefore.size(), value.size() - kMarkBefore.size() - kMarkAfter.size()));
}

/// The member of params that Mcp-Name repeats; empty where the method has none.
std::string_view named_by(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  return method == "resources/read" ? "uri" : "";
}

}  // namespace

std::optional<RpcError> check_header(const HttpRequest& http, std::string_view shown,
                                     const std::optional<std::string>& expected, bool may_be_encoded) {
  const std::string name = lower_case(std::string(shown));
  const std::string* header = http.header(name);
  if (header == nullptr) return mismatch(fmt::format("the header {} is missing", shown));
  if (http.count(name) > 1) return mismatch(fmt::format("the header {} is there twice", shown));
  const auto value = may_be_encoded ? decode_value(*header) : std::optional(*header);
  if (!value) return mismatch(fmt::format("the header {} is no valid base64", shown));
  if (value != expected) return mismatch(fmt::format("the header {} says something else than the body", shown));
  return std::nullopt;
}

std::optional<RpcError> check_version_header(const HttpRequest& http, const Message& message) {
  if (http.header("mcp-protocol-version") == nullptr) return std::nullopt;
  return check_header(http, "MCP-Protocol-Version", string_member(message.meta, kVersionKey), false);
}

std::optional<RpcError> check_headers(const HttpRequest& http, const Message& message) {
  if (auto error = check_header(http, "MCP-Protocol-Version", string_member(message.meta, kVersionKey), false)) return error;
  if (auto error = check_header(http, "Mcp-Method", message.method, false)) return error;
  const std::string_view member = named_by(message.method);
  if (member.empty()) return std::nullopt;
  const auto name = string_member(message.params, member);
  if (!name) return std::nullopt;  // what is wrong there is told by who reads it
  return check_header(http, "Mcp-Name", name, true);
}

}  // namespace govlog
