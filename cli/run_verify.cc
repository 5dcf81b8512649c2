#include "cli/run.h"

#include "api/arguments.h"
#include "api/paging.h"
#include "api/verify.h"
#include "cli/key_file.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "cli/temporary_directory.h"
#include "codec/hash.h"
#include "engine/directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace govlog {
namespace {

void show_advance(ProgressBar& bar, std::string_view stage, std::uint64_t done, std::uint64_t total) {
  if (stage != "files") return bar.update({.done = done, .total = total, .lines = done, .unit = "events"});
  bar.update({.done = done >> 20, .total = (total >> 20) + 1, .lines = done >> 20, .unit = "MB of files"});
}

/// `--checkpoint` is an expected root that somebody signed.
Status take_checkpoint(const Session& session, Arguments& arguments) {
  const auto file = session.argument("checkpoint");
  const auto key_file = session.argument("key");
  arguments.erase("checkpoint");
  arguments.erase("key");
  if (!file && key_file) return argument_error("key", "--key goes with --checkpoint");
  if (!file) return Ok{};
  if (arguments.contains("expect_root"))
    return argument_error("checkpoint", "--checkpoint and --expect-root are two ways to say one thing: give one of them");
  auto checkpoint = parse_checkpoint(GOVLOG_TRY(read_small_text(*file, "checkpoint")));
  if (!checkpoint.ok()) return checkpoint.take_error().with("parameter", "checkpoint");
  if (!key_file) note("govlog: without --key nobody looked at who signed the checkpoint");
  if (key_file) {
    auto key = parse_verifier_key(GOVLOG_TRY(read_small_text(*key_file, "key")));
    if (!key.ok()) return key.take_error().with("parameter", "key");
    if (!is_signed_by(*checkpoint, *key))
      return Error{Code::kCorruption,
                   fmt::format("the checkpoint is not signed with the key of {}: it was changed, or is somebody else's",
                               visible(key->name)),
                   {}};
  }
  arguments["expect_root"] = {fmt::format("{}:{}", checkpoint->size, format_hash(checkpoint->root))};
  return Ok{};
}

/// Where the store cannot be opened, or nothing may be written beside it: as it lies, while nobody may write to it.
Result<VerifyReport> verify_in_place(const StoreOptions& store, VerifyOptions options) {
  const DirectoryLock lock = GOVLOG_TRY(DirectoryLock::acquire(store.directory, false, store.lock_wait_ms));
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(failed);
  const TemporaryDirectory place = GOVLOG_TRY(TemporaryDirectory::make(failed ? "/tmp" : parent, "govlog-verify"));
  options.store = store;
  options.scratch = place.path() / "scratch";
  return verify(options);
}

/// Of a store that no process has open.
Result<VerifyReport> verify_here(const StoreOptions& store, const VerifyOptions& options, const Arguments& arguments) {
  const auto opened = Store::open_for_reading(store);
  if (!opened.ok()) {
    const Code code = opened.error().code;
    return code == Code::kCorruption || code == Code::kIoError ? verify_in_place(store, options)
                                                               : Result<VerifyReport>(opened.error());
  }
  const ReadView view = (*opened)->read();
  VerifyOptions known = options;
  if (arguments.contains("known_at")) known.until = GOVLOG_TRY(known_argument({view, (*opened)->now(), arguments}));
  const bool may_write = ::access(store.directory.c_str(), W_OK) == 0;
  const bool copies = may_write && !(*opened)->damage();
  return copies || !(*opened)->exists() ? verify_copy(view, std::move(known)) : verify_in_place(store, std::move(known));
}

}  // namespace

CommandResult run_verify_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  if (arguments.contains("fast")) arguments["fast"] = {"true"};
  GOVLOG_TRY(take_checkpoint(session, arguments));
  const Operation& operation = *session.invocation.command->operation;
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  VerifyOptions options = GOVLOG_TRY(verify_options(arguments));
  StoreOptions store = GOVLOG_TRY(store_options(session));
  store.lock_wait_ms = 0;

  ProgressBar bar(stderr_is_terminal() && !session.json());
  options.progress = [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    show_advance(bar, stage, done, total);
  };
  Result<VerifyReport> report = verify_here(store, options, arguments);
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
