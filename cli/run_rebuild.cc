#include "cli/run.h"

#include "api/render.h"
#include "cli/progress_bar.h"
#include "cli/table.h"
#include "engine/rebuild.h"

#include <fmt/format.h>

namespace govlog {
namespace {

void show_report(Session& session, const RebuildReport& report, bool check_only) {
  if (session.json()) return session.out.write(render_rebuild(report) + '\n');
  Table table({{"FAMILY", 20, true, false}, {"ROWS", 14, false, true}, {"", 0, false, false}});
  for (const auto& [family, rows] : report.families)
    table.add({{family, Paint::kName}, {fmt::format("{}", rows), Paint::kPlain}, {}});
  session.out.write(table.render(session.style, session.width));
  const std::string events = counted(report.events, "event", "events");
  if (!report.difference) {
    return session.out.write(check_only ? fmt::format("everything is what {} give\n", events)
                                        : fmt::format("made again from {}\n", events));
  }
  const RowDifference& difference = *report.difference;
  session.out.write(session.style.paint(Paint::kBad, visible(fmt::format("family {}: {} {}", difference.family, difference.key,
                                                                         difference.problem))) +
                    "\n");
  note("`govlog rebuild` makes it again from the log");
}

}  // namespace

CommandResult run_rebuild_command(Session& session) {
  RebuildOptions options;
  options.store = GOVLOG_TRY(store_options(session));
  options.check_only = session.argument("check").has_value();
  ProgressBar bar(stderr_is_terminal() && !session.json());
  options.progress = [&](Position done, Position last) { bar.update({.done = done, .total = last, .lines = done}); };
  const Result<RebuildReport> report = rebuild(options);
  bar.clear();
  if (!report.ok()) return report.error();
  GOVLOG_TRY(note_absent(session, report->exists));
  if (report->exists || session.json()) show_report(session, *report, options.check_only);
  return report->difference ? code_info(Code::kCorruption).cli_exit : 0;
}

}  // namespace govlog
