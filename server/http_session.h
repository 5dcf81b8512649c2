#pragma once
// One connection's requests, one after the other. Private to server: it shows Asio.

#include "server/http.h"
#include "server/transport.h"
#include "server/worker_threads.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <list>
#include <memory>
#include <string>

namespace govlog {

/// What the sessions of a server share; of its one thread, but for the handler.
struct HttpShared {
  HttpHandler& handler;
  boost::asio::io_context& loop;
  WorkerThreads& workers;
  WorkerThreads& large;    // of answers that are long in the making, likewise
  WorkerThreads& streams;  // of pieces of streams: many readers do not keep a question waiting
  WorkerThreads& uploads;  // of those who read bodies that are streamed, and may wait long for them
  bool stopping = false;
  std::uint64_t held_replies = 0;                   // bytes of replies that peers have not read yet
  std::uint64_t woken = 0;                          // how often
  std::list<boost::asio::steady_timer*> waiting{};  // streams that wait to be woken
  std::uint64_t requests = 0;
  std::size_t uploading = 0;       // streamed bodies that are being read
  std::uint64_t held = 0;          // bytes of bodies that are in memory
  std::atomic<bool> ends = false;  // who still reads is to stop; of any thread
  std::string id_prefix{};         // of request ids
};

class HttpSession {
 public:
  HttpSession(HttpShared& shared, std::unique_ptr<Transport> transport);
  ~HttpSession();

  /// Until the peer has gone, or the server stops.
  boost::asio::awaitable<void> run();
  /// While a request is being answered.
  bool is_busy() const { return busy_; }
  /// What it waits for fails.
  void cancel() { transport_->cancel(); }

 private:
  class Exchange;

  /// What is read from now on must come within `time`; else reading fails, and timed_out_ tells why.
  void read_within(std::chrono::nanoseconds time);
  /// At most `bytes` more.
  boost::asio::awaitable<bool> read_more(std::size_t bytes);
  /// 0 where a head is there, else the status with which it is refused; -1 where the peer has gone.
  boost::asio::awaitable<int> wait_for_head();
  /// Tells the peer that nothing more comes, and lets it read what was said before its own bytes make the system reset the connection.
  boost::asio::awaitable<void> linger();

  HttpShared& shared_;
  std::unique_ptr<Transport> transport_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> timed_out_ = std::make_shared<bool>(false);
  std::string input_;  // read and not yet used
  std::string_view fault_;
  Transport::Error failed_;
  bool busy_ = false;
};

/// The head of `reply`; how its body is delimited is left to `length`: a Content-Length line, a Transfer-Encoding line, or empty.
std::string render_head(const HttpReply& reply, std::string_view length, bool keep_alive);

}  // namespace govlog
