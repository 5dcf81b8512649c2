#include "server/owner.h"

#include "api/operation.h"
#include "base/system_error.h"
#include "engine/place.h"
#include "server/protocol.h"
#include "server/relay_answer.h"
#include "server/socket_path.h"
#include "server/worker_threads.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cerrno>
#include <list>
#include <thread>

namespace govlog {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local>;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::uint64_t kRelayedBodyMax = std::uint64_t{1} << 30;  // an import sends several batches at once
constexpr std::uint32_t kHeaderMax = 16 << 10;
constexpr auto kPeerPatience = std::chrono::seconds(30);  // for the rest of a request, and for a peer that does not read
constexpr auto kStopPatience = std::chrono::seconds(5);
constexpr auto kRemovalPause = std::chrono::milliseconds(500);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr std::size_t kWorkers = 8;  // they mostly wait for the disk, together
constexpr std::size_t kConnectionsMax = 1000;
constexpr auto kProgressPause = std::chrono::milliseconds(200);

bool is_ours(Local::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

std::string string_of(beast::string_view view) { return {view.data(), view.size()}; }
beast::string_view name_of(std::string_view header) { return {header.data(), header.size()}; }

RelayRequest relay_request(Request request) {
  RelayRequest out;
  out.target = string_of(request.target());
  out.post = request.method() == http::verb::post;
  out.protocol = string_of(request[name_of(kProtocolHeader)]);
  out.program = string_of(request[http::field::user_agent]);
  if (request[name_of(kDurabilityHeader)] == "async") out.options.durability = Durability::kAsync;
  out.options.accept_clock = request[name_of(kAcceptClockHeader)] == "1";
  out.body = std::move(request.body());
  return out;
}

Response http_response(RelayReply reply, bool keep_alive) {
  Response response(static_cast<http::status>(reply.status), 11);
  response.set(http::field::server, program_name());
  response.set(name_of(kProtocolHeader), name_of(kProtocol));
  response.set(http::field::content_type, name_of(reply.content_type));
  for (const auto& [name, value] : reply.headers) response.set(name_of(name), value);
  response.body() = std::move(reply.body);
  response.keep_alive(keep_alive);
  response.prepare_payload();
  return response;
}

/// Tells a peer that waits how far its answer is, from the worker that makes it, and notices that the peer waits no more. What the socket does not take
/// at once is left out.
class Interim {
 public:
  explicit Interim(int socket) : socket_(socket) {}

  ReadWatch watch() {
    return {[this](std::string_view stage, std::uint64_t done, std::uint64_t total) { tell(stage, done, total); },
            [this] { return gone_; }};
  }

 private:
  void tell(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (gone_ || now - told_ < kProgressPause) return;
    told_ = now;
    const std::string text = fmt::format("HTTP/1.1 102 Processing\r\n{}: {}\r\n{}: {} {} {}\r\n\r\n", kProtocolHeader,
                                         kProtocol, kProgressHeader, stage, done, total);
    const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(text.size()) || (sent < 0 && errno == EAGAIN)) return;
    gone_ = true;
    (void)::shutdown(socket_, SHUT_RDWR);  // half an interim response can be followed by nothing
  }

  int socket_;
  bool gone_ = false;
  std::chrono::steady_clock::time_point told_{};
};

}  // namespace

class Owner::Server {
 public:
  Server(Store& store, const std::filesystem::path& directory, SocketPath path)
      : store_(store),
        directory_(directory),
        place_(directory),
        path_(std::move(path)),
        acceptor_(loop_),
        pause_(loop_),
        watch_(loop_),
        removal_(loop_) {
    watch_socket();
  }

  ~Server() {
    asio::post(loop_, [this] { stop(); });
    if (thread_.joinable()) thread_.join();
    workers_.join();
    if (bound_ && place_.is_same()) (void)::unlink(path_.text().c_str());
  }

  /// Called with the store's lock, so nobody else binds or removes the socket.
  void listen() {
    std::error_code unremoved;
    (void)std::filesystem::remove(path_.text(), unremoved);  // of a dead owner; an empty directory, too
    beast::error_code failed;
    (void)acceptor_.close(failed);
    (void)acceptor_.open(Local(), failed);
    if (failed) return;
    (void)::fchmod(acceptor_.native_handle(), 0600);  // the mode that bind() gives the file
    (void)acceptor_.bind(Local::endpoint(path_.text()), failed);
    bound_ = !failed;
    if (bound_) (void)acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (bound_ && !failed) asio::co_spawn(loop_, accept(++listening_), asio::detached);
  }

  void start() {
    thread_ = std::thread([this] { (void)loop_.run(); });
  }

 private:
  struct Connection {
    explicit Connection(Local::socket socket) : stream(std::move(socket)) {}
    Stream stream;
    bool asked = false;  // a request is being answered
  };
  using Connections = std::list<Connection>;

  // All of these run on the one thread of the loop.

  asio::awaitable<void> accept(unsigned listening) {
    while (true) {
      beast::error_code failed;
      Local::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (stopping_ || listening != listening_) break;  // closed, or opened anew
      if (failed) {                                     // no descriptors left, for one: others end meanwhile
        pause_.expires_after(kAcceptPause);
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
      } else if (is_ours(socket) && connections_.size() < kConnectionsMax) {
        connections_.emplace_front(std::move(socket));
        asio::co_spawn(loop_, serve(connections_.begin()), asio::detached);
      }
    }
  }

