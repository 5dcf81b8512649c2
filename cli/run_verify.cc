#include "cli/run.h"

#include "api/arguments.h"
#include "api/paging.h"
#include "api/verify.h"
#include "cli/interrupt.h"
#include "cli/key_file.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "codec/hash.h"

#include <fmt/format.h>

#include <string>

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

}  // namespace

CommandResult run_verify_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  if (arguments.contains("fast")) arguments["fast"] = {"true"};
  GOVLOG_TRY(take_checkpoint(session, arguments));
  const Operation& operation = *session.invocation.command->operation;
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));

  ProgressBar bar(stderr_is_terminal() && !session.json());
  const ReadWatch watch{
      [&](std::string_view stage, std::uint64_t done, std::uint64_t total) { show_advance(bar, stage, done, total); },
      [] { return held_signal() != 0; }};
  hold_interrupt(SecondSignal::kEndsProgram);  // the first ends it where it can remove its copy of the store
  ReadReply reply = GOVLOG_TRY(shared_store(session, StoreUse::kOnce))->read(operation, arguments, watch);
  bar.clear();
  if (held_signal() != 0) return exit_of_signal(held_signal());
  const std::string answer = GOVLOG_TRY(std::move(reply.answer));
  GOVLOG_TRY(note_absent(session, reply.exists));
  if (session.json()) {
    session.out.write(answer + '\n');
  } else {
    Screen screen{session.out, session.style, session.width, session.now};
    show_answer(screen, operation, arguments, answer);
  }
  GOVLOG_TRY(session.out.flush());
  if (reply.damage) return finish_read(session, reply.damage);
  return answer.starts_with(R"({"ok":true)") ? 0 : code_info(Code::kCorruption).cli_exit;
}

}  // namespace govlog
