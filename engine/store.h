#pragma once
// The store: one directory, the durable log in it, and everything that is committed with it. The only owner of files.

#include "base/result.h"
#include "base/types.h"
#include "codec/event.h"
#include "engine/read_view.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
}

namespace govlog {

/// What an append gives back for each event: contract 2, "Receipt".
struct Receipt {
  Position position = 0;
  Uuid id;
  std::string entity_type;
  std::string entity_id;
  std::uint64_t version = 0;
  Timestamp created_at;
  Timestamp recorded_at;
  bool duplicate = false;
};

enum class Durability : std::uint8_t {
  kSync,   // a receipt is given when the event is on disk
  kAsync,  // a receipt may be given up to a second before
};

/// The clock of this machine, in UTC microseconds.
Timestamp system_clock_now();

/// What one appender chose.
struct AppendOptions {
  Durability durability = Durability::kSync;
  bool accept_clock = false;  // contract 2, "The clock"
};

struct StoreOptions {
  std::filesystem::path directory;
  AppendOptions append = {};                   // of append() without options
  int lock_wait_ms = 2000;                     // how long to wait for another process that has the store open
  std::size_t bulk_events = 8192;              // groups of so many go into table files at once, smaller ones through the log
  std::size_t graph_checkpoint_events = 4096;  // so many behind its checkpoint, the graph is kept anew when the store is closed
  std::function<Timestamp()> clock = system_clock_now;
  std::function<void(const Error&)> warn =
      {};  // told of what is damaged and was made again, so that answers are right; by any thread
  rocksdb::Env* env =
      nullptr;  // all files but FORMAT and lock go through it; nullptr: the machine's own. Tests inject faults with it.
};

/// What a damaged store lost: positions `from` to `to`, both inclusive. `to` 0: whether anything, and how much, nothing tells, since HEAD is lost.
struct Damage {
  Position from = 0;
  Position to = 0;
};

/// Which events are lost, as the end of a sentence that begins with "the store".
std::string describe(const Damage& damage);

/// `message` as kCorruption, with `details.from` and, where it is known, `details.to`.
Error damage_error(const Damage& damage, std::string message);

/// What every append to a damaged store answers.
Error damage_error(const Damage& damage);

/// The log of one directory.
///
///     auto store = GOVLOG_TRY(Store::open_for_writing({.directory = "/var/lib/govlog"}));
///     auto receipts = GOVLOG_TRY(store->append(std::move(events)));
///     const ReadView view = store->read();
///
/// Nothing that was appended is ever changed or removed. Keys and values: docs/storage.md.
/// Threads: every member may be called from many threads at once. Appenders that wait join the next group (one WAL sync for all of it).
/// Errors: after the first failed write every later append() answers kIoError until the store is opened again, because what
/// reached the disk is then unknown.
class Store {
 public:
  /// Opens the store for reading and appending, and makes it where there is none. The directory stays locked until the Store is destroyed.
  /// kLocked, kForbidden, kUnsupportedFormat, kCorruption, kIoError. A damaged store that can still be read opens, with damage() set.
  static Result<std::unique_ptr<Store>> open_for_writing(const StoreOptions& options);

  /// Opens it for reading alone: nothing below the directory is made or changed. Other readers may have it open, a writer may not.
  /// A directory that is not there reads as an empty store (exists() is false).
  static Result<std::unique_ptr<Store>> open_for_reading(const StoreOptions& options);

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Appends all of `batch`, in order, or none of it; an empty batch gives no receipts. When it returns, the events are durable (or will be
  /// within a second, with Durability::kAsync), and every later read() sees them. An event whose id is there already with equal content gives the stored
  /// receipt, `duplicate` set.
  /// kIdConflict, kVersionConflict (`details.actual`), kClockBehind, kDiskFull: nothing was kept. kIoError: unknown until the store is opened
  /// again. kCorruption: the store is damaged. In a batch of several, `details.line` is the 1-based place of the event at fault.
  /// O(bytes of the batch) plus O(log n) a touched entity.
  Result<std::vector<Receipt>> append(std::vector<Event> batch);
  Result<std::vector<Receipt>> append(std::vector<Event> batch, const AppendOptions& options);

  /// Appends `batches` in order, each of them whole or not at all, with one sync for all; ends before the first that is refused. Gives the receipts of those that
  /// were appended: where they are fewer than `batches`, append() of the next one tells why. For imports. The events stay the caller's.
  std::vector<std::vector<Receipt>> append_in_turn(std::span<const std::vector<Event>> batches);
  std::vector<std::vector<Receipt>> append_in_turn(std::span<const std::vector<Event>> batches, const AppendOptions& options);

  /// Everything as of the last append that was acknowledged. O(1).
  ReadView read() const;

  /// kCorruption where the store is damaged: what every append would answer.
  Status writable() const;

  /// Which positions a damaged store lost, if any.
  std::optional<Damage> damage() const;

  /// False where open_for_reading found no store.
  bool exists() const;

  Timestamp now() const;

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
