#include "server/mcp_http.h"

#include "base/system_error.h"
#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "mcp/message.h"
#include "mcp/tool_call.h"
#include "server/mcp_headers.h"
#include "server/mcp_sessions.h"
#include "server/mcp_streams.h"
#include "server/rest_reply.h"
#include "server/watched_calls.h"

#include <fmt/format.h>

#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kSessionHeader = "mcp-session-id";
constexpr std::string_view kVersionHeader = "mcp-protocol-version";
constexpr std::string_view kFirstModern = "2026-07-28";
constexpr std::string_view kBatchVersion = "2025-03-26";

HttpReply rpc_reply(unsigned status, Era era, std::string_view id, const RpcOutcome& outcome) {
  return json_reply(render_reply(era, id, outcome), status);
}

HttpReply refusal(unsigned status, const Message& message, RpcError error) {
  return rpc_reply(status, message.era, message.id, std::move(error));
}

HttpReply accepted() {
  HttpReply reply;
  reply.status = 202;
  return reply;
}

/// A date, as versions are, that is not before the first of the modern ones.
bool is_modern_version(std::string_view version) { return version.size() == kFirstModern.size() && version >= kFirstModern; }

}  // namespace

class McpHttp::Impl {
 public:
  Impl(Executor& executor, ChangeFan& changes, std::function<void()> wake, McpExtension* extension)
      : server_(executor, {}),
        changes_(changes),
        wake_(std::move(wake)),
        extension_(extension),
        sessions_(executor, changes, wake_),
        watched_calls_(wake_) {}

  HttpReply answer(const HttpRequest& request, const std::optional<Principal>& principal) {
    const Caller caller{request, principal};
    if (request.method == "GET") return listen_to_session(caller);
    if (request.method == "DELETE") return end_session(caller);
    const auto json = compact_json(request.body, kMessageDepthMax);
    if (!json.ok())
      return rpc_reply(400, Era::kLegacy, "", RpcError{RpcCode::kParseError, "Parse error: " + json.error().message});
    if (json_kind(*json) == JsonKind::kArray) return batch(caller, *json);
    return one(caller, *json);
  }

 private:
  struct Caller {
    const HttpRequest& request;
    const std::optional<Principal>& principal;
    bool alone = true;  // the message is not part of a batch
    std::optional<std::string> name() const { return principal ? std::optional(principal->name) : std::nullopt; }
  };

  HttpReply one(const Caller& caller, std::string_view json) {
    auto parsed = parse_message(json);
    if (const auto* bad = std::get_if<BadMessage>(&parsed)) return rpc_reply(400, Era::kLegacy, bad->id, bad->error);
    const Message& message = std::get<Message>(parsed);
    if (message.kind == MessageKind::kRequest && message.era == Era::kModern) return modern(caller, message);
    const std::string* version = caller.request.header(kVersionHeader);
    if (version != nullptr && is_modern_version(*version)) return without_claim(message);
    if (version != nullptr && !is_legacy_version(*version))
      return refusal(400, message,
                     {RpcCode::kInvalidRequest,
                      fmt::format("MCP-Protocol-Version {} is not one that is spoken here", json_quote(*version))});
    return legacy(caller, message);
  }

  /// A header names a modern version, and the message makes no claim to be of one.
  static HttpReply without_claim(const Message& message) {
    if (message.kind != MessageKind::kRequest)
      return message.kind == MessageKind::kNotification
                 ? accepted()
                 : refusal(400, message, {RpcCode::kInvalidRequest, "responses are not taken"});
    if (message.method == "initialize")
      return refusal(400, message,
                     {RpcCode::kHeaderMismatch, "initialize is not of the protocol version that MCP-Protocol-Version names"});
    return refusal(
        400, message,
        {RpcCode::kInvalidParams,
         R"(params._meta needs "io.modelcontextprotocol/protocolVersion" and "io.modelcontextprotocol/clientCapabilities")"});
  }

