// kill -9 at random moments. A child appends from several threads, or the real program imports a file or rebuilds the store; it is killed after 1 to 200 ms; then the store
// is held against what the child had told before it died.

#include "engine/store.h"
#include "tests/support/crash_check.h"
#include "tests/support/process.h"
#include "tests/support/workload.h"

#include <fmt/format.h>

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "crash_kill: kills a writer at random moments and checks that nothing acknowledged is lost.\n"
    "  --rounds N     how many kills (default 20)\n"
    "  --seed N       where the numbers come from (default: the clock)\n"
    "  --govlog PATH  the real program, for the imports (default: $GOVLOG; without it only appends are killed)\n"
    "  --keep 1       leave the directory of a failing round\n"
    "  --writer DIR   (used by itself) append to DIR until killed; with --round N, --threads N\n";

constexpr std::uint64_t kRoundsOfOneStore = 12;
constexpr std::uint64_t kImportLines = 24'000;  // some in groups that go into files at once, some not
constexpr std::size_t kImportBatch = 1000;

class Rounds {
 public:
  explicit Rounds(const CommandLine& line)
      : seed_(line.number("seed", static_cast<std::uint64_t>(system_clock_now().micros))),
        rounds_(line.number("rounds", 20)),
        govlog_(line.text("govlog", std::getenv("GOVLOG") == nullptr ? "" : std::getenv("GOVLOG"))),
        keep_(line.has("keep")) {}

  int run();

