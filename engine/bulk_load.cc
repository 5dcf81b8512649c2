#include "engine/bulk_load.h"

#include "base/assert.h"
#include "codec/keys.h"

#include <fmt/format.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace govlog {

namespace {

struct Row {
  rocksdb::Slice key;
  rocksdb::Slice value;
  bool erased = false;
};

using Rows = std::vector<Row>;

/// The rows of a batch, family by family, in the batch's order. They point into the batch.
class RowsByFamily : public rocksdb::WriteBatch::Handler {
 public:
  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    families.at(family).push_back({key, value});
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t family, const rocksdb::Slice& key) override {
    families.at(family).push_back({key, {}, true});
    return rocksdb::Status::OK();
  }

  std::array<Rows, kFamilyCount> families;
};

/// Sorts by key, and leaves of those with the same key the last.
void settle(Rows& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key.compare(b.key) < 0; });
  const auto kept = std::unique(rows.rbegin(), rows.rend(), [](const Row& a, const Row& b) { return a.key == b.key; });
  rows.erase(rows.begin(), kept.base());
}

rocksdb::Status write_table(const Database& database, Family family, const std::string& path, Rows::const_iterator first,
                            Rows::const_iterator last) {
  rocksdb::ColumnFamilyHandle* handle = database.family(family);
  // Packed quickly now and closely later: RocksDB rewrites what lies at the bottom once no snapshot is older, in the background.
  rocksdb::Options options = database.db().GetOptions(handle);
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  rocksdb::SstFileWriter table(rocksdb::EnvOptions(), options, handle);
  rocksdb::Status status = table.Open(path);
  for (; first != last && status.ok(); ++first)
    status = first->erased ? table.Delete(first->key) : table.Put(first->key, first->value);
  return status.ok() ? table.Finish() : status;
}

/// Table files that wait to be put into place.
class Tables {
 public:
  Tables(const Database& database, std::filesystem::path scratch) : database_(database), scratch_(std::move(scratch)) {}

  Status add(Family family, Rows& rows) {
    if (rows.empty()) return Ok{};
    settle(rows);
    rocksdb::IngestExternalFileArg files;
    files.column_family = database_.family(family);
    files.options.move_files = true;
    files.options.write_global_seqno = false;
    files.options.verify_checksums_before_ingest = true;
    auto first = rows.cbegin();
    for (const Rows::const_iterator last : cuts(family, rows)) {
      if (first == last) continue;
      files.external_files.push_back(scratch_ / fmt::format("{}.sst", count_++));
      const rocksdb::Status status = write_table(database_, family, files.external_files.back(), first, last);
      if (!status.ok()) return to_error(status, "writing a table file");
      first = last;
    }
    tables_.push_back(std::move(files));
    return Ok{};
  }

  Status put_into_place() const { return tables_.empty() ? Status(Ok{}) : database_.ingest(tables_); }

 private:
  /// Where the rows are cut into files. New events and positions lie before or behind all that are there; apart from late events and
  /// the family's head, which has the last key, they need no merging, ever. The other families' keys lie everywhere.
  std::vector<Rows::const_iterator> cuts(Family family, const Rows& rows) const {
    if (family != Family::kEvents && family != Family::kPositions) return {rows.cend()};
    const auto body_end = rows.back().key == slice(kFamilyHeadKey) ? std::prev(rows.cend()) : rows.cend();
    if (family == Family::kPositions) return {body_end, rows.cend()};
    const auto there = database_.iterate(family, nullptr);
    there->SeekToFirst();  // the newest event
    auto late = rows.cbegin();
    if (there->Valid()) {
      late = std::lower_bound(rows.cbegin(), body_end, there->key(),
                              [](const Row& row, const rocksdb::Slice& key) { return row.key.compare(key) < 0; });
    }
    return {late, body_end, rows.cend()};
  }

  const Database& database_;
  std::filesystem::path scratch_;
  std::vector<rocksdb::IngestExternalFileArg> tables_;
  std::size_t count_ = 0;
};

Status empty_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (!error) std::filesystem::create_directory(directory, error);
  if (error) return Error{Code::kIoError, fmt::format("making {}: {}", directory.string(), error.message()), {}};
  return Ok{};
}

}  // namespace

Status bulk_load(const Database& database, const rocksdb::WriteBatch& rows, const std::filesystem::path& scratch) {
  RowsByFamily sorted;
  for (Rows& family : sorted.families) family.reserve(static_cast<std::size_t>(rows.Count()) / 8);
  const rocksdb::Status read = rows.Iterate(&sorted);
  GOVLOG_ASSERT(read.ok(), "{}", read.ToString());
  GOVLOG_TRY(empty_directory(scratch));
  Tables tables(database, scratch);
  for (std::size_t i = 0; i < kFamilyCount; ++i) GOVLOG_TRY(tables.add(static_cast<Family>(i), sorted.families[i]));
  GOVLOG_TRY(database.flush());
  GOVLOG_TRY(tables.put_into_place());
  std::error_code error;
  std::filesystem::remove_all(scratch, error);  // what is left does no harm
  return Ok{};
}

}  // namespace govlog