  std::optional<HttpReply> refuse_writer(const Caller& caller, const Message& message) const {
    if (!caller.principal || caller.principal->role != Role::kRead || work_of(message) != Work::kWrites) return std::nullopt;
    HttpReply reply =
        error_reply({Code::kForbidden,
                     fmt::format("{} may read, and this writes: it takes a token of role write", caller.principal->name),
                     {}});
    reply.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="govlog", error="insufficient_scope")");
    return reply;
  }

  HttpReply modern(const Caller& caller, const Message& message) {
    const auto refused = refuse_request(message);
    if (refused && refused->code == RpcCode::kInvalidParams) return refusal(400, message, *refused);
    if (auto error = check_version_header(caller.request, message)) return refusal(400, message, *std::move(error));
    if (refused && refused->code == RpcCode::kUnsupportedVersion) return refusal(400, message, *refused);
    if (auto error = check_headers(caller.request, message)) return refusal(400, message, *std::move(error));
    if (refused) return refusal(404, message, *refused);
    if (auto reply = refuse_writer(caller, message)) return std::move(*reply);
    if (auto reply = ask_extension(caller, message, nullptr)) return std::move(*reply);
    if (message.method == "subscriptions/listen") return listen(message);
    return answer_store(caller, message, {});
  }

  /// As an event stream where the caller wants to hear of the progress, else as JSON.
  HttpReply answer_store(const Caller& caller, const Message& message, std::string_view client) {
    const std::string* accepts = caller.request.header("accept");
    const bool streams = accepts != nullptr && accepts->find("text/event-stream") != std::string::npos;
    if (caller.alone && streams && wants_progress(message)) {
      auto stream = watched_calls_.begin([this, message, client = std::string(client), principal = caller.name()](
                                             const WatchedCalls::Notify& notify, const WatchedCalls::Gone& gone) {
        const McpPeer peer{.client = client, .principal = principal, .notify = notify, .gone = gone};
        try {
          return render_reply(message.era, message.id, server_.answer(message, peer));
        } catch (const std::exception& thrown) {
          return render_reply(message.era, message.id, internal_error(exception_error(thrown)));
        }
      });
      if (stream) return event_stream_reply(std::move(stream));
    }
    const McpPeer peer{.client = client, .principal = caller.name(), .notify = {}, .gone = {}};
    return rpc_reply(200, message.era, message.id, server_.answer(message, peer));
  }

  std::optional<HttpReply> ask_extension(const Caller& caller, const Message& message, const McpSession* session) const {
    if (extension_ == nullptr) return std::nullopt;
    return extension_->answer({caller.request, message, session != nullptr ? session->id() : std::string(), wake_});
  }

  HttpReply listen(const Message& message) {
    auto stream = std::make_unique<ListenStream>(server_.executor(), changes_.branch(), wake_);
    if (auto error = stream->begin(message)) return rpc_reply(200, message.era, message.id, *std::move(error));
    return event_stream_reply(std::move(stream));
  }

  /// The caller's session, if it names one. False where it names one that is not there.
  bool find_session(const Caller& caller, std::shared_ptr<McpSession>& session) {
    const std::string* id = caller.request.header(kSessionHeader);
    if (id == nullptr) return true;
    session = sessions_.find(*id, caller.name());
    return session != nullptr;
  }

  static HttpReply no_session(const Message& message) {
    return refusal(404, message, {RpcCode::kSessionNotFound, "Session not found: initialize again"});
  }

  HttpReply legacy(const Caller& caller, const Message& message) {
    std::shared_ptr<McpSession> session;
    const bool found = find_session(caller, session);
    if (message.kind == MessageKind::kRequest && message.method == "initialize")
      return initialize_session(caller, message, session);
    if (!found) return no_session(message);
    if (message.kind != MessageKind::kRequest) {
      auto reply = ask_extension(caller, message, session.get());
      return reply ? std::move(*reply) : accepted();
    }
    if (auto reply = refuse_writer(caller, message)) return std::move(*reply);
    if (const auto refused = refuse_request(message)) return rpc_reply(200, message.era, message.id, *refused);
    if (auto reply = ask_extension(caller, message, session.get())) return std::move(*reply);
    return answer_legacy(caller, message, session.get());
  }

  HttpReply answer_legacy(const Caller& caller, const Message& message, McpSession* session) {
    const bool subscribes = message.method == "resources/subscribe" || message.method == "resources/unsubscribe";
    if (subscribes && session == nullptr)
      return refusal(
          200, message,
          {RpcCode::kInvalidRequest, "a subscription belongs to a session: initialize, and send its Mcp-Session-Id"});
    if (subscribes) return rpc_reply(200, message.era, message.id, session->subscribe(message));
    return answer_store(caller, message, session != nullptr ? session->client() : std::string_view());
  }

  HttpReply initialize_session(const Caller& caller, const Message& message, const std::shared_ptr<McpSession>& session) {
    if (session) return refusal(400, message, {RpcCode::kInvalidRequest, "the session is initialized already"});
    LegacyHandshake handshake;
    const RpcOutcome outcome = initialize(message.params, handshake);
    HttpReply reply = rpc_reply(200, message.era, message.id, outcome);
    reply.headers.emplace_back("Mcp-Session-Id", sessions_.begin(std::move(handshake), caller.name()));
    return reply;
  }

  HttpReply batch(const Caller& caller, std::string_view json) {
    const auto refused = [](std::string message) {
      return rpc_reply(400, Era::kLegacy, "", RpcError{RpcCode::kInvalidRequest, std::move(message)});
    };
    std::shared_ptr<McpSession> session;
    const bool found = find_session(caller, session);
    const std::string* version = caller.request.header(kVersionHeader);
    const bool of_version = session ? session->version() == kBatchVersion : version == nullptr || *version == kBatchVersion;
    if (!of_version) return refused("a body is one message: arrays of them are for protocol version 2025-03-26 alone");
    if (!found)
      return rpc_reply(404, Era::kLegacy, "", RpcError{RpcCode::kSessionNotFound, "Session not found: initialize again"});
    std::size_t count = 0;
    for (JsonCursor item(json); item.next();) ++count;
    if (count == 0 || count > kBatchMax)
      return refused(fmt::format("the batch has {} messages, expected 1 to {}", count, kBatchMax));
    std::string replies;
    for (JsonCursor item(json); item.next();) {
      const auto parsed = parse_message(item.value());
      const auto* message = std::get_if<Message>(&parsed);
      if (message != nullptr && (message->era == Era::kModern || message->method == "initialize"))
        return refused("a batch holds neither initialize nor messages of protocol version 2026-07-28");
      const bool forbidden = message != nullptr && message->kind == MessageKind::kRequest && refuse_writer(caller, *message);
      HttpReply reply = forbidden
                            ? refusal(200, *message, {RpcCode::kInvalidRequest, "this token may read, and the call writes"})
                            : one({caller.request, caller.principal, false}, item.value());
      if (!reply.body.empty()) replies += (replies.empty() ? "[" : ",") + reply.body;
    }
    return replies.empty() ? accepted() : json_reply(replies + ']');
  }

  HttpReply listen_to_session(const Caller& caller) {
    std::shared_ptr<McpSession> session;
    if (caller.request.header(kSessionHeader) == nullptr) return no_method();
    if (!find_session(caller, session)) return no_session({});
    if (auto reply = ask_extension(caller, {}, session.get())) return std::move(*reply);
    auto stream = session->stream();
    if (!stream)
      return rpc_reply(409, Era::kLegacy, "", RpcError{RpcCode::kInvalidRequest, "the session's stream is open already"});
    return event_stream_reply(std::move(stream));
  }

  HttpReply end_session(const Caller& caller) {
    if (caller.request.header(kSessionHeader) == nullptr) return no_method();
    if (!sessions_.end(*caller.request.header(kSessionHeader), caller.name())) return no_session({});
    HttpReply reply;
    reply.status = 204;
    return reply;
  }

  static HttpReply no_method() {
    HttpReply reply = failure_reply(HttpFailure::kMethodNotAllowed, "without Mcp-Session-Id, /mcp takes POST alone");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }

  static constexpr std::size_t kBatchMax = 100;

  McpServer server_;
  ChangeFan& changes_;
  std::function<void()> wake_;
  McpExtension* extension_;
  McpSessions sessions_;
  WatchedCalls watched_calls_;  // last: its calls end before what they use
};

McpHttp::McpHttp(Executor& executor, ChangeFan& changes, std::function<void()> wake, McpExtension* extension)
    : impl_(std::make_unique<Impl>(executor, changes, std::move(wake), extension)) {}
McpHttp::~McpHttp() = default;

HttpReply McpHttp::answer(const HttpRequest& request, const std::optional<Principal>& principal) {
  return impl_->answer(request, principal);
}

}  // namespace govlog
