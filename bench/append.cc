// Durable appends beside pwrite and fdatasync of the same bytes to a file in the same directory.
#include "bench/support.h"
#include "bench/synthetic.h"
#include "codec/event_json.h"
#include "engine/store.h"
#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {
std::atomic<std::uint64_t> g_syncs{0};
}

/// Stands before the C library's, so that syncs are counted whoever asks for them.
extern "C" int fdatasync(int descriptor) {
  ++g_syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "append_bench: durable appends by 1 and 8 clients, beside pwrite and fdatasync of the same bytes\n\n"
    "  --pairs N      pairs of one append and one bare sync (400)\n"
    "  --rounds N     rounds of appends by 8 clients and bare syncs (15)\n"
    "  --each N       appends by each client in a round (50)\n";

constexpr std::size_t kClients = 8;
constexpr std::uint64_t kEvents = 1'000'000'000;  // more than are ever made

/// A file that grows by one event and one sync at a time.
class BareFile {
 public:
  explicit BareFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) give_up(fmt::format("cannot write {}", path.string()));
  }
  ~BareFile() { ::close(descriptor_); }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;

  void append(std::string_view bytes) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset_);
    if (written != static_cast<ssize_t>(bytes.size()) || ::fdatasync(descriptor_) != 0)
      give_up("the bare file cannot be written");
    offset_ += written;
  }

 private:
  int descriptor_;
  off_t offset_ = 0;
};

/// A store to which events are appended as clients do it: JSON text in, receipt out.
class Appender {
 public:
  explicit Appender(const std::filesystem::path& directory) : bare_(directory / "bare") {
    StoreOptions options;
    options.directory = directory / "store";
    store_ = must(Store::open_for_writing(options));
  }

  std::string next_line() { return synthetic_line(next_.fetch_add(1), kEvents, store_->now()); }
  void append(std::string_view line) {
    std::vector<Event> batch;
    batch.push_back(must(parse_event(line, store_->now(), EventLimits{})));
    (void)must(store_->append(std::move(batch)));
  }
  BareFile& bare() { return bare_; }

 private:
  BareFile bare_;
  std::unique_ptr<Store> store_;
  std::atomic<std::uint64_t> next_{1};
};

void add_one_client(Appender& appender, std::uint64_t pairs) {
  static std::uint64_t syncs = 0;  // of the store alone
  MeasuredWork work;
  work.name = "append_1_client";
  work.rounds = pairs;
  work.round = [&appender](Pairs& all) {
    const std::string line = appender.next_line();
    const std::uint64_t before = g_syncs;
    const Cost ours = cost_of(1, Cpu::kProcess, [&] { appender.append(line); });
    syncs += g_syncs - before;
    all.add(ours, cost_of(1, Cpu::kProcess, [&] { appender.bare().append(line); }));
  };
  work.afterwards = [pairs](benchmark::State& state) {
    set_counter(state, "syncs_an_append", static_cast<double>(syncs) / static_cast<double>(pairs));
  };
  add_measured(std::move(work));
}

/// Seconds per append of all clients together, in microseconds: at the limit an eighth of a sync.
Cost append_by_all(Appender& appender, const std::vector<std::vector<std::string>>& lines, std::uint64_t each) {
  const std::uint64_t appends = kClients * each;
  Cost cost = cost_of(1, Cpu::kProcess, [&] {
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&appender, &mine = lines[i]] {
        for (const std::string& line : mine) appender.append(line);
      });
    }
    for (std::thread& client : clients) client.join();
  });
  cost.wall /= static_cast<double>(appends);
  cost.cpu /= static_cast<double>(appends);
  return cost;
}

void add_eight_clients(Appender& appender, std::uint64_t rounds, std::uint64_t each) {
  static std::uint64_t syncs = 0;
  static std::vector<double> shares;  // of 8 appends per bare sync
  MeasuredWork work;
  work.name = "append_8_clients";
  work.rounds = rounds;
  work.round = [&appender, each](Pairs& all) {
    std::vector<std::vector<std::string>> lines(kClients);
    for (auto& mine : lines) {
      for (std::uint64_t i = 0; i < each; ++i) mine.push_back(appender.next_line());
    }
    const std::uint64_t before = g_syncs;
    const Cost ours = append_by_all(appender, lines, each);
    syncs += g_syncs - before;
    const std::string line = appender.next_line();
    const Cost bare = cost_of(each, Cpu::kProcess, [&] { appender.bare().append(line); });
    all.add(ours, bare);
    shares.push_back(bare.wall / kClients / ours.wall);
  };
  work.afterwards = [rounds, each](benchmark::State& state) {
    set_counter(state, "syncs_an_append", static_cast<double>(syncs) / static_cast<double>(rounds * each * kClients));
    set_counter(state, "share_of_limit", quantile(shares, 0.5));
    set_counter(state, "share_of_limit_p10", quantile(shares, 0.1));
    set_counter(state, "share_of_limit_p90", quantile(shares, 0.9));
  };
  add_measured(std::move(work));
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  bench::Appender appender(directory.path());
  for (int i = 0; i < 20; ++i) appender.append(appender.next_line());
  bench::add_one_client(appender, flags.number("pairs", 400));
  bench::add_eight_clients(appender, flags.number("rounds", 15), flags.number("each", 50));
  return bench::run();
}
