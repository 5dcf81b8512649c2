#include "server/relay.h"

#include "api/arguments.h"
#include "api/complete.h"
#include "api/wire.h"
#include "server/protocol.h"
#include "server/socket_path.h"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <functional>
#include <mutex>
#include <vector>

namespace govlog {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::chrono::milliseconds kStopLook{200};
constexpr std::uint64_t kRelayReplyMax = std::uint64_t{4} << 30;

std::string_view header(const Response& response, std::string_view name) {
  const auto value = response[{name.data(), name.size()}];
  return {value.data(), value.size()};
}

/// Of an interim response.
void tell_progress(const Response& response, const ReadWatch& watch) {
  const std::string_view text = header(response, kProgressHeader);
  const std::size_t first = text.find(' ');
  const std::size_t second = text.find(' ', first + 1);
  if (!watch.progress || second == std::string_view::npos) return;
  const auto done = parse_digits(text.substr(first + 1, second - first - 1), kPositionMax);
  const auto total = parse_digits(text.substr(second + 1), kPositionMax);
  if (done && total) watch.progress(text.substr(0, first), *done, *total);
}

/// One connection; its own loop, so that each step can be waited for no longer than it should.
class Connection {
 public:
  explicit Connection(std::chrono::milliseconds patience) : patience_(patience), stream_(loop_) {}

  bool connect(const SocketPath& path) {
    beast::error_code failed;
    (void)stream_.socket().connect(asio::local::stream_protocol::endpoint(path.text()), failed);
    return !failed;
  }

  enum class Outcome : std::uint8_t { kAnswered, kGone, kSilent, kStopped };
  /// An answer may take its time; `lives` is asked whenever nothing came for as long as our patience is, and false ends the waiting, as `watch` may.
  Outcome ask(const Request& request, Response& response, const std::function<bool()>& lives, const ReadWatch& watch = {}) {
    beast::error_code failed;
    bool done = false;
    const auto finish = [&](beast::error_code error, std::size_t) {
      failed = error;
      done = true;
    };
    http::async_write(stream_, request, finish);
    if (const auto broken_off = run(done, lives, watch)) return *broken_off;
    if (failed) return Outcome::kGone;
    while (true) {
      http::response_parser<http::string_body> parser;
      parser.body_limit(kRelayReplyMax);
      done = false;
      http::async_read(stream_, buffer_, parser, finish);
      if (const auto broken_off = run(done, lives, watch)) return *broken_off;
      if (failed) return Outcome::kGone;
      response = parser.release();
      if (response.result() != http::status::processing) return Outcome::kAnswered;
      tell_progress(response, watch);
    }
  }

 private:
  /// Nothing where it is done.
  std::optional<Outcome> run(const bool& done, const std::function<bool()>& lives, const ReadWatch& watch) {
    loop_.restart();
    const std::chrono::milliseconds look = watch.stop ? std::min(patience_, kStopLook) : patience_;
    for (auto silent = look;; silent += look) {
      (void)loop_.run_for(look);
      if (done) return std::nullopt;
      const bool stopped = watch.stop && watch.stop();
      if (!stopped && silent < patience_) continue;
      if (!stopped && lives()) {
        silent = std::chrono::milliseconds(0);
        continue;
      }
      stream_.close();
      (void)loop_.run();  // what was begun ends, as what it refers to does
      return stopped ? Outcome::kStopped : Outcome::kSilent;
    }
  }

  std::chrono::milliseconds patience_;
  asio::io_context loop_{1};
  beast::basic_stream<asio::local::stream_protocol> stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

class Relay::Impl {
 public:
  Impl(std::filesystem::path directory, AppendOptions options, std::chrono::milliseconds patience)
      : directory_(std::move(directory)), options_(options), patience_(patience) {}

  /// Nothing where nobody listens or the connection broke; kLocked as class Relay says.
  std::optional<Result<Response>> ask(http::verb verb, const std::string& target, std::string body = {},
                                      const ReadWatch& watch = {}) {
    Request request(verb, target, 11, std::move(body));
    request.set(http::field::host, "govlog");
    request.set(http::field::user_agent, program_name());
    set(request, kProtocolHeader, kProtocol);
    if (options_.durability == Durability::kAsync) set(request, kDurabilityHeader, "async");
    if (options_.accept_clock) set(request, kAcceptClockHeader, "1");
    if (watch.progress) set(request, kProgressHeader, "1");
    request.prepare_payload();
    std::unique_ptr<Connection> connection = take();
    if (!connection) return std::nullopt;
    Response response;
    const auto outcome = connection->ask(
        request, response, [this] { return lives(); }, watch);
    if (outcome == Connection::Outcome::kStopped)
      return Result<Response>(Error{Code::kInternal, "it was given up before the answer came", {}});
    if (outcome == Connection::Outcome::kSilent) return Result<Response>(silent(target));
    if (outcome == Connection::Outcome::kGone) return std::nullopt;
    const std::string_view protocol = header(response, kProtocolHeader);
    if (protocol != kProtocol) return Result<Response>(other_version(response, protocol));
    if (response.keep_alive()) give_back(std::move(connection));
    return Result<Response>(std::move(response));
  }

