#pragma once
// RocksDB as this store uses it: the families with their options, and foreign statuses made into our errors.
// Private to engine: the only header that shows RocksDB.

#include "base/result.h"
#include "base/types.h"
#include "engine/careful_env.h"

#include <rocksdb/db.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// In the order of RocksDB's own family ids; `meta` is its default family. Never renumbered.
enum class Family : std::uint8_t { kMeta, kEvents, kPositions, kIds, kEntities, kTerms, kStates, kViews, kTiles };
inline constexpr std::size_t kFamilyCount = 9;
inline constexpr std::array<std::string_view, kFamilyCount> kFamilyNames{"default", "events", "positions", "ids",  "entities",
                                                                         "terms",   "states", "views",     "tiles"};

enum class OpenMode : std::uint8_t {
  kReadOnly,
  kReadLog,  // as kReadOnly, and the families meta and events alone: the files of others may be lost. The others may not be asked for
  kReadWrite,
  kCreate,
};

inline rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// A foreign status as our error; `doing` says what failed, as in "reading an event".
Error to_error(const rocksdb::Status& status, std::string_view doing);

/// An open RocksDB. Threads: as rocksdb::DB.
class Database {
 public:
  /// kCorruption where the families are not exactly ours. `poisoned` is set by RocksDB's background errors.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory, OpenMode mode, rocksdb::Env* env);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const { return handles_[static_cast<std::size_t>(family)]; }

  /// Value of `key` as `snapshot` (or now, where null) has it.
  Result<std::optional<std::string>> get(Family family, std::string_view key, const rocksdb::Snapshot* snapshot) const;
  std::unique_ptr<rocksdb::Iterator> iterate(Family family, const rocksdb::Snapshot* snapshot) const;

  /// A number that this database keeps, and another one in its place would not have; 0 where its file IDENTITY does not tell.
  std::uint64_t identity() const { return identity_; }
  const ManifestWatch& manifest() const { return *manifest_; }
  /// Whether tables are being written or merged, or are waiting for it.
  bool is_busy() const;

  /// Whether a background write has failed.
  bool background_error() const { return background_error_->load(); }
  std::uint64_t bytes_on_disk() const;
  /// Bytes in memtables that are not in files yet.
  std::uint64_t unflushed_bytes() const;
  /// Bytes of live write-ahead log.
  std::uint64_t wal_bytes() const;
  /// Puts memtables into files, so that the next opening replays nothing.
  Status flush() const;
  /// Puts finished table files into place, all or none, durably. An error leaves open whether they are: both is sound. The files that were given may stay.
  Status ingest(const std::vector<rocksdb::IngestExternalFileArg>& tables) const;

 private:
  Database() = default;

  std::shared_ptr<std::atomic<bool>> background_error_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<ManifestWatch> manifest_ = std::make_shared<ManifestWatch>();
  std::uint64_t identity_ = 0;
  std::unique_ptr<rocksdb::Env> env_;  // outlives db_
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyCount> handles_{};
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace govlog
