#include "engine/restoration.h"

#include "codec/uuid.h"
#include "engine/directory.h"
#include "engine/graph_checkpoint.h"
#include "engine/opening.h"
#include "engine/replay.h"

#include <fmt/format.h>

#include <utility>

namespace govlog {

class Restoration::Impl {
 public:
  /// `made`: the directory was not there before.
  Impl(const StoreOptions& options, DirectoryLock lock, bool made) : options_(options), lock_(std::move(lock)), made_(made) {}
  ~Impl() {
    replay_.reset();
    database_.reset();
    std::error_code ignored;  // the next one tries again
    const std::filesystem::path& directory = options_.directory;
    const bool is_store = std::filesystem::exists(directory / "FORMAT", ignored) || ignored;  // unseen: nothing is removed
    if (!is_store && !fresh_.empty()) {  // what was put into place goes first
      for (const char* name : {"HEAD", "db"}) std::filesystem::remove_all(directory / name, ignored);
    }
    if (!fresh_.empty()) std::filesystem::remove_all(fresh_, ignored);
    if (is_store) return;
    // Held by us: who waits for it finds that it is gone, and makes another. One in which something stands is somebody's.
    if (std::filesystem::file_size(directory / "lock", ignored) == 0) std::filesystem::remove(directory / "lock", ignored);
    if (made_) std::filesystem::remove(directory, ignored);  // where nobody has put something there
  }

  Status begin() {
    head_.store_id = make_uuid_v7(options_.clock());
    fresh_ = GOVLOG_TRY(begin_fresh(options_.directory));
    database_ = GOVLOG_TRY(create_database(fresh_ / "db", options_, head_.store_id));
    replay_ = GOVLOG_TRY(LogReplay::begin(database_, {.scratch = fresh_ / kBulkName}));
    return Ok{};
  }

  Status add(const EventView& event) {
    head_.position = event.position;
    head_.recorded_at = event.recorded_at;
    return replay_->add(event);
  }

  const MerkleFrontier& tree() const { return replay_->tree(); }

  Status finish() {
    const Replayed replayed = GOVLOG_TRY(replay_->finish());
    replay_.reset();
    head_.root = replayed.tree.root();
    if (head_.position >= options_.graph_checkpoint_events)
      GOVLOG_TRY(store_checkpoint(*database_, GraphView(*replayed.graph, head_.position), fresh_ / kBulkName));
    GOVLOG_TRY(database_->flush());
    database_.reset();
    GOVLOG_TRY(sync_directory(fresh_ / "db"));
    return finish_fresh(options_.directory, head_, options_.env);
  }

 private:
  StoreOptions options_;
  DirectoryLock lock_;
  bool made_;
  std::filesystem::path fresh_;
  HeadContent head_;
  std::shared_ptr<Database> database_;
  std::unique_ptr<LogReplay> replay_;
};

namespace {

Error not_empty(const std::filesystem::path& directory) {
  return Error{
      Code::kInvalidArgument,
      fmt::format("{} is not empty: a log is restored into a directory that is empty or not there", directory.string()),
      {}}
      .with("parameter", std::string("db"));
}

/// What locking, and a making that was broken off, leave may be there.
/// kInvalidArgument where something is there; what hinders us from looking, as it is.
Status check_empty(const std::filesystem::path& directory) {
  const Result<Presence> presence = look_at_directory(directory);
  if (presence.ok() && *presence == Presence::kAbsent) return Ok{};
  const bool unseen = !presence.ok() && (presence.error().code == Code::kIoError || presence.error().code == Code::kForbidden);
  return unseen ? presence.error() : not_empty(directory);
}

}  // namespace

Result<std::unique_ptr<Restoration>> Restoration::begin(const StoreOptions& options) {
  GOVLOG_TRY(check_file_system(options.directory));
  std::error_code error;
  const bool exists = std::filesystem::exists(options.directory, error);
  if (exists && !std::filesystem::is_directory(options.directory, error)) return not_empty(options.directory);
  if (exists) GOVLOG_TRY(check_empty(options.directory));
  GOVLOG_TRY(make_directory(options.directory));
  auto lock = GOVLOG_TRY(DirectoryLock::acquire(options.directory, true, options.lock_wait_ms));
  GOVLOG_TRY(check_empty(options.directory));  // somebody may have made one while we waited
  auto impl = std::make_unique<Impl>(options, std::move(lock), !exists);
  GOVLOG_TRY(impl->begin());
  return std::unique_ptr<Restoration>(new Restoration(std::move(impl)));
}

Restoration::Restoration(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Restoration::~Restoration() = default;
Status Restoration::add(const EventView& event) { return impl_->add(event); }
const MerkleFrontier& Restoration::tree() const { return impl_->tree(); }
Status Restoration::finish() { return impl_->finish(); }

}  // namespace govlog
