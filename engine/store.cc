#include "engine/store.h"

#include "base/system_error.h"
#include "codec/time.h"
#include "engine/append_queue.h"
#include "engine/bulk_load.h"
#include "engine/directory.h"
#include "engine/graph_checkpoint.h"
#include "engine/graph_keeper.h"
#include "engine/head_keeper.h"
#include "engine/log_writer.h"
#include "engine/opening.h"
#include "engine/place.h"
#include "engine/published.h"
#include "engine/snapshot.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace govlog {

namespace {

constexpr auto kHeadSyncEvery = std::chrono::milliseconds(500);
constexpr std::uint64_t kReplayBytesMax = 256 << 10;  // of log that a clean close leaves to be replayed

}  // namespace

/// One appender writes for all that wait (a leader and its group), so that a sync is shared. Whoever is first in the queue leads.
class Store::Impl {
 public:
  explicit Impl(StoreOptions options) : options_(std::move(options)) {}
  ~Impl();

  Status open_for_writing();
  Status open_for_reading();
  Result<std::vector<Receipt>> append(std::vector<Event> batch, const AppendOptions& options);
  std::vector<std::vector<Receipt>> append_in_turn(std::span<const std::vector<Event>> batches, const AppendOptions& options);
  ReadView read() const;

  const StoreOptions& options() const { return options_; }
  std::optional<Damage> damage() const { return damage_; }
  bool exists() const { return database_ != nullptr; }

 private:
  Status take(Inspection inspection);
  Status start_writing(const HeadContent& head);
  Status check_space(const AppendGroup& group) const;
  void run(AppendRequest& request);
  void run_group(const AppendGroup& group);
  bool add(AppendRequest& request);
  Status take_graph(const AppendGroup& group);
  Status keep_graph();
  Status commit(bool durable);
  Status note_head();
  void publish();
  void poison(const AppendGroup& group, const Error& error);
  void start_timer();
  void keep_head_synced();
  Status sync_all();

  StoreOptions options_;
  DirectoryLock lock_;
  std::optional<Place> place_;  // of the directory, once it is open for writing
  std::shared_ptr<Database> database_;
  std::optional<Damage> damage_;

  // Of the leader alone.
  std::unique_ptr<LogWriter> writer_;
  Uuid store_id_;
  std::optional<Error> poisoned_;
  std::shared_ptr<ImpactGraph> graph_;            // null until a question has opened it
  GarbagePlace garbage_ = GarbagePlace::begin();  // the place of the snapshot that is published

  AppendQueue queue_;

  std::unique_ptr<HeadKeeper> head_;

  std::atomic<bool> unsynced_ = false;     // rows were written without a sync
  std::atomic<bool> wants_timer_ = false;  // something is to be synced within a second

  Published<ReadView::Snapshot> view_;
  std::shared_ptr<SegmentIndex> segments_ = std::make_shared<SegmentIndex>();
  std::shared_ptr<GraphKeeper> keeper_ = std::make_shared<GraphKeeper>(options_.warn);

  std::mutex timer_mutex_;
  std::condition_variable timer_wakes_;
  bool stopping_ = false;
  std::thread timer_;
};

Status Store::Impl::take(Inspection inspection) {
  database_ = std::move(inspection.database);
  damage_ = inspection.damage;
  auto snapshot = std::make_shared<ReadView::Snapshot>();
  snapshot->database = database_;
  snapshot->position = inspection.position;
  snapshot->entities = inspection.entities;
  snapshot->segments = segments_;
  snapshot->keeper = keeper_;
  view_.store(std::move(snapshot));
  return Ok{};
}

Status Store::Impl::open_for_reading() {
  GOVLOG_TRY(check_file_system(options_.directory));
  const Presence presence = GOVLOG_TRY(look_at_directory(options_.directory));
  if (presence == Presence::kAbsent) {
    view_.store(std::make_shared<ReadView::Snapshot>());
    return Ok{};
  }
  lock_ = GOVLOG_TRY(DirectoryLock::acquire(options_.directory, false, options_.lock_wait_ms));
  return take(GOVLOG_TRY(inspect(options_)));
}

