#include "mcp/server.h"

#include "api/json_writer.h"
#include "codec/json_text.h"
#include "mcp/completion.h"
#include "mcp/instructions.h"
#include "mcp/progress.h"
#include "mcp/prompts.h"
#include "mcp/resources.h"
#include "mcp/tool_call.h"
#include "mcp/tools.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

constexpr std::string_view kModernVersion = "2026-07-28";
constexpr std::array<std::string_view, 4> kLegacyVersions{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kClientKey = "io.modelcontextprotocol/clientInfo";
constexpr std::string_view kCapabilities = R"("tools":{},"prompts":{},"resources":{"subscribe":true},"completions":{})";
constexpr CacheHint kListHint{300'000, "public"};
constexpr std::size_t kClientMaximum = 200;
constexpr std::size_t kTraceparentMaximum = 200;  // W3C: 55

enum class Eras : std::uint8_t { kBoth, kLegacy, kModern };

struct Method {
  std::string_view name;
  Eras eras = Eras::kBoth;
  Work work = Work::kNothing;
};

constexpr std::array<Method, 15> kMethods{{{"server/discover", Eras::kModern},
                                           {"initialize", Eras::kLegacy},
                                           {"ping", Eras::kLegacy},
                                           {"logging/setLevel", Eras::kLegacy},
                                           {"tools/list"},
                                           {"tools/call", Eras::kBoth, Work::kReads},
                                           {"resources/list"},
                                           {"resources/templates/list"},
                                           {"resources/read", Eras::kBoth, Work::kReads},
                                           {"resources/subscribe", Eras::kLegacy, Work::kReads},
                                           {"resources/unsubscribe", Eras::kLegacy, Work::kReads},
                                           {"prompts/list"},
                                           {"prompts/get", Eras::kBoth, Work::kReads},
                                           {"completion/complete", Eras::kBoth, Work::kReads},
                                           {"subscriptions/listen", Eras::kModern, Work::kReads}}};

const Method* find_method(std::string_view name) {
  const auto* const found = std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& m) { return m.name == name; });
  return found == kMethods.end() ? nullptr : found;
}

std::optional<RpcError> check_envelope(const Message& request) {
  const auto version = string_member(request.meta, kVersionKey);
  if (!version) return invalid_params(fmt::format("_meta[\"{}\"] must be a string", kVersionKey));
  const auto capabilities = json_member(request.meta, kCapabilitiesKey);
  if (!capabilities || json_kind(*capabilities) != JsonKind::kObject)
    return invalid_params(fmt::format("_meta[\"{}\"] is missing or no object", kCapabilitiesKey));
  if (*version == kModernVersion) return std::nullopt;
  RpcError error{RpcCode::kUnsupportedVersion, "Unsupported protocol version"};
  error.data = fmt::format(R"({{"supported":["{}"],"requested":{}}})", kModernVersion, json_quote(*version));
  return error;
}

RpcError unknown_method(std::string_view method) {
  return {RpcCode::kMethodNotFound, fmt::format("Method not found: {}", shorten(method))};
}

/// `name/version`, as far as they are there.
std::string client_of(std::string_view info) {
  std::string client = string_member(info, "name").value_or("");
  const std::string version = string_member(info, "version").value_or("");
  if (!client.empty() && !version.empty()) client += '/' + version;
  std::erase_if(client, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return client.size() <= kClientMaximum ? client : std::string(shorten(client));
}

std::string traceparent_of(std::string_view meta) {
  std::string text = string_member(meta, "traceparent").value_or("");
  return text.size() <= kTraceparentMaximum ? text : std::string();
}

RpcOutcome whole_list(std::string_view params, std::string_view members) {
  const auto cursor = json_member_not_null(params, "cursor");
  if (cursor) return invalid_params("this list has one page alone, so no cursor is right: leave it out");
  return RpcResult{.members = std::string(members), .cache = kListHint};
}

RpcOutcome discover() {
  static const std::string kResult = fmt::format(R"("supportedVersions":["{}"],"capabilities":{{{}}},"instructions":{})",
                                                 kModernVersion, kCapabilities, json_quote(kInstructions));
  return RpcResult{.members = kResult, .cache = kListHint};
}

RpcOutcome set_level(std::string_view params) {
  static constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                           "error", "critical", "alert",  "emergency"};
  const std::string level = string_member(params, "level").value_or("");
  if (std::find(kLevels.begin(), kLevels.end(), level) == kLevels.end())
    return invalid_params("level is one of debug, info, notice, warning, error, critical, alert, emergency");
  return RpcResult{};
}

}  // namespace

