#include "server/http_server.h"

#include "base/system_error.h"
#include "server/http_session.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace govlog {

namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using namespace std::chrono_literals;

constexpr std::size_t kHttpWorkers = 8;  // they mostly wait for the disk, together
constexpr std::size_t kLargeWorkers = 2;
constexpr std::size_t kStreamers = 2;
constexpr std::size_t kUploaders = 4;
constexpr auto kHttpStopPatience = 5s;
constexpr auto kHttpAcceptPause = 100ms;
constexpr std::size_t kHttpConnectionsMax = 10'000;
constexpr std::size_t kDescriptorReserve = 256;  // of the store, and of those that are refused
constexpr std::size_t kRefusedMax = 64;          // that are waited for until they have read why

/// As many descriptors as the system lets us have.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::string random_prefix() {
  std::uint32_t number = 0;
  (void)::getrandom(&number, sizeof number, 0);
  return fmt::format("{:08x}-", number);
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpHandler& handler, std::unique_ptr<asio::ssl::context> tls, std::size_t connections_max)
      : shared_{.handler = handler,
                .loop = loop_,
                .workers = workers_,
                .large = large_,
                .streams = streams_,
                .uploads = uploads_,
                .id_prefix = random_prefix()},
        tls_(std::move(tls)),
        connections_max_(connections_max),
        acceptor_(loop_),
        pause_(loop_) {}

  ~Impl() {
    asio::post(loop_, [this] { stop(); });
    if (thread_.joinable()) thread_.join();
    shared_.ends = true;
    uploads_.join();
    streams_.join();
    large_.join();
    workers_.join();
  }

  Status listen(const HttpServerOptions& options) {
    Transport::Error failed;
    const asio::ip::address address = asio::ip::make_address(options.address, failed);
    if (failed)
      return Error{Code::kInvalidArgument, fmt::format("{} is no address to listen on", options.address), {}}.with(
          "parameter", std::string("listen"));
    const Tcp::endpoint endpoint(address, options.port);
    (void)acceptor_.open(endpoint.protocol(), failed);
    if (!failed) (void)acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) (void)acceptor_.bind(endpoint, failed);
    if (!failed) (void)acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return system_error(failed.value(), fmt::format("listening on {}:{}", options.address, options.port));
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(loop_, accept(), asio::detached);
    thread_ = std::thread([this] {
      (void)::pthread_setname_np(::pthread_self(), "govlog-http");
      (void)loop_.run();
    });
    return Ok{};
  }

  void wake() {
    asio::post(loop_, [this] { wake_waiting(); });
  }
  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return open_; }

 private:
  using Sessions = std::list<HttpSession>;

  // All of these run on the one thread of the loop.

  void wake_waiting() {
    ++shared_.woken;
    for (asio::steady_timer* timer : shared_.waiting) timer->cancel();
  }

  asio::awaitable<void> accept() {
    while (true) {
      Transport::Error failed;
      Tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (shared_.stopping) break;
      if (failed) {  // no descriptors left, for one: others end meanwhile
        pause_.expires_after(kHttpAcceptPause);
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      (void)socket.set_option(Tcp::no_delay(true), failed);
      if (sessions_.size() >= connections_max_) {
        refuse(std::move(socket));
        continue;
      }
      sessions_.emplace_front(shared_, tls_ ? Transport::tls(std::move(socket), *tls_) : Transport::plain(std::move(socket)));
      open_ = sessions_.size();
      asio::co_spawn(loop_, serve(sessions_.begin()), asio::detached);
    }
  }

  asio::awaitable<void> serve(Sessions::iterator session) {
    try {
      co_await session->run();
    } catch (const std::exception&) {  // memory that is not there: the peer is cut off, and holds nothing any longer
    }
    sessions_.erase(session);
    open_ = sessions_.size();
    if (shared_.stopping && sessions_.empty()) pause_.cancel();
  }

  /// Says why, and has no more to do with it than that.
  void refuse(Tcp::socket socket) {
    if (tls_) return;
    HttpReply reply = shared_.handler.refuse(503, "too many connections");
    std::string text = render_head(reply, fmt::format("Content-Length: {}\r\n", reply.body.size()), false) + reply.body;
    if (refused_ >= kRefusedMax) {
      Transport::Error ignored;
      (void)socket.non_blocking(true, ignored);
      (void)socket.send(asio::buffer(text), 0, ignored);
      return;
    }
    ++refused_;
    asio::co_spawn(loop_, say(Transport::plain(std::move(socket)), std::move(text)), asio::detached);
  }

  asio::awaitable<void> say(std::unique_ptr<Transport> transport, std::string text) {
    Transport::Error failed;
    transport->patience(1s);
    co_await transport->write(text, failed);
    if (!failed) co_await transport->end(failed);
    std::array<char, 4096> unread;
    for (int i = 0; i < 16 && !failed; ++i) (void)co_await transport->read_some(unread, failed);
    --refused_;
  }

  void stop() {
    shared_.stopping = true;
    Transport::Error ignored;
    (void)acceptor_.close(ignored);
    for (HttpSession& session : sessions_) {
      if (!session.is_busy()) session.cancel();
    }
    wake_waiting();
    pause_.cancel();
    if (sessions_.empty()) return;
    pause_.expires_after(kHttpStopPatience);
    pause_.async_wait([this](Transport::Error) { loop_.stop(); });
  }

  WorkerThreads workers_{kHttpWorkers};
  WorkerThreads large_{kLargeWorkers};
  WorkerThreads streams_{kStreamers};
  WorkerThreads uploads_{kUploaders};
  asio::io_context loop_{1};
  HttpShared shared_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::size_t connections_max_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Sessions sessions_;
  std::size_t refused_ = 0;
  std::atomic<std::size_t> open_ = 0;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

Result<std::unique_ptr<HttpServer>> HttpServer::begin(const HttpServerOptions& options, HttpHandler& handler) {
  std::unique_ptr<asio::ssl::context> tls;
  if (!options.certificate.empty()) tls = GOVLOG_TRY(tls_context(options.certificate, options.key));
  const std::size_t descriptors = raise_descriptor_limit();
  const std::size_t most = descriptors > 2 * kDescriptorReserve ? descriptors - kDescriptorReserve : descriptors / 2;
  try {
    auto impl = std::make_unique<Impl>(
        handler, std::move(tls), options.connections_max > 0 ? options.connections_max : std::min(most, kHttpConnectionsMax));
    GOVLOG_TRY(impl->listen(options));
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
  } catch (const std::exception& failed) {
    return Error{Code::kIoError, std::string("serving HTTP: ") + failed.what(), {}};
  }
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::wake() { impl_->wake(); }
std::size_t HttpServer::connections() const { return impl_->connections(); }

}  // namespace govlog
