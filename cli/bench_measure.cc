#include "cli/bench_measure.h"

#include "api/import.h"
#include "api/local_executor.h"
#include "api/operation.h"
#include "api/write.h"
#include "base/assert.h"
#include "base/system_error.h"
#include "cli/bench_history.h"
#include "cli/bench_samples.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <linux/magic.h>
#include <sys/vfs.h>

namespace govlog {
namespace {

constexpr std::uint64_t kChunkEvents = 50'000;  // some 20 MB of NDJSON lie beside the store at a time

// p99 wants a hundred samples; a slow machine is not kept waiting for them.
constexpr RoundLimits kAppendLimits{.rounds_min = 20, .rounds_max = 500, .budget_ms = 5000};
constexpr RoundLimits kReadLimits{.rounds_min = 5, .rounds_max = 1000, .budget_ms = 3000};
constexpr RoundLimits kRebuildLimits{.rounds_min = 3, .rounds_max = 25, .budget_ms = 2000};

constexpr std::uint64_t kRebuildNodes = 10'000;  // the least that the target names
constexpr std::uint64_t kRebuildStories = (kRebuildNodes + BenchHistory::kStoryNodes - 1) / BenchHistory::kStoryNodes;

// The history has fixed times. A clock that is behind them would have them refused as lying in the future.
Timestamp bench_clock() { return std::max(system_clock_now(), BenchHistory::end()); }

struct FileCloser {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }  // of a file that was given up
};

Error write_error(const std::filesystem::path& path) {
  return system_error(errno, fmt::format("cannot write {}", path.string()));
}

struct EventSpan {
  std::uint64_t first = 0;
  std::uint64_t end = 0;  // exclusive
};

Status write_lines(const std::filesystem::path& path, const BenchHistory& history, const EventSpan& span) {
  std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "we"));
  if (file == nullptr) return write_error(path);
  for (std::uint64_t i = span.first; i < span.end; ++i) {
    const std::string line = history.line(i) + '\n';
    if (std::fwrite(line.data(), 1, line.size(), file.get()) != line.size()) return write_error(path);
  }
  if (std::fclose(file.release()) != 0) return write_error(path);
  return Ok{};
}

class Bench {
 public:
  explicit Bench(const BenchPlan& plan) : plan_(plan), history_(plan.events + kAppendLimits.rounds_max + 1) {
    report_.events = plan.events;
    report_.rebuild_nodes = kRebuildStories * BenchHistory::kStoryNodes;
  }

  Result<BenchReport> run() {
    GOVLOG_TRY(fill_and_append());
    if (!plan_.stop()) GOVLOG_TRY(ask());
    if (!plan_.stop()) GOVLOG_TRY(rebuild());
    return std::move(report_);
  }

 private:
  StoreOptions store_options(std::string_view name) const {
    StoreOptions options;
    options.directory = plan_.directory / name;
    options.clock = bench_clock;
    return options;
  }

  /// Imports the first `events` of `history`, chunk by chunk; gives the seconds that the imports took.
  Result<double> fill(Store& store, const BenchHistory& history, std::uint64_t events,
                      const std::function<void(std::uint64_t)>& imported) const {
    const std::filesystem::path file = plan_.directory / "events.ndjson";
    LocalExecutor executor(store);
    double seconds = 0;
    for (EventSpan span; span.first < events && !plan_.stop(); span.first = span.end) {
      span.end = std::min(span.first + kChunkEvents, events);
      GOVLOG_TRY(write_lines(file, history, span));
      ImportOptions options;
      options.clock = bench_clock;
      options.stop = plan_.stop;
      options.progress = [&](const ImportProgress& progress) { imported(span.first + progress.lines_read); };
      const ImportSummary summary = GOVLOG_TRY(import_files(executor, {file.string()}, options));
      seconds += summary.seconds;
    }
    std::error_code failed;
    std::filesystem::remove(file, failed);  // else it goes with the directory
    return seconds;
  }

  void add_row(BenchRow row, const Samples& samples) {
    row.first_ms = samples.first_ms;
    row.p50_ms = quantile(samples.ours_ms, 0.5);
    row.p99_ms = quantile(samples.ours_ms, 0.99);
    row.bare_limit_ms = quantile(samples.bare_ms, 0.5);
    row.bare_limit_p99_ms = quantile(samples.bare_ms, 0.99);
    row.samples = samples.ours_ms.size();
    report_.rows.push_back(row);
  }

  /// An event as JSON, durable, and its receipt as JSON: one client, one sync for each.
  Status fill_and_append() {
    const std::unique_ptr<Store> store = GOVLOG_TRY(Store::open_for_writing(store_options("store")));
    report_.import_seconds = GOVLOG_TRY(fill(*store, history_, plan_.events, plan_.imported));
    if (plan_.stop()) return Ok{};
    plan_.measuring(kBenchAppend);
    BareFile bare = GOVLOG_TRY(BareFile::make(plan_.directory / "bare"));
    const Samples samples = GOVLOG_TRY(take_samples(kAppendLimits, plan_.stop, [&](std::uint64_t i) -> Result<Round> {
      const std::string line = history_.line(plan_.events + i);
      Round round;
      round.ours_ms = GOVLOG_TRY(timed([&]() -> Status {
        (void)GOVLOG_TRY(append_json(*store, line));
        return Ok{};
      }));
      round.bare_ms = GOVLOG_TRY(timed([&] { return bare.append(line); }));
      return round;
    }));
    add_row({.operation = kBenchAppend, .bare_limit = "pwrite and fdatasync of the event", .target_ms = 50}, samples);
    return Ok{};
  }

