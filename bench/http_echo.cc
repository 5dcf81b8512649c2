// The bare limit of REST: Boost.Beast and Asio's coroutines on one thread, which answer every request with the same bytes.
//
//   http_echo BYTES          prints the port that it listens on, and ends when its standard input does

#include <fmt/format.h>
#include <unistd.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

asio::awaitable<void> answer(tcp::socket socket, const std::string& body) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  socket.set_option(tcp::no_delay(true), error);
  while (!error) {
    http::request<http::string_body> request;
    co_await http::async_read(socket, buffer, request, token);
    if (error) break;
    http::response<http::string_body> response(http::status::ok, request.version());
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    response.body() = body;
    response.prepare_payload();
    co_await http::async_write(socket, response, token);
    if (!response.keep_alive()) break;
  }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, const std::string& body) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), answer(std::move(socket), body), asio::detached);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    fmt::print(stderr, "usage: http_echo BYTES\n");
    return 2;
  }
  const std::string body(std::stoul(words[1]), 'x');
  asio::io_context context(1);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  fmt::print("{}\n", acceptor.local_endpoint().port());
  (void)std::fflush(stdout);
  asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
  std::array<char, 1> byte{};
  input.async_read_some(asio::buffer(byte), [&context](auto, auto) { context.stop(); });
  asio::co_spawn(context, accept_all(acceptor, body), asio::detached);
  context.run();
  return 0;
}
