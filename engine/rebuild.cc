#include "engine/rebuild.h"

#include "codec/hash.h"
#include "codec/keys.h"
#include "engine/compare_rows.h"
#include "engine/directory.h"
#include "engine/graph_checkpoint.h"
#include "engine/head_file.h"
#include "engine/opening.h"
#include "engine/replay.h"
#include "engine/tree.h"
#include "graph/checkpoint.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
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
  std::filesystem::path scratch() const { return path() / "bulk"; }

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

Status check_space(const StoreOptions& options, const Database& database) {
  std::uint64_t free_bytes = 0;
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  if (!env->GetFreeSpace(options.directory.string(), &free_bytes).ok()) return Ok{};  // a file system that cannot tell
  const std::uint64_t wanted = kFreeBytesMin + database.bytes_on_disk();
  if (free_bytes >= wanted) return Ok{};
  return Error{Code::kDiskFull,
               fmt::format("{} MB are free below {}, {} are wanted for a second database; nothing was changed, make room and "
                           "try again",
                           free_bytes >> 20, options.directory.string(), (wanted >> 20) + 1),
               {}};
}

Result<std::shared_ptr<Database>> make_empty(const Workplace& place, const StoreOptions& options, const Uuid& store_id) {
  std::shared_ptr<Database> database = GOVLOG_TRY(Database::open(place.database(), OpenMode::kCreate, options.env));
  GOVLOG_TRY(fill_empty_database(*database, store_id));
  return database;
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

Status check_root(const Database& anew, const HeadContent& head) {
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
    head_ = GOVLOG_TRY(HeadFile::read(directory() / "HEAD", options_.store.env));
    kept_ = GOVLOG_TRY(Database::open(directory() / "db", OpenMode::kReadOnly, options_.store.env));
    GOVLOG_TRY(check_store_id(*kept_, head_.store_id));
    report_.events = GOVLOG_TRY(last_of_log(*kept_, head_));
    GOVLOG_TRY(check_space(options_.store, *kept_));
    GOVLOG_TRY(place_.begin());
    anew_ = GOVLOG_TRY(make_empty(place_, options_.store, head_.store_id));
    const Replayed replayed = GOVLOG_TRY(write_anew());
    GOVLOG_TRY(check_root(*anew_, head_));
    GOVLOG_TRY(options_.check_only ? compare() : replace(replayed));
    return std::move(report_);
  }

 private:
  const std::filesystem::path& directory() const { return options_.store.directory; }

  Result<Replayed> write_anew() {
    ReplayOptions replay_options{.last = report_.events, .scratch = place_.scratch()};
    replay_options.progress = [this](Position done) {
      if (options_.progress) options_.progress(done, report_.events);
    };
    if (options_.check_only) {
      const auto checkpoint = checkpoint_position(*kept_, nullptr);
      if (!checkpoint.ok()) note_graph(checkpoint.error().message);
      if (checkpoint.ok() && *checkpoint > report_.events) note_graph("is of a position behind the log");
      if (checkpoint.ok()) replay_options.pause = *checkpoint;
      replay_options.at_pause = [this](const GraphView& graph) { return compare_graph(graph); };
    }
    return replay(*kept_, anew_, replay_options);
  }

  void note_graph(std::string problem) {
    graph_difference_ = difference_at(Family::kViews, graph_piece_key(0), std::move(problem));
  }

  /// The checkpoint of the graph is compared with the graph as it is at that position.
  Status compare_graph(const GraphView& graph) {
    const auto loaded = load_checkpoint(*kept_, nullptr, report_.events);
    if (!loaded.ok() && loaded.error().code != Code::kCorruption) return loaded.error();
    if (!loaded.ok())
      note_graph(loaded.error().message);
    else if (encode_checkpoint(GraphView(**loaded, graph.position())) != encode_checkpoint(graph))
      note_graph("is not the graph that the log gives");
    return Ok{};
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
    auto snapshot = std::make_shared<ReadView::Snapshot>();
    snapshot->database = anew_;
    snapshot->position = report_.events;
    snapshot->segments = std::make_shared<SegmentIndex>();
    for (const Family family : kDerivedFamilies) {
      if (!report_.difference) report_.difference = GOVLOG_TRY(compare_family(*kept_, snapshot, family));
    }
    if (!report_.difference) report_.difference = std::move(graph_difference_);
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
  std::optional<RowDifference> graph_difference_;
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
