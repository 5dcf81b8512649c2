#include "engine/table_checksums.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/metadata.h>

#include <memory>
#include <vector>

namespace govlog {

namespace {

constexpr std::size_t kReadBytes = 1 << 20;

class LiveTables {
 public:
  explicit LiveTables(const Database& database) : database_(database) { database.db().GetLiveFilesMetaData(&files_); }

  Status check(const std::function<void(const TableProblem&)>& found,
               const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    std::uint64_t total = 0;
    for (const rocksdb::LiveFileMetaData& file : files_) total += file.size;
    std::uint64_t done = 0;
    bool all_noted = true;
    for (const rocksdb::LiveFileMetaData& file : files_) {
      const std::string problem = problem_of(file);
      all_noted = all_noted && has_checksum(file);
      if (!problem.empty()) found({file.relative_filename, file.column_family_name, problem});
      done += file.size;
      progress(done, total);
    }
    if (all_noted) return Ok{};
    const rocksdb::Status blocks = database_.db().VerifyChecksum();  // at least what is in blocks
    if (!blocks.ok()) found({{}, {}, blocks.ToString()});
    return Ok{};
  }

 private:
  static bool has_checksum(const rocksdb::LiveFileMetaData& file) {
    return file.file_checksum_func_name == "FileChecksumCrc32c";
  }

  /// Empty where the file is as it was written.
  std::string problem_of(const rocksdb::LiveFileMetaData& file) {
    std::unique_ptr<rocksdb::SequentialFile> in;
    const std::string path = file.directory + "/" + file.relative_filename;
    rocksdb::Status status = database_.db().GetEnv()->NewSequentialFile(path, &in, rocksdb::EnvOptions());
    const auto sum = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
    std::uint64_t bytes = 0;
    for (rocksdb::Slice piece; status.ok();) {
      status = in->Read(kReadBytes, &piece, buffer_.data());
      if (!status.ok() || piece.empty()) break;
      sum->Update(piece.data(), piece.size());
      bytes += piece.size();
    }
    if (!status.ok()) return status.ToString();
    if (bytes != file.size) return fmt::format("has {} bytes, not {}", bytes, file.size);
    sum->Finalize();
    if (has_checksum(file) && sum->GetChecksum() != file.file_checksum)
      return "its bytes are not those that were written: the checksum differs";
    return {};
  }

  const Database& database_;
  std::vector<rocksdb::LiveFileMetaData> files_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
};

}  // namespace

Status check_tables(const Database& database, const std::function<void(const TableProblem&)>& found,
                    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  return LiveTables(database).check(found, progress);
}

}  // namespace govlog
