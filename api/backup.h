#pragma once
// Backups of a log while it is written: each run adds one file of the lines that are new, and a point to which one can go back. Nothing that was there is changed.

#include "api/backup_manifest.h"
#include "api/executor.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct BackupOptions {
  std::filesystem::path directory;      // of the backup: empty, not there, or an earlier backup of this log
  std::filesystem::path store;          // which it must not lie in
  std::optional<std::uint64_t> keep{};  // so many points are kept, the newest
  std::function<Timestamp()> clock = system_clock_now;
  std::function<void(Position done, Position total)> progress{};
};

struct BackupReport {
  BackupPoint point;
  Position added = 0;       // events that were new; 0: the backup was up to date, and has no new point
  std::uint64_t bytes = 0;  // of the new file
};

/// Adds what the log has and the backup has not. What is written is held against the log's hash tree before it counts. kInvalidArgument with `details.parameter` `directory` where the directory is neither
/// empty nor a backup of this log, or lies in the store; kNotFound where there is no store; kLocked where another backup into it runs; kDiskFull: the backup is as it was; kCorruption of either; kForbidden, kIoError.
/// Memory: O(1). Killed at any moment it leaves the earlier points as they were.
Result<BackupReport> make_backup(Executor& executor, const BackupOptions& options);

struct BackupCheck {
  BackupManifest manifest;
  std::vector<std::string> problems;  // the first in each file, and points whose roots are others
};

/// Reads the whole backup, and recomputes the root of each point.
Result<BackupCheck> check_backup(const std::filesystem::path& directory,
                                 const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

/// `{"backup":{"id","made_at","position","root"},"added","bytes"}`.
std::string render_backup(const BackupReport& report);
/// `{"backups":[{"id","made_at","position","root"}],"events","bytes"}`.
std::string render_backups(const BackupManifest& manifest);
/// `{"ok","backups":[…],"events","problems":[text]}`.
std::string render_backup_check(const BackupCheck& check);

}  // namespace govlog
