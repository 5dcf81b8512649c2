#include "server/http_session.h"

#include "base/descriptor.h"
#include "server/http_head.h"
#include "server/http_parser.h"
#include "server/protocol.h"

#include <fmt/format.h>
#include <unistd.h>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

namespace govlog {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kIdlePatience = 60s;   // for the next request
constexpr auto kHeadPatience = 10s;   // for the rest of a head
constexpr auto kBodyPatience = 30s;   // for a body; for each piece of one that is streamed
constexpr auto kWritePatience = 30s;  // for a peer that does not read so much:
constexpr std::size_t kWriteBytes = 256 << 10;
constexpr auto kLingerPatience = 2s;
constexpr std::size_t kUploadsMax = 4;
constexpr std::uint64_t kHeldMax = std::uint64_t{256} << 20;
constexpr std::size_t kLargeReply = 1 << 20;
constexpr std::size_t kReadBytes = 64 << 10;  // of a body
constexpr std::size_t kHeadReadBytes = 4 << 10;
constexpr std::size_t kLingerBytesMax = 64 << 20;
constexpr std::size_t kOneWriteBytes = 64 << 10;  // a body up to this goes with its head

/// Runs `work` on a worker.
template <typename Work>
auto on_worker(WorkerThreads& workers, Work work) -> asio::awaitable<decltype(work())> {
  co_return co_await asio::co_spawn(
      workers.executor(), [work = std::move(work)]() mutable -> asio::awaitable<decltype(work())> { co_return work(); },
      asio::use_awaitable);
}

}  // namespace

std::string render_head(const HttpReply& reply, std::string_view length, bool keep_alive) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: {}\r\n", reply.status, reason_of(reply.status),
                                 http_date(std::chrono::system_clock::now()), program_name());
  const bool has_body = !reply.body.empty() || reply.stream;
  if (has_body) head += fmt::format("Content-Type: {}\r\n", reply.content_type);
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  head += length;
  if (has_body) head += "X-Content-Type-Options: nosniff\r\n";
  if (!keep_alive) head += "Connection: close\r\n";
  return head += "\r\n";
}

HttpSession::HttpSession(HttpShared& shared, std::unique_ptr<Transport> transport)
    : shared_(shared), transport_(std::move(transport)), timer_(shared.loop) {}
HttpSession::~HttpSession() = default;

void HttpSession::read_within(std::chrono::nanoseconds time) {
  // Not the stream's own timer, which would close it: the peer is to be told.
  transport_->lowest().expires_never();
  *timed_out_ = false;
  timer_.expires_after(time);
  timer_.async_wait([this, late = std::weak_ptr(timed_out_)](Transport::Error cancelled) {
    const auto flag = late.lock();
    if (cancelled || !flag) return;
    *flag = true;
    transport_->cancel();
  });
}

asio::awaitable<bool> HttpSession::read_more(std::size_t bytes) {
  const std::size_t before = input_.size();
  if (*timed_out_) {  // while nothing was waited for
    failed_ = asio::error::operation_aborted;
    co_return false;
  }
  if (before == 0) {  // who waits for a request has no buffer
    co_await transport_->ready(failed_);
    if (failed_) co_return false;
  }
  input_.resize(before + bytes);
  const std::size_t count = co_await transport_->read_some(std::span(input_).subspan(before), failed_);
  input_.resize(before + (failed_ ? 0 : count));
  co_return !failed_;
}

asio::awaitable<int> HttpSession::wait_for_head() {
  read_within(input_.empty() ? std::chrono::nanoseconds(kIdlePatience) : kHeadPatience);
  bool passed = false;  // an empty line before a request
  while (true) {
    if (!passed && input_.starts_with("\r\n")) {
      input_.erase(0, 2);
      passed = true;
    }
    if (input_ != "\r" || passed) {
      const auto end = head_end(input_);
      fault_ = head_fault(std::string_view(input_).substr(0, end.value_or(input_.size())));
      if (!fault_.empty()) co_return 400;
      if (end.value_or(input_.size()) > kHeadBytesMax) co_return 431;
      if (end) co_return 0;
    }
    const bool began = !input_.empty();
    if (!co_await read_more(kHeadReadBytes)) {
      if (!began || !*timed_out_) co_return -1;
      failed_ = {};
      fault_ = "the head did not come in time";
      co_return 408;
    }
    if (!began) read_within(kHeadPatience);
  }
}

