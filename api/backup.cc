#include "api/backup.h"

#include "api/arguments.h"
#include "api/compressed_file.h"
#include "api/json_writer.h"
#include "api/kept_log.h"
#include "base/system_error.h"
#include "codec/hash.h"
#include "codec/json_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace govlog {

namespace {

namespace fs = std::filesystem;

Error wrong_directory(std::string message) { return argument_error("directory", std::move(message)); }

/// An flock on the backup's `lock`.
class BackupLock {
 public:
  static Result<BackupLock> acquire(const fs::path& directory) {
    const fs::path path = directory / "lock";
    BackupLock lock;
    lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock.descriptor_ < 0) return system_error(errno, fmt::format("making {}", path.string()));
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
    return Error{Code::kLocked, fmt::format("another backup into {} is running: wait for it", directory.string()), {}};
  }
  BackupLock(BackupLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  BackupLock& operator=(BackupLock&&) = delete;
  ~BackupLock() {
    if (descriptor_ >= 0) (void)::close(descriptor_);
  }

 private:
  BackupLock() = default;
  int descriptor_ = -1;
};

bool lies_in(const fs::path& inner, const fs::path& outer) {
  std::error_code error;
  // Absolute first: the canonical form of a relative path of which nothing exists stays relative.
  const fs::path a = fs::weakly_canonical(fs::absolute(inner, error), error);
  const fs::path b = fs::weakly_canonical(fs::absolute(outer, error), error);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

/// What a first backup finds there: nothing, but perhaps what one that was broken off left. The first file to get its name is the manifest, so that segments
/// without it are somebody's.
bool holds_nothing(const fs::path& directory) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name != "lock" && name != fmt::format("{}.new", kManifestName)) return false;
  }
  return !error;
}

/// Before anything is put there.
Status check_place(const fs::path& directory) {
  const auto manifest = read_manifest(directory);
  if (manifest.ok() || manifest.error().code != Code::kNotFound) return manifest.ok() ? Status(Ok{}) : Status(manifest.error());
  if (holds_nothing(directory)) return Ok{};
  return wrong_directory(fmt::format("{} is neither empty nor a backup; one that has lost its {} is not written to",
                                     directory.string(), kManifestName));
}

Result<Position> end_of_log(Executor& executor, const BackupOptions& options) {
  const ExportPage end = GOVLOG_TRY(executor.export_page({.from = kPositionMax, .to = kPositionMax}));
  if (!end.exists)
    return Error{
        Code::kNotFound, fmt::format("there is no store at {}, so there is nothing to back up", options.store.string()), {}};
  if (end.damage) return damage_error(*end.damage);
  return end.log_position;
}

/// One run, on a directory that is locked.
class Backup {
 public:
  Backup(Executor& executor, const BackupOptions& options) : executor_(executor), options_(options) {}

  Result<BackupReport> run() {
    GOVLOG_TRY(check_place(options_.directory));  // somebody may have been there before us
    auto manifest = read_manifest(options_.directory);
    if (!manifest.ok() && manifest.error().code != Code::kNotFound) return manifest.take_error();
    if (!manifest.ok()) {
      GOVLOG_TRY(put_manifest());
    } else {
      manifest_ = manifest.take();
      for (const BackupSegment& segment : manifest_.segments) GOVLOG_TRY(check_segment(options_.directory, segment));
    }
    const Position last = GOVLOG_TRY(end_of_log(executor_, options_));
    GOVLOG_TRY(check_same_log(last));
    if (last > manifest_.tree.size() || manifest_.backups.empty()) {
      GOVLOG_TRY(add(last));
    } else {
      report_.point = manifest_.backups.back();
      if (forget_old_points()) GOVLOG_TRY(put_manifest());
    }
    return report_;
  }

 private:
  Result<Hash> root_of_log(Position size) {
    const ReadReply reply = executor_.read(*find_operation("root"), {{"at_position", {std::to_string(size)}}});
    if (!reply.answer.ok()) return reply.answer.error();
    const auto root = parse_hash(json_unescape(json_member(*reply.answer, "root").value_or("")));
    if (!root) return Error{Code::kInternal, "the store does not tell a root", {}};
    return *root;
  }

  Status check_same_log(Position last) {
    const Position kept = manifest_.tree.size();
    if (kept > last)
      return wrong_directory(
          fmt::format("{} holds {} events and the log {}: it is the backup of another log, or the log has lost some",
                      options_.directory.string(), kept, last));
    const Hash root = GOVLOG_TRY(root_of_log(kept));
    if (root == manifest_.tree.root()) return Ok{};
    return wrong_directory(fmt::format("{} is the backup of another log: the two differ within the first {} events",
                                       options_.directory.string(), kept));
  }

