#include "cli/run.h"

#include "api/arguments.h"
#include "api/import.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>

namespace govlog {
namespace {

// A file that cannot be read is refused before a store is made for it.
Status check_readable(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    std::error_code error;
    if (file == "-" || std::filesystem::is_fifo(file, error)) continue;  // opening a pipe twice would end its writer
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
      return Error{Code::kIoError, fmt::format("cannot read {}: {}", file, std::strerror(errno)), {}}.with("file", file);
    ::close(descriptor);
  }
  return Ok{};
}

// Refused lines must not go into the store's own files.
Status check_rejects(const Session& session) {
  const auto rejects = session.argument("rejects");
  if (!rejects) return Ok{};
  if (rejects->empty()) return argument_error("rejects", "--rejects is empty, it is the file of the refused lines");
  std::error_code error;
  const std::filesystem::path directory =
      std::filesystem::weakly_canonical(std::filesystem::absolute(GOVLOG_TRY(store_directory(session))), error);
  const std::filesystem::path file = std::filesystem::weakly_canonical(std::filesystem::absolute(*rejects), error);
  const auto [end, unused] = std::mismatch(directory.begin(), directory.end(), file.begin(), file.end());
  if (error || end != directory.end()) return Ok{};
  return argument_error("rejects", fmt::format("{} lies in the store: name a file elsewhere", *rejects));
}

void show_summary(Session& session, const ImportSummary& summary) {
  if (session.json()) return session.out.write(render_import_summary(summary) + '\n');
  session.out.write(fmt::format("{} appended, {}, {} rejected; {} read in {:.1f} s, the log ends at position {}\n",
                                summary.appended, counted(summary.duplicates, "duplicate", "duplicates"), summary.rejected,
                                counted(summary.read, "line", "lines"), summary.seconds, summary.last_position));
}

}  // namespace

CommandResult run_import_command(Session& session) {
  const std::vector<std::string> files = session.argument_list("file");
  const bool reads_stdin = std::find(files.begin(), files.end(), "-") != files.end();
  if (reads_stdin && stdin_is_terminal()) {
    session.out.write(render_help("import", session.style, session.width));
    return 0;
  }
  GOVLOG_TRY(check_readable(files));
  GOVLOG_TRY(check_rejects(session));
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  GOVLOG_TRY(check_writable(*store));  // a damaged store says so before anything is read
  ProgressBar bar(stderr_is_terminal() && !session.json());
  ImportOptions options;
  options.skip_errors = session.argument("on_error") == "skip";
  options.rejects_path = session.argument("rejects").value_or("");
  options.progress = [&](const ImportProgress& progress) {
    bar.update({.done = progress.bytes_read, .total = progress.bytes_total, .lines = progress.lines_read});
  };
  options.stop = [] { return held_signal() != 0; };
  hold_interrupt(SecondSignal::kEndsProgram);  // the first ends the import after its batch
  const Result<ImportSummary> summary = import_files(*store, files, options);
  bar.clear();
  if (!summary.ok()) return summary.error();
  show_summary(session, *summary);
  if (held_signal() == 0) return 0;
  GOVLOG_TRY(session.out.flush());
  note("interrupted: what is counted above is in the log; run the same import again to append the rest");
  return exit_of_signal(held_signal());
}

}  // namespace govlog
