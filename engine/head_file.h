#pragma once
// The file HEAD beside RocksDB: what was acknowledged, so that a store that recovers less is noticed.
//
// RocksDB's recovery after one flipped bit in its log drops the rest of it without a word; only something outside can tell.
// And one flipped bit in its MANIFEST makes it forget table files, of which nothing would tell either.
// Two slots of 4096 bytes, each `magic[8] format u32 store_id[16] position u64 root[32] recorded_at i64 database u64 manifest u64 bytes u64 crc32c u32`, big-endian, zero-filled. Format 1 had no `database`,
// `manifest` and `bytes`.
// Invariant: of the two, one has been synced and is left alone while the other is being overwritten; they change roles at each sync.
// So a power cut that tears what was not synced leaves a HEAD that is at most as old as the last sync(), and never ahead.

#include "base/result.h"
#include "base/types.h"
#include "engine/careful_env.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace rocksdb {
class Env;
class FSRandomRWFile;
}  // namespace rocksdb

namespace govlog {

/// So much of a database's MANIFEST was synced.
struct ManifestNote {
  std::uint64_t database = 0;  // its identity(); 0: nothing was noted
  ManifestExtent extent;

  bool operator==(const ManifestNote&) const = default;
};

struct HeadContent {
  Uuid store_id;
  Position position = 0;
  Hash root{};
  Timestamp recorded_at;
  ManifestNote manifest{};
  ManifestNote other_manifest{};  // of the other slot, when it is read
};

class HeadFile {
 public:
  /// Makes the file with `content`, synced.
  static Status create(const std::filesystem::path& path, const HeadContent& content, rocksdb::Env* env);

  /// The valid slot with the greater position; kCorruption where neither is valid or the file is not there.
  static Result<HeadContent> read(const std::filesystem::path& path, rocksdb::Env* env);

  static Result<std::unique_ptr<HeadFile>> open(const std::filesystem::path& path, rocksdb::Env* env);
  ~HeadFile();

  /// Overwrites the slot in turn; after kill -9 it is there, after a power cut perhaps not. One caller at a time.
  Status write(const HeadContent& content);

  /// Makes the last write durable. May run beside nothing else.
  Status sync();

 private:
  HeadFile() = default;

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  std::size_t slot_ = 0;  // the one that write() overwrites
};

}  // namespace govlog
