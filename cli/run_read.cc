#include "cli/run.h"

#include "api/arguments.h"
#include "cli/show.h"
#include "cli/store_choice.h"
#include "server/shared_store.h"

#include <fmt/format.h>

#include <memory>

namespace govlog {

Result<StoreOptions> store_options(const Session& session) {
  const Globals& globals = session.invocation.globals;
  StoreOptions options;
  options.directory = GOVLOG_TRY(choose_store(globals.directory));
  options.append.durability = globals.durability;
  options.append.accept_clock = globals.accept_clock;
  options.warn = [](const Error& error) {
    note(fmt::format("govlog: {}; the graph was made from the log instead, so the answer is right", error.message));
  };
  return options;
}

Result<std::unique_ptr<Executor>> shared_store(const Session& session, StoreUse use) {
  SharedStoreOptions options;
  options.store = GOVLOG_TRY(store_options(session));
  options.reads_once = use == StoreUse::kOnce;
  return std::unique_ptr<Executor>(std::make_unique<SharedStore>(std::move(options)));
}

Status check_writable(Executor& store) {
  const ExportPage end = GOVLOG_TRY(store.export_page({.from = kPositionMax, .to = kPositionMax}));
  return end.damage ? Status(damage_error(*end.damage)) : Status(Ok{});
}

Status note_absent(const Session& session, bool exists) {
  if (exists) return Ok{};
  const std::filesystem::path directory = GOVLOG_TRY(store_directory(session));
  note(fmt::format("govlog: no store at {} yet, it reads as an empty one; the first write makes it",
                   visible(directory.string())));
  return Ok{};
}

Result<std::filesystem::path> store_directory(const Session& session) {
  return choose_store(session.invocation.globals.directory);
}

int finish_read(const Session& session, const std::optional<Damage>& damage) {
  if (!damage) return 0;
  const Error error = damage_error(*damage, fmt::format("the store {}; this answer is from what is left", describe(*damage)));
  report_error(error, session.json());
  return code_info(error.code).cli_exit;
}

namespace {

CommandResult answer(Session& session, const Operation& operation, const Arguments& arguments) {
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  ReadReply reply = GOVLOG_TRY(shared_store(session, StoreUse::kOnce))->read(operation, arguments);
  const std::optional<Damage> damage = reply.damage;
  Result<std::string>& run = reply.answer;
  if (run.ok() || !session.json()) GOVLOG_TRY(note_absent(session, reply.exists));  // an error as JSON stands alone
  if (!run.ok() && damage) report_error(run.error(), session.json());               // what is not found may be what was lost
  if (!run.ok()) return damage ? finish_read(session, damage) : CommandResult(run.take_error());
  const std::string text = run.take();
  if (asks_for_picture(arguments)) {
    session.out.write(text);
  } else if (session.json() || argument(arguments, "format") == "json") {
    session.out.write(text + '\n');
  } else {
    Screen screen{session.out, session.style, session.width, session.now};
    show_answer(screen, operation, arguments, text);
  }
  GOVLOG_TRY(session.out.flush());
  return finish_read(session, damage);
}

}  // namespace

CommandResult run_read_command(Session& session) {
  return answer(session, *session.invocation.command->operation, session.invocation.arguments);
}

CommandResult run_prove_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  const bool consistency = arguments.erase("consistency") > 0;
  const std::vector<std::string> positions = session.argument_list("position");
  if (!consistency) {
    if (positions.size() > 1) return argument_error("position", "prove takes one position, or two of them with --consistency");
    return answer(session, *find_operation("prove"), arguments);
  }
  if (positions.size() != 2)
    return argument_error("position", "prove --consistency takes two positions, the earlier one first");
  if (arguments.contains("at_position"))
    return argument_error("at_position", "--at-position does not go with --consistency, whose second position it is");
  return answer(session, *find_operation("consistency"), {{"from", {positions[0]}}, {"to", {positions[1]}}});
}

}  // namespace govlog
