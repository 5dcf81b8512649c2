#include "cli/run.h"

#include "api/arguments.h"
#include "api/verify.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "engine/directory.h"

#include <fmt/format.h>

#include <string>

namespace govlog {
namespace {

void show_advance(ProgressBar& bar, std::string_view stage, std::uint64_t done, std::uint64_t total) {
  if (stage != "files") return bar.update({.done = done, .total = total, .lines = done, .unit = "events"});
  bar.update({.done = done >> 20, .total = (total >> 20) + 1, .lines = done >> 20, .unit = "MB of files"});
}

/// Where the store cannot be opened: as it lies, while nobody may write to it.
Result<VerifyReport> verify_in_place(const StoreOptions& store, VerifyOptions options) {
  const DirectoryLock lock = GOVLOG_TRY(DirectoryLock::acquire(store.directory, false, store.lock_wait_ms));
  options.store = store;
  options.fast = true;  // what cannot be opened or written to is not compared with a second database
  return verify(options);
}

/// Of a store that no process has open.
Result<VerifyReport> verify_here(const StoreOptions& store, const VerifyOptions& options) {
  const auto opened = Store::open_for_reading(store);
  if (!opened.ok()) {
    const Code code = opened.error().code;
    return code == Code::kCorruption || code == Code::kIoError ? verify_in_place(store, options)
                                                               : Result<VerifyReport>(opened.error());
  }
  return verify_copy((*opened)->read(), options);
}

}  // namespace

CommandResult run_verify_command(Session& session) {
  const Arguments& given = session.invocation.arguments;
  Arguments arguments = given;
  if (given.contains("fast")) arguments["fast"] = {"true"};
  const Operation& operation = *session.invocation.command->operation;
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  VerifyOptions options = GOVLOG_TRY(verify_options(arguments));
  StoreOptions store = GOVLOG_TRY(store_options(session));
  store.lock_wait_ms = 0;

  ProgressBar bar(stderr_is_terminal() && !session.json());
  options.progress = [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    show_advance(bar, stage, done, total);
  };
  Result<VerifyReport> report = verify_here(store, options);
  std::string answer;
  bool exists = true;
  if (report.ok()) {
    answer = render_verify(*report);
    exists = report->exists;
  } else if (report.error().code == Code::kLocked) {  // by its owner, who does it
    bar.say("verifying, in the process that has the store open ...");
    answer = GOVLOG_TRY(GOVLOG_TRY(shared_store(session, StoreUse::kOnce))->read(operation, arguments).answer);
  }
  bar.clear();
  if (answer.empty()) return report.error();
  GOVLOG_TRY(note_absent(session, exists));
  if (session.json()) {
    session.out.write(answer + '\n');
  } else {
    Screen screen{session.out, session.style, session.width, session.now};
    show_answer(screen, operation, arguments, answer);
  }
  GOVLOG_TRY(session.out.flush());
  return answer.starts_with(R"({"ok":true)") ? 0 : code_info(Code::kCorruption).cli_exit;
}

}  // namespace govlog