Status Store::Impl::open_for_writing() {
  GOVLOG_TRY(check_file_system(options_.directory));
  const Presence presence = GOVLOG_TRY(look_at_directory(options_.directory));
  if (presence == Presence::kAbsent) (void)GOVLOG_TRY(make_directory(options_.directory));
  lock_ = GOVLOG_TRY(DirectoryLock::acquire(options_.directory, true, options_.lock_wait_ms));
  // Another process may have made it while we waited for the lock.
  const Presence locked = GOVLOG_TRY(look_at_directory(options_.directory));
  if (locked == Presence::kAbsent) (void)GOVLOG_TRY(create_store(options_));
  Inspection inspection = GOVLOG_TRY(inspect(options_));
  if (inspection.damage) return take(std::move(inspection));
  // What appends go on from is read before anything may be changed, too.
  auto writer = GOVLOG_TRY(LogWriter::open(std::exchange(inspection.database, nullptr)));
  std::shared_ptr<Database> database = GOVLOG_TRY(open_for_appends(options_));
  (void)GOVLOG_TRY(writer->go_on_with(database));
  database_ = std::move(database);
  writer_ = std::move(writer);
  return start_writing(inspection.head);
}

Status Store::Impl::start_writing(const HeadContent& head) {
  store_id_ = head.store_id;
  place_.emplace(options_.directory);
  head_ = GOVLOG_TRY(HeadKeeper::open(options_.directory, database_, options_.env));
  (void)GOVLOG_TRY(note_head());  // a store that was killed between its log and HEAD has more than HEAD tells
  publish();
  timer_ = std::thread([this] { keep_head_synced(); });
  return Ok{};
}

Store::Impl::~Impl() {
  const bool opened = timer_.joinable();  // all the way, and for writing
  if (opened) {
    {
      const std::lock_guard lock(timer_mutex_);
      stopping_ = true;
    }
    timer_wakes_.notify_all();
    timer_.join();
  }
  if (opened && !poisoned_ && !database_->background_error() && place_->is_same()) {
    (void)sync_all();    // an error here loses nothing that was promised: what is promised is synced
    (void)keep_graph();  // where it cannot be kept, it is folded from the log
    if (database_->wal_bytes() > kReplayBytesMax) (void)database_->flush();  // only spares the next opening a replay
    (void)sync_all();
  }
  head_.reset();
  writer_.reset();
  view_.store(nullptr);
}

Status Store::Impl::check_space(const AppendGroup& group) const {
  GOVLOG_TRY(place_->check());
  std::uint64_t free_bytes = 0;
  rocksdb::Env* env = options_.env != nullptr ? options_.env : rocksdb::Env::Default();
  if (!env->GetFreeSpace(options_.directory.string(), &free_bytes).ok()) return Ok{};  // a file system that cannot tell
  std::uint64_t group_bytes = 0;
  for (const AppendRequest* request : group) group_bytes += request->bytes();
  const std::uint64_t wanted = kFreeBytesMin + 2 * (database_->unflushed_bytes() + group_bytes);
  if (free_bytes >= wanted) return Ok{};
  return Error{Code::kDiskFull,
               fmt::format("{} MB are free below {}, {} are wanted before an append; nothing was kept, make room and try again",
                           free_bytes >> 20, options_.directory.string(), (wanted >> 20) + 1),
               {}};
}

Result<std::vector<Receipt>> Store::Impl::append(std::vector<Event> batch, const AppendOptions& options) {
  if (damage_) return damage_error(*damage_);
  if (batch.empty()) return std::vector<Receipt>{};
  AppendRequest request;
  request.batches = {&batch, 1};
  request.options = options;
  run(request);
  if (request.error) return *request.error;
  return std::move(request.receipts.front());
}

std::vector<std::vector<Receipt>> Store::Impl::append_in_turn(std::span<const std::vector<Event>> batches,
                                                              const AppendOptions& options) {
  if (damage_ || batches.empty()) return {};
  AppendRequest request;
  request.batches = batches;
  request.options = options;
  run(request);
  return std::move(request.receipts);
}

