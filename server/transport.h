#pragma once
// The bytes of a connection, plain or within TLS. Private to server: it shows Asio.

#include "base/result.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace govlog {

/// One user at a time. Whatever waits longer than patience() fails.
class Transport {
 public:
  using Error = boost::beast::error_code;

  static std::unique_ptr<Transport> plain(boost::asio::ip::tcp::socket socket);
  static std::unique_ptr<Transport> tls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context);
  virtual ~Transport() = default;

  /// The handshake; nothing to do without TLS.
  virtual boost::asio::awaitable<void> begin(Error& failed) = 0;
  /// Until there is something to read, where that can be told without a buffer.
  virtual boost::asio::awaitable<void> ready(Error& failed) = 0;
  virtual boost::asio::awaitable<std::size_t> read_some(std::span<char> into, Error& failed) = 0;
  /// All of it.
  virtual boost::asio::awaitable<void> write(std::string_view bytes, Error& failed) = 0;
  /// Tells the peer that nothing more comes.
  virtual boost::asio::awaitable<void> end(Error& failed) = 0;
  virtual boost::beast::tcp_stream& lowest() = 0;

  void patience(std::chrono::nanoseconds time) { lowest().expires_after(time); }
  void cancel() { lowest().cancel(); }
};

/// A certificate chain and its key, both PEM; TLS 1.2 and later. kInvalidArgument with `details.parameter`.
Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const std::string& certificate, const std::string& key);

}  // namespace govlog
