// The program as a process, beside /bin/true: start, and one question from the command line.
#include "tests/support/process.h"
#include "bench/support.h"
#include "bench/synthetic.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "process_bench: govlog as a process: start, and one question from the command line\n\n"
    "  --govlog PATH  the program (GOVLOG, or ../govlog beside this one)\n"
    "  --store DIR    the store to ask (a new one of made-up events otherwise)\n"
    "  --events N     how many events to make up (100000)\n"
    "  --pairs N      pairs of the program and /bin/true (25)\n";

/// An entity that changed lately, as the command line names it.
std::string some_entity(const ReadView& view) {
  std::string entity;
  (void)must(view.scan_events({}, Order::kDescending, {}, [&](const EventView& event) -> Result<bool> {
    entity = fmt::format("{}/{}", event.entity_type, event.entity_id);
    return false;
  }));
  return entity;
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const std::string program = flags.text("govlog", bench::govlog_program());
  const std::string given = flags.text("store");
  std::string entity;
  {
    const auto store = bench::store_to_read(given, directory.path(), flags.number("events", 100'000));
    entity = bench::some_entity(store->read());
  }
  const std::string db = given.empty() ? (directory.path() / "store").string() : given;
  const std::uint64_t pairs = flags.number("pairs", 25);
  bench::add_process("start_version", {program, "--version"}, pairs);
  bench::add_process("start_help", {program, "--help"}, pairs);
  bench::add_process("one_shot_at", {program, "--db", db, "--json", "at", entity}, pairs);
  bench::add_process("one_shot_timeline", {program, "--db", db, "--json", "timeline", "--from", "0001-01-01", "--limit", "100"},
                     pairs);
  bench::add_process("one_shot_timeline_text", {program, "--db", db, "timeline", "--from", "0001-01-01", "--limit", "100"},
                     pairs);
  return bench::run();
}
