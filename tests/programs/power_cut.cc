// Power cuts and failing disks. A child appends over a file system that forgets what was not synced, or whose n-th operation fails; then the store is
// opened over the machine's own and held against what the child had told.

#include "engine/store.h"
#include "tests/support/crash_check.h"
#include "tests/support/fault_fs.h"
#include "tests/support/process.h"
#include "tests/support/workload.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "power_cut: cuts the power, or fails an operation of the file system, and checks that nothing acknowledged is lost.\n"
    "  --rounds N   how many (default 40)\n"
    "  --seed N     where the numbers come from (default: the clock)\n"
    "  --faults N   of a hundred rounds, so many with a failing operation instead of a cut (default 40)\n"
    "  --from N     begin with this round, for a replay of the later ones on a new store\n"
    "  --keep 1     leave the directory of a failing round\n"
    "  --writer DIR (used by itself) with --round N --threads N --batches N --cut-at N --graveyard DIR --kind N --fail-at N "
    "--bulk N --for-good N --no-space N --half N\n";

constexpr std::uint64_t kRoundsOfOneStore = 12;
constexpr std::uint64_t kBatches = 120;
constexpr std::uint64_t kNeverBulk = 1'000'000;

struct Round {
  std::uint64_t threads = 1;
  std::uint64_t cut_at = 0;
  std::uint64_t kind = 0;
  std::uint64_t fail_at = 0;
  bool for_good = false;
  bool no_space = false;
  bool half = false;
  std::uint64_t bulk = kNeverBulk;  // groups of so many events go into files at once

  std::string text() const {
    const std::string groups = bulk == kNeverBulk ? "" : fmt::format(", groups from {} events in files", bulk);
    if (fail_at == 0) return fmt::format("{} threads{}, power cut at operation {}", threads, groups, cut_at);
    return fmt::format("{} threads{}, {} {} fails with {}{}{}", threads, groups, name_of(static_cast<FaultKind>(kind)), fail_at,
                       no_space ? "ENOSPC" : "EIO", for_good ? ", for good" : "", half ? ", half written" : "");
  }
};

class Rounds {
 public:
  explicit Rounds(const CommandLine& line)
      : seed_(line.number("seed", static_cast<std::uint64_t>(system_clock_now().micros))),
        first_(line.number("from", 1)),
        rounds_(line.number("rounds", 40)),
        faults_(line.number("faults", 40)),
        keep_(line.has("keep")) {}

  int run();

 private:
  Round plan();
  void play(std::uint64_t number);
  void judge(const Round& round, const Ended& ended, const WriterLog& log);
  void fresh_store();
  void problem(const std::string& text) {
    fmt::print("  {}\n", text);
    sound_ = false;
  }

  std::uint64_t seed_;
  std::uint64_t first_;
  std::uint64_t rounds_;
  std::uint64_t faults_;
  bool keep_;
  std::mt19937_64 random_;
  bool sound_ = true;
  std::unique_ptr<TemporaryDirectory> directory_;
  std::unique_ptr<CrashCheck> check_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t kept_unasked_ = 0;
  std::map<std::string, std::uint64_t> endings_;
};

Round Rounds::plan() {
  Round out;
  out.threads = random_() % 2 == 0 ? 1 : 1 + random_() % 4;
  if (random_() % 3 == 0) out.bulk = 2 + random_() % 12;
  if (random_() % 100 >= faults_) {
    out.cut_at = 1 + random_() % (random_() % 4 == 0 ? 60 : 900);  // the first operations are those of opening
    return out;
  }
  // Roughly how many operations of each kind a round has, so that most faults come to pass.
  constexpr std::array<std::uint64_t, kFaultKinds> kUsual{200, 150, 12, 2, 4, 3, 120, 60};
  out.kind = random_() % kFaultKinds;
  out.fail_at = 1 + random_() % kUsual.at(out.kind);
  out.for_good = random_() % 2 == 0;
  out.no_space = random_() % 3 == 0;
  out.half = random_() % 2 == 0;
  if (random_() % 4 == 0) out.cut_at = 1 + random_() % 900;
  return out;
}

void Rounds::fresh_store() {
  if (check_ != nullptr) {
    acknowledged_ += check_->acknowledged();
    kept_unasked_ += check_->unacknowledged_kept();
  }
  check_.reset();
  directory_ = std::make_unique<TemporaryDirectory>();
  std::filesystem::create_directory(directory_->path() / "graveyard");
  check_ = std::make_unique<CrashCheck>(directory_->path() / "store", seed_);
  (void)Store::open_for_writing({.directory = directory_->path() / "store"});  // its making is not what is tested here
}

