#include "cli/run.h"

#include "api/arguments.h"
#include "api/backup.h"
#include "api/parameters.h"
#include "api/restore.h"
#include "api/verify.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "cli/table.h"
#include "codec/hash.h"
#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <chrono>

namespace govlog {
namespace {

std::string shown_size(std::uint64_t bytes) {
  return bytes < (1 << 20) ? fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024)
                           : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

Result<std::optional<std::uint64_t>> number(const Session& session, std::string_view name, std::uint64_t least) {
  const auto text = session.argument(name);
  if (!text) return std::optional<std::uint64_t>();
  const auto value = parse_digits(*text, static_cast<std::uint64_t>(kIntegerMaximum));
  if (value && *value >= least) return value;
  return argument_error(name, fmt::format("{} is {}, expected a number from {} on", name, *text, least));
}

std::string to_minute(Timestamp time) {
  const std::string text = format_time(time);
  return fmt::format("{} {}", text.substr(0, 10), text.substr(11, 5));
}

void show_points(Session& session, const BackupManifest& manifest) {
  Table table(
      {{"BACKUP", 8, true, false}, {"MADE AT", 18, false, false}, {"POSITION", 12, false, true}, {"ROOT", 0, false, false}});
  for (const BackupPoint& point : manifest.backups)
    table.add({{fmt::format("{}", point.id), Paint::kName},
               {to_minute(point.made_at), Paint::kPlain},
               {fmt::format("{}", point.position), Paint::kPlain},
               {format_hash(point.root), Paint::kFaint}});
  session.out.write(table.render(session.style, session.width));
}

CommandResult list_backups(Session& session, const std::string& directory) {
  const BackupManifest manifest = GOVLOG_TRY(read_manifest(directory));
  if (session.json())
    session.out.write(render_backups(manifest) + '\n');
  else
    show_points(session, manifest);
  return 0;
}

CommandResult verify_backups(Session& session, const std::string& directory, ProgressBar& bar) {
  const Result<BackupCheck> check = check_backup(directory, [&](std::uint64_t done, std::uint64_t total) {
    bar.update({.done = done, .total = total, .lines = done >> 20, .unit = "MB"});
  });
  bar.clear();
  if (!check.ok()) return check.error();
  if (session.json()) {
    session.out.write(render_backup_check(*check) + '\n');
  } else if (check->problems.empty()) {
    show_points(session, check->manifest);
    session.out.write("every line is there, and each backup has its root\n");
  }
  for (const std::string& problem : check->problems) {
    if (!session.json()) session.out.write(session.style.paint(Paint::kBad, visible(problem)) + "\n");
  }
  return check->problems.empty() ? 0 : code_info(Code::kCorruption).cli_exit;
}

}  // namespace

CommandResult run_backup_command(Session& session) {
  const std::string directory = session.argument("directory").value_or("");
  if (directory.empty()) return argument_error("directory", "the directory is empty, expected where backups are kept");
  const bool lists = session.argument("list").has_value();
  const bool verifies = session.argument("verify").has_value();
  if (lists + verifies + session.argument("keep").has_value() > 1)
    return argument_error(lists ? "list" : "verify", "--list, --verify and --keep are three things to do: give one of them");
  ProgressBar bar(stderr_is_terminal() && !session.json());
  if (lists) return list_backups(session, directory);
  if (verifies) return verify_backups(session, directory, bar);
  BackupOptions options;
  options.directory = directory;
  options.store = GOVLOG_TRY(store_directory(session));
  options.keep = GOVLOG_TRY(number(session, "keep", 1));
  options.progress = [&](Position done, Position total) {
    bar.update({.done = done, .total = total, .lines = done, .unit = "events"});
  };
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  const Result<BackupReport> report = make_backup(*store, options);
  bar.clear();
  if (!report.ok()) return report.error();
  if (session.json()) {
    session.out.write(render_backup(*report) + '\n');
  } else if (report->added == 0 && report->bytes == 0 && report->point.position > 0) {
    session.out.write(fmt::format("nothing new since backup {}, of position {}\n", report->point.id, report->point.position));
  } else {
    session.out.write(fmt::format("backup {}: {} added, {}; the log up to position {}, root {}\n", report->point.id,
                                  counted(report->added, "event", "events"), shown_size(report->bytes), report->point.position,
                                  format_hash(report->point.root)));
  }
  return 0;
}

CommandResult run_restore_command(Session& session) {
  RestoreOptions options;
  options.store = GOVLOG_TRY(store_options(session));
  options.from = session.argument("from").value_or("");
  options.backup = GOVLOG_TRY(number(session, "backup", 1));
  if (const auto text = session.argument("expect_root")) options.expected_root = GOVLOG_TRY(parse_expected_root(*text));
  ProgressBar bar(stderr_is_terminal() && !session.json());
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    bar.update({.done = done, .total = total, .lines = done >> 20, .unit = "MB"});
  };
  const Result<RestoreReport> report = restore(options);
  bar.clear();
  if (!report.ok()) return report.error();
  if (session.json())
    session.out.write(render_restore(*report) + '\n');
  else
    session.out.write(fmt::format("{} restored into {}, root {}\n", counted(report->events, "event", "events"),
                                  visible(options.store.directory.string()), format_hash(report->root)));
  return 0;
}

}  // namespace govlog
