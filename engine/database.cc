#include "engine/database.h"

#include "base/system_error.h"
#include "codec/hash.h"
#include "engine/careful_env.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace govlog {

namespace {

/// RocksDB's own log file would lie on the data disk, and writing it to a full one has ended processes.
class SilentLogger : public rocksdb::Logger {
 public:
  SilentLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// Notes background errors, and keeps RocksDB from resuming by itself: what reached the disk is unknown then.
class ErrorListener : public rocksdb::EventListener {
 public:
  explicit ErrorListener(std::shared_ptr<std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override { flag_->store(true); }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override { *automatic = false; }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

constexpr std::size_t kCacheBytes = 32 << 20;
constexpr int kCacheShardBits = 1;

struct FamilyShape {
  rocksdb::CompressionType upper;
  rocksdb::CompressionType bottom;
  std::size_t block_bytes;
  bool filter;
  std::uint32_t dictionary_bytes;
};

FamilyShape shape_of(Family family) {
  using rocksdb::kLZ4Compression;
  using rocksdb::kNoCompression;
  using rocksdb::kZSTD;
  switch (family) {
    case Family::kEvents:
      return {kLZ4Compression, kZSTD, 16 << 10, false, 16 << 10};
    case Family::kPositions:
      return {kLZ4Compression, kZSTD, 16 << 10, false, 0};
    case Family::kIds:
      return {kNoCompression, kNoCompression, 4 << 10, true, 0};
    case Family::kEntities:
      return {kLZ4Compression, kZSTD, 8 << 10, false, 0};
    case Family::kTerms:
      return {kLZ4Compression, kLZ4Compression, 16 << 10, true, 0};
    case Family::kStates:
      return {kZSTD, kZSTD, 16 << 10, false, 0};
    case Family::kViews:
      return {kLZ4Compression, kZSTD, 8 << 10, true, 0};
    case Family::kTiles:
    case Family::kMeta:
      return {kNoCompression, kNoCompression, 4 << 10, false, 0};
  }
  return {};
}

constexpr std::size_t kLogFamilies = 2;  // meta and events, which are the first

bool is_read_only(OpenMode mode) { return mode == OpenMode::kReadOnly || mode == OpenMode::kReadLog; }

rocksdb::ColumnFamilyOptions family_options(Family family, OpenMode mode, const std::shared_ptr<rocksdb::Cache>& cache) {
  const FamilyShape shape = shape_of(family);
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = family == Family::kEvents ? 16 << 20 : 8 << 20;
  options.compression_per_level = {shape.upper, shape.upper, shape.upper, shape.upper, shape.upper, shape.upper, shape.upper};
  options.bottommost_compression = shape.bottom;
  options.bottommost_compression_opts.enabled = true;
  options.bottommost_compression_opts.level =
      shape.bottom == rocksdb::kZSTD ? 3 : rocksdb::CompressionOptions::kDefaultCompressionLevel;
  options.bottommost_compression_opts.max_dict_bytes = shape.dictionary_bytes;
  options.level0_file_num_compaction_trigger = 8;
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 64;
  options.force_consistency_checks = true;
  options.paranoid_file_checks = true;
  if (family == Family::kIds && !is_read_only(mode)) {
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.05;
  }
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.block_size = shape.block_bytes;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.optimize_filters_for_memory = true;
  // Index and filter in parts: of a large file a look-up reads some KB, not the MB that it takes whole.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 4 << 10;
  if (shape.filter) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions database_options(OpenMode mode, rocksdb::Env* env, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = mode == OpenMode::kCreate;
  options.create_missing_column_families = mode == OpenMode::kCreate;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  options.allow_concurrent_memtable_write = false;
  options.manifest_preallocation_size = 64 << 10;
  options.max_manifest_file_size = 64 << 10;  // read whole at each opening; then made anew of what still holds
  options.max_open_files = 256;
  options.max_file_opening_threads = 1;  // sixteen by default, made anew at each opening
  options.skip_stats_update_on_db_open = true;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  options.max_total_wal_size = 32 << 20;
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(16 << 20, cache);
  options.fail_if_options_file_error = !is_read_only(mode);
  options.flush_verify_memtable_count = true;
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.avoid_flush_during_shutdown = true;
  options.info_log = std::make_shared<SilentLogger>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

/// RocksDB makes threads for its pools at the first flush and compaction, and one for its timer when a database is opened; where one is not to be had,
/// it leaves the database half made, and its lock taken. So the pools are filled before, and a thread more is tried.
Status try_threads(rocksdb::Env& env) {
  try {
    for (const auto pool : {rocksdb::Env::Priority::HIGH, rocksdb::Env::Priority::LOW})
      env.Schedule([](void*) {}, nullptr, pool);
    std::thread([] {}).join();
  } catch (const std::system_error& none) {
    return system_error(none.code().value(), "opening the store: making a thread");
  }
  return Ok{};
}

/// What `status` says, shorter where a table file is not there: RocksDB tells that under a former ending of such files, or twice.
std::string reason_of(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  constexpr std::string_view kDigits = "0123456789";
  for (const std::string_view ending : {".ldb", ".sst"}) {
    const std::size_t end = text.rfind(ending);
    if (end == std::string::npos || !text.contains(std::generic_category().message(ENOENT))) continue;
    const std::size_t begin = text.find_last_not_of(kDigits, end - 1) + 1;
    return fmt::format("the table file db/{}.sst, of which its MANIFEST tells, is missing", text.substr(begin, end - begin));
  }
  return text;
}

}  // namespace

Error to_error(const rocksdb::Status& status, std::string_view doing) {
  const std::string text = fmt::format("{}: {}", doing, reason_of(status));
  if ((status.IsIOError() || status.IsInvalidArgument()) && text.contains("Permission denied"))
    return {Code::kForbidden, text, {}};
  if (tells_shortage(text)) return {Code::kIoError, text, {}};  // RocksDB tells it in several codes
  if (status.IsCorruption()) return {Code::kCorruption, text, {}};
  if (status.IsPathNotFound()) return {Code::kCorruption, text + "; a file of the store is missing", {}};
  if (status.IsInvalidArgument() || status.IsNotFound()) {
    return {Code::kCorruption, text, {}};  // we pass no wrong arguments: the files are not what they should be
  }
  if (status.IsNoSpace()) return {Code::kIoError, text + "; the disk is full", {}};
  return {Code::kIoError, text, {}};
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& directory, OpenMode mode, rocksdb::Env* env) {
  // Few shards: a filter that is larger than a shard would never stay, and be read from disk for each look-up.
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kCacheBytes, kCacheShardBits);
  auto database = std::unique_ptr<Database>(new Database());
  if (env == nullptr) env = rocksdb::Env::Default();
  database->env_ = careful_env(*env, directory, database->manifest_);
  rocksdb::DBOptions options = database_options(mode, database->env_.get(), cache);
  options.listeners.push_back(std::make_shared<ErrorListener>(database->background_error_));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  const std::size_t count = mode == OpenMode::kReadLog ? kLogFamilies : kFamilyCount;
  for (std::size_t i = 0; i < count; ++i) {
    families.emplace_back(std::string(kFamilyNames[i]), family_options(static_cast<Family>(i), mode, cache));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (!is_read_only(mode)) GOVLOG_TRY(try_threads(*env));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = is_read_only(mode)
                                     ? rocksdb::DB::OpenForReadOnly(options, directory.string(), families, &handles, &db)
                                     : rocksdb::DB::Open(options, directory.string(), families, &handles, &db);
  if (status.IsNoSpace()) {
    return Error{Code::kDiskFull,
                 fmt::format("no room to open {} for writing; nothing was kept, make room and try again", directory.string()),
                 {}};
  }
  if (status.IsInvalidArgument() && !tells_shortage(status.ToString())) {
    return Error{Code::kCorruption,
                 fmt::format("opening the store: {}; its MANIFEST or CURRENT file is damaged", status.ToString()),
                 {}};
  }
  if (!status.ok()) return to_error(status, "opening the store");
  database->db_.reset(db);
  std::copy(handles.begin(), handles.end(), database->handles_.begin());
  std::ifstream identity(directory / "IDENTITY");
  std::string text;
  std::getline(identity, text, '\0');  // all of it; without throwing where it cannot be read
  if (!identity.bad() && !text.empty()) database->identity_ = std::uint64_t{crc32c(text)} << 32 | crc32c(text + text);
  return database;
}

bool Database::is_busy() const {
  for (const std::string& property :
       {rocksdb::DB::Properties::kNumRunningFlushes, rocksdb::DB::Properties::kNumRunningCompactions,
        rocksdb::DB::Properties::kMemTableFlushPending, rocksdb::DB::Properties::kCompactionPending}) {
    std::uint64_t count = 0;
    (void)db_->GetAggregatedIntProperty(property, &count);  // 0 is a fair guess
    if (count > 0) return true;
  }
  return false;
}

Database::~Database() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle != nullptr) (void)db_->DestroyColumnFamilyHandle(handle);  // frees the handle; it cannot fail on ours
  }
}

Result<std::optional<std::string>> Database::get(Family family, std::string_view key, const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_->Get(options, this->family(family), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return to_error(status, fmt::format("reading family {}", kFamilyNames[static_cast<std::size_t>(family)]));
  return std::optional<std::string>(value.ToString());
}

std::unique_ptr<rocksdb::Iterator> Database::iterate(Family family, const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, this->family(family)));
}

std::uint64_t Database::bytes_on_disk() const {
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  std::uint64_t bytes = wal_bytes();
  for (const rocksdb::LiveFileMetaData& file : files) bytes += file.size;
  return bytes;
}

std::uint64_t Database::unflushed_bytes() const {
  std::uint64_t bytes = 0;
  (void)db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kSizeAllMemTables, &bytes);  // 0 is a fair guess
  return bytes;
}

std::uint64_t Database::wal_bytes() const {
  rocksdb::VectorLogPtr files;
  std::uint64_t bytes = 0;
  if (!db_->GetSortedWalFiles(files).ok()) return 0;  // a size for display and for the choice to flush
  for (const auto& file : files) bytes += file->SizeFileBytes();
  return bytes;
}

Status Database::flush() const {
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  const rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), all);
  if (!status.ok()) return to_error(status, "flushing");
  return Ok{};
}

Status Database::ingest(const std::vector<rocksdb::IngestExternalFileArg>& tables) const {
  const KeepFiles keep;
  const rocksdb::Status status = db_->IngestExternalFiles(tables);
  if (!status.ok()) return to_error(status, "putting table files into place");
  return Ok{};
}

}  // namespace govlog
