// Every byte of every file of a store, or random bits of a larger one, flipped in turn: what is asked is answered rightly or with an error, and `verify` finds what
// does not answer. Opening for reading changes nothing, so one copy serves for all, mended after each flip.

#include "tests/support/damaged_store.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "every_byte: flips a bit of each byte of each file of a small store, or random bits of a larger one, and checks that no "
    "damage goes unnoticed.\n"
    "  --random N   so many random bits instead of every byte\n"
    "  --every N    only each N-th byte (default 1)\n"
    "  --events N   how many events the store holds (default 40; with --random 2000)\n"
    "  --jobs N     how many processes (default 2)\n"
    "  --seed N     where the numbers come from (default: the clock)\n"
    "  --verbose 1  each flip that is noticed, with what is told\n"
    "  --writer DIR (used by itself) with --round N\n"
    "  --worker DIR (used by itself) with --lines FILE --plan FILE --scratch DIR\n";

namespace fs = std::filesystem;

constexpr unsigned kHangsAfterSeconds = 60;

struct Flip {
  std::string file;
  std::uint64_t bit = 0;
};

/// Tells each verdict in a line, flushed, so that what ended the process is the flip behind the last line.
int run_as_worker(const CommandLine& line) {
  const fs::path store = line.text("worker");
  const Reference whole = read_reference(line.text("lines"));
  std::ifstream plan(line.text("plan"));
  std::uint64_t seed = line.number("seed", 1);
  for (Flip next; plan >> next.file >> next.bit; ++seed) {
    ::alarm(kHangsAfterSeconds);
    flip_bit(store / next.file, next.bit);
    DamagedStore damaged(store, whole, seed);
    const Verdict verdict = damaged.read_and_verify(line.text("scratch"));
    flip_bit(store / next.file, next.bit);
    std::string told = damaged.problem();
    std::replace(told.begin(), told.end(), '\n', ' ');
    fmt::print("{} {} {} {}\n", static_cast<int>(verdict), next.file, next.bit, told);
    std::fflush(stdout);
  }
  return 0;
}

class Flips {
 public:
  explicit Flips(const CommandLine& line)
      : line_(line),
        seed_(line.number("seed", static_cast<std::uint64_t>(system_clock_now().micros))),
        jobs_(std::max<std::uint64_t>(1, line.number("jobs", 2))),
        random_(seed_) {}

  int run() {
    fmt::print("seed {}\n", seed_);
    std::fflush(stdout);
    const fs::path store = place_.path() / "store";
    const std::uint64_t events = line_.number("events", line_.has("random") ? 2000 : 40);
    // Two lives: what the first one's log held lies in tables, what the second wrote in the log.
    if (!write(store, 1, events - events / 4) || !write(store, 2, events / 4)) return conclude(0, 1);
    export_lines(store, place_.path() / "lines");
    plan(store);
    std::vector<pid_t> workers;
    for (std::uint64_t job = 0; job < jobs_; ++job) workers.push_back(start(store, job));
    for (const pid_t worker : workers) (void)::waitpid(worker, nullptr, 0);
    for (std::uint64_t job = 0; job < jobs_; ++job) read_verdicts(job);
    tell();
    return conclude(passed_, failed_);
  }

 private:
  bool write(const fs::path& store, int round, std::uint64_t events) {
    const Ended ended = run_child({own_path(), "--writer=" + store.string(), fmt::format("--seed={}", seed_),
                                   fmt::format("--round={}", round), fmt::format("--events={}", events)});
    if (!ended.killed_by(SIGKILL)) fmt::print("the writer: {}\n", ended.sentence());
    return ended.killed_by(SIGKILL);
  }

