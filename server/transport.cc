#include "server/transport.h"

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace govlog {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::beast::tcp_stream;
using Socket = asio::ip::tcp::socket;

auto catching(Transport::Error& failed) { return asio::redirect_error(asio::use_awaitable, failed); }

class Plain final : public Transport {
 public:
  explicit Plain(Socket socket) : stream_(std::move(socket)) {}
  asio::awaitable<void> begin(Error&) override { co_return; }
  asio::awaitable<void> ready(Error& failed) override {
    co_await stream_.socket().async_wait(Socket::wait_read, catching(failed));
  }
  asio::awaitable<std::size_t> read_some(std::span<char> into, Error& failed) override {
    co_return co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), catching(failed));
  }
  asio::awaitable<void> write(std::string_view bytes, Error& failed) override {
    co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), catching(failed));
  }
  asio::awaitable<void> end(Error& failed) override {
    (void)stream_.socket().shutdown(Socket::shutdown_send, failed);
    co_return;
  }
  tcp_stream& lowest() override { return stream_; }

 private:
  tcp_stream stream_;
};

class Tls final : public Transport {
 public:
  Tls(Socket socket, ssl::context& context) : stream_(tcp_stream(std::move(socket)), context) {}
  asio::awaitable<void> begin(Error& failed) override {
    co_await stream_.async_handshake(ssl::stream_base::server, catching(failed));
  }
  asio::awaitable<void> ready(Error&) override { co_return; }  // what was decrypted already waits in the stream
  asio::awaitable<std::size_t> read_some(std::span<char> into, Error& failed) override {
    co_return co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), catching(failed));
  }
  asio::awaitable<void> write(std::string_view bytes, Error& failed) override {
    co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), catching(failed));
  }
  asio::awaitable<void> end(Error& failed) override { co_await stream_.async_shutdown(catching(failed)); }
  tcp_stream& lowest() override { return stream_.next_layer(); }

 private:
  ssl::stream<tcp_stream> stream_;
};

}  // namespace

std::unique_ptr<Transport> Transport::plain(Socket socket) { return std::make_unique<Plain>(std::move(socket)); }

std::unique_ptr<Transport> Transport::tls(Socket socket, ssl::context& context) {
  return std::make_unique<Tls>(std::move(socket), context);
}

Result<std::unique_ptr<ssl::context>> tls_context(const std::string& certificate, const std::string& key) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  const auto wrong = [](std::string_view parameter, const std::string& file, const Transport::Error& failed) {
    return Error{Code::kInvalidArgument, fmt::format("{}: {}", file, failed.message()), {}}.with("parameter",
                                                                                                 std::string(parameter));
  };
  Transport::Error failed;
  (void)context->set_options(
      ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression,
      failed);
  (void)context->use_certificate_chain_file(certificate, failed);
  if (failed) return wrong("tls_cert", certificate, failed);
  (void)context->use_private_key_file(key, ssl::context::pem, failed);
  if (failed) return wrong("tls_key", key, failed);
  return context;
}

}  // namespace govlog
