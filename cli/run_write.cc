#include "cli/run.h"

#include "api/arguments.h"
#include "cli/help.h"
#include "cli/show.h"
#include "codec/event_json.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace govlog {
namespace {

void show_receipts(Session& session, std::span<const Receipt> receipts) {
  for (const Receipt& receipt : receipts) {
    const std::string entity =
        session.style.paint(Paint::kName, visible(fmt::format("{}/{}", receipt.entity_type, receipt.entity_id)));
    session.out.write(fmt::format("{}{} version {}, position {}, {}\n", receipt.duplicate ? "already recorded: " : "recorded ",
                                  entity, receipt.version, receipt.position,
                                  session.style.paint(Paint::kFaint, shown_minute(format_time(receipt.created_at)) + " UTC")));
  }
  if (receipts.empty()) note("an empty batch: nothing to record");
}

CommandResult write_arguments(Session& session, Arguments arguments) {
  const WriteOperation& operation = *session.invocation.command->write_operation;
  const char* actor = std::getenv("GOVLOG_ACTOR");
  if (actor != nullptr && *actor != '\0' && !arguments.contains("actor")) arguments["actor"] = {actor};
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  const std::vector<Receipt> receipts = GOVLOG_TRY(store->write(operation, arguments));
  if (session.json()) {
    session.out.write(render_write(operation, receipts) + '\n');
  } else {
    show_receipts(session, receipts);
  }
  return 0;
}

// All of standard input, up to more than a batch may have.
Result<std::string> read_stdin(std::size_t bytes_max) {
  std::string text;
  std::array<char, 65536> block;
  while (text.size() <= bytes_max) {
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{Code::kIoError, fmt::format("cannot read standard input: {}", std::strerror(errno)), {}};
    if (count == 0) break;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  return text;
}

// The error with the place in the batch in its message, where it has one.
Error placed(Error error) {
  for (const Detail& detail : error.details) {
    const auto* line = std::get_if<std::uint64_t>(&detail.value);
    if (detail.name == "line" && line != nullptr)
      error.message = fmt::format("event {} of the batch: {}", *line, error.message);
  }
  return error;
}

CommandResult append_stdin(Session& session) {
  if (stdin_is_terminal()) {
    session.out.write(render_help("append", session.style, session.width));
    return 0;
  }
  const EventLimits limits;
  const std::string text = GOVLOG_TRY(read_stdin(limits.batch_bytes_max + 1));
  auto parsed = parse_batch(text, session.now, limits);
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  if (!parsed.ok()) {
    GOVLOG_TRY(check_writable(*store));  // a damaged store says so first
    return placed(parsed.take_error());
  }
  ParsedBatch batch = parsed.take();
  auto appended = store->append(std::move(batch.events));
  if (!appended.ok()) return placed(appended.take_error());
  const std::vector<Receipt> receipts = appended.take();
  if (session.json()) {
    session.out.write((batch.array ? render_receipts(receipts) : render_receipt(receipts.front())) + '\n');
  } else {
    show_receipts(session, receipts);
  }
  return 0;
}

// `--entity adr/ADR-7` as entity_type and entity_id.
Status split_entity(Arguments& arguments) {
  const auto found = arguments.find("entity");
  if (found == arguments.end()) return Ok{};
  const std::string text = found->second.front();
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos)
    return argument_error("entity", fmt::format("--entity is {}, it is TYPE/ID, such as adr/ADR-7", text));
  if (arguments.contains("entity_type") || arguments.contains("entity_id")) {
    return argument_error("entity", "--entity is given beside --entity-type or --entity-id; one of the two is enough");
  }
  arguments.erase(found);
  arguments["entity_type"] = {text.substr(0, slash)};
  arguments["entity_id"] = {text.substr(slash + 1)};
  return Ok{};
}

}  // namespace

CommandResult run_write_command(Session& session) { return write_arguments(session, session.invocation.arguments); }

CommandResult run_append_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  if (arguments.empty()) return append_stdin(session);
  GOVLOG_TRY(split_entity(arguments));
  return write_arguments(session, std::move(arguments));
}

}  // namespace govlog
