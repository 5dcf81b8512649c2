#include "engine/replay.h"

#include "engine/bulk_load.h"
#include "engine/log_order.h"
#include "engine/log_writer.h"
#include "graph/impact_graph.h"

#include <fmt/format.h>

#include <vector>

namespace govlog {

namespace {

constexpr std::size_t kGroupEvents = 16'384;

}  // namespace

class LogReplay::Impl {
 public:
  Impl(std::unique_ptr<LogWriter> writer, std::shared_ptr<Database> to, ReplayOptions options)
      : writer_(std::move(writer)), to_(std::move(to)), options_(std::move(options)) {
    writer_->begin_group();
  }

  Status add(const EventView& event) {
    const Receipt receipt = GOVLOG_TRY(append(event));
    const bool same = !receipt.duplicate && receipt.position == event.position && receipt.version == event.version &&
                      receipt.recorded_at == event.recorded_at;
    if (!same) return does_not_follow(event);
    if (writer_->group_events() == kGroupEvents || event.position == options_.pause) GOVLOG_TRY(end_group());
    if (event.position != options_.pause || !options_.at_pause) return Ok{};
    return options_.at_pause(GraphView(*graph_, event.position));
  }

  Result<Replayed> finish() {
    if (writer_->group_events() > 0) GOVLOG_TRY(end_group());
    return Replayed{graph_, writer_->tree()};
  }

  const MerkleFrontier& tree() const { return writer_->tree(); }

 private:
  static Error does_not_follow(const EventView& event) {
    return Error{Code::kCorruption,
                 fmt::format("the event at position {} does not follow from those before it: its id is that of another, or "
                             "its version or recorded_at is wrong",
                             event.position),
                 {}}
        .with("position", event.position);
  }

  Result<Receipt> append(const EventView& event) {
    Event& again = batch_.front();
    again.id = event.id;
    again.event_type = event.event_type;
    again.entity_type = event.entity_type;
    again.entity_id = event.entity_id;
    again.actor = event.actor;
    again.data = event.data;
    again.metadata = event.metadata;
    again.created_at = event.created_at;
    auto receipts = writer_->add(batch_, event.recorded_at);
    if (receipts.ok()) return std::move(receipts->front());
    Error error = receipts.take_error();
    if (error.code == Code::kIoError) return error;
    if (error.code == Code::kClockBehind || error.code == Code::kIdConflict) return does_not_follow(event);
    return Error{Code::kCorruption, fmt::format("the event at position {}: {}", event.position, error.message), {}}.with(
        "position", event.position);
  }

  Status end_group() {
    // The graph begins with the log, so it is always complete up to the group.
    GOVLOG_TRY(writer_->finish_group([this](bool) -> Result<std::shared_ptr<ImpactGraph>> { return graph_; }));
    GOVLOG_TRY(bulk_load(*to_, writer_->rows(), options_.scratch));
    (void)graph_->take_garbage();  // nobody reads an earlier graph
    if (options_.progress) options_.progress(writer_->state().position);
    writer_->release_group();
    return Ok{};
  }

  std::unique_ptr<LogWriter> writer_;
  std::shared_ptr<Database> to_;
  ReplayOptions options_;
  std::shared_ptr<ImpactGraph> graph_ = std::make_shared<ImpactGraph>();
  std::vector<Event> batch_ = std::vector<Event>(1);
};

Result<std::unique_ptr<LogReplay>> LogReplay::begin(const std::shared_ptr<Database>& to, ReplayOptions options) {
  auto writer = GOVLOG_TRY(LogWriter::open(to));
  return std::unique_ptr<LogReplay>(new LogReplay(std::make_unique<Impl>(std::move(writer), to, std::move(options))));
}

LogReplay::LogReplay(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LogReplay::~LogReplay() = default;
Status LogReplay::add(const EventView& event) { return impl_->add(event); }
const MerkleFrontier& LogReplay::tree() const { return impl_->tree(); }
Result<Replayed> LogReplay::finish() { return impl_->finish(); }

Error given_up() { return {Code::kInternal, "it was given up, since nobody waits for it any more", {}}; }

Result<Replayed> replay(const Database& from, const std::shared_ptr<Database>& to, const ReplayOptions& options) {
  const auto writing = GOVLOG_TRY(LogReplay::begin(to, options));
  GOVLOG_TRY(scan_by_position(from, options.last, [&](const EventView& event) -> Result<bool> {
    if (event.position % kGroupEvents == 0 && options.stop && options.stop()) return given_up();
    GOVLOG_TRY(writing->add(event));
    return true;
  }));
  return writing->finish();
}

}  // namespace govlog
