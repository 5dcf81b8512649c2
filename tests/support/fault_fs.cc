#include "tests/support/fault_fs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace govlog::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kBlockBytes = 4096;

std::string directory_of(const std::string& name) { return std::filesystem::path(name).parent_path().string(); }

/// Directories come with and without a slash at their end.
std::string plain_directory(const std::string& name) {
  return name.size() > 1 && name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
}

class WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, FaultFs& fs, std::shared_ptr<TrackedFile> tracked)
      : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs), tracked_(std::move(tracked)) {}

  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    return fs_.append(*tracked_, *target(), data);
  }
  IOStatus Append(const Slice& data, const IOOptions&, const rocksdb::DataVerificationInfo&, IODebugContext*) override {
    return fs_.append(*tracked_, *target(), data);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    return fs_.change(FaultKind::kAppend, [&] {
      tracked_->size = size;
      tracked_->synced = std::min(tracked_->synced, size);
      return target()->Truncate(size, options, debug);
    });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return fs_.change(FaultKind::kSync, [&] {
      tracked_->synced = tracked_->size;
      return target()->Flush(options, debug);
    });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }  // promises nothing

 private:
  FaultFs& fs_;
  std::shared_ptr<TrackedFile> tracked_;
};

class RandomRWFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile>&& file, FaultFs& fs, std::shared_ptr<TrackedFile> tracked)
      : FSRandomRWFileOwnerWrapper(std::move(file)), fs_(fs), tracked_(std::move(tracked)) {}

  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return fs_.change(FaultKind::kOverwrite, [&] {
      std::string before(data.size(), '\0');
      Slice got;
      const IOStatus read = FSRandomRWFileOwnerWrapper::Read(offset, before.size(), options, &got, before.data(), debug);
      if (!read.ok()) return read;
      if (got.data() != before.data()) before.assign(got.data(), got.size());
      before.resize(data.size(), '\0');
      tracked_->overwrites.push_back({offset, std::move(before), data.ToString()});
      return FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
    });
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return fs_.change(FaultKind::kSync, [&] {
      tracked_->overwrites.clear();
      return IOStatus::OK();
    });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

 private:
  FaultFs& fs_;
  std::shared_ptr<TrackedFile> tracked_;
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory>&& directory, FaultFs& fs, std::string name)
      : FSDirectoryWrapper(std::move(directory)), fs_(fs), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return fs_.directory_sync(name_); }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*, const rocksdb::DirFsyncOptions&) override {
    return fs_.directory_sync(name_);
  }

 private:
  FaultFs& fs_;
  std::string name_;
};

class SequentialFile : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  SequentialFile(std::unique_ptr<rocksdb::FSSequentialFile>&& file, FaultFs& fs)
      : FSSequentialFileOwnerWrapper(std::move(file)), fs_(fs) {}
  IOStatus Read(std::size_t n, const IOOptions& options, Slice* result, char* scratch, IODebugContext* debug) override {
    const IOStatus fault = fs_.read_fault();
    return fault.ok() ? FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, debug) : fault;
  }

 private:
  FaultFs& fs_;
};

class RandomAccessFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile>&& file, FaultFs& fs)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), fs_(fs) {}
  // NOLINTNEXTLINE(readability-function-size): RocksDB's signature
  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus fault = fs_.read_fault();
    return fault.ok() ? FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug) : fault;
  }

 private:
  FaultFs& fs_;
};

void write_at(int descriptor, std::uint64_t offset, std::string_view bytes) {
  (void)!::pwrite(descriptor, bytes.data(), bytes.size(),
                  static_cast<off_t>(offset));  // the world is ending; there is nobody to tell
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  constexpr std::array<std::string_view, kFaultKinds> kNames{"append", "sync",           "create",    "rename",
                                                             "delete", "directory sync", "overwrite", "read"};
  return kNames.at(static_cast<std::size_t>(kind));
}

FaultFs::FaultFs(FaultPlan plan)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), plan_(std::move(plan)), random_(plan_.seed) {}