void Store::Impl::run(AppendRequest& request) {
  GOVLOG_ASSERT(writer_ != nullptr, "append to a store that is open for reading");
  queue_.run(request, [this](const AppendGroup& group) noexcept {
    try {
      run_group(group);
    } catch (const std::exception& thrown) {  // the writer is ahead of the disk, as after a failed write
      poison(group, exception_error(thrown));
    }
  });
}

void Store::Impl::poison(const AppendGroup& group, const Error& error) {
  poisoned_ = Error{
      error.code == Code::kInternal || error.code == Code::kCorruption ? error.code : Code::kIoError,
      fmt::format(
          "{}; whether the append was kept shows when the store is opened again: send it again then with the same id{}",
          error.message,
          error.code == Code::kCorruption ? "; `govlog verify` tells what is damaged, and `govlog rebuild` may mend it" : ""),
      {}}.with("outcome", "unknown");
  refuse(group, *poisoned_);
}

/// Adds the request's batches to the writer's group, until one is refused. False after an error of ours.
bool Store::Impl::add(AppendRequest& request) {
  for (const std::vector<Event>& batch : request.batches) {
    auto receipts = writer_->add(batch, options_.clock());
    if (!receipts.ok()) {
      request.error = receipts.take_error();
      const Code code = request.error->code;  // after an error that is not the caller's, the writer may be ahead of the disk
      return code != Code::kCorruption && code != Code::kIoError && code != Code::kInternal;
    }
    request.receipts.push_back(receipts.take());
  }
  return true;
}

/// Once there is a graph, every append extends it. An import opens it, since making it afterwards would mean reading all again.
Status Store::Impl::take_graph(const AppendGroup& group) {
  std::size_t events = 0;
  for (const AppendRequest* request : group) events += request->events();
  const bool bulk = events >= options_.bulk_events;
  graph_ = GOVLOG_TRY(bulk ? keeper_->open_and_take(view_.load()) : keeper_->take(view_.load()));
  return Ok{};
}

/// So that the next opening of the graph need not fold the log.
Status Store::Impl::keep_graph() {
  const std::shared_ptr<const ReadView::Snapshot> snapshot = view_.load();
  const auto kept = checkpoint_position(*database_, nullptr);
  const Position from = kept.ok() && !keeper_->met_damage() ? *kept : 0;
  if (snapshot->position < from + options_.graph_checkpoint_events) return Ok{};
  if (!graph_) graph_ = GOVLOG_TRY(keeper_->open_and_take(snapshot));
  return store_checkpoint(*database_, GraphView(*graph_, snapshot->position), options_.directory / kBulkName);
}

void Store::Impl::run_group(const AppendGroup& group) {
  if (database_->background_error() && !poisoned_) poison({}, {Code::kIoError, "a background write has failed", {}});
  const Status ready = poisoned_ ? Status(*poisoned_) : check_space(group);
  if (!ready.ok()) return refuse(group, ready.error());
  if (!graph_) {
    const Status taken = take_graph(group);
    if (!taken.ok()) return poison(group, taken.error());
  }
  writer_->begin_group();
  bool wants_sync = false;
  for (AppendRequest* request : group) {
    if (request->options.accept_clock) writer_->accept_clock();
    if (!add(*request)) return poison(group, Error(*request->error));
    wants_sync = wants_sync || request->options.durability == Durability::kSync;
  }
  const bool writes = writer_->group_events() > 0 || (wants_sync && unsynced_);
  if (!writes) return;
  Status status = writer_->finish_group([this](bool needed) -> Result<std::shared_ptr<ImpactGraph>> {
    if (!graph_ && needed) graph_ = GOVLOG_TRY(keeper_->open_and_take(view_.load()));
    return graph_;
  });
  if (status.ok()) {
    status = commit(wants_sync);
    if (!status.ok() && status.error().code == Code::kCorruption)  // a write that failed, whatever RocksDB calls it
      status = Error{Code::kIoError, status.error().message, {}};
  }
  if (!status.ok()) return poison(group, status.error());
  publish();
  status = note_head();  // after that: who is woken by a write of HEAD finds what it tells of
  if (!status.ok()) return poison(group, status.error());
  if (writer_->group_events() >= options_.bulk_events) writer_->release_group();
}

