#include "engine/careful_env.h"

#include "codec/hash.h"
#include "engine/place.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kBlockBytes = 32 << 10;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kReadBytes = 64 << 10;

thread_local int keepers = 0;

enum Piece : std::uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// As RocksDB writes a checksum beside the bytes that it covers.
std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U; }

/// A file that is in memory.
class BytesFile : public rocksdb::FSSequentialFile {
 public:
  explicit BytesFile(std::string bytes) : bytes_(std::move(bytes)) {}
  rocksdb::IOStatus Read(std::size_t n, const rocksdb::IOOptions&, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext*) override {
    n = std::min(n, bytes_.size() - at_);
    std::memcpy(scratch, bytes_.data() + at_, n);
    *result = rocksdb::Slice(scratch, n);
    at_ += n;
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Skip(std::uint64_t n) override {
    at_ += std::min<std::uint64_t>(n, bytes_.size() - at_);
    return rocksdb::IOStatus::OK();
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

/// The same, read anywhere.
class BytesTable : public rocksdb::FSRandomAccessFile {
 public:
  explicit BytesTable(std::string bytes) : bytes_(std::move(bytes)) {}
  // NOLINTNEXTLINE(readability-function-size): RocksDB's signature
  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions&, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext*) const override {
    const std::size_t at = std::min<std::uint64_t>(offset, bytes_.size());
    n = std::min(n, bytes_.size() - at);
    std::memcpy(scratch, bytes_.data() + at, n);
    *result = rocksdb::Slice(scratch, n);
    return rocksdb::IOStatus::OK();
  }

 private:
  std::string bytes_;
};

/// A table file, of which a read gives all that lies there, or an error.
class WholeTable : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  WholeTable(std::unique_ptr<rocksdb::FSRandomAccessFile> target, std::uint64_t bytes)
      : FSRandomAccessFileOwnerWrapper(std::move(target)), bytes_(bytes) {}

  // NOLINTNEXTLINE(readability-function-size): RocksDB's signature
  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* debug) const override {
    rocksdb::IOStatus status = FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug);
    return status.ok() ? check(offset, n, result->size()) : status;
  }
  rocksdb::IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FSRandomAccessFileOwnerWrapper::MultiRead(requests, count, options, debug);
    for (rocksdb::FSReadRequest& request : std::span(requests, count)) {
      if (request.status.ok()) request.status = check(request.offset, request.len, request.result.size());
    }
    return status;
  }

 private:
  rocksdb::IOStatus check(std::uint64_t offset, std::size_t wanted, std::size_t got) const {
    const std::uint64_t there = offset < bytes_ ? bytes_ - offset : 0;
    if (got >= std::min<std::uint64_t>(wanted, there)) return rocksdb::IOStatus::OK();
    return rocksdb::IOStatus::IOError("a read of a table file gave less than lies in it");
  }

  std::uint64_t bytes_;
};

rocksdb::IOStatus read_to_end(rocksdb::FSSequentialFile& file, std::string& bytes) {
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kReadBytes);
    rocksdb::Slice got;
    rocksdb::IOStatus status = file.Read(kReadBytes, {}, &got, bytes.data() + before, nullptr);
    if (!status.ok()) return status;
    if (!got.empty() && got.data() != bytes.data() + before) std::memmove(bytes.data() + before, got.data(), got.size());
    bytes.resize(before + got.size());
    if (got.empty()) return status;
  }
}

/// A file for which at most so much is taken from the disk before it is needed.
class ModestFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;
  void SetPreallocationBlockSize(std::size_t bytes) override {
    constexpr std::size_t kBytesMax = 1 << 20;
    FSWritableFileOwnerWrapper::SetPreallocationBlockSize(std::min(bytes, kBytesMax));
  }
};

constexpr std::string_view kManifestPrefix = "MANIFEST-";

/// The number in the name of a MANIFEST file; 0 where it is the name of something else.
std::uint64_t manifest_number(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  std::uint64_t number = 0;
  if (name.starts_with(kManifestPrefix))
    (void)std::from_chars(name.data() + kManifestPrefix.size(), name.data() + name.size(), number);
  return number;
}

/// A MANIFEST that is written, and tells how much of it is synced. One thread at a time, as RocksDB writes it.
class ManifestFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ManifestFile(std::unique_ptr<rocksdb::FSWritableFile> target, std::uint64_t number, std::shared_ptr<ManifestWatch> watch)
      : FSWritableFileOwnerWrapper(std::move(target)), number_(number), watch_(std::move(watch)) {}

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) bytes_ += data.size();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info, rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, info, debug);
    if (status.ok()) bytes_ += data.size();
    return status;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return note(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return note(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }

 private:
  rocksdb::IOStatus note(rocksdb::IOStatus status) {
    if (status.ok()) watch_->note_synced({number_, bytes_});
    return status;
  }

  std::uint64_t number_;
  std::shared_ptr<ManifestWatch> watch_;
  std::uint64_t bytes_ = 0;
};

