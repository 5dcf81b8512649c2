#include "cli/run.h"

#include "api/arguments.h"
#include "cli/show.h"
#include "cli/store_choice.h"

#include <fmt/format.h>

#include <system_error>

namespace govlog {
namespace {

Result<StoreOptions> store_options(const Session& session) {
  const Globals& globals = session.invocation.globals;
  StoreOptions options;
  options.directory = GOVLOG_TRY(choose_store(globals.directory));
  options.durability = globals.durability;
  options.accept_clock = globals.accept_clock;
  options.warn = [](const Error& error) {
    note(fmt::format("govlog: {}; the graph was made from the log instead, so the answer is right", error.message));
  };
  return options;
}

}  // namespace

Result<std::unique_ptr<Store>> open_to_read(const Session& session) {
  return Store::open_for_reading(GOVLOG_TRY(store_options(session)));
}

Status note_absent(const Session& session, const Store& store) {
  if (store.exists()) return Ok{};
  const std::filesystem::path directory = GOVLOG_TRY(store_directory(session));
  note(fmt::format("govlog: no store at {} yet, it reads as an empty one; the first write makes it",
                   visible(directory.string())));
  return Ok{};
}

Result<std::unique_ptr<Store>> absent_store(const Session& session) {
  const StoreOptions options = GOVLOG_TRY(store_options(session));
  std::error_code failed;
  if (std::filesystem::exists(options.directory, failed) || failed) return std::unique_ptr<Store>();
  return Store::open_for_reading(options);
}

Result<std::filesystem::path> store_directory(const Session& session) {
  return choose_store(session.invocation.globals.directory);
}

Result<std::unique_ptr<Store>> open_to_write(const Session& session) {
  auto store = GOVLOG_TRY(Store::open_for_writing(GOVLOG_TRY(store_options(session))));
  GOVLOG_TRY(store->writable());  // before anything is looked up: what is not found may be what was lost
  return store;
}

int finish_read(const Session& session, const std::optional<Damage>& damage) {
  if (!damage) return 0;
  Error error{Code::kCorruption,
              fmt::format("the store is damaged: positions {} to {} are lost; this answer is from what is left", damage->from,
                          damage->to),
              {}};
  error = std::move(error).with("from", damage->from).with("to", damage->to);
  report_error(error, session.json());
  return code_info(error.code).cli_exit;
}

CommandResult run_read_command(Session& session) {
  const Operation& operation = *session.invocation.command->operation;
  const Arguments& arguments = session.invocation.arguments;
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  std::unique_ptr<Store> store = GOVLOG_TRY(open_to_read(session));
  const std::optional<Damage> damage = store->damage();
  Result<std::string> run = run_operation(operation, *store, arguments);
  if (run.ok() || !session.json()) GOVLOG_TRY(note_absent(session, *store));  // an error as JSON stands alone
  if (!run.ok() && damage) report_error(run.error(), session.json());         // what is not found may be what was lost
  if (!run.ok()) return damage ? finish_read(session, damage) : CommandResult(run.take_error());
  const std::string answer = run.take();
  store.reset();  // a pager that waits does not keep a writer waiting
  if (asks_for_picture(arguments)) {
    session.out.write(answer);
  } else if (session.json()) {
    session.out.write(answer + '\n');
  } else {
    Screen screen{session.out, session.style, session.width, session.now};
    show_answer(screen, operation, arguments, answer);
  }
  GOVLOG_TRY(session.out.flush());
  return finish_read(session, damage);
}

}  // namespace govlog
