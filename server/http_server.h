#pragma once
// HTTP/1.1 over TCP, plain or within TLS: connections, limits and patience. What is answered is the handler's.

#include "base/result.h"
#include "server/http.h"

#include <cstdint>
#include <memory>
#include <string>

namespace govlog {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7420;  // 0: a free one
  std::string certificate{};  // PEM files; without them there is no TLS
  std::string key{};
  std::size_t connections_max = 0;  // 0: as many as the process may have descriptors for, with a reserve for the store
};

/// Listens from begin() on. A head is at most 16 KiB and comes within 10 s, a body within 30 s; a peer that does not read for 30 s, and one that asks nothing for 60 s, is cut off. Beyond
/// connections_max the answer is 503 with Retry-After. Requests of one connection are answered in turn.
class HttpServer {
 public:
  /// kInvalidArgument where the address is none, or the certificate cannot be used; kIoError, kForbidden where it cannot be listened on. `handler` must live as long.
  static Result<std::unique_ptr<HttpServer>> begin(const HttpServerOptions& options, HttpHandler& handler);
  /// What is being answered is still answered, for 5 s at most; streams end.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// Streams that wait are asked for more. Threads: any.
  void wake();
  std::size_t connections() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