  /// What is asked, each time with other arguments, and of what the bare limit copies the bytes.
  struct Question {
    std::string_view operation;
    RoundLimits limits;
    std::function<Arguments(std::uint64_t)> arguments;
    std::string_view copied;  // of the answer where this is empty
  };

  Result<Samples> ask_often(const Store& store, const Question& question) const {
    const Operation* operation = find_operation(question.operation);
    GOVLOG_ASSERT(operation != nullptr, "no operation {}", question.operation);
    BareCopy bare;
    return take_samples(question.limits, plan_.stop, [&](std::uint64_t i) -> Result<Round> {
      const Arguments arguments = question.arguments(i);
      std::string answer;
      Round round;
      round.ours_ms = GOVLOG_TRY(timed([&]() -> Status {
        answer = GOVLOG_TRY(run_operation(*operation, store, arguments));
        return Ok{};
      }));
      round.bare_ms = GOVLOG_TRY(timed([&]() -> Status {
        bare.copy(question.copied.empty() ? answer : question.copied);
        return Ok{};
      }));
      return round;
    });
  }

  Status add_question(const Store& store, BenchRow row, const Question& question) {
    if (plan_.stop()) return Ok{};
    plan_.measuring(row.operation);
    const Samples samples = GOVLOG_TRY(ask_often(store, question));
    row.bare_limit = question.copied.empty() ? "memcpy of the answer" : "memcpy of the log";
    add_row(row, samples);
    return Ok{};
  }

  /// The store is opened anew, so that the first answers come from where a user's would.
  Status ask() {
    const std::unique_ptr<Store> store = GOVLOG_TRY(Store::open_for_reading(store_options("store")));
    const std::uint64_t stories = plan_.events / BenchHistory::kStoryEvents;
    const std::string begin = format_time(BenchHistory::begin());
    const auto add = [&](std::string_view name, double target_ms, const Question& question) -> Status {
      return add_question(*store, {.operation = name, .bare_limit = {}, .target_ms = target_ms}, question);
    };
    // By turns any event, and those of one actor.
    const auto some_page = [&](std::uint64_t i) {
      Arguments arguments{{"from", {begin}}, {"to", {format_time(BenchHistory::some_instant(i))}}, {"limit", {"100"}}};
      if (i % 2 == 1) arguments["actor"] = {BenchHistory::some_actor(i)};
      return arguments;
    };
    const auto some_chain = [&](std::uint64_t i) {
      return Arguments{{"change_request", {BenchHistory::some_change_request(stories, i)}}, {"depth", {"5"}}};
    };
    // By turns an entity of a few events, and one of the three that the whole history has events of.
    const auto some_state = [&](std::uint64_t i) {
      const std::string entity = i % 2 == 0 ? fmt::format("change_request/{}", BenchHistory::some_change_request(stories, i))
                                            : fmt::format("coverage/{}", BenchHistory::some_layer(i));
      return Arguments{{"entity", {entity}}, {"at", {format_time(BenchHistory::some_instant(i))}}};
    };
    GOVLOG_TRY(add("timeline query", 100, {"timeline", kReadLimits, some_page, {}}));
    GOVLOG_TRY(add("impact chain, 5 hops", 500, {"chain", kReadLimits, some_chain, {}}));
    GOVLOG_TRY(add("coverage calculation", 1000, {"coverage", kReadLimits, [](std::uint64_t) { return Arguments{}; }, {}}));
    return add("time travel", 2000, {"at", kReadLimits, some_state, {}});
  }

  /// What was known before the last event is in no structure that is kept: the graph is made from the log for every such question.
  Status rebuild() {
    const std::uint64_t events = kRebuildStories * BenchHistory::kStoryEvents + 1;
    const BenchHistory history(events);
    const std::unique_ptr<Store> store = GOVLOG_TRY(Store::open_for_writing(store_options("rebuilt")));
    plan_.measuring(kBenchRebuild);
    (void)GOVLOG_TRY(fill(*store, history, events, [](std::uint64_t) {}));
    if (plan_.stop()) return Ok{};
    std::string log;
    for (std::uint64_t i = 0; i + 1 < events; ++i) log += history.line(i);
    const auto before_the_last = [&](std::uint64_t) {
      return Arguments{{"element", {BenchHistory::first_element()}}, {"known_at", {fmt::format("{}", events - 1)}}};
    };
    return add_question(*store, {.operation = kBenchRebuild, .bare_limit = {}, .target_ms = 10'000},
                        {"impact", kRebuildLimits, before_the_last, log});
  }

  const BenchPlan& plan_;
  BenchHistory history_;  // what is imported, and after it what is appended
  BenchReport report_;
};

}  // namespace

Result<BenchReport> measure_targets(const BenchPlan& plan) { return Bench(plan).run(); }

bool lies_in_memory(const std::filesystem::path& directory) {
  struct statfs info {};
  return ::statfs(directory.c_str(), &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
}

}  // namespace govlog