int Rounds::run() {
  fmt::print("seed {}\n", seed_);
  std::fflush(stdout);
  std::uint64_t failed = 0;
  for (std::uint64_t number = first_; number < first_ + rounds_; ++number) {
    sound_ = true;
    random_.seed(seed_ + number);
    if (directory_ == nullptr || random_() % kRoundsOfOneStore == 0) fresh_store();
    play(number);
    if (!sound_) {
      ++failed;
      if (keep_) directory_->keep();
      if (keep_) fmt::print("  left in {}\n", directory_->path().string());
      directory_.reset();
    }
    if (number % 50 == 0) fmt::print(stderr, "{} rounds\n", number);
  }
  fresh_store();
  for (const auto& [ending, count] : endings_) fmt::print("{}: {}\n", ending, count);
  fmt::print("{} events acknowledged, {} batches kept without acknowledgement\n", acknowledged_, kept_unasked_);
  return conclude(rounds_ - failed, failed);
}

void Rounds::play(std::uint64_t number) {
  const Round round = plan();
  const auto flag = [](std::string_view name, std::uint64_t value) { return fmt::format("--{}={}", name, value); };
  const Ended ended =
      run_child({own_path(), "--writer=" + (directory_->path() / "store").string(),
                 "--graveyard=" + (directory_->path() / "graveyard").string(), flag("seed", seed_), flag("round", number),
                 flag("threads", round.threads), flag("batches", kBatches), flag("cut-at", round.cut_at),
                 flag("kind", round.kind), flag("fail-at", round.fail_at), flag("bulk", round.bulk),
                 flag("for-good", round.for_good), flag("no-space", round.no_space), flag("half", round.half)},
                kHangs);
  const WriterLog log = read_writer_log(ended.output);
  const bool before = sound_;
  judge(round, ended, log);
  check_->note(log);
  for (const std::string& text : check_->check()) problem(text);
  if (sound_) {
    for (const std::string& text : check_->retry()) problem(text);
  }
  if (before && !sound_) fmt::print("  in round {}: {}; {}\n", number, round.text(), ended.sentence());
  for (const auto& entry : std::filesystem::directory_iterator(directory_->path() / "graveyard"))
    std::filesystem::remove(entry.path());
}

void Rounds::judge(const Round& round, const Ended& ended, const WriterLog& log) {
  if (!ended.exited(kPowerCutExit) && !ended.exited(0) && !ended.exited(3)) problem("the writer: " + ended.sentence());
  ++endings_[ended.exited(kPowerCutExit) ? "ended by power cut" : ended.exited(3) ? "could not open" : "ended by itself"];
  if (!log.refusals.empty()) ++endings_["a write was refused"];
  if (round.fail_at == 0) {
    if (!log.unopened.empty()) problem("the writer could not open the store: " + log.unopened);
    for (const std::string& code : log.refusals) problem("an append was refused: " + code);
    return;
  }
  for (const std::string& code : log.refusals) {
    if (code != "io_error" && code != "disk_full") problem("an append was refused with " + code);
  }
  if (round.threads == 1 && log.kept_after_refusal) problem("an append was kept after one had failed");
}

int run_as_writer(const CommandLine& line) {
  const std::uint64_t seed = line.number("seed", 1) + line.number("round", 0);
  FaultPlan plan;
  plan.seed = seed;
  plan.graveyard = line.text("graveyard");
  plan.crash_at = line.number("cut-at", 0);
  plan.fail_kind = static_cast<FaultKind>(line.number("kind", 0));
  plan.fail_at = line.number("fail-at", 0);
  plan.fail_for_good = line.number("for-good", 0) != 0;
  plan.no_space = line.number("no-space", 0) != 0;
  plan.half_written = line.number("half", 0) != 0;
  const auto fs = std::make_shared<FaultFs>(plan);
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(fs);
  WriterOptions options;
  options.store.directory = line.text("writer");
  options.store.env = env.get();
  options.store.bulk_events = line.number("bulk", kNeverBulk);
  options.seed = line.number("seed", 1);
  options.round = line.number("round", 0);
  options.threads = line.number("threads", 1);
  options.batches = line.number("batches", 100);
  const int status = run_writer(options);
  if (plan.crash_at != 0) fs->cut_power();  // it had not come yet: then after the closing
  return status;
}

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  using namespace govlog::testing;
  const CommandLine line(argc, argv, kHelp);
  return line.has("writer") ? run_as_writer(line) : Rounds(line).run();
}
