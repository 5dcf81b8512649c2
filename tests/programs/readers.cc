// Many readers ask for impact and coverage while one writer imports and appends; each answer must be that of the one position its view has. Then the
// writer is stopped inside its critical section, and the readers must go on.
//
// The log is made so that every answer follows from the position. Batch i (three events, positions 3i - 2 to 3i) declares element i, links it to the one
// before, and removes the link of batch i - 5: dated just after that link was made, so as an event that comes late.

#include "engine/store.h"
#include "query/coverage.h"
#include "query/impact.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "readers: impact and coverage, asked by many threads while another imports\n"
    "  --events N    how many events are imported (default 30000)\n"
    "  --readers N   how many threads ask (default 8)\n"
    "  --stalled N   how many questions each must have answered while the writer is stopped (default 200)\n"
    "  --seed N      where the questions come from (default 1)\n";

constexpr std::int64_t kWindow = 5;  // so many links hold at a time
constexpr std::int64_t kBase = 1'700'000'000'000'000;

Timestamp time_of(std::int64_t batch, std::int64_t part) { return {kBase + batch * 10 + part}; }
std::string element(std::int64_t number) { return fmt::format("E{}", number); }

std::vector<Event> make_batch(std::int64_t i) {
  std::vector<Event> batch(3);
  batch[0].event_type = "DiagramVersionCreated";
  batch[0].entity_type = "diagram";
  batch[0].entity_id = element(i);
  batch[0].data = fmt::format(R"({{"layer":"layer {}"}})", i % 3);
  batch[0].created_at = time_of(i, 0);
  batch[1].event_type = "TraceabilityLinkAdded";
  batch[1].entity_type = "trace";
  batch[1].entity_id = fmt::format("L{}", i);
  batch[1].data = fmt::format(R"({{"from_element":"{}","to_element":"{}"}})", element(i), element(i - 1));
  batch[1].created_at = time_of(i, 1);
  batch[2].event_type = "TraceabilityLinkRemoved";
  batch[2].entity_type = "trace";
  batch[2].entity_id = fmt::format("L{}", i - kWindow);
  batch[2].data = "{}";
  batch[2].created_at = time_of(i - kWindow, 2);
  return batch;
}

/// What holds at the end of event order up to batch `until`, as it is known after batch `known`.
struct Expected {
  std::int64_t total = 0;
  std::int64_t traced = 0;
  std::int64_t reached = 0;  // downstream of element `until`
};

Expected expect(std::int64_t until, std::int64_t known) {
  const std::int64_t first = std::max<std::int64_t>(1, known - kWindow + 1);  // the first link that holds
  Expected out;
  out.total = until;
  out.reached = std::max<std::int64_t>(0, until - first + 1);
  // Both ends of each link, of which the very first, element 0, is declared nowhere.
  if (out.reached > 0) out.traced = out.reached + (first > 1 ? 1 : 0);
  return out;
}

