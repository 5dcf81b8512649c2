#include "engine/careful_env.h"

#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/sst_file_writer.h>

#include <fmt/format.h>

using namespace govlog;

namespace {

enum class ReadFault : std::uint8_t { kError, kNothing };

/// Reads of table files are counted, and the n-th of them fails.
struct Faults {
  ReadFault kind = ReadFault::kError;
  int fail_at = 0;  // 0: none
  int reads = 0;

  bool hits() { return ++reads == fail_at; }
};

class FaultyRandomFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyRandomFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Faults& faults)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults) {}
  // NOLINTNEXTLINE(readability-function-size): RocksDB's signature
  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* debug) const override {
    if (!faults_.hits()) return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug);
    *result = rocksdb::Slice();
    return faults_.kind == ReadFault::kError ? rocksdb::IOStatus::IOError("injected") : rocksdb::IOStatus::OK();
  }

 private:
  Faults& faults_;
};

class FaultySequentialFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FaultySequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, Faults& faults)
      : FSSequentialFileOwnerWrapper(std::move(file)), faults_(faults) {}
  rocksdb::IOStatus Read(std::size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) override {
    if (!faults_.hits()) return FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, debug);
    *result = rocksdb::Slice();
    return faults_.kind == ReadFault::kError ? rocksdb::IOStatus::IOError("injected") : rocksdb::IOStatus::OK();
  }

 private:
  Faults& faults_;
};

class FaultyFiles : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(Faults& faults) : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
  const char* Name() const override { return "FaultyFiles"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = target()->NewRandomAccessFile(name, options, file, debug);
    if (status.ok() && name.ends_with(".sst")) *file = std::make_unique<FaultyRandomFile>(std::move(*file), faults_);
    return status;
  }
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = target()->NewSequentialFile(name, options, file, debug);
    if (status.ok() && name.ends_with(".sst")) *file = std::make_unique<FaultySequentialFile>(std::move(*file), faults_);
    return status;
  }

 private:
  Faults& faults_;
};

constexpr int kRows = 2000;

std::string row_key(int row) { return fmt::format("{:08}", row); }

void write_table(const std::string& path) {
  const rocksdb::Options options;
  rocksdb::SstFileWriter table(rocksdb::EnvOptions{}, options);
  REQUIRE(table.Open(path).ok());
  for (int row = 0; row < kRows; ++row) REQUIRE(table.Put(row_key(row), fmt::format("value {}", row)).ok());
  REQUIRE(table.Finish().ok());
}

/// How many rows are found by their keys; a scan would not ask for a file's bounds.
int count_rows(rocksdb::DB& db) {
  int count = 0;
  std::string value;
  for (int row = 0; row < kRows; ++row) count += db.Get({}, row_key(row), &value).ok() ? 1 : 0;
  return count;
}

/// Ingests a table of which the n-th read fails, and opens the database again. False where there are fewer reads.
bool ingest_with(Faults faults) {
  StoreFixture fixture;
  std::filesystem::create_directories(fixture.directory() / "db");
  const std::string directory = fixture.directory() / "db";
  const std::string path = fixture.directory() / "1.sst";
  write_table(path);
  const auto below = rocksdb::NewCompositeEnv(std::make_shared<FaultyFiles>(faults));
  const auto env = careful_env(*below, directory, std::make_shared<ManifestWatch>());
  rocksdb::Options options;
  options.create_if_missing = true;
  options.env = env.get();
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::Open(options, directory, &opened).ok());
  std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  how.write_global_seqno = false;
  how.verify_checksums_before_ingest = true;
  const bool taken = db->IngestExternalFile({path}, how).ok();
  const bool met = faults.fail_at <= faults.reads;
  faults.fail_at = 0;
  db.reset();
  REQUIRE(rocksdb::DB::Open(options, directory, &opened).ok());
  db.reset(opened);
  CHECK(count_rows(*db) == (taken ? kRows : 0));
  CHECK((met || taken));
  return met;
}

}  // namespace

TEST_SUITE("reads of table files") {
  TEST_CASE("a table file of which any read fails, or gives nothing, is not taken, or all its rows are there") {
    for (const ReadFault kind : {ReadFault::kError, ReadFault::kNothing}) {
      int at = 1;
      while (ingest_with({kind, at})) ++at;
      CHECK(at > 3);
    }
  }
}
