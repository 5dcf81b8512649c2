// `bench`: where to measure, and how it ends.

#include "cli/run.h"

#include "api/arguments.h"
#include "api/parameters.h"
#include "cli/bench_measure.h"
#include "cli/bench_show.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"
#include "engine/temporary_directory.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <array>
#include <string_view>
#include <system_error>

namespace govlog {
namespace {

constexpr std::int64_t kEventsMaximum = 10'000'000;
constexpr std::string_view kEventsDefault = "10000";

/// Which disk a path lies on; nothing where it cannot be looked at.
std::optional<dev_t> disk_of(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return info.st_dev;
}

/// The directory beside the chosen store, or the nearest above it that is there: where a store would be made is where it is measured.
Result<std::filesystem::path> beside_store(const Session& session) {
  const std::filesystem::path store = GOVLOG_TRY(store_directory(session));
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::weakly_canonical(std::filesystem::absolute(store), failed);
  if (failed) return Error{Code::kIoError, fmt::format("looking at {}: {}", store.string(), failed.message()), {}};
  std::filesystem::path parent = real.parent_path();
  while (std::filesystem::status(parent, failed).type() == std::filesystem::file_type::not_found && parent.has_relative_path())
    parent = parent.parent_path();
  // A store that is a mount point has another disk beside it.
  const auto own = disk_of(real);
  if (own && own != disk_of(parent)) {
    return argument_error("dir", fmt::format("{} and what is beside it lie on different disks; --dir DIR names a directory on "
                                             "the disk to measure",
                                             real.string()));
  }
  return parent;
}

Result<std::filesystem::path> choose_place(const Session& session) {
  const auto given = session.argument("dir");
  if (!given) return beside_store(session);
  std::error_code failed;
  if (given->empty() || !std::filesystem::is_directory(*given, failed))
    return argument_error(
        "dir", fmt::format("--dir is {}, expected a directory on the disk to measure", given->empty() ? "empty" : *given));
  const std::filesystem::path place = std::filesystem::canonical(*given, failed);
  if (failed) return Error{Code::kIoError, fmt::format("looking at {}: {}", *given, failed.message()), {}};
  return place;
}

Result<TemporaryDirectory> make_directory(const Session& session) {
  auto made = TemporaryDirectory::make(GOVLOG_TRY(choose_place(session)), "govlog-bench");
  if (made.ok()) return made;
  Error error = made.take_error();
  error.message += "; --dir DIR names another one on the disk to measure";
  return error;
}

Result<BenchReport> measure(const Session& session, const std::filesystem::path& directory) {
  ProgressBar bar(stderr_is_terminal() && !session.json());
  BenchPlan plan;
  plan.directory = directory;
  plan.events = *parse_digits(session.argument("events").value_or(std::string(kEventsDefault)), kEventsMaximum);
  plan.imported = [&](std::uint64_t done) { bar.update({.done = done, .total = plan.events, .lines = done}); };
  plan.measuring = [&](std::string_view what) { bar.say(fmt::format("measuring: {}", what)); };
  plan.stop = [] { return held_signal() != 0; };
  auto report = measure_targets(plan);
  bar.clear();
  return report;
}

}  // namespace

std::span<const Parameter> bench_parameters() {
  static const std::array<Parameter, 2> kParameters{
      with_default(
          integer_parameter("events", 100, kEventsMaximum, "how many made-up events are imported first, 100 to 10000000"),
          kEventsDefault),
      completing(text_parameter("dir", 4096, "measure below this directory, not beside the store"), "file")};
  return kParameters;
}

CommandResult run_bench_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  const bool checks = arguments.erase("check") > 0;
  GOVLOG_TRY(check_arguments(bench_parameters(), arguments));
  hold_ending_signals(SecondSignal::kIsHeld);  // the directory is removed however this ends
  TemporaryDirectory directory = GOVLOG_TRY(make_directory(session));
  const BenchPlace place{.directory = directory.path(), .in_memory = lies_in_memory(directory.path())};
  auto measured = measure(session, directory.path());
  if (const Status removed = directory.remove(); !removed.ok()) note(fmt::format("govlog: {}", removed.error().message));
  if (!measured.ok()) return measured.take_error();
  if (held_signal() != 0) {
    note("interrupted: what was measured so far is not shown, and the temporary store is removed");
    return exit_of_signal(held_signal());
  }
  session.out.write(session.json() ? render_bench(*measured, place) + '\n'
                                   : show_bench(*measured, place, session.style, session.width));
  return checks && !all_met(*measured) ? 1 : 0;
}

}  // namespace govlog
