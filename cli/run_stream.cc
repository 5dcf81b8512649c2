// `export` and `tail`: the log as NDJSON.

#include "cli/run.h"

#include "engine/head_watch.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace govlog {
namespace {

constexpr int kLockedPauseMs = 1000;

/// Writes the events of `range`, as far as they were there when it began; where it ended, and what the store is like.
struct Written {
  Position next = 1;
  std::optional<Damage> damage;
  bool exists = true;
};

Result<Written> write_range(Session& session, Executor& store, ExportRange range) {
  Written written;
  for (bool first = true;; first = false) {
    const ExportPage page = GOVLOG_TRY(store.export_page(range));
    if (first) range.to = std::min(range.to, page.log_position);
    written = {page.next, page.damage, page.exists};
    session.out.write(page.lines);
    GOVLOG_TRY(session.out.flush());
    if (page.next == range.from || page.next > range.to || session.out.closed()) return written;
    range.from = page.next;
  }
}

/// Waits for the log to grow, `timeout_ms` at most (-1: as long as it takes); true where standard output's reader went away meanwhile.
bool reader_leaves_before_growth(HeadWatch& watch, int timeout_ms) {
  while (true) {
    std::array<pollfd, 2> descriptors{
        {{.fd = STDOUT_FILENO, .events = 0, .revents = 0}, {.fd = watch.descriptor(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(descriptors.data(), descriptors.size(), timeout_ms);
    if (ready < 0 && errno != EINTR) return true;
    if (ready == 0) return false;
    if ((descriptors[0].revents & (POLLERR | POLLHUP)) != 0) return true;
    if ((descriptors[1].revents & POLLIN) != 0 && watch.clear()) return false;
  }
}

/// Gives what is committed until the reader goes away. The store is open for moments only.
CommandResult follow(Session& session, Position next) {
  const std::unique_ptr<HeadWatch> watch = GOVLOG_TRY(HeadWatch::begin(GOVLOG_TRY(store_directory(session))));
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kOnce));
  for (bool first = true;; first = false) {
    const Result<Written> range = write_range(session, *store, {.from = next});
    if (!range.ok() && (first || range.error().code != Code::kLocked)) return range.error();
    if (!range.ok()) {  // an owner that is stopped may go on
      if (reader_leaves_before_growth(*watch, kLockedPauseMs)) return 0;
      continue;
    }
    const Written& written = range.value();
    if (first) GOVLOG_TRY(note_absent(session, written.exists));
    if (written.damage) return finish_read(session, written.damage);  // nothing can be appended to it any more
    next = std::max(next, written.next);
    if (session.out.closed() || reader_leaves_before_growth(*watch, -1)) return 0;
  }
}

CommandResult print_range(Session& session, const ExportRange& range) {
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  const Written written = GOVLOG_TRY(write_range(session, *store, range));
  GOVLOG_TRY(note_absent(session, written.exists));
  return finish_read(session, written.damage);
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
