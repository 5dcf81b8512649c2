#include "engine/rebuild.h"

#include "codec/hash.h"
#include "codec/keys.h"
#include "engine/compare_rows.h"
#include "engine/directory.h"
#include "engine/graph_checkpoint.h"
#include "engine/head_file.h"
#include "engine/log_comparison.h"
#include "engine/opening.h"
#include "engine/replay.h"
#include "engine/tree.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>

namespace govlog {

namespace {

/// Removes DIR/rebuild when it goes: half a database, or the one that was replaced.
class Workplace {
 public:
  explicit Workplace(const std::filesystem::path& directory) : directory_(directory) {}
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() { (void)remove_rebuild(directory_); }  // the next opening tries again

  Status begin() const {
    GOVLOG_TRY(remove_rebuild(directory_));
    return make_directory(path());
  }
  std::filesystem::path path() const { return directory_ / kRebuildName; }
  std::filesystem::path database() const { return path() / "db"; }
  std::filesystem::path scratch() const { return path() / kBulkName; }

 private:
  std::filesystem::path directory_;
};

/// The last position of the log: of family events, since the others' heads may be what is damaged.
Result<Position> last_of_log(const Database& database, const HeadContent& head) {
  const auto row = GOVLOG_TRY(database.get(Family::kEvents, kFamilyHeadKey, nullptr));
  const auto position = row ? decode_position_key(*row) : std::nullopt;
  if (!position) return Error{Code::kCorruption, "family events has lost its head", {}};
  if (*position < head.position) return damage_error({*position + 1, head.position});
  return *position;
}

std::uint64_t table_bytes(const std::filesystem::path& database) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(database, error)) {
    std::error_code gone;
    const std::uintmax_t size = entry.file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

/// The rows of family meta are told by nobody's events. Last, because appending takes some of them away.
Status copy_meta(const Database& from, const Database& to) {
  rocksdb::WriteBatch rows;
  const auto meta = from.iterate(Family::kMeta, nullptr);
  for (meta->SeekToFirst(); meta->Valid(); meta->Next()) {
    if (view(meta->key()) == kFamilyHeadKey) continue;
    const rocksdb::Status put = rows.Put(to.family(Family::kMeta), meta->key(), meta->value());
    if (!put.ok()) return to_error(put, "copying family meta");
  }
  if (!meta->status().ok()) return to_error(meta->status(), "reading family meta");
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = to.db().Write(durable, &rows);
  return written.ok() ? Status(Ok{}) : Status(to_error(written, "copying family meta"));
}

Status check_rebuilt_root(const Database& anew, const HeadContent& head) {
  const MerkleFrontier tree = GOVLOG_TRY(load_frontier(anew, head.position));
  if (tree.root() == head.root) return Ok{};
  return Error{
      Code::kCorruption,
      fmt::format("the events up to position {} give a hash tree with the root {}, the file HEAD says {}: the log itself "
                  "is damaged, and nothing was replaced",
                  head.position, format_hash(tree.root()), format_hash(head.root)),
      {}}
      .with("position", head.position);
}

/// In one step: afterwards DIR/db is the new database, and the old one lies where the new one did.
Status exchange(const Workplace& place, const std::filesystem::path& directory) {
  GOVLOG_TRY(sync_directory(place.database()));
  GOVLOG_TRY(sync_directory(place.path()));
  if (::renameat2(AT_FDCWD, place.database().c_str(), AT_FDCWD, (directory / "db").c_str(), RENAME_EXCHANGE) != 0) {
    return Error{
        Code::kIoError,
        fmt::format("putting the new database into {}: {}; nothing was replaced", directory.string(), std::strerror(errno)),
        {}};
  }
  GOVLOG_TRY(sync_directory(directory));
  return sync_directory(place.path());
}

/// A rebuild on its way, once the store is locked.
class Rebuild {
 public:
  explicit Rebuild(const RebuildOptions& options) : options_(options), place_(options.store.directory) {}

  Result<RebuildReport> run() {
    auto head = HeadFile::read(directory() / "HEAD", options_.store.env);
    if (!head.ok() && head.error().code != Code::kCorruption) return head.take_error();
    kept_ = GOVLOG_TRY(
        Database::open(directory() / "db", options_.check_only ? OpenMode::kReadOnly : OpenMode::kReadLog, options_.store.env));
    if (!head.ok()) return without_head(head.take_error());
    head_ = head.take();
    if (Status own = check_store_id(*kept_, head_.store_id); !own.ok()) return without_head(own.take_error());
    report_.events = GOVLOG_TRY(last_of_log(*kept_, head_));
    GOVLOG_TRY(check_room(options_.store, table_bytes(directory() / "db"), "a second database"));
    GOVLOG_TRY(place_.begin());
    anew_ = GOVLOG_TRY(create_database(place_.database(), options_.store, head_.store_id));
    const Replayed replayed = GOVLOG_TRY(write_anew());
    GOVLOG_TRY(check_rebuilt_root(*anew_, head_));
    GOVLOG_TRY(options_.check_only ? compare() : replace(replayed));
    return std::move(report_);
  }

 private:
  const std::filesystem::path& directory() const { return options_.store.directory; }

  /// Nothing tells then whether the log is all that was acknowledged: which position it goes on from is all there is to say.
  Error without_head(const Error& error) const {
    const auto last = last_of_log(*kept_, {});
    return last.ok() ? damage_error({*last + 1, 0}, error.message) : last.error();
  }

  Result<Replayed> write_anew() {
    ReplayOptions replay_options{.last = report_.events, .scratch = place_.scratch()};
    replay_options.progress = [this](Position done) {
      if (options_.progress) options_.progress(done, report_.events);
    };
    if (options_.check_only) comparison_.emplace(*kept_, report_.events).watch_graph(replay_options);
    return replay(*kept_, anew_, replay_options);
  }

  Status count() {
    for (const Family family : kDerivedFamilies) {
      const std::uint64_t rows = GOVLOG_TRY(count_rows(*anew_, family));
      report_.families.emplace_back(kFamilyNames[static_cast<std::size_t>(family)], rows);
    }
    return Ok{};
  }

  Status compare() {
    GOVLOG_TRY(count());
    std::vector<RowDifference> differences = GOVLOG_TRY(comparison_->differences(anew_));
    if (!differences.empty()) report_.difference = std::move(differences.front());
    return Ok{};
  }

  Status replace(const Replayed& replayed) {
    if (report_.events >= options_.store.graph_checkpoint_events)
      GOVLOG_TRY(store_checkpoint(*anew_, GraphView(*replayed.graph, report_.events), place_.scratch()));
    GOVLOG_TRY(copy_meta(*kept_, *anew_));
    GOVLOG_TRY(anew_->flush());
    GOVLOG_TRY(count());
    kept_.reset();
    anew_.reset();
    return exchange(place_, directory());
  }

  const RebuildOptions& options_;
  Workplace place_;
  HeadContent head_;
  std::shared_ptr<Database> kept_;
  std::shared_ptr<Database> anew_;
  RebuildReport report_;
  std::optional<LogComparison> comparison_;  // of a check
};

}  // namespace

Result<RebuildReport> rebuild(const RebuildOptions& options) {
  const StoreOptions& store = options.store;
  GOVLOG_TRY(check_file_system(store.directory));
  const Presence presence = GOVLOG_TRY(look_at_directory(store.directory));
  if (presence == Presence::kAbsent) return RebuildReport{false, 0, {}, {}};
  const DirectoryLock lock = GOVLOG_TRY(DirectoryLock::acquire(store.directory, true, store.lock_wait_ms));
  return Rebuild(options).run();
}

}  // namespace govlog
