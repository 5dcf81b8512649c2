#pragma once
// How a store is opened: what is looked at before anything may be changed. Private to engine.
//
// RocksDB's recovery for writing shortens the log without a word after one flipped bit, and deletes the files that would have told (docs/adr/0006).
// So every opening looks first through a read-only handle: the families are exactly ours, their heads are equal, the position
// is at least HEAD's, and the tree's root at HEAD's position is HEAD's. Only then may a store be opened for writing.

#include "base/result.h"
#include "engine/database.h"
#include "engine/head_file.h"
#include "engine/store.h"

#include <memory>
#include <optional>

namespace govlog {

struct Inspection {
  std::shared_ptr<Database> database;  // open for reading alone
  HeadContent head;
  Position position = 0;
  std::uint64_t entities = 0;
  std::optional<Damage> damage;  // positions that HEAD tells of and the store has not, or HEAD itself
};

/// Looks at the store in `options.directory`, which the caller has locked, and changes nothing. kCorruption where it cannot be read as one whole. Where HEAD alone is lost it can, and
/// `damage` says so.
Result<Inspection> inspect(const StoreOptions& options);

/// kCorruption where the MANIFEST of `database`, which has just been opened, ends before what `head` knows to have been synced: it has forgotten table files then.
Status check_manifest(const Database& database, const HeadContent& head);

/// Makes the directory and those above it, where they are not there.
Status make_directory(const std::filesystem::path& directory);

/// kCorruption where `database` is another store's.
Status check_store_id(const Database& database, const Uuid& expected);

/// A new database in `directory`: an empty log with the id.
Result<std::shared_ptr<Database>> create_database(const std::filesystem::path& directory, const StoreOptions& options,
                                                  const Uuid& store_id);

/// kDiskFull where less than `wanted` bytes, and a reserve, are free below the directory of the store; `what` they are wanted for.
Status check_room(const StoreOptions& options, std::uint64_t wanted, std::string_view what);

/// Fills a database that has just been made: the id, and an empty log. Durable when it returns.
Status fill_empty_database(const Database& database, const Uuid& store_id);

/// The database of the store in `options.directory`, which was inspected, for writing. What was broken off and left something is cleared away.
Result<std::shared_ptr<Database>> open_for_appends(const StoreOptions& options);

/// A new place DIR/.new, where a store is made that finish_fresh() puts into `directory`. What an earlier one left there is removed. kIoError.
Result<std::filesystem::path> begin_fresh(const std::filesystem::path& directory);

/// HEAD and FORMAT beside DIR/.new/db, which is closed; then all three are renamed into `directory`, FORMAT last, which makes it a store. Durable when it returns.
Status finish_fresh(const std::filesystem::path& directory, const HeadContent& head, rocksdb::Env* env);

/// Makes a new store in `options.directory`, which is there, holds none, and is locked by the caller: below .new, then renamed into place, FORMAT last. Killed at
/// any point it leaves no store, and the next opening for writing begins anew.
Status create_store(const StoreOptions& options);

}  // namespace govlog
