#pragma once
// Requests out of bytes: Boost.Beast's parser, behind heads that were looked at (server/http_head.h).

#include "server/http.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// With which status a request is refused; 0 where it is not.
struct HttpFault {
  unsigned status = 0;
  std::string why{};
};

/// Of one request.
class HttpParser {
 public:
  HttpParser();
  ~HttpParser();

  /// Takes a whole head (head_end) from the beginning of `input`.
  HttpFault put_head(std::string& input);
  /// Method, target and headers; where the target names a host, it takes Host's place (RFC 9112, section 3.2.2).
  void fill(HttpRequest& request) const;
  /// Takes what it can from the beginning of `input` and appends the body's bytes to `body`. Nothing is taken where more is needed first.
  HttpFault put_body(std::string& input, std::string& body);

  bool is_done() const;
  bool keep_alive() const;
  bool speaks_11() const;
  bool expects_continue() const;
  std::optional<std::uint64_t> length() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