asio::awaitable<void> HttpSession::linger() {
  transport_->patience(kLingerPatience);
  co_await transport_->end(failed_);
  input_ = {};
  std::array<char, kHeadReadBytes> unread;
  for (std::size_t read = 0; !failed_ && read < kLingerBytesMax; read += kHeadReadBytes) {
    (void)co_await transport_->read_some(unread, failed_);
  }
}

/// One request and its reply.
class HttpSession::Exchange {
 public:
  explicit Exchange(HttpSession& session) : session_(session), shared_(session.shared_), transport_(*session.transport_) {}
  ~Exchange() {
    shared_.held -= request_.body.size();
    shared_.held_replies -= held_reply_;
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// False where the connection is to be closed.
  asio::awaitable<bool> run() {
    const int status = co_await session_.wait_for_head();
    session_.busy_ = true;
    begun_ = std::chrono::steady_clock::now();
    if (status < 0) co_return false;
    request_.id = fmt::format("{}{}", shared_.id_prefix, ++shared_.requests);
    HttpReply reply;
    if (status > 0)
      reply = refuse(static_cast<unsigned>(status), session_.fault_);
    else
      reply = co_await answer();
    if (gone_) co_return false;
    session_.timer_.cancel();
    hold(reply);
    keep_alive_ = keep_alive_ && !reply.close && parser_.is_done() && !shared_.stopping;
    co_await write(std::move(reply));
    shared_.handler.done(request_, outcome_);
    if (!keep_alive_ && !session_.failed_) co_await session_.linger();
    session_.busy_ = false;
    co_return keep_alive_ && !session_.failed_;
  }

 private:
  /// One reply may be as large as it is; many that nobody reads may not.
  void hold(HttpReply& reply) {
    const bool large = reply.body.size() > kLargeReply && shared_.held_replies > 0;
    if (large && shared_.held_replies + reply.body.size() > kHeldMax) reply = refuse(503, "too many large answers at once");
    held_reply_ = reply.body.size();
    shared_.held_replies += held_reply_;
  }

  HttpReply refuse(unsigned status, std::string_view why) {
    keep_alive_ = false;
    return shared_.handler.refuse(status, why);
  }

  asio::awaitable<HttpReply> answer() {
    if (const HttpFault fault = parser_.put_head(session_.input_); fault.status != 0) co_return refuse(fault.status, fault.why);
    parser_.fill(request_);
    keep_alive_ = parser_.keep_alive();
    if (const std::string_view why = framing_fault(request_, parser_.speaks_11()); !why.empty()) co_return refuse(400, why);
    auto seen = shared_.handler.look(request_);
    if (auto* reply = std::get_if<HttpReply>(&seen)) co_return std::move(*reply);
    const BodyPlan plan = std::get<BodyPlan>(seen);
    if (!plan.streamed && parser_.length().value_or(0) > plan.bytes_max) co_return too_large(plan.bytes_max);
    if (!parser_.is_done() && parser_.expects_continue()) {
      transport_.patience(kWritePatience);
      co_await transport_.write("HTTP/1.1 100 Continue\r\n\r\n", session_.failed_);
    }
    if (plan.streamed) co_return co_await answer_stream();
    session_.read_within(kBodyPatience);
    while (!parser_.is_done()) {
      const std::size_t before = request_.body.size();
      const HttpFault fault = co_await read_body(request_.body);
      shared_.held += request_.body.size() - before;
      if (shared_.held > kHeldMax) co_return refuse(503, "too many large bodies at once");
      if (fault.status != 0) co_return refuse(fault.status, fault.why);
      if (gone_) co_return HttpReply{};
      if (request_.body.size() > plan.bytes_max) co_return too_large(plan.bytes_max);
    }
    session_.timer_.cancel();
    if (plan.at_once) co_return caught([this] { return shared_.handler.answer(request_); });
    co_return co_await on_worker(plan.large ? shared_.large : shared_.workers,
                                 [this] { return caught([this] { return shared_.handler.answer(request_); }); });
  }

  HttpReply too_large(std::uint64_t most) {
    return refuse(413, fmt::format("the body is over {} bytes, which is the most that is taken here", most));
  }

  /// Some more of the body.
  asio::awaitable<HttpFault> read_body(std::string& into) {
    if (session_.input_.empty() || starved_) {
      if (!co_await session_.read_more(kReadBytes)) {
        if (*session_.timed_out_) {
          session_.failed_ = {};
          co_return HttpFault{408, "the body did not come in time"};
        }
        gone_ = true;
        co_return HttpFault{};
      }
    }
    const std::size_t before = session_.input_.size();
    const HttpFault fault = parser_.put_body(session_.input_, into);
    starved_ = session_.input_.size() == before;
    if (fault.status == 0 && starved_ && before > kHeadBytesMax)
      co_return HttpFault{400, "a chunk's head, or the trailer, is too long"};
    co_return fault;
  }

  template <typename Answer>
  HttpReply caught(Answer answer) {
    try {
      return answer();
    } catch (const std::exception& bug) {
      return shared_.handler.fail(bug);
    }
  }

  /// The body goes through a pipe to a worker that reads it as it would a file.
  asio::awaitable<HttpReply> answer_stream() {
    if (shared_.uploading == kUploadsMax) co_return refuse(503, "too many imports at once");
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) co_return refuse(503, "no descriptors are left");
    Descriptor read_end(ends[0]);
    asio::posix::stream_descriptor writer(shared_.loop, ends[1]);
    asio::steady_timer ended(shared_.loop, asio::steady_timer::time_point::max());
    std::optional<HttpReply> reply;
    asio::co_spawn(
        shared_.uploads.executor(),
        [this, reader = std::move(read_end)]() mutable -> asio::awaitable<HttpReply> {
          const auto stop = [this] { return shared_.ends.load(); };
          HttpReply made = caught([&] { return shared_.handler.answer_stream(request_, reader.number(), stop); });
          reader = Descriptor();
          co_return made;
        },
        asio::bind_executor(shared_.loop, [&](const std::exception_ptr&, HttpReply made) {
          reply = std::move(made);
          ended.cancel();
        }));
    ++shared_.uploading;
    HttpFault fault;
    std::exception_ptr thrown;
    try {
      fault = co_await pass_on(writer, reply);
    } catch (...) {
      thrown = std::current_exception();
    }
    Transport::Error ignored;
    (void)writer.close(ignored);
    // The worker uses what is ours, so it ends first, whatever was thrown.
    if (!reply) co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    --shared_.uploading;
    session_.timer_.cancel();
    if (thrown) std::rethrow_exception(thrown);
    if (fault.status != 0) co_return refuse(fault.status, fault.why);
    co_return std::move(*reply);
  }