bool FaultFs::count(FaultKind kind) {
  if (kind != FaultKind::kRead && ++operations_ == plan_.crash_at) {
    undo_names();
    for (auto& [name, file] : files_) damage(name, *file);
    ::_exit(kPowerCutExit);
  }
  if (plan_.fail_at == 0 || kind != plan_.fail_kind) return false;
  ++of_kind_;
  const bool fails = of_kind_ == plan_.fail_at || (plan_.fail_for_good && of_kind_ > plan_.fail_at);
  if (fails) failed_ = true;
  return fails;
}

void FaultFs::cut_power() {
  const std::lock_guard lock(mutex_);
  plan_.crash_at = operations_ + 1;
  (void)count(FaultKind::kSync);
  ::_exit(kPowerCutExit);
}

IOStatus FaultFs::failure() const { return plan_.no_space ? IOStatus::NoSpace("injected") : IOStatus::IOError("injected"); }

IOStatus FaultFs::read_fault() {
  if (plan_.fail_at == 0 || plan_.fail_kind != FaultKind::kRead) return IOStatus::OK();
  return change(FaultKind::kRead, [] { return IOStatus::OK(); });
}

IOStatus FaultFs::append(TrackedFile& tracked, rocksdb::FSWritableFile& file, const Slice& data) {
  const std::lock_guard lock(mutex_);
  const bool fails = count(FaultKind::kAppend);
  const Slice part(data.data(), fails ? (plan_.half_written ? data.size() / 2 : 0) : data.size());
  const IOStatus status = part.empty() ? IOStatus::OK() : file.Append(part, {}, nullptr);
  if (status.ok()) tracked.size += part.size();
  return fails ? failure() : status;
}

std::shared_ptr<TrackedFile> FaultFs::track(const std::string& name, std::uint64_t size) {
  std::shared_ptr<TrackedFile>& tracked = files_[name];
  if (tracked == nullptr) {
    tracked = std::make_shared<TrackedFile>();
    tracked->size = tracked->synced = size;
  }
  return tracked;
}

std::string FaultFs::save(const std::string& name) {
  std::string saved = plan_.graveyard + "/" + std::to_string(saved_++);
  return ::link(name.c_str(), saved.c_str()) == 0 ? saved : "";
}

IOStatus FaultFs::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  const IOStatus status = target()->NewSequentialFile(name, options, file, debug);
  if (status.ok()) *file = std::make_unique<SequentialFile>(std::move(*file), *this);
  return status;
}

IOStatus FaultFs::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) {
  const IOStatus status = target()->NewRandomAccessFile(name, options, file, debug);
  if (status.ok()) *file = std::make_unique<RandomAccessFile>(std::move(*file), *this);
  return status;
}

IOStatus FaultFs::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                  std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  return change(FaultKind::kCreate, [&] {
    std::string saved = save(name);
    if (!saved.empty()) ::unlink(name.c_str());  // so that the saved one keeps its bytes
    const IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (!status.ok()) return status;
    names_.push_back({FaultKind::kCreate, directory_of(name), "", name, std::move(saved)});
    files_.erase(name);
    *file = std::make_unique<WritableFile>(std::move(*file), *this, track(name, 0));
    return status;
  });
}

IOStatus FaultFs::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                     std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  return change(FaultKind::kCreate, [&] {
    std::error_code error;
    const std::uint64_t size = std::filesystem::exists(name, error) ? std::filesystem::file_size(name, error) : 0;
    const IOStatus status = target()->ReopenWritableFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<WritableFile>(std::move(*file), *this, track(name, size));
    return status;
  });
}

IOStatus FaultFs::NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                  std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  const IOStatus status = target()->NewRandomRWFile(name, options, file, debug);
  if (status.ok())
    *file = std::make_unique<RandomRWFile>(std::move(*file), *this, track(name, std::filesystem::file_size(name, error)));
  return status;
}

IOStatus FaultFs::NewDirectory(const std::string& name, const IOOptions& options,
                               std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) {
  const IOStatus status = target()->NewDirectory(name, options, directory, debug);
  if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), *this, plain_directory(name));
  return status;
}

IOStatus FaultFs::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) {
  return change(FaultKind::kDelete, [&] {
    std::string saved = save(name);
    const IOStatus status = target()->DeleteFile(name, options, debug);
    if (status.ok()) {
      names_.push_back({FaultKind::kDelete, directory_of(name), "", name, std::move(saved)});
      files_.erase(name);
    }
    return status;
  });
}

