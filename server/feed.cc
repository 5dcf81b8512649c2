#include "server/feed.h"

#include "api/arguments.h"
#include "api/damage.h"
#include "api/json_writer.h"
#include "api/parameters.h"
#include "server/cloud_events.h"
#include "server/rest_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace govlog {

namespace {

// Of a stream at once; a reader that takes nothing holds no more than that.
constexpr Position kPieceEvents = 1000;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

/// Every line of `lines` goes to `visit`, without its newline.
template <typename Visit>
void each_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    visit(lines.substr(0, end));
    lines.remove_prefix(end + 1);
  }
}

class LinesStream final : public HttpStream {
 public:
  /// `cut`: there should be more behind `last`, which the store has lost.
  LinesStream(Executor& executor, Position next, Position last, bool cut)
      : executor_(executor), next_(next), last_(last), cut_(cut) {}

  Piece next() override {
    if (next_ > last_) return {{}, cut_ ? Then::kCut : Then::kEnd};
    auto page =
        executor_.export_page({.from = next_, .to = std::min(last_, next_ + kPieceEvents - 1), .page_bytes = kPieceBytes});
    if (!page.ok() || page->next == next_) return {{}, Then::kCut};
    next_ = page->next;
    return {std::move(page->lines), Then::kMore};
  }

 private:
  Executor& executor_;
  Position next_;
  Position last_;
  bool cut_;
};

class EventStream final : public HttpStream {
 public:
  EventStream(Executor& executor, Position next) : executor_(executor), next_(next) {}

  bool endless() const override { return true; }

  Piece next() override {
    const auto now = std::chrono::steady_clock::now();
    auto page = executor_.export_page({.from = next_, .to = next_ + kPieceEvents - 1, .page_bytes = kPieceBytes});
    if (!page.ok()) return {{}, Then::kCut};
    std::string out;
    each_line(page->lines, [&](std::string_view line) { out += fmt::format("id: {}\ndata: {}\n\n", next_++, line); });
    if (out.empty() && (begins_ || now - said_ >= kHeartbeat - std::chrono::seconds(1))) out = ": \n\n";
    begins_ = false;
    if (!out.empty()) said_ = now;
    return {std::move(out), next_ <= page->log_position ? Then::kMore : Then::kWait};
  }

 private:
  Executor& executor_;
  Position next_;
  bool begins_ = true;  // the reader is told that it is connected
  std::chrono::steady_clock::time_point said_;
};

struct FeedQuery {
  Position after = 0;
  Position limit = 0;
};

const std::vector<Parameter>& feed_parameters() {
  static const std::vector<Parameter> kParameters{
      with_default(integer_parameter("after", 0, kIntegerMaximum, "events behind this position"), "0"), limit_parameter()};
  return kParameters;
}

Result<FeedQuery> read_query(const HttpRequest& request, const Arguments& query) {
  GOVLOG_TRY(check_arguments(feed_parameters(), query));
  FeedQuery out{integer_argument(query, "after").value_or(0),
                integer_argument(query, "limit").value_or(static_cast<Position>(kPageDefault))};
  if (const std::string* last = request.header("last-event-id")) {
    const auto position = parse_digits(*last, static_cast<std::uint64_t>(kIntegerMaximum));
    if (!position) return argument_error("Last-Event-ID", "Last-Event-ID is no position");
    out.after = *position;
  }
  return out;
}

/// Who comes back for what follows an event that the log does not hold has read another log: of before a restore, perhaps.
Status check_last_event(Executor& executor, const HttpRequest& request, Position after) {
  if (request.header("last-event-id") == nullptr) return Ok{};
  const ExportPage end = GOVLOG_TRY(executor.export_page({.from = kPositionMax, .to = kPositionMax}));
  if (after <= end.log_position) return Ok{};
  return argument_error("Last-Event-ID", fmt::format("Last-Event-ID is {}, and the log ends at {}", after, end.log_position));
}

/// The page as CloudEvents, which have no place for what follows.
Result<HttpReply> cloud_page_of(Executor& executor, const FeedQuery& query) {
  const ExportPage page = GOVLOG_TRY(executor.export_page({.from = query.after + 1, .to = query.after + query.limit}));
  HttpReply reply = json_reply("[");
  reply.content_type = kCloudEventBatch;
  each_line(page.lines, [&](std::string_view line) {
    if (reply.body.size() > 1) reply.body += ',';
    reply.body += cloud_event_of(line);
  });
  reply.body += ']';
  reply.headers.emplace_back("Govlog-Next-After", std::to_string(page.lines.empty() ? query.after : page.next - 1));
  reply.headers.emplace_back("Govlog-Log-Position", std::to_string(page.log_position));
  return reply;
}

Result<std::string> page_of(Executor& executor, const FeedQuery& query) {
  const ExportPage page = GOVLOG_TRY(executor.export_page({.from = query.after + 1, .to = query.after + query.limit}));
  std::string out;
  ObjectWriter object(out);
  std::string& items = object.begin("items");
  items += '[';
  each_line(page.lines, [&](std::string_view line) {
    if (items.back() != '[') items += ',';
    items += line;
  });
  items += ']';
  object.number("next_after", page.lines.empty() ? query.after : page.next - 1);
  object.number("log_position", page.log_position);
  object.close();
  if (page.damage) add_damage(out, *page.damage);
  return out;
}

}  // namespace

std::span<const Parameter> feed_query_parameters() { return feed_parameters(); }

HttpReply answer_feed(Executor& executor, const HttpRequest& request, const Arguments& query) {
  const auto read = read_query(request, query);
  if (!read.ok()) return error_reply(read.error());
  const std::string* accept = request.header("accept");
  HttpReply reply;
  if (accept != nullptr && accepts(*accept, "text/event-stream")) {
    if (const Status known = check_last_event(executor, request, read->after); !known.ok()) return error_reply(known.error());
    reply.content_type = "text/event-stream";
    reply.headers = {{"Cache-Control", "no-cache, no-transform"}, {"X-Accel-Buffering", "no"}};
    reply.stream = std::make_unique<EventStream>(executor, read->after + 1);
    return reply;
  }
  if (accept != nullptr && accepts(*accept, "application/x-ndjson")) {
    const auto end = executor.export_page({.from = kPositionMax, .to = kPositionMax});
    if (!end.ok()) return error_reply(end.error());
    reply.content_type = "application/x-ndjson";
    const Position last = query.contains("limit") ? std::min(end->log_position, read->after + read->limit) : end->log_position;
    reply.stream = std::make_unique<LinesStream>(executor, read->after + 1, last, end->damage && last == end->log_position);
    return reply;
  }
  if (accept != nullptr && accepts(*accept, kCloudEventBatch)) {
    auto events = cloud_page_of(executor, *read);
    return events.ok() ? events.take() : error_reply(events.error());
  }
  auto page = page_of(executor, *read);
  return page.ok() ? json_reply(page.take()) : error_reply(page.error());
}

}  // namespace govlog