Status Store::Impl::commit(bool durable) {
  if (writer_->group_events() >= options_.bulk_events) {
    (void)GOVLOG_TRY(bulk_load(*database_, writer_->rows(), options_.directory / kBulkName));
    unsynced_ = false;
    return Ok{};
  }
  rocksdb::WriteOptions options;
  options.sync = durable;
  options.protection_bytes_per_key = 8;
  const rocksdb::Status status = database_->db().Write(options, &writer_->rows());
  if (!status.ok()) return to_error(status, "writing the log");
  unsynced_ = !durable;
  return Ok{};
}

/// A log that nobody appends to wakes nobody.
void Store::Impl::start_timer() {
  if (wants_timer_.exchange(true)) return;
  const std::lock_guard lock(timer_mutex_);
  timer_wakes_.notify_all();
}

Status Store::Impl::note_head() {
  start_timer();
  if (unsynced_) return Ok{};  // HEAD tells of nothing that could still be lost
  return head_->note({store_id_, writer_->state().position, writer_->tree().root(), writer_->state().recorded_at});
}

void Store::Impl::publish() {
  auto snapshot = std::make_shared<ReadView::Snapshot>();
  snapshot->database = database_;
  snapshot->snapshot = database_->db().GetSnapshot();
  snapshot->position = writer_->state().position;
  snapshot->entities = writer_->state().entities;
  snapshot->segments = segments_;
  snapshot->keeper = keeper_;
  snapshot->graph = graph_;
  if (graph_) garbage_ = garbage_.follow(graph_->take_garbage());
  snapshot->garbage = garbage_;
  view_.store(std::move(snapshot));
}

Status Store::Impl::sync_all() {
  if (unsynced_) {
    AppendRequest request;
    run(request);
    if (request.error) return *request.error;
  }
  return head_->sync();
}

void Store::Impl::keep_head_synced() {
  std::unique_lock lock(timer_mutex_);
  while (true) {
    timer_wakes_.wait(lock, [this] { return stopping_ || wants_timer_; });
    if (timer_wakes_.wait_for(lock, kHeadSyncEvery, [this] { return stopping_; })) return;
    wants_timer_ = false;
    lock.unlock();
    (void)sync_all();  // an older HEAD is harmless; of a failed log write the next append tells
    lock.lock();
    if (database_->is_busy()) wants_timer_ = true;  // what it makes is to be noted
  }
}

ReadView Store::Impl::read() const { return ReadView(view_.load()); }

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open_for_writing(const StoreOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  (void)GOVLOG_TRY(impl->open_for_writing());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::unique_ptr<Store>> Store::open_for_reading(const StoreOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  (void)GOVLOG_TRY(impl->open_for_reading());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::vector<Receipt>> Store::append(std::vector<Event> batch) {
  return append(std::move(batch), impl_->options().append);
}
Result<std::vector<Receipt>> Store::append(std::vector<Event> batch, const AppendOptions& options) {
  return impl_->append(std::move(batch), options);
}
std::vector<std::vector<Receipt>> Store::append_in_turn(std::span<const std::vector<Event>> batches) {
  return append_in_turn(batches, impl_->options().append);
}
std::vector<std::vector<Receipt>> Store::append_in_turn(std::span<const std::vector<Event>> batches,
                                                        const AppendOptions& options) {
  return impl_->append_in_turn(batches, options);
}
ReadView Store::read() const { return impl_->read(); }
Status Store::writable() const {
  const auto damage = impl_->damage();
  return damage ? Status(damage_error(*damage)) : Status(Ok{});
}
std::optional<Damage> Store::damage() const { return impl_->damage(); }
bool Store::exists() const { return impl_->exists(); }
Timestamp Store::now() const { return impl_->options().clock(); }

}  // namespace govlog