class CarefulFileSystem : public rocksdb::FileSystemWrapper {
 public:
  CarefulFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target, std::filesystem::path directory,
                    std::shared_ptr<ManifestWatch> watch)
      : FileSystemWrapper(target), directory_(directory), place_(std::move(directory)), watch_(std::move(watch)) {}
  const char* Name() const override { return "CarefulFileSystem"; }

  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!place_.is_same()) return moved();
    return keepers > 0 ? rocksdb::IOStatus::OK() : target()->DeleteFile(name, options, debug);
  }

  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    return place_.is_same() ? target()->RenameFile(from, to, options, debug) : moved();
  }

  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    return place_.is_same() ? target()->LinkFile(from, to, options, debug) : moved();
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override {
    if (!place_.is_same()) return moved();
    rocksdb::IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok() && name.ends_with(".log")) *file = std::make_unique<ModestFile>(std::move(*file));
    if (const std::uint64_t number = manifest_number(name); status.ok() && number > 0)
      *file = std::make_unique<ManifestFile>(std::move(*file), number, watch_);
    return status;
  }

  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override {
    return place_.is_same() ? target()->ReopenWritableFile(name, options, file, debug) : moved();
  }

  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override {
    return place_.is_same() ? target()->ReuseWritableFile(name, old, options, file, debug) : moved();
  }

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    if (is_no_file(name)) return no_file(name);
    const std::uint64_t number = manifest_number(name);
    if (number == 0) return target()->NewSequentialFile(name, options, file, debug);
    std::string bytes;
    rocksdb::IOStatus status = read_whole(name, options, bytes, debug);
    if (!status.ok()) return status;
    bytes.resize(sound_log_bytes(bytes));
    watch_->note_read({number, bytes.size()});
    *file = std::make_unique<BytesFile>(std::move(bytes));
    return status;
  }

  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override {
    if (is_no_file(name)) return no_file(name);
    const std::filesystem::path path(name);
    if (path.extension() != ".sst") return target()->NewRandomAccessFile(name, options, file, debug);
    if (path.parent_path() == directory_) {
      std::uint64_t bytes = 0;
      rocksdb::IOStatus opened = target()->GetFileSize(name, options.io_options, &bytes, debug);
      if (opened.ok()) opened = target()->NewRandomAccessFile(name, options, file, debug);
      if (opened.ok()) *file = std::make_unique<WholeTable>(std::move(*file), bytes);
      return opened;
    }
    std::string bytes;
    rocksdb::IOStatus status = read_whole(name, options, bytes, debug);
    if (status.ok()) *file = std::make_unique<BytesTable>(std::move(bytes));
    return status;
  }

 private:
  rocksdb::IOStatus read_whole(const std::string& name, const rocksdb::FileOptions& options, std::string& bytes,
                               rocksdb::IODebugContext* debug) {
    std::uint64_t size = 0;
    rocksdb::IOStatus status = target()->GetFileSize(name, options.io_options, &size, debug);
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    if (status.ok()) status = target()->NewSequentialFile(name, options, &file, debug);
    if (!status.ok()) return status;
    bytes.reserve(size + kReadBytes);
    return read_to_end(*file, bytes);
  }

  static rocksdb::IOStatus no_file(const std::string& name) { return rocksdb::IOStatus::Corruption(name + " is no file"); }

  static rocksdb::IOStatus moved() {
    return rocksdb::IOStatus::IOError("the directory was moved or removed while it was open");
  }

  std::filesystem::path directory_;
  Place place_;
  std::shared_ptr<ManifestWatch> watch_;
};

}  // namespace

ManifestExtent ManifestWatch::read() const {
  const std::lock_guard lock(mutex_);
  return read_;
}

ManifestExtent ManifestWatch::synced() const {
  const std::lock_guard lock(mutex_);
  return synced_;
}

void ManifestWatch::note_read(ManifestExtent extent) {
  const std::lock_guard lock(mutex_);
  read_ = extent;
}

void ManifestWatch::note_synced(ManifestExtent extent) {
  const std::lock_guard lock(mutex_);
  synced_ = extent;
}

std::unique_ptr<rocksdb::Env> careful_env(rocksdb::Env& env, const std::filesystem::path& directory,
                                          std::shared_ptr<ManifestWatch> watch) {
  return rocksdb::NewCompositeEnv(std::make_shared<CarefulFileSystem>(env.GetFileSystem(), directory, std::move(watch)));
}

KeepFiles::KeepFiles() { ++keepers; }
KeepFiles::~KeepFiles() { --keepers; }

std::size_t sound_log_bytes(std::string_view file) {
  std::size_t sound = 0;
  bool inside = false;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t left = std::min(kBlockBytes - at % kBlockBytes, file.size() - at);
    if (left < kHeaderBytes) {
      at += left;
      continue;
    }
    const std::string_view header = file.substr(at, kHeaderBytes);
    const std::size_t length = little_endian(header.substr(4, 2));
    if (length > left - kHeaderBytes) break;
    const std::uint32_t crc = crc32c(file.substr(at + kHeaderBytes - 1, 1 + length));
    if (little_endian(header.substr(0, 4)) != masked(crc)) break;
    const auto piece = static_cast<std::uint8_t>(header[6]);
    const bool begins = piece == kWhole || piece == kFirst;
    if (piece < kWhole || piece > kLast || begins == inside) break;
    at += kHeaderBytes + length;
    inside = piece == kFirst || piece == kMiddle;
    if (!inside) sound = at;
  }
  return sound;
}

}  // namespace govlog