  /// The body, until its end, or until there is a reply or nobody reads on.
  asio::awaitable<HttpFault> pass_on(asio::posix::stream_descriptor& writer, const std::optional<HttpReply>& reply) {
    HttpFault fault;
    std::string piece;
    while (!parser_.is_done() && !reply && fault.status == 0 && !gone_) {
      piece.clear();
      session_.read_within(kBodyPatience);
      fault = co_await read_body(piece);
      Transport::Error unread;  // the worker has seen enough
      co_await asio::async_write(writer, asio::buffer(piece), asio::redirect_error(asio::use_awaitable, unread));
      if (unread) break;
    }
    co_return fault;
  }

  asio::awaitable<void> write(HttpReply reply) {
    const bool head_only = request_.method == "HEAD";
    outcome_.status = reply.status;
    if (!request_.id.empty()) reply.headers.emplace_back("X-Request-Id", request_.id);
    transport_.patience(kWritePatience);
    if (reply.stream) {
      co_await write_stream(std::move(reply), head_only);
    } else {
      const bool may_have_body = reply.status >= 200 && reply.status != 204 && reply.status != 304;
      std::string out = render_head(
          reply, may_have_body ? fmt::format("Content-Length: {}\r\n", reply.body.size()) : std::string(), keep_alive_);
      const bool with_body = !head_only && may_have_body;
      const bool together = with_body && reply.body.size() <= kOneWriteBytes;
      if (together) out += reply.body;
      co_await transport_.write(out, session_.failed_);
      for (std::string_view rest = reply.body; with_body && !together && !rest.empty() && !session_.failed_;) {
        transport_.patience(kWritePatience);
        co_await transport_.write(rest.substr(0, kWriteBytes), session_.failed_);
        rest.remove_prefix(std::min(rest.size(), kWriteBytes));
      }
      outcome_.bytes = with_body ? reply.body.size() : 0;
    }
    outcome_.took = std::chrono::steady_clock::now() - begun_;
  }