  /// The body of a good answer, or the error that the other one is.
  template <class Value, class Parse>
  std::optional<Result<Value>> ask_for(http::verb verb, const std::string& target, std::string body, Parse parse) {
    auto response = ask(verb, target, std::move(body));
    if (!response) return std::nullopt;
    if (!response->ok()) return Result<Value>(response->take_error());
    if ((*response)->result() != http::status::ok) return Result<Value>(error_of(**response));
    return parse(**response);
  }

  /// Whether somebody answers on the socket.
  bool lives() const {
    const auto path = SocketPath::of_store(directory_);
    Connection connection(patience_);
    if (!path.ok() || !connection.connect(*path)) return false;
    Request request(http::verb::get, beast::string_view(kPingTarget.data(), kPingTarget.size()), 11);
    Response response;
    return connection.ask(request, response, [] { return false; }) == Connection::Outcome::kAnswered;
  }

  static Error error_of(const Response& response) {
    auto error = parse_rendered_error(response.body());
    if (error) return *std::move(error);
    return {Code::kInternal, fmt::format("the process that has the store open answers {}", response.result_int()), {}};
  }

 private:
  static void set(Request& request, std::string_view name, std::string_view value) {
    request.set({name.data(), name.size()}, {value.data(), value.size()});
  }

  Error silent(std::string_view target) const {
    Error error{
        Code::kLocked,
        fmt::format("the process that has the store {} open does not answer: end it, or wait for it", directory_.string()),
        {}};
    const bool writes = target.starts_with("/v1/write") || target.starts_with("/v1/append");
    return writes ? std::move(error).with("outcome", "unknown") : error;
  }

  static Error other_version(const Response& response, std::string_view protocol) {
    const std::string_view server = header(response, "Server");
    return {
        Code::kLocked,
        fmt::format(
            "the store is open in {} (protocol {}), which cannot talk with {} (protocol {}): use the same version for both, or "
            "end the other",
            server.empty() ? "another program" : server, protocol.empty() ? "unknown" : protocol, program_name(), kProtocol),
        {}};
  }

  std::unique_ptr<Connection> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    const auto path = SocketPath::of_store(directory_);
    if (!path.ok()) return nullptr;
    auto connection = std::make_unique<Connection>(patience_);
    if (!connection->connect(*path)) return nullptr;
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::filesystem::path directory_;
  AppendOptions options_;
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

Relay::Relay(std::filesystem::path directory, AppendOptions options, std::chrono::milliseconds patience)
    : impl_(std::make_unique<Impl>(std::move(directory), options, patience)) {}
Relay::~Relay() = default;

std::optional<ReadReply> Relay::read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) {
  const auto response =
      impl_->ask(http::verb::post, fmt::format("/v1/read/{}", operation.name), encode_arguments(arguments), watch);
  if (!response) return std::nullopt;
  if (!response->ok()) return ReadReply{response->error(), std::nullopt, true};
  ReadReply reply{(*response)->body(), decode_damage(header(**response, kDamageHeader)), true};
  if ((*response)->result() != http::status::ok) reply.answer = Impl::error_of(**response);
  return reply;
}

std::optional<Result<std::vector<Receipt>>> Relay::write(const WriteOperation& operation, const Arguments& arguments) {
  return impl_->ask_for<std::vector<Receipt>>(http::verb::post, fmt::format("/v1/write/{}", operation.name),
                                              encode_arguments(arguments),
                                              [](const Response& response) { return parse_receipts(response.body()); });
}

std::optional<Result<std::vector<Receipt>>> Relay::append(const std::vector<Event>& batch) {
  return impl_->ask_for<std::vector<Receipt>>(http::verb::post, "/v1/append", render_batches({&batch, 1}),
                                              [](const Response& response) { return parse_receipts(response.body()); });
}

std::optional<Result<std::vector<std::vector<Receipt>>>> Relay::append_in_turn(std::span<const std::vector<Event>> batches) {
  return impl_->ask_for<std::vector<std::vector<Receipt>>>(
      http::verb::post, "/v1/append-in-turn", render_batches(batches),
      [](const Response& response) { return parse_receipts_in_turn(response.body()); });
}

std::optional<Result<ExportPage>> Relay::export_page(const ExportRange& range) {
  const std::string target =
      fmt::format("/v1/events?from_position={}&to_position={}&page_bytes={}", range.from, range.to, range.page_bytes);
  return impl_->ask_for<ExportPage>(http::verb::get, target, {}, [&range](Response& response) -> Result<ExportPage> {
    ExportPage page;
    page.next = parse_digits(header(response, kNextHeader), kPositionMax).value_or(range.from);
    page.log_position = parse_digits(header(response, kLogPositionHeader), kPositionMax).value_or(0);
    page.damage = decode_damage(header(response, kDamageHeader));
    page.lines = std::move(response.body());
    return page;
  });
}

std::optional<Result<Completion>> Relay::complete(const CompletionQuery& query) {
  const std::string form = encode_arguments({{"source", {std::string(completion_source_name(query.source))}},
                                             {"narrow", {query.narrow}},
                                             {"prefix", {query.prefix}},
                                             {"limit", {std::to_string(query.limit)}}});
  return impl_->ask_for<Completion>(http::verb::post, "/v1/complete", form,
                                    [](const Response& response) { return parse_completion(response.body()); });
}

}  // namespace govlog
