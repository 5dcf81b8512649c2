// The program as a process, beside /bin/true: start, and one question from the command line.
#include "tests/support/process.h"
#include "bench/support.h"
#include "bench/synthetic.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

extern char** environ;

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "process_bench: govlog as a process: start, and one question from the command line\n\n"
    "  --govlog PATH  the program (GOVLOG, or ../govlog beside this one)\n"
    "  --store DIR    the store to ask (a new one of made-up events otherwise)\n"
    "  --events N     how many events to make up (100000)\n"
    "  --pairs N      pairs of the program and /bin/true (25)\n";

/// Runs a program to its end, its output thrown away.
Cost cost_of_process(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int spawned = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  rusage usage{};
  if (spawned != 0 || ::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    give_up(fmt::format("{} did not end well", fmt::join(words, " ")));
  const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return {wall.count(), micros(usage.ru_utime) + micros(usage.ru_stime)};
}

void add_process(const std::string& name, const std::vector<std::string>& words, std::uint64_t pairs) {
  MeasuredWork work;
  work.name = name;
  work.rounds = pairs;
  work.clock = Clock::kWall;
  work.round = [words](Pairs& all) {
    const Cost ours = cost_of_process(words);
    all.add(ours, cost_of_process({"/bin/true"}));
  };
  add_measured(std::move(work));
}

/// An entity that changed lately, as the command line names it.
std::string some_entity(const ReadView& view) {
  std::string entity;
  (void)must(view.scan_events({}, Order::kDescending, {}, [&](const EventView& event) -> Result<bool> {
    entity = fmt::format("{}/{}", event.entity_type, event.entity_id);
    return false;
  }));
  return entity;
}

std::string program_path(const testing::CommandLine& flags) {
  const char* named = std::getenv("GOVLOG");
  const std::filesystem::path beside = std::filesystem::path(testing::own_path()).parent_path().parent_path() / "govlog";
  return flags.text("govlog", named == nullptr ? beside.string() : std::string(named));
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const std::string program = bench::program_path(flags);
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
