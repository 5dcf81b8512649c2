// Import of a file into a new store, flush and close included, beside the least that any import does: reading the file, tokenising each line and
// writing the same bytes to a file that is synced.
#include "api/import.h"
#include "api/local_executor.h"
#include "bench/support.h"
#include "bench/synthetic.h"
#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "import_bench: import of a file into a new store, flush included\n\n"
    "  --file PATH    NDJSON to import (made up otherwise)\n"
    "  --events N     how many events to make up (100000)\n"
    "  --rounds N     imports, each into a new store (3)\n"
    "  --keep DIR     where the last store is left, compacted\n";

/// What is known after an import besides its time.
struct Seen {
  std::uint64_t events = 0;
  std::uint64_t resident = 0;  // of the first round: later ones begin with what the allocator kept
  std::uint64_t resident_peak = 0;
  std::uint64_t bytes_closed = 0;  // of the store, closed, before compaction
  std::uint64_t bytes_compacted = 0;
  Cost compaction;
};

void import_into(const std::filesystem::path& directory, const std::string& file, Seen& seen) {
  StoreOptions options;
  options.directory = directory;
  const std::unique_ptr<Store> store = must(Store::open_for_writing(options));
  LocalExecutor executor(*store);
  seen.events = must(import_files(executor, {file}, {})).appended;
  if (seen.resident == 0) {
    seen.resident = own_memory_bytes("VmRSS");
    seen.resident_peak = own_memory_bytes("VmHWM");
  }
}

void tokenise_and_copy(const std::string& file, const std::filesystem::path& copy) {
  std::ifstream in(file);
  const int out = ::open(copy.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) {
    line += '\n';
    if (parser.parse(line).error() != simdjson::SUCCESS) give_up(fmt::format("{} holds a line that is no JSON", file));
    if (::write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size())) give_up("the copy cannot be written");
  }
  if (::fdatasync(out) != 0) give_up("the copy cannot be synced");
  ::close(out);
}

Cost per_event(const Cost& cost, std::uint64_t events) {
  const auto count = static_cast<double>(std::max<std::uint64_t>(events, 1));
  return {cost.wall / count, cost.cpu / count};
}

void add_import(const std::filesystem::path& scratch, const std::filesystem::path& store, const std::string& file,
                std::uint64_t rounds) {
  static Seen seen;
  MeasuredWork work;
  work.name = "import";
  work.rounds = rounds;
  work.clock = Clock::kCpu;
  work.round = [scratch, store, file](Pairs& all) {
    std::filesystem::remove_all(store);
    const Cost ours = cost_of(1, Cpu::kProcess, [&] { import_into(store, file, seen); });
    const Cost bare = cost_of(1, Cpu::kProcess, [&] { tokenise_and_copy(file, scratch / "copy"); });
    all.add(per_event(ours, seen.events), per_event(bare, seen.events));
  };
  work.afterwards = [store](benchmark::State& state) {
    const auto events = static_cast<double>(std::max<std::uint64_t>(seen.events, 1));
    seen.bytes_closed = directory_bytes(store);
    seen.compaction = per_event(cost_of(1, Cpu::kProcess, [&] { compact_store(store); }), seen.events);
    seen.bytes_compacted = directory_bytes(store);
    set_counter(state, "events", static_cast<double>(seen.events));
    set_counter(state, "resident_bytes", static_cast<double>(seen.resident));
    set_counter(state, "resident_peak_bytes", static_cast<double>(seen.resident_peak));
    set_counter(state, "bytes_an_event_closed", static_cast<double>(seen.bytes_closed) / events);
    set_counter(state, "bytes_an_event", static_cast<double>(seen.bytes_compacted) / events);
    set_counter(state, "compaction_cpu_us", seen.compaction.cpu);
    for (const auto& [family, bytes] : family_bytes(store))
      set_counter(state, "bytes_an_event_" + family, static_cast<double>(bytes) / events);
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
  std::string file = flags.text("file");
  if (file.empty()) {
    file = directory.path() / "events.ndjson";
    bench::write_synthetic_file(file, flags.number("events", 100'000));
  }
  bench::add_import(directory.path(), flags.text("keep", (directory.path() / "store").string()), file,
                    flags.number("rounds", 3));
  return bench::run();
}