 private:
  void append_round(std::uint64_t round);
  void import_round(std::uint64_t round);
  void rebuild_round();
  void check_import(const std::filesystem::path& directory);
  /// 1 to 200 ms after the first append was tried, or now and then after the start of the process.
  KillMoment moment() { return {std::chrono::microseconds(1000 + random_() % 199'000), random_() % 5 != 0}; }
  void problem(const std::string& text) {
    fmt::print("round {}: {}\n", round_, text);
    sound_ = false;
  }

  std::uint64_t seed_;
  std::uint64_t rounds_;
  std::string govlog_;
  bool keep_;
  std::mt19937_64 random_{seed_};
  std::uint64_t round_ = 0;
  bool sound_ = true;
  std::unique_ptr<TemporaryDirectory> directory_;
  std::unique_ptr<CrashCheck> check_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t kept_unasked_ = 0;
  std::uint64_t imported_ = 0;
  std::chrono::microseconds import_time_{2'000'000};  // of a whole one, as it was seen last
};

int Rounds::run() {
  fmt::print("seed {}\n", seed_);
  if (govlog_.empty()) fmt::print("imports are left out: neither --govlog nor $GOVLOG names the program\n");
  std::fflush(stdout);
  std::uint64_t failed = 0;
  for (round_ = 1; round_ <= rounds_; ++round_) {
    sound_ = true;
    if (!govlog_.empty() && round_ % 4 == 0) {
      import_round(round_);
    } else if (!govlog_.empty() && round_ % 4 == 2 && directory_ != nullptr) {
      rebuild_round();
    } else {
      append_round(round_);
    }
    if (!sound_) {
      ++failed;
      if (keep_ && directory_ != nullptr) {
        directory_->keep();
        fmt::print("left in {}\n", directory_->path().string());
      }
      directory_.reset();
    }
    if (round_ % 50 == 0) fmt::print(stderr, "{} rounds\n", round_);
  }
  if (check_ != nullptr) {
    acknowledged_ += check_->acknowledged();
    kept_unasked_ += check_->unacknowledged_kept();
  }
  fmt::print("{} events acknowledged by appends, {} batches kept without acknowledgement, {} lines of killed imports kept\n",
             acknowledged_, kept_unasked_, imported_);
  return conclude(rounds_ - failed, failed);
}

void Rounds::append_round(std::uint64_t round) {
  if (directory_ == nullptr || random_() % kRoundsOfOneStore == 0) {
    if (check_ != nullptr) {
      acknowledged_ += check_->acknowledged();
      kept_unasked_ += check_->unacknowledged_kept();
    }
    directory_ = std::make_unique<TemporaryDirectory>();
    check_ = std::make_unique<CrashCheck>(directory_->path() / "store", seed_);
  }
  const Ended ended =
      run_child({own_path(), "--writer", (directory_->path() / "store").string(), "--seed", std::to_string(seed_), "--round",
                 std::to_string(round), "--threads", std::to_string(1 + random_() % 6), "--bulk",
                 std::to_string(random_() % 3 == 0 ? 2 + random_() % 12 : 1'000'000)},
                moment());
  if (!ended.killed_by(SIGKILL)) problem(fmt::format("the writer was not killed: {}", ended.sentence()));
  const WriterLog log = read_writer_log(ended.output);
  if (!log.unopened.empty()) problem("the writer could not open the store: " + log.unopened);
  for (const std::string& code : log.refusals) problem("an append was refused: " + code);
  check_->note(log);
  for (const std::string& text : check_->check()) problem(text);
  if (!sound_) return;
  for (const std::string& text : check_->retry()) problem(text);
}

void Rounds::import_round(std::uint64_t round) {
  const TemporaryDirectory place;
  const std::filesystem::path file = place.path() / "events.ndjson";
  {
    std::ofstream out(file);
    for (std::uint64_t i = 0; i < kImportLines; ++i) {
      out << fmt::format(
          "{{\"event_type\":\"Note\",\"entity_type\":\"thing\",\"entity_id\":\"T{}\",\"data\":{{\"line\":{},\"round\":{}}}}}\n",
          i % 50, i, round);
    }
  }
  const std::vector<std::string> import{govlog_, "--db", (place.path() / "store").string(), "--json", "import", file.string()};
  const KillMoment moment{std::chrono::microseconds(1 + random_() % import_time_.count()), false};
  const auto begun = std::chrono::steady_clock::now();
  const Ended ended = run_child(import, moment);
  if (!ended.killed_by(SIGKILL) && !ended.exited(0)) problem(fmt::format("import: {}: {}", ended.sentence(), ended.output));
  if (ended.exited(0))
    import_time_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  check_import(place.path() / "store");
  for (int again = 0; again < 2; ++again) {
    const Ended whole = run_child(import);
    const std::optional<Json> summary = parse_json(whole.output.substr(0, whole.output.find('\n')));
    if (!whole.exited(0) || !summary)
      return problem(fmt::format("the import after the kill: {}: {}", whole.sentence(), whole.output));
    const std::uint64_t appended = std::strtoull(summary->find("appended")->text.c_str(), nullptr, 10);
    const std::uint64_t duplicates = std::strtoull(summary->find("duplicates")->text.c_str(), nullptr, 10);
    if (appended + duplicates != kImportLines || (again == 1 && appended != 0))
      problem("the import after the kill tells " + whole.output);
  }
  check_import(place.path() / "store");
}

/// Of the store that appends have filled so far: whenever it ends, the log is the same and all that is derived is right.
void Rounds::rebuild_round() {
  const std::filesystem::path store = directory_->path() / "store";
  const Ended ended = run_child({govlog_, "--db", store.string(), "--json", "rebuild"}, {moment().after, false});
  if (!ended.killed_by(SIGKILL) && !ended.exited(0)) problem(fmt::format("rebuild: {}: {}", ended.sentence(), ended.output));
  for (const std::string& text : check_->check()) problem(text);
  if (!sound_) return;
  for (const std::string& text : check_->retry()) problem(text);
  if (std::filesystem::exists(store / "rebuild")) problem("what the rebuild left is still there after an opening for writing");
}

void Rounds::check_import(const std::filesystem::path& directory) {
  const Result<std::unique_ptr<Store>> store = Store::open_for_reading({.directory = directory});
  if (!store.ok()) return problem(fmt::format("after the import the store does not open: {}", store.error().message));
  if ((*store)->damage()) problem("after the import the store calls itself damaged");
  std::uint64_t count = 0;
  const Status status = (*store)->read().scan_positions(1, kPositionMax, [&](const EventView& event) -> Result<bool> {
    const std::string want = fmt::format("{{\"line\":{},\"round\":{}}}", count, round_);
    if (event.position != ++count || event.data != want)
      problem(fmt::format("position {} holds {}, expected {} at {}", event.position, event.data, want, count));
    return sound_;
  });
  if (!status.ok()) problem("the log cannot be read: " + status.error().message);
  if (count % kImportBatch != 0) problem(fmt::format("{} lines are there: half a batch", count));
  if (count < kImportLines) imported_ += count;
}

int run_as_writer(const CommandLine& line) {
  WriterOptions options;
  options.store.directory = line.text("writer");
  options.seed = line.number("seed", 1);
  options.round = line.number("round", 0);
  options.threads = line.number("threads", 4);
  options.store.bulk_events = line.number("bulk", options.store.bulk_events);
  return run_writer(options);
}

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  using namespace govlog::testing;
  constexpr std::string_view kWriterFlags = "  --round N --threads N --bulk N (used by itself)\n";
  const CommandLine line(argc, argv, fmt::format("{}{}", kHelp, kWriterFlags));
  return line.has("writer") ? run_as_writer(line) : Rounds(line).run();
}
