#pragma once
// Habits of RocksDB that harm a sound store, corrected between it and the file system. Private to engine.
//
// * It refuses a MANIFEST whose end is damaged, though a power cut may leave just that: a record that was written and never synced.
//   Here such a file ends with its last whole record. What the rest might have told is guarded as the log's own end is: HEAD, the family heads and the
//   root of the tree are compared before anything is believed, and before anything may be changed; and HEAD knows how much of it was synced.
// * It finds its files by their paths. Where the directory was moved or removed under an open store, and another store was made in its place, it would
//   delete and overwrite the files of that one. Here nothing is made, renamed or deleted once the directory is not the one that was opened.
// * It takes 16 MB from the disk for a log before anything is in it, which a small disk has not, and which looks like a disk that fills up. Here it takes 1 MB at a time.
// * Of a table file that it is to ingest it asks the first and the last key, and not whether they could be read: after a read that failed, the file is taken
//   with no bounds, and its rows are never found. Here such a file is read once, as a whole, into memory, and what was read is all that it sees of it.
// * A read of a table file that gives less than lies in the file is an error to it in some places, and the file's end in others. Here it is an error.
// * It deletes the files of an ingestion whose MANIFEST record was written and could not be synced; the record may last all the same.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace govlog {

/// So much of the file MANIFEST-`number`; 0: of none.
struct ManifestExtent {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;

  bool operator==(const ManifestExtent&) const = default;
};

/// What a careful_env has seen of MANIFEST files. Threads: any.
class ManifestWatch {
 public:
  /// Whole records at the beginning of the one that was read last.
  ManifestExtent read() const;
  /// Of the one that was synced last; nothing before it is lost by a power cut.
  ManifestExtent synced() const;
  void note_read(ManifestExtent extent);
  void note_synced(ManifestExtent extent);

 private:
  mutable std::mutex mutex_;
  ManifestExtent read_;
  ManifestExtent synced_;
};

/// `env` with these corrected, for a database in `directory`. The result refers to `env`'s files and threads, which must outlive it.
std::unique_ptr<rocksdb::Env> careful_env(rocksdb::Env& env, const std::filesystem::path& directory,
                                          std::shared_ptr<ManifestWatch> watch);

/// While it lives, this thread deletes no file through a careful_env. What belongs to nothing goes when the database is opened next.
class KeepFiles {
 public:
  KeepFiles();
  ~KeepFiles();
  KeepFiles(const KeepFiles&) = delete;
  KeepFiles& operator=(const KeepFiles&) = delete;
};

/// Bytes of the longest beginning of a RocksDB log file (a MANIFEST is one) that holds whole records alone. O(size).
/// Format: blocks of 32 KiB; a record is CRC32C (masked, over type and payload), length u16, type u8, payload, little-endian; types: 1 whole,
/// 2 first, 3 middle, 4 last piece; fewer than 7 bytes at a block's end are empty (RocksDB wiki, "Write Ahead Log File Format").
std::size_t sound_log_bytes(std::string_view file);

}  // namespace govlog
