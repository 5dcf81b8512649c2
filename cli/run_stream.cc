// `export` and `tail`: the log as NDJSON.

#include "cli/run.h"

#include "api/export.h"

#include <algorithm>

#include <poll.h>
#include <unistd.h>

namespace govlog {
namespace {

constexpr Position kPagePositions = 10'000;
constexpr int kPollMs = 200;

// Writes the events of `range`; true where the reader went away.
Result<bool> write_range(Session& session, const ReadView& view, const ExportRange& range) {
  bool away = false;
  const Status status = export_events(view, range, [&](std::string_view lines) -> Status {
    session.out.write(lines);
    GOVLOG_TRY(session.out.flush());
    away = session.out.closed();
    if (away) return Error{Code::kIoError, "the reader went away", {}};
    return Ok{};
  });
  if (!away && !status.ok()) return status.error();
  return away;
}

// Waits a moment; true where standard output's reader went away meanwhile.
bool reader_leaves_within_a_moment() {
  pollfd descriptor{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&descriptor, 1, kPollMs) > 0 && (descriptor.revents & (POLLERR | POLLHUP)) != 0;
}

// Reads up to a page of events from `next` on, and lets the store go before they are written, so that a writer need not wait for our reader.
struct Page {
  std::string lines;
  Position next = 1;
  bool last = true;
};

Result<Page> read_page(const Store& store, Position next) {
  const ReadView view = store.read();
  Page page;
  const Position last = view.log_position();
  const ExportRange range{.from = next, .to = last - std::min(last, next) < kPagePositions ? last : next + kPagePositions - 1};
  page.next = std::max(next, range.to + 1);
  page.last = range.to == last;
  if (range.from > range.to) return page;
  GOVLOG_TRY(export_events(view, range, [&](std::string_view lines) -> Status {
    page.lines += lines;
    return Ok{};
  }));
  return page;
}

// Gives what is committed, page by page, until the reader goes away. The store is open for moments only, so that others can write.
CommandResult follow(Session& session, Position next) {
  const std::filesystem::path directory = GOVLOG_TRY(store_directory(session));
  std::optional<Damage> damage;
  for (bool first = true;; first = false) {
    const std::optional<Position> head = peek_head_position(directory);
    if (first || (head && *head >= next)) {
      Result<std::unique_ptr<Store>> store = first ? open_to_read(session) : Store::open_for_reading({.directory = directory});
      if (!store.ok() && store.error().code != Code::kLocked) return store.error();
      if (store.ok() && first) GOVLOG_TRY(note_absent(session, **store));
      if (store.ok()) {
        const Page page = GOVLOG_TRY(read_page(**store, next));
        damage = (*store)->damage();
        store->reset();
        session.out.write(page.lines);
        GOVLOG_TRY(session.out.flush());
        next = page.next;
        if (damage) return finish_read(session, damage);  // nothing can be appended to it any more
        if (!page.last && !session.out.closed()) continue;
      }
    }
    if (session.out.closed() || reader_leaves_within_a_moment()) return 0;
  }
}

CommandResult print_range(Session& session, const ExportRange& range) {
  const std::unique_ptr<Store> store = GOVLOG_TRY(open_to_read(session));
  GOVLOG_TRY(note_absent(session, *store));
  (void)GOVLOG_TRY(write_range(session, store->read(), range));
  return finish_read(session, store->damage());
}

}  // namespace

CommandResult run_export_command(Session& session) {
  const ExportRange range = GOVLOG_TRY(parse_export_range(export_parameters(), session.invocation.arguments));
  return print_range(session, range);
}

CommandResult run_tail_command(Session& session) {
  Arguments arguments = session.invocation.arguments;
  const bool follows = arguments.erase("follow") > 0;
  const ExportRange range = GOVLOG_TRY(parse_export_range(tail_parameters(), arguments));
  if (follows) return follow(session, std::max<Position>(range.from, 1));
  return print_range(session, range);
}

}  // namespace govlog