  asio::awaitable<void> serve(Connections::iterator connection) {
    try {
      co_await converse(*connection);
    } catch (const std::exception&) {  // memory that is not there: the peer is cut off
    }
    connections_.erase(connection);
    if (stopping_ && connections_.empty()) pause_.cancel();
  }

  asio::awaitable<void> converse(Connection& connection) {
    Stream& stream = connection.stream;
    beast::flat_buffer buffer;
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    while (!stopping_) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(kHeaderMax);
      parser.body_limit(kRelayedBodyMax);
      stream.expires_never();  // for the next request, as long as it takes
      if (buffer.size() == 0) {
        const std::size_t count = co_await stream.async_read_some(buffer.prepare(4096), token);
        if (failed) break;
        buffer.commit(count);
      }
      connection.asked = true;
      stream.expires_after(kPeerPatience);
      co_await http::async_read(stream, buffer, parser, token);
      if (failed || !place_.is_same()) break;  // who asks finds another owner then, or none
      stream.expires_never();
      const bool keep_alive = parser.get().keep_alive();
      const bool ping = parser.get().target() == name_of(kPingTarget);
      RelayReply reply;
      if (!ping) {
        const bool watched = parser.get().count(name_of(kProgressHeader)) != 0;
        RelayRequest request = relay_request(parser.release());
        Interim interim(stream.socket().native_handle());  // nobody else writes while the answer is made
        if (watched) request.watch = interim.watch();
        reply = co_await answer(std::move(request));
      }
      const Response response = http_response(std::move(reply), keep_alive && !stopping_);
      stream.expires_after(kPeerPatience);
      co_await http::async_write(stream, response, token);
      connection.asked = false;
      if (failed || !response.keep_alive()) break;
    }
  }

  bool has_format() const {
    std::error_code failed;
    return std::filesystem::exists(directory_ / "FORMAT", failed);
  }

  /// A socket that somebody removed is made again, so that others find us; not at once, since the whole store may be on its way out.
  void watch_socket() {
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return;
    watch_.assign(descriptor);
    if (::inotify_add_watch(descriptor, directory_.c_str(), IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR) >= 0) wait_for_removal();
  }

  void wait_for_removal() {
    watch_.async_wait(asio::posix::descriptor_base::wait_read, [this](beast::error_code failed) {
      if (failed || stopping_) return;
      char events[4096];
      while (::read(watch_.native_handle(), events, sizeof events) > 0) {  // what was removed shows by looking
      }
      removal_.expires_after(kRemovalPause);
      removal_.async_wait([this](beast::error_code cancelled) {
        if (cancelled || stopping_) return;
        if (place_.is_same() && has_format() && ::access(path_.text().c_str(), F_OK) != 0) listen();
        wait_for_removal();
      });
    });
  }

  /// On a worker, since it may wait for the disk.
  asio::awaitable<RelayReply> answer(RelayRequest request) {
    return asio::co_spawn(
        workers_.executor(),
        [this, request = std::move(request)]() -> asio::awaitable<RelayReply> {
          try {
            co_return answer_relay(store_, request);
          } catch (const std::exception& bug) {
            RelayReply reply;
            reply.status = 500;
            reply.body = render_error(exception_error(bug));
            co_return reply;
          }
        },
        asio::use_awaitable);
  }

  void stop() {
    stopping_ = true;
    beast::error_code ignored;
    (void)acceptor_.close(ignored);
    (void)watch_.close(ignored);
    removal_.cancel();
    for (Connection& connection : connections_) {
      if (!connection.asked) connection.stream.cancel();
    }
    pause_.cancel();
    if (connections_.empty()) return;
    pause_.expires_after(kStopPatience);
    pause_.async_wait([this](beast::error_code) { loop_.stop(); });
  }

  Store& store_;
  std::filesystem::path directory_;
  Place place_;
  SocketPath path_;
  bool bound_ = false;
  WorkerThreads workers_{kWorkers};
  asio::io_context loop_{1};
  Local::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::posix::stream_descriptor watch_;
  asio::steady_timer removal_;
  unsigned listening_ = 0;  // how often
  Connections connections_;
  bool stopping_ = false;
  std::thread thread_;
};

Owner::Owner(std::unique_ptr<Store> store, std::unique_ptr<Server> server)
    : store_(std::move(store)), server_(std::move(server)) {}
Owner::~Owner() = default;

Result<std::unique_ptr<Owner>> Owner::begin(std::unique_ptr<Store> store, const std::filesystem::path& directory) {
  SocketPath path = GOVLOG_TRY(SocketPath::of_store(directory));
  try {
    auto server = std::make_unique<Server>(*store, directory, std::move(path));
    server->listen();
    server->start();
    return std::unique_ptr<Owner>(new Owner(std::move(store), std::move(server)));
  } catch (const std::exception& failed) {
    return Error{Code::kIoError, std::string("serving other processes: ") + failed.what(), {}};
  }
}

}  // namespace govlog