Work work_of(const Message& request) {
  const Method* method = find_method(request.method);
  if (method == nullptr) return Work::kNothing;
  if (request.method != "tools/call") return method->work;
  const auto tool = tool_of(request.params);
  if (std::holds_alternative<RpcError>(tool)) return Work::kNothing;
  return std::get<const Tool*>(tool)->kind == ToolKind::kRead ? Work::kReads : Work::kWrites;
}

std::optional<RpcError> refuse_request(const Message& request) {
  if (request.era == Era::kModern) {
    if (auto refused = check_envelope(request)) return refused;
  } else if (request.method == "server/discover") {
    return invalid_params(
        fmt::format("server/discover needs params._meta with \"{}\" and \"{}\"", kVersionKey, kCapabilitiesKey));
  }
  const Method* method = find_method(request.method);
  const Eras other = request.era == Era::kModern ? Eras::kLegacy : Eras::kModern;
  if (method == nullptr || method->eras == other) return unknown_method(request.method);
  return std::nullopt;
}

bool wants_progress(const Message& request) {
  if (request.method != "tools/call" || !progress_token(request)) return false;
  const auto tool = tool_of(request.params);
  if (std::holds_alternative<RpcError>(tool)) return false;
  const auto& operations = std::get<const Tool*>(tool)->operations;
  return std::any_of(operations.begin(), operations.end(),
                     [](const Operation* operation) { return operation->run_watched != nullptr; });
}

bool is_legacy_version(std::string_view version) {
  return std::find(kLegacyVersions.begin(), kLegacyVersions.end(), version) != kLegacyVersions.end();
}

RpcOutcome initialize(std::string_view params, LegacyHandshake& handshake) {
  const std::string asked = string_member(params, "protocolVersion").value_or("");
  handshake.version = is_legacy_version(asked) ? asked : std::string(kLegacyVersions.front());
  handshake.client = client_of(json_member(params, "clientInfo").value_or("{}"));
  RpcResult result;
  result.members =
      fmt::format(R"("protocolVersion":"{}","capabilities":{{{},"logging":{{}}}},"serverInfo":{},"instructions":{})",
                  handshake.version, kCapabilities, server_info(), json_quote(kInstructions));
  return result;
}

RpcOutcome McpServer::answer(const Message& request, const McpPeer& peer) const {
  const std::string_view method = request.method;
  if (method == "tools/call") {
    auto tool = tool_of(request.params);
    if (auto* error = std::get_if<RpcError>(&tool)) return std::move(*error);
    const bool modern = request.era == Era::kModern;
    ProgressTeller progress(request, peer.notify);
    const ToolCaller caller{
        .executor = executor_,
        .read_only = options_.read_only,
        .actor = peer.principal ? peer.principal : options_.actor,
        .client = modern ? client_of(json_member(request.meta, kClientKey).value_or("{}")) : std::string(peer.client),
        .traceparent = traceparent_of(request.meta),
        .principal = peer.principal,
        .watch = {
            [&progress](std::string_view stage, std::uint64_t done, std::uint64_t total) { progress.tell(stage, done, total); },
            peer.gone}};
    RpcOutcome outcome = call_tool(*std::get<const Tool*>(tool), request.params, caller);
    progress.finish();
    return outcome;
  }
  if (method == "server/discover") return discover();
  if (method == "ping") return RpcResult{};
  if (method == "logging/setLevel") return set_level(request.params);
  if (method == "tools/list") return whole_list(request.params, tools_list());
  if (method == "resources/list") return whole_list(request.params, resources_list());
  if (method == "resources/templates/list") return whole_list(request.params, resource_templates_list());
  if (method == "prompts/list") return whole_list(request.params, prompts_list());
  if (method == "resources/read") return read_resource(executor_, request.era, request.params);
  if (method == "prompts/get") return get_prompt(executor_, request.params);
  if (method == "completion/complete") return complete_argument(executor_, request.params);
  return unknown_method(method);
}

}  // namespace govlog
