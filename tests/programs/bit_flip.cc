// One flipped bit. A store with acknowledged events, as a killed process left it, is copied; a bit of one of its files is flipped; then a fresh process
// opens the copy. Either all is there, or the store is damaged and says so, or the answer is an error. Never is anything missing without a word.

#include "codec/event_json.h"
#include "engine/store.h"
#include "tests/support/crash_check.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// Events one by one and in batches, then killed, so that what was written stands in the live log alone.
int run_as_writer(const CommandLine& line) {
  Result<std::unique_ptr<Store>> store = Store::open_for_writing({.directory = line.text("writer")});
  if (!store.ok()) return 3;
  const std::uint64_t wanted = line.number("events", 500);
  const std::uint64_t seed = line.number("seed", 1);
  std::uint64_t kept = 0;
  for (std::uint64_t sequence = 0; kept < wanted; ++sequence) {
    std::vector<Event> batch = make_batch(seed, {line.number("round", 1), 0, sequence});
    batch.resize(std::min<std::size_t>(batch.size(), wanted - kept));
    kept += batch.size();
    if (!(*store)->append(std::move(batch)).ok()) return 4;
  }
  ::kill(::getpid(), SIGKILL);
  return 5;
}

/// What a trial makes of a flipped store: its exit status, and a sentence before it.
enum Verdict : int { kWhole = 0, kDamaged = 10, kRefused = 11, kReadErrors = 12, kWrong = 20 };

int wrong(const std::string& text) {
  fmt::print("{}\n", text);
  return kWrong;
}

/// Whether `error` is one of those by which a store may say that its bytes are wrong.
bool honest(const Error& error) {
  return error.code == Code::kCorruption || error.code == Code::kIoError || error.code == Code::kUnsupportedFormat;
}

class Trial {
 public:
  Trial(fs::path directory, const fs::path& log, std::uint64_t seed) : directory_(std::move(directory)), random_(seed) {
    std::ifstream in(log);
    for (std::string line; std::getline(in, line);) (void)whole_.adopt(*parse_json(line));
  }

  int run() {
    const std::map<std::string, std::string> before = fingerprint(directory_);
    const int reading = look(false);
    if (reading == kWrong) return kWrong;
    if (fingerprint(directory_) != before) return wrong("opening for reading changed a file");
    const int writing = look(true);
    const bool changed = fingerprint(directory_) != before;
    if (writing == kDamaged && changed) return wrong("the damaged store's files were changed");
    if (writing == kRefused && changed) return wrong("the files of a store that does not open were changed");
    return writing;
  }

 private:
  int look(bool writing) {
    const StoreOptions options = standing_clock(directory_);
    Result<std::unique_ptr<Store>> opened = writing ? Store::open_for_writing(options) : Store::open_for_reading(options);
    if (!opened.ok()) return honest(opened.error()) ? kRefused : wrong(fmt::format("opening: {}", opened.error().message));
    Store& store = **opened;
    Reference left = whole_;
    if (const std::optional<Damage> damage = store.damage()) {
      if (damage->to != whole_.last() || damage->from == 0 || damage->from > damage->to) {
        return wrong(fmt::format("it tells that {} to {} are lost, of {}", damage->from, damage->to, whole_.last()));
      }
      left.clear();
      for (Position position = 1; position < damage->from; ++position)
        (void)left.adopt(*parse_json(whole_.events()[position - 1].line()));
      if (int verdict = look_at_damaged(store, *damage, left); verdict == kWrong) return verdict;
      return kDamaged;
    }
    const int answers = look_at_answers(store, left);
    if (answers == kWrong || !writing) return answers;
    Result<std::vector<Receipt>> receipts = store.append(make_batch(1, {99, 0, 0}));
    if (!receipts.ok() && !honest(receipts.error())) return wrong("append: " + receipts.error().message);
    if (receipts.ok() && receipts->front().position != whole_.last() + 1)
      return wrong(fmt::format("the next position is {}", receipts->front().position));
    return answers;
  }

  int look_at_damaged(Store& store, const Damage& damage, const Reference& left) {
    const Result<std::vector<Receipt>> receipts = store.append(make_batch(1, {99, 0, 0}));
    if (receipts.ok()) return wrong("a damaged store took an event");
    const Error& error = receipts.error();
    if (error.code != Code::kCorruption)
      return wrong(fmt::format("append: {} ({}), expected corruption", code_info(error.code).name, error.message));
    const auto is = [&](std::string_view name, Position value) {
      return std::ranges::any_of(
          error.details, [&](const Detail& detail) { return detail.name == name && detail.value == DetailValue(value); });
    };
    if (!is("from", damage.from) || !is("to", damage.to))
      return wrong("the error of an append does not tell details.from and details.to");
    const Result<std::string> stats = run_operation(*find_operation("stats"), store, {});
    const std::string told = fmt::format(",\"damaged\":{{\"from\":{},\"to\":{}}}}}", damage.from, damage.to);
    if (!stats.ok() || !stats->ends_with(told)) return wrong("an answer does not say what is damaged");
    return look_at_log(store, left);
  }

  /// Every exported line that comes is the right one; all come, or an error ends them.
  int look_at_log(const Store& store, const Reference& left) {
    const std::optional<std::string> problem = differ_in_log(store, left);
    if (!problem) return kWhole;
    return problem->starts_with("the export failed") ? kReadErrors : wrong(*problem);
  }

  int look_at_answers(const Store& store, const Reference& left) {
    const int log = look_at_log(store, left);
    if (log == kWrong) return log;
    int verdict = log;
    for (const std::string& text : ask_at_random(store, left, random_, 8)) {
      const bool error = text.contains("got the error corruption") || text.contains("got the error io_error");
      if (!error) return wrong(text);
      verdict = kReadErrors;
    }
    return verdict;
  }

  fs::path directory_;
  std::mt19937_64 random_;
  Reference whole_;
};

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
    const fs::path copy = copy_of(store);
    const Result<std::unique_ptr<Store>> opened = Store::open_for_reading({.directory = copy});
    std::ofstream file(out);
    (void)(*opened)->read().scan_positions(1, kPositionMax, [&](const EventView& event) -> Result<bool> {
      std::string line;
      append_event_json(line, event);
      file << line << '\n';
      return true;
    });
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
      flip(copy / file, bit);
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

  static void flip(const fs::path& file, std::uint64_t bit) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto at = static_cast<std::streamoff>(bit / 8);
    stream.seekg(at);
    const int byte = stream.get();
    stream.seekp(at);
    stream.put(static_cast<char>(byte ^ (1 << (bit % 8))));
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
  if (line.has("writer")) return run_as_writer(line);
  if (line.has("trial")) return Trial(line.text("trial"), line.text("log"), line.number("seed", 1)).run();
  return Flips(line).run();
}