  void plan(const fs::path& store) {
    std::vector<Flip> flips;
    for (const auto& entry : fs::recursive_directory_iterator(store)) {
      if (!entry.is_regular_file() || entry.file_size() == 0) continue;
      const std::string file = fs::relative(entry.path(), store).string();
      bytes_ += entry.file_size();
      ++files_;
      for (std::uint64_t at = 0; at < entry.file_size(); ++at) flips.push_back({file, at * 8 + random_() % 8});
    }
    if (line_.has("random")) {
      std::vector<Flip> some;
      for (std::uint64_t i = 0; i < line_.number("random", 0); ++i) some.push_back(flips[random_() % flips.size()]);
      flips = std::move(some);
    }
    const std::uint64_t every = std::max<std::uint64_t>(1, line_.number("every", 1));
    const std::uint64_t first = random_() % every;
    for (std::uint64_t i = first; i < flips.size(); i += every) planned_[i / every % jobs_].push_back(flips[i]);
    for (const auto& [job, mine] : planned_) {
      std::ofstream file(place_.path() / fmt::format("plan{}", job));
      for (const Flip& one : mine) file << one.file << ' ' << one.bit << '\n';
    }
  }

  pid_t start(const fs::path& store, std::uint64_t job) {
    const auto at = [&](std::string_view name) { return (place_.path() / fmt::format("{}{}", name, job)).string(); };
    fs::copy(store, at("copy"), fs::copy_options::recursive);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    if (std::freopen(at("verdicts").c_str(), "w", stdout) == nullptr) ::_exit(6);
    const std::string seed = fmt::format("--seed={}", seed_ + job * 1'000'000);
    ::execl(own_path().c_str(), own_path().c_str(), ("--worker=" + at("copy")).c_str(),
            ("--lines=" + (place_.path() / "lines").string()).c_str(), ("--plan=" + at("plan")).c_str(),
            ("--scratch=" + at("scratch")).c_str(), seed.c_str(), static_cast<char*>(nullptr));
    ::_exit(7);
  }

  void read_verdicts(std::uint64_t job) {
    std::ifstream in(place_.path() / fmt::format("verdicts{}", job));
    std::size_t count = 0;
    for (std::string text; std::getline(in, text); ++count) {
      const int verdict = std::atoi(text.c_str());
      const std::string file = kind_of(planned_[job].at(count).file);
      ++verdicts_[file][verdict];
      verdict == kWrong ? ++failed_ : ++passed_;
      if (verdict == kWrong || (line_.has("verbose") && verdict != kWhole)) fmt::print("{}\n", text);
    }
    if (count == planned_[job].size()) return;
    const Flip& last = planned_[job].at(count);
    fmt::print("the process ended at bit {} of {}, {} flips before the last\n", last.bit, last.file,
               planned_[job].size() - count);
    ++failed_;
  }

  static std::string kind_of(const std::string& file) {
    const std::string name = fs::path(file).filename().string();
    if (name.ends_with(".sst")) return "table files";
    if (name.ends_with(".log")) return "write-ahead log";
    return name.substr(0, name.find('-'));
  }

  void tell() {
    fmt::print("{} files, {} bytes\n", files_, bytes_);
    for (auto& [file, by_verdict] : verdicts_) {
      fmt::print(
          "{}: {} harmless, {} found by verify with all answers right, {} answered with errors, {} damaged and said so, "
          "{} refused to open, {} wrong\n",
          file, by_verdict[kWhole], by_verdict[kFoundByVerify], by_verdict[kReadErrors], by_verdict[kDamaged],
          by_verdict[kRefused], by_verdict[kWrong]);
    }
  }

  const CommandLine& line_;
  std::uint64_t seed_;
  std::uint64_t jobs_;
  std::mt19937_64 random_;
  TemporaryDirectory place_;
  std::map<std::uint64_t, std::vector<Flip>> planned_;
  std::map<std::string, std::map<int, std::uint64_t>> verdicts_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  using namespace govlog::testing;
  const CommandLine line(argc, argv, kHelp);
  if (line.has("writer"))
    return fill_and_be_killed(line.text("writer"), line.number("seed", 1), line.number("round", 1), line.number("events", 40));
  return line.has("worker") ? run_as_worker(line) : Flips(line).run();
}
