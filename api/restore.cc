#include "api/restore.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/kept_log.h"
#include "base/system_error.h"
#include "codec/hash.h"
#include "engine/restoration.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace govlog {

namespace {

Error other_root(Position size, const Hash& root, const Hash& expected, std::string_view whose) {
  return Error{Code::kCorruption,
               fmt::format("the first {} events have the root {}, and {} is {}: nothing was restored", size, format_hash(root),
                           whose, format_hash(expected)),
               {}}
      .with("position", size);
}

class Restore {
 public:
  explicit Restore(const RestoreOptions& options) : options_(options) {}

  Result<RestoreReport> run() {
    std::error_code error;
    const bool is_backup = options_.from != "-" && std::filesystem::is_directory(options_.from, error);
    if (options_.backup && !is_backup)
      return argument_error("backup", fmt::format("{} is no backup's directory", options_.from));
    if (!is_backup && options_.from != "-" && ::access(options_.from.c_str(), R_OK) != 0)
      return system_error(errno, fmt::format("cannot open {}", options_.from));
    BackupManifest manifest;
    BackupPoint point;
    if (is_backup) {
      manifest = GOVLOG_TRY(read_manifest(options_.from));
      point = GOVLOG_TRY(choose_point(manifest));
    }
    restoration_ = GOVLOG_TRY(Restoration::begin(options_.store));
    GOVLOG_TRY(check_expected());  // of no event at all
    const auto visit = [this](const EventView& event, std::string_view) { return add(event); };
    if (is_backup)
      GOVLOG_TRY(read_backup(options_.from, manifest, point.position, visit, options_.progress));
    else
      GOVLOG_TRY(read_kept_file(options_.from, 1, visit, options_.progress));
    RestoreReport report{restoration_->tree().size(), restoration_->tree().root()};
    if (is_backup && report.root != point.root)
      return other_root(report.events, report.root, point.root, fmt::format("that of backup {}", point.id));
    if (options_.expected_root && options_.expected_root->size > report.events)
      return Error{Code::kCorruption,
                   fmt::format("{} holds {} events, and the expected root is of {}: nothing was restored", options_.from,
                               report.events, options_.expected_root->size),
                   {}};
    GOVLOG_TRY(restoration_->finish());
    return report;
  }

 private:
  Result<BackupPoint> choose_point(const BackupManifest& manifest) const {
    if (manifest.backups.empty()) return Error{Code::kNotFound, fmt::format("{} holds no backup", options_.from), {}};
    if (!options_.backup) return manifest.backups.back();
    const auto found = std::find_if(manifest.backups.begin(), manifest.backups.end(),
                                    [&](const BackupPoint& point) { return point.id == *options_.backup; });
    if (found == manifest.backups.end())
      return Error{Code::kNotFound,
                   fmt::format("{} holds no backup {}; it has {} to {}", options_.from, *options_.backup,
                               manifest.backups.front().id, manifest.backups.back().id),
                   {}}
          .with("parameter", std::string("backup"));
    return *found;
  }

  Status add(const EventView& event) {
    GOVLOG_TRY(restoration_->add(event));
    return check_expected();
  }

  Status check_expected() const {
    const auto& expected = options_.expected_root;
    const MerkleFrontier& tree = restoration_->tree();
    if (!expected || expected->size != tree.size() || expected->root == tree.root()) return Ok{};
    return other_root(tree.size(), tree.root(), expected->root, "the expected one");
  }

  const RestoreOptions& options_;
  std::unique_ptr<Restoration> restoration_;
};

}  // namespace

Result<RestoreReport> restore(const RestoreOptions& options) { return Restore(options).run(); }

std::string render_restore(const RestoreReport& report) {
  std::string out;
  ObjectWriter object(out);
  object.number("events", report.events);
  object.text("root", std::string_view(format_hash(report.root)));
  object.number("log_position", report.events);
  object.close();
  return out;
}

}  // namespace govlog
