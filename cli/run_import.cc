#include "cli/run.h"

#include "api/arguments.h"
#include "api/import.h"
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>

namespace govlog {
namespace {

constexpr int kExitInterrupted = 130;

volatile std::sig_atomic_t interrupted = 0;

// The first interrupt ends the import after its batch; the second ends the program.
void end_after_batch_on_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  (void)sigaction(SIGINT, &action, nullptr);  // it fails for bad arguments alone
}

// A bar on the terminal's last line, from the second second on.
class ProgressBar {
 public:
  explicit ProgressBar(bool shown) : shown_(shown), began_(Clock::now()), drawn_(began_) {}

  void update(const ImportProgress& progress) {
    const Clock::time_point now = Clock::now();
    if (!shown_ || now - began_ < std::chrono::seconds(1) || now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    std::string line =
        fmt::format("{} lines, {:.0f} lines/s", progress.lines_read, static_cast<double>(progress.lines_read) / seconds);
    if (progress.bytes_total > 0) {
      constexpr std::uint64_t kCells = 30;
      const std::uint64_t bytes = std::min(progress.bytes_read, progress.bytes_total);
      const std::uint64_t full = bytes * kCells / progress.bytes_total;
      line = fmt::format("[{:#>{}}{:.>{}}] {:3}%  {}", "", full, "", kCells - full, bytes * 100 / progress.bytes_total, line);
    }
    draw(fmt::format("\r{}\x1b[K", line));
  }

  void clear() {
    if (drawn_ != began_) draw("\r\x1b[K");
  }

 private:
  using Clock = std::chrono::steady_clock;

  static void draw(const std::string& text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
  }  // a lost picture is no loss

  bool shown_;
  Clock::time_point began_;
  Clock::time_point drawn_;
};

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
  std::unique_ptr<Store> store;
  const auto opened = [&](bool make) -> Result<Store*> {
    if (store == nullptr && make) store = GOVLOG_TRY(open_to_write(session));
    return store.get();
  };
  const std::unique_ptr<Store> absent = GOVLOG_TRY(absent_store(session));
  if (absent == nullptr) (void)GOVLOG_TRY(opened(true));  // a damaged store says so before anything is read
  ProgressBar bar(stderr_is_terminal() && !session.json());
  ImportOptions options;
  options.skip_errors = session.argument("on_error") == "skip";
  options.rejects_path = session.argument("rejects").value_or("");
  options.progress = [&](const ImportProgress& progress) { bar.update(progress); };
  options.stop = [] { return interrupted != 0; };
  end_after_batch_on_interrupt();
  const Result<ImportSummary> summary = import_files(opened, files, options);
  bar.clear();
  if (!summary.ok()) return summary.error();
  show_summary(session, *summary);
  if (interrupted == 0) return 0;
  GOVLOG_TRY(session.out.flush());
  note("interrupted: what is counted above is in the log; run the same import again to append the rest");
  return kExitInterrupted;
}

}  // namespace govlog