  asio::awaitable<void> write_stream(HttpReply reply, bool head_only) {
    const bool chunked = parser_.speaks_11();
    if (!chunked) keep_alive_ = false;
    const std::string head = render_head(reply, chunked ? "Transfer-Encoding: chunked\r\n" : "", keep_alive_);
    co_await transport_.write(head, session_.failed_);
    while (!head_only && !session_.failed_) {
      const std::uint64_t woken = shared_.woken;
      const HttpStream::Then then = co_await write_piece(*reply.stream, chunked);
      if (then == HttpStream::Then::kCut) keep_alive_ = false;
      if (then == HttpStream::Then::kCut || then == HttpStream::Then::kEnd) break;
      if (then == HttpStream::Then::kWait && woken == shared_.woken && !session_.failed_) co_await wait_to_be_woken();
    }
  }

  /// The next piece, and what comes after it: nothing where the server stops and the stream would wait. What has an end of its own is sent to it.
  asio::awaitable<HttpStream::Then> write_piece(HttpStream& stream, bool chunked) {
    auto [bytes, then] = co_await on_worker(shared_.streams, [&] { return stream.next(); });
    const bool may_end = then == HttpStream::Then::kWait || (then == HttpStream::Then::kMore && stream.endless());
    if (may_end && shared_.stopping) then = HttpStream::Then::kEnd;
    if (chunked && !bytes.empty()) {  // in place: a peer that does not read holds it once
      bytes.insert(0, fmt::format("{:x}\r\n", bytes.size()));
      bytes += "\r\n";
    }
    if (chunked && then == HttpStream::Then::kEnd) bytes += "0\r\n\r\n";
    outcome_.bytes += bytes.size();
    transport_.patience(kWritePatience);
    if (!bytes.empty()) co_await transport_.write(bytes, session_.failed_);
    co_return then;
  }

  asio::awaitable<void> wait_to_be_woken() {
    transport_.lowest().expires_never();
    asio::steady_timer timer(shared_.loop, kHeartbeat);
    const auto place = shared_.waiting.insert(shared_.waiting.end(), &timer);
    Transport::Error woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    shared_.waiting.erase(place);
  }

  HttpSession& session_;
  HttpShared& shared_;
  Transport& transport_;
  HttpParser parser_;
  HttpRequest request_;
  HttpOutcome outcome_;
  std::chrono::steady_clock::time_point begun_;
  std::uint64_t held_reply_ = 0;
  bool keep_alive_ = false;
  bool gone_ = false;
  bool starved_ = false;  // what was read is not enough for the parser
};

asio::awaitable<void> HttpSession::run() {
  transport_->patience(kHeadPatience);
  co_await transport_->begin(failed_);
  while (!failed_ && !shared_.stopping) {
    auto exchange = std::make_unique<Exchange>(*this);
    if (!co_await exchange->run()) break;
    if (input_.empty()) input_.shrink_to_fit();
  }
}

}  // namespace govlog
