#include "api/local_executor.h"

#include "api/complete.h"

#include <algorithm>

namespace govlog {

ReadReply LocalExecutor::read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) {
  return {run_operation(operation, store_, arguments, watch), store_.damage(), store_.exists()};
}

Result<std::vector<Receipt>> LocalExecutor::write(const WriteOperation& operation, const Arguments& arguments) {
  return run_write(operation, store_, arguments, options_);
}

Result<std::vector<Receipt>> LocalExecutor::append(std::vector<Event> batch) {
  return store_.append(std::move(batch), options_);
}

Result<std::vector<std::vector<Receipt>>> LocalExecutor::append_in_turn(std::span<const std::vector<Event>> batches) {
  GOVLOG_TRY(store_.writable());
  return store_.append_in_turn(batches, options_);
}

Result<ExportPage> LocalExecutor::export_page(const ExportRange& range) {
  const ReadView view = store_.read();
  ExportPage page;
  page.next = range.from;
  page.log_position = view.log_position();
  page.damage = store_.damage();
  page.exists = store_.exists();
  bool full = false;
  const Status status = export_events(view, range, [&](std::string_view lines) -> Status {
    page.lines += lines;
    page.next += static_cast<Position>(std::count(lines.begin(), lines.end(), '\n'));
    full = page.lines.size() >= range.page_bytes;
    if (full) return Error{Code::kInternal, "the page is full", {}};
    return Ok{};
  });
  if (!status.ok() && !full) return status.error();
  return page;
}

Result<Completion> LocalExecutor::complete(const CompletionQuery& query) { return govlog::complete(store_.read(), query); }

}  // namespace govlog