IOStatus FaultFs::RenameFile(const std::string& from, const std::string& to, const IOOptions& options, IODebugContext* debug) {
  return change(FaultKind::kRename, [&] {
    std::string saved = save(to);
    const IOStatus status = target()->RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    names_.push_back({FaultKind::kRename, directory_of(to), from, to, std::move(saved)});
    if (const auto found = files_.find(from); found != files_.end()) {
      files_[to] = found->second;
      files_.erase(found);
    }
    return status;
  });
}

IOStatus FaultFs::LinkFile(const std::string& from, const std::string& to, const IOOptions& options, IODebugContext* debug) {
  return change(FaultKind::kCreate, [&] {
    const IOStatus status = target()->LinkFile(from, to, options, debug);
    if (!status.ok()) return status;
    names_.push_back({FaultKind::kCreate, directory_of(to), "", to, ""});
    if (const auto found = files_.find(from); found != files_.end()) files_[to] = found->second;
    return status;
  });
}

IOStatus FaultFs::directory_sync(const std::string& directory) {
  return change(FaultKind::kDirectorySync, [&] {
    std::erase_if(names_, [&](const NameChange& change) {
      if (change.directory != directory) return false;
      if (!change.saved.empty()) ::unlink(change.saved.c_str());
      return true;
    });
    return IOStatus::OK();
  });
}

void FaultFs::undo_names() {
  const std::size_t kept = below(names_.size() + 1);
  while (names_.size() > kept) {
    const NameChange& change = names_.back();
    if (change.kind == FaultKind::kRename) ::rename(change.name.c_str(), change.from.c_str());
    if (change.kind == FaultKind::kCreate) ::unlink(change.name.c_str());
    if (const auto found = files_.find(change.name); found != files_.end()) {
      if (change.kind == FaultKind::kRename) files_[change.from] = found->second;
      files_.erase(found);
    }
    if (!change.saved.empty()) ::rename(change.saved.c_str(), change.name.c_str());
    names_.pop_back();
  }
}

void FaultFs::damage(const std::string& name, TrackedFile& file) {
  if (file.size == file.synced && file.overwrites.empty()) return;
  const int descriptor = ::open(name.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;  // renamed past us
  if (file.size > file.synced) damage_tail(descriptor, file);
  damage_overwrites(descriptor, file);
  ::close(descriptor);
}

void FaultFs::damage_tail(int descriptor, const TrackedFile& file) {
  const std::uint64_t unsynced = file.size - file.synced;
  const std::uint64_t mode = below(6);
  std::uint64_t end = file.size;
  if (mode == 0) end = file.synced;                         // all of it is gone
  if (mode == 1) end = file.synced + below(unsynced + 1);   // torn
  (void)!::ftruncate(descriptor, static_cast<off_t>(end));  // preallocated blocks go too
  if (mode < 3) return;                                     // mode 2: all of it is there
  const std::uint64_t step = mode == 5 ? kBlockBytes : kSectorBytes;
  for (std::uint64_t at = file.synced; at < end; at = (at / step + 1) * step) {
    if (below(2) == 0) continue;  // this one survives, whatever became of those before it
    std::string lost(std::min((at / step + 1) * step, end) - at, '\0');
    if (mode == 4) std::ranges::generate(lost, [&] { return static_cast<char>(below(256)); });
    write_at(descriptor, at, lost);
  }
}

void FaultFs::damage_overwrites(int descriptor, const TrackedFile& file) {
  // Undone from the last to the first, so that what is under an undone write is what was there before it; each sector decides for itself.
  for (std::size_t i = file.overwrites.size(); i-- > 0;) {
    const TrackedFile::Overwrite& overwrite = file.overwrites[i];
    if (below(2) == 0) continue;
    const bool torn = below(2) == 0;
    for (std::uint64_t at = 0; at < overwrite.before.size(); at += kSectorBytes) {
      if (torn && below(2) == 0) continue;
      write_at(descriptor, overwrite.offset + at, std::string_view(overwrite.before).substr(at, kSectorBytes));
    }
  }
}

}  // namespace govlog::testing
