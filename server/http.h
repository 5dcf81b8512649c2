#pragma once
// Requests and replies of HTTP/1.1 as plain values, and who answers them.

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace govlog {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;   // as it came: "GET"
  std::string target;   // path and query, as they came
  HttpHeaders headers;  // names in lower case, values without blanks around them, in the order in which they came
  std::string body;     // empty where it is streamed
  std::string id;       // of this request, for logs

  /// The first of that name (lower case); nullptr where there is none.
  const std::string* header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// The target without its query.
  std::string_view path() const;
  /// What follows the question mark; empty where there is none.
  std::string_view query() const;
};

/// A body that is made while it is sent.
class HttpStream {
 public:
  virtual ~HttpStream() = default;

  enum class Then : std::uint8_t {
    kMore,  // ask again once this is sent
    kWait,  // ask again when HttpServer::wake() is called, or after kHeartbeat
    kEnd,
    kCut,  // there is more, and it cannot be had: the connection ends without the mark of a whole body
  };
  struct Piece {
    std::string bytes;
    Then then = Then::kEnd;
  };
  /// On a worker, one call at a time.
  virtual Piece next() = 0;
  /// Whether it has no end of its own, so that it may end wherever the server does.
  virtual bool endless() const { return false; }
};

inline constexpr std::chrono::seconds kHeartbeat{15};

struct HttpReply {
  unsigned status = 200;
  std::string content_type = "application/json";
  HttpHeaders headers{};
  std::string body{};
  std::unique_ptr<HttpStream> stream{};  // instead of `body`
  bool close = false;                    // nothing more is taken from this peer
};

/// What may follow a head that is let pass.
struct BodyPlan {
  std::uint64_t bytes_max = 0;
  bool streamed = false;  // answer_stream() reads it, as long as it is
  bool at_once = false;   // answer() does not wait: it is asked on the server's own thread, though every worker is busy
  bool large = false;     // the answer may be long in the making: a few workers are for those
};

/// What became of a request.
struct HttpOutcome {
  unsigned status = 0;
  std::uint64_t bytes = 0;  // of the reply's body
  std::chrono::nanoseconds took{0};
};

/// Threads: look() and done() are called on the server's one thread, and must not wait; the others on workers, many at once.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  /// Sees the head before any of the body is read: what may follow, or the refusal.
  virtual std::variant<BodyPlan, HttpReply> look(const HttpRequest& head) = 0;
  virtual HttpReply answer(const HttpRequest& request) = 0;
  /// `descriptor` gives the body, to its end; it is closed by the caller. What waits for it asks `stop` now and then, and ends where that is true.
  virtual HttpReply answer_stream(const HttpRequest& head, int descriptor, const std::function<bool()>& stop) = 0;
  /// What is no request, and what the server itself refuses: 400, 408, 413, 431, 503.
  virtual HttpReply refuse(unsigned status, std::string_view why) = 0;
  /// Where answering threw.
  virtual HttpReply fail(const std::exception& thrown) = 0;
  virtual void done(const HttpRequest& request, const HttpOutcome& outcome) = 0;
};

}  // namespace govlog
