#pragma once
// The file HEAD beside RocksDB: what was acknowledged, so that a store that recovers less is noticed.
//
// RocksDB's recovery after one flipped bit in its log drops the rest of it without a word; only something outside can tell.
// Two slots of 4096 bytes, each `magic[8] format u32 store_id[16] position u64 root[32] recorded_at i64 crc32c u32`, big-endian, zero-filled.
// Invariant: of the two, one has been synced and is left alone while the other is being overwritten; they change roles at each sync.
// So a power cut that tears what was not synced leaves a HEAD that is at most as old as the last sync(), and never ahead.

#include "base/result.h"
#include "base/types.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace rocksdb {
class Env;
class FSRandomRWFile;
}  // namespace rocksdb

namespace govlog {

struct HeadContent {
  Uuid store_id;
  Position position = 0;
  Hash root{};
  Timestamp recorded_at;
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