  Status add(Position last) {
    const Position first = manifest_.tree.size() + 1;
    BackupSegment segment{segment_file(manifest_.segments.size()), first, last, 0};
    if (first <= last) {
      segment.bytes = GOVLOG_TRY(write_segment(segment));
      manifest_.segments.push_back(segment);
    }
    const Hash root = GOVLOG_TRY(root_of_log(last));
    if (manifest_.tree.root() != root)
      return Error{
          Code::kCorruption,
          fmt::format(
              "the events up to position {} that were read do not have the root {} that the log tells: run `govlog verify`",
              last, format_hash(root)),
          {}};
    report_.point = {manifest_.backups.empty() ? 1 : manifest_.backups.back().id + 1, options_.clock(), last, root};
    report_.added = last - first + 1;
    report_.bytes = segment.bytes;
    manifest_.backups.push_back(report_.point);
    (void)forget_old_points();
    return put_manifest();
  }

  Status put_manifest() const { return replace_file(options_.directory / kManifestName, render_manifest(manifest_)); }

  Result<std::uint64_t> write_segment(const BackupSegment& segment) {
    const auto file = GOVLOG_TRY(CompressedFile::create(options_.directory / segment.file));
    for (Position next = segment.from; next <= segment.to;) {
      const ExportPage page = GOVLOG_TRY(executor_.export_page({.from = next, .to = segment.to}));
      if (page.damage) return damage_error(*page.damage);
      if (page.next == next) return Error{Code::kInternal, fmt::format("the log gives no event at position {}", next), {}};
      for (std::size_t at = 0; at < page.lines.size();) {
        const std::size_t end = page.lines.find('\n', at);
        manifest_.tree.append(leaf_hash(std::string_view(page.lines).substr(at, end - at)));
        at = end + 1;
      }
      GOVLOG_TRY(file->write(page.lines));
      next = page.next;
      if (options_.progress) options_.progress(next - segment.from, segment.to - segment.from + 1);
    }
    return file->finish();
  }

  /// Their events stay, since those of later points come after them. False where there are none to forget.
  bool forget_old_points() {
    const std::uint64_t keep = options_.keep.value_or(kPositionMax);
    if (manifest_.backups.size() <= keep) return false;
    manifest_.backups.erase(manifest_.backups.begin(), manifest_.backups.end() - static_cast<std::ptrdiff_t>(keep));
    return true;
  }

  Executor& executor_;
  const BackupOptions& options_;
  BackupManifest manifest_;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> make_backup(Executor& executor, const BackupOptions& options) {
  if (lies_in(options.directory, options.store) || lies_in(options.store, options.directory))
    return wrong_directory(fmt::format("{} and the store {} lie within each other: a backup belongs elsewhere",
                                       options.directory.string(), options.store.string()));
  GOVLOG_TRY(end_of_log(executor, options));
  std::error_code error;
  fs::create_directories(options.directory, error);
  if (error) return system_error(error.value(), fmt::format("making {}", options.directory.string()));
  GOVLOG_TRY(check_place(options.directory));
  const BackupLock lock = GOVLOG_TRY(BackupLock::acquire(options.directory));
  return Backup(executor, options).run();
}

Result<BackupCheck> check_backup(const std::filesystem::path& directory,
                                 const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  BackupCheck check;
  check.manifest = GOVLOG_TRY(read_manifest(directory));
  MerkleFrontier tree;
  auto point = check.manifest.backups.begin();
  const auto judge_points = [&] {  // those of as many events as were read
    for (; point != check.manifest.backups.end() && point->position == tree.size(); ++point) {
      if (point->root != tree.root())
        check.problems.push_back(fmt::format("backup {}: its events have the root {}, not {}", point->id,
                                             format_hash(tree.root()), format_hash(point->root)));
    }
  };
  judge_points();
  const Status read = read_backup(
      directory, check.manifest, kPositionMax,
      [&](const EventView&, std::string_view line) -> Status {
        tree.append(leaf_hash(line));
        judge_points();
        return Ok{};
      },
      progress);
  if (!read.ok() && read.error().code == Code::kForbidden) return read.error();  // nothing is known of what it holds
  if (!read.ok()) check.problems.push_back(read.error().message);
  if (read.ok() && tree.root() != check.manifest.tree.root())
    check.problems.push_back("the segments do not have the root that the manifest tells");
  return check;
}

std::string render_backup(const BackupReport& report) {
  std::string out;
  ObjectWriter object(out);
  append_point(object.begin("backup"), report.point);
  object.number("added", report.added);
  object.number("bytes", report.bytes);
  object.close();
  return out;
}

std::string render_backups(const BackupManifest& manifest) {
  std::string out;
  ObjectWriter object(out);
  append_array(object.begin("backups"), manifest.backups, append_point);
  std::uint64_t bytes = 0;
  for (const BackupSegment& segment : manifest.segments) bytes += segment.bytes;
  object.number("events", manifest.tree.size());
  object.number("bytes", bytes);
  object.close();
  return out;
}

std::string render_backup_check(const BackupCheck& check) {
  std::string out;
  ObjectWriter object(out);
  object.boolean("ok", check.problems.empty());
  append_array(object.begin("backups"), check.manifest.backups, append_point);
  object.number("events", check.manifest.tree.size());
  append_array(object.begin("problems"), check.problems,
               [](std::string& into, const std::string& problem) { append_json_string(into, as_utf8(problem)); });
  object.close();
  return out;
}

}  // namespace govlog
