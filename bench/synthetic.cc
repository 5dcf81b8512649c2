#include "bench/synthetic.h"

#include "api/import.h"
#include "api/local_executor.h"
#include "bench/support.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace govlog::bench {

namespace {

constexpr std::size_t kLineBytes = 511;
constexpr std::string_view kWords[] = {"billing",  "claims",   "ledger",  "identity", "contract", "archive", "audit",
                                       "consent",  "customer", "gateway", "partner",  "tariff",   "report",  "payment",
                                       "shipping", "schedule", "search",  "document", "mobile",   "portal"};

/// Scatters an index over 64 bits (splitmix64), so that a line depends on its index alone.
std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

}  // namespace

std::string synthetic_line(std::uint64_t index, std::uint64_t count, Timestamp now) {
  const std::uint64_t chance = scatter(index);
  const std::int64_t span = 400 * kMicrosPerDay;
  const auto step = static_cast<std::int64_t>(index) * (span / static_cast<std::int64_t>(count));
  const std::int64_t late = chance % 100 < 5 ? static_cast<std::int64_t>(chance >> 8U) % kMicrosPerDay : 0;
  const Timestamp created_at{now.micros - span + step - (late < 0 ? -late : late)};
  std::string line = fmt::format(
      R"({{"id":"{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}","event_type":"Service{}Noted","entity_type":"{}","entity_id":"S-{}","actor":"architect_{}",)"
      R"("data":{{"title":"The {} of the {}","status":"state {}","risk_level":{},"priority":"p{}","description":")",
      chance >> 32U, index >> 48U, (index >> 32U) & 0xFFFU, (index >> 20U) & 0xFFFU, index & 0xFFFFFFFFFFFFU,
      (chance >> 3U) % 12, (chance >> 5U) % 3 == 0 ? "service" : "interface", scatter(index + 1) % (count / 2 + 1),
      (chance >> 9U) % 60, kWords[(chance >> 12U) % 20], kWords[(chance >> 17U) % 20], (chance >> 22U) % 6, (chance >> 26U) % 5,
      (chance >> 29U) % 4);
  const std::string end = fmt::format(R"("}},"metadata":{{"client":"cli"}},"created_at":"{}"}})", format_time(created_at));
  for (std::uint64_t word = 0; line.size() + end.size() < kLineBytes; ++word) {
    line += kWords[scatter(chance + word) % 20];
    line += ' ';
  }
  line.resize(std::max(kLineBytes, end.size()) - end.size());
  return line + end;
}

void write_synthetic_file(const std::filesystem::path& path, std::uint64_t count) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) give_up(fmt::format("cannot write {}", path.string()));
  const Timestamp now = system_clock_now();
  for (std::uint64_t i = 0; i < count; ++i) fmt::print(file, "{}\n", synthetic_line(i, count, now));
  if (std::fclose(file) != 0) give_up(fmt::format("cannot write {}", path.string()));
}

std::unique_ptr<Store> store_to_read(const std::filesystem::path& directory, const std::filesystem::path& scratch,
                                     std::uint64_t count) {
  StoreOptions options;
  options.directory = directory;
  if (directory.empty()) {
    const std::filesystem::path file = scratch / "events.ndjson";
    write_synthetic_file(file, count);
    options.directory = scratch / "store";
    {
      const std::unique_ptr<Store> store = must(Store::open_for_writing(options));
      LocalExecutor executor(*store);
      (void)must(import_files(executor, {file.string()}, {}));
    }
    std::filesystem::remove(file);
    compact_store(options.directory);
  }
  return must(Store::open_for_reading(options));
}

void compact_store(const std::filesystem::path& directory) {
  const std::unique_ptr<Database> database = must(Database::open(directory / "db", OpenMode::kReadWrite, nullptr));
  (void)must(database->flush());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const rocksdb::Status status =
        database->db().CompactRange(options, database->family(static_cast<Family>(i)), nullptr, nullptr);
    if (!status.ok()) give_up(status.ToString());
  }
}

std::vector<std::pair<std::string, std::uint64_t>> family_bytes(const std::filesystem::path& directory) {
  const std::unique_ptr<Database> database = must(Database::open(directory / "db", OpenMode::kReadOnly, nullptr));
  std::vector<std::pair<std::string, std::uint64_t>> all;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    std::uint64_t bytes = 0;
    if (!database->db().GetIntProperty(database->family(static_cast<Family>(i)), rocksdb::DB::Properties::kTotalSstFilesSize,
                                       &bytes))
      give_up("the database does not tell the sizes of its families");
    all.emplace_back(kFamilyNames[i], bytes);
  }
  return all;
}

void copy_rows(const Database& raw, Family family, std::string_view from, std::size_t count, std::string& out) {
  out.clear();
  const auto iterator = raw.iterate(family, nullptr);
  std::size_t rows = 0;
  for (iterator->Seek(slice(from)); iterator->Valid() && rows < count; iterator->Next(), ++rows) {
    out.append(iterator->key().data(), iterator->key().size());
    out.append(iterator->value().data(), iterator->value().size());
  }
}

}  // namespace govlog::bench
