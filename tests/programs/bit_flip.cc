// One flipped bit. A store with acknowledged events, as a killed process left it, is copied; a bit of one of its files is flipped; then a fresh process
// opens the copy. Either all is there, or the store is damaged and says so, or the answer is an error. Never is anything missing without a word.

#include "tests/support/crash_check.h"
#include "tests/support/damaged_store.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "bit_flip: flips one bit at random places of a store's files and checks that no loss is silent.\n"
    "  --flips N    how many in the live write-ahead log (default 60)\n"
    "  --others N   how many in CURRENT, MANIFEST, SST and HEAD each (default 10)\n"
    "  --events N   how many events the store acknowledged (default 500)\n"
    "  --seed N     where the numbers come from (default: the clock)\n"
    "  --keep 1     leave the store of a failing flip\n"
    "  --trial DIR  (used by itself) with --log FILE, --seed N\n"
    "  --writer DIR (used by itself) with --events N\n";

namespace fs = std::filesystem;

/// Its exit status is the verdict, with a sentence before it.
int run_as_trial(const CommandLine& line) {
  DamagedStore store(line.text("trial"), read_reference(line.text("log")), line.number("seed", 1));
  const Verdict verdict = store.open_and_look();
  if (verdict == kWrong) fmt::print("{}\n", store.problem());
  return verdict;
}

class Flips {
 public:
  explicit Flips(const CommandLine& line)
      : line_(line), seed_(line.number("seed", static_cast<std::uint64_t>(system_clock_now().micros))), random_(seed_) {}

  int run() {
    fmt::print("seed {}\n", seed_);
    std::fflush(stdout);
    const fs::path live = place_.path() / "live";
    if (!write(live, 1)) return conclude(0, 1);
    series(live, "WAL", ".log", line_.number("flips", 60));
    const std::uint64_t others = line_.number("others", 10);
    series(live, "MANIFEST of a new store", "MANIFEST", others);
    series(live, "CURRENT", "CURRENT", others);
    series(live, "HEAD", "HEAD", others);
    // Opened once more: what the log held goes into files; then more is written and killed.
    const fs::path settled = place_.path() / "settled";
    fs::copy(live, settled, fs::copy_options::recursive);
    if (!write(settled, 2)) return conclude(passed_, failed_ + 1);
    series(settled, "SST", ".sst", others * 2);
    series(settled, "MANIFEST", "MANIFEST", others);
    series(settled, "WAL after files", ".log", others);
    return conclude(passed_, failed_);
  }

 private:
  bool write(const fs::path& store, int round) {
    const Ended ended = run_child({own_path(), "--writer=" + store.string(), fmt::format("--seed={}", seed_),
                                   fmt::format("--round={}", round), fmt::format("--events={}", line_.number("events", 500))});
    if (!ended.killed_by(SIGKILL)) fmt::print("the writer: {}\n", ended.sentence());
    return ended.killed_by(SIGKILL);
  }

  /// The exported lines of a store.
  fs::path export_of(const fs::path& store) {
    const fs::path out = place_.path() / (store.filename().string() + ".ndjson");
    export_lines(copy_of(store), out);
    return out;
  }

  fs::path copy_of(const fs::path& store) {
    const fs::path copy = place_.path() / "flipped";
    fs::remove_all(copy);
    fs::copy(store, copy, fs::copy_options::recursive);
    return copy;
  }

  void series(const fs::path& store, std::string_view what, std::string_view part, std::uint64_t flips) {
    const fs::path log = export_of(store);
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(store)) {
      const bool fits = entry.is_regular_file() && entry.path().filename().string().contains(part) && entry.file_size() > 0;
      if (fits) files.push_back(fs::relative(entry.path(), store));
    }
    std::map<int, std::uint64_t> verdicts;
    for (std::uint64_t i = 0; i < flips && !files.empty(); ++i) {
      const fs::path copy = copy_of(store);
      const fs::path& file = files[random_() % files.size()];
      const std::uint64_t bit = random_() % (fs::file_size(copy / file) * 8);
      flip_bit(copy / file, bit);
      const Ended ended = run_child(
          {own_path(), "--trial=" + copy.string(), "--log=" + log.string(), fmt::format("--seed={}", seed_ + i)}, kHangs);
      const int verdict = WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : -1;
      ++verdicts[verdict];
      if (verdict >= kWhole && verdict < kWrong && verdict != 1) {
        ++passed_;
      } else {
        fail(fmt::format("{}: bit {} of {}: {}: {}", what, bit, file.string(), ended.sentence(), ended.output));
      }
    }
    fmt::print(
        "{}: {} flips in {} files: {} whole, {} damaged and said so, {} refused to open, {} reported on reading, {} wrong\n",
        what, flips, files.size(), verdicts[kWhole], verdicts[kDamaged], verdicts[kRefused], verdicts[kReadErrors],
        verdicts[kWrong] + verdicts[-1]);
    std::fflush(stdout);
  }

  void fail(const std::string& text) {
    ++failed_;
    fmt::print("{}\n", text);
    if (line_.has("keep")) place_.keep();
  }

  const CommandLine& line_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
  TemporaryDirectory place_;
  std::uint64_t passed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  using namespace govlog::testing;
  const CommandLine line(argc, argv, fmt::format("{}  --round N (used by itself)\n", kHelp));
  if (line.has("writer"))
    return fill_and_be_killed(line.text("writer"), line.number("seed", 1), line.number("round", 1), line.number("events", 500));
  if (line.has("trial")) return run_as_trial(line);
  return Flips(line).run();
}