class Readers {
 public:
  explicit Readers(const CommandLine& line)
      : batches_(static_cast<std::int64_t>(line.number("events", 30'000) / 3)),
        readers_(line.number("readers", 8)),
        stalled_(line.number("stalled", 200)),
        seed_(line.number("seed", 1)) {}

  int run();

 private:
  void import();
  void read(std::uint64_t number);
  bool ask(std::mt19937_64& random);
  void problem(const std::string& text);
  void stall();
  Timestamp clock();

  std::int64_t batches_;
  std::uint64_t readers_;
  std::uint64_t stalled_;
  std::uint64_t seed_;
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
  std::atomic<bool> done_ = false;
  std::atomic<std::uint64_t> answers_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  std::vector<std::atomic<std::uint64_t>> answered_;
  std::mutex mutex_;  // of what stops the clock, and of output
  std::condition_variable moved_;
  bool stop_clock_ = false;
  bool stopped_ = false;
  std::vector<double> latencies_;  // microseconds
};

void Readers::problem(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (++failed_ <= 10) fmt::print("{}\n", text);
}

/// The store reads it while it judges a batch: whoever stops here stops inside the writer's turn.
Timestamp Readers::clock() {
  std::unique_lock lock(mutex_);
  if (stop_clock_) {
    stopped_ = true;
    moved_.notify_all();
    moved_.wait(lock, [this] { return !stop_clock_; });
  }
  return system_clock_now();
}

bool Readers::ask(std::mt19937_64& random) {
  const ReadView view = store_->read();
  const auto known = static_cast<std::int64_t>(view.log_position() / 3);
  if (view.log_position() % 3 != 0) problem(fmt::format("a view ends inside a batch, at {}", view.log_position()));
  if (known == 0) return false;
  const bool past = random() % 2 == 0;
  // Now and then an old instant, mostly one of the last, where links still hold.
  const std::int64_t back = random() % 4 == 0 ? static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(known))
                                              : static_cast<std::int64_t>(random() % 8);
  const std::int64_t until = past ? std::max<std::int64_t>(1, known - back) : known;
  const std::optional<Timestamp> at = past ? std::optional(time_of(until, 9)) : std::nullopt;
  const Expected want = expect(until, known);
  if (random() % 2 == 0) {
    const auto got = coverage(view, {at, view.log_position()});
    Expected sum;
    if (got.ok()) {
      for (const LayerCoverage& layer : got->layers) {
        sum.total += static_cast<std::int64_t>(layer.total_elements);
        sum.traced += static_cast<std::int64_t>(layer.traced_elements);
      }
    }
    if (!got.ok() || sum.total != want.total || sum.traced != want.traced)
      problem(fmt::format("coverage of {} at batch {}: {}/{}, expected {}/{}", until, known, sum.traced, sum.total, want.traced,
                          want.total));
  } else {
    ImpactQuery query;
    query.root = {Label::kElement, element(until)};
    query.depth = 10;
    query.at = at;
    query.known = view.log_position();
    const auto got = impact(view, query);
    const std::size_t reached = got.ok() ? got->nodes.size() : 0;
    if (!got.ok() || reached != static_cast<std::size_t>(want.reached))
      problem(fmt::format("impact of {} at batch {}: {} reached, expected {}", until, known, reached, want.reached));
  }
  return true;
}

void Readers::read(std::uint64_t number) {
  std::mt19937_64 random(seed_ * 1000 + number);
  std::vector<double> latencies;
  while (!done_) {
    const auto begun = std::chrono::steady_clock::now();
    if (!ask(random)) {
      std::this_thread::yield();
      continue;
    }
    latencies.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
    ++answered_[number];
    ++answers_;
  }
  const std::lock_guard lock(mutex_);
  latencies_.insert(latencies_.end(), latencies.begin(), latencies.end());
}

/// Large groups, which go into files, and small ones by turns.
void Readers::import() {
  for (std::int64_t next = 1; next <= batches_;) {
    std::vector<std::vector<Event>> group;
    const std::int64_t size = next % 7 < 2 ? 3000 : next % 7 < 5 ? 1 : 40;
    for (; next <= batches_ && static_cast<std::int64_t>(group.size()) < size; ++next) group.push_back(make_batch(next));
    if (store_->append_in_turn(group).size() != group.size()) return problem("a group was refused");
  }
}

void Readers::stall() {
  std::thread writer([this] { (void)store_->append(make_batch(batches_ + 1)); });
  {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [this] { return stopped_; });
  }
  std::vector<std::uint64_t> before;
  for (const auto& count : answered_) before.push_back(count.load());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  const auto all_went_on = [&] {
    for (std::size_t i = 0; i < answered_.size(); ++i) {
      if (answered_[i].load() < before[i] + stalled_) return false;
    }
    return true;
  };
  while (!all_went_on() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (!all_went_on()) problem("a reader stands still while the writer does");
  {
    const std::lock_guard lock(mutex_);
    stop_clock_ = false;
  }
  moved_.notify_all();
  writer.join();
}

int Readers::run() {
  StoreOptions options{.directory = directory_.path() / "store", .append = {.durability = Durability::kAsync}};
  options.clock = [this] { return clock(); };
  auto opened = Store::open_for_writing(options);
  if (!opened.ok()) return conclude(0, 1);
  store_ = opened.take();
  answered_ = std::vector<std::atomic<std::uint64_t>>(readers_);
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < readers_; ++i) threads.emplace_back([this, i] { read(i); });
  import();
  fmt::print("{} events imported, {} answers meanwhile\n", 3 * batches_, answers_.load());
  {
    const std::lock_guard lock(mutex_);
    stop_clock_ = true;
  }
  stall();
  done_ = true;
  for (std::thread& thread : threads) thread.join();
  std::sort(latencies_.begin(), latencies_.end());
  const auto at = [&](double share) {
    return latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
  };
  if (!latencies_.empty())
    fmt::print("{} answers: p50 {:.0f} us, p99 {:.0f} us, longest {:.0f} us\n", latencies_.size(), at(0.5), at(0.99), at(1));
  store_.reset();
  return conclude(answers_, failed_);
}

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  using namespace govlog::testing;
  return Readers(CommandLine(argc, argv, kHelp)).run();
}
