#pragma once
// A file system that fails and forgets: a wrapper around the machine's own.
//
// It knows of every file which part was synced, and of every directory which names were. A power cut then does to the rest what a disk may do:
// drops it, tears it, leaves zeros or garbage in it, keeps later blocks and loses earlier ones, and takes back names whose directory was not
// synced (in the reverse order of their making, from some point on, as a journal does). Syncs do not reach the real disk: what is
// forgotten is decided here, so rounds are quick.
//
//     auto fs = std::make_shared<FaultFs>(plan);
//     std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(fs);
//
// Names that are changed past it (a store's first directory, FORMAT, lock) are not its business.

#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace govlog::testing {

enum class FaultKind : std::uint8_t { kAppend, kSync, kCreate, kRename, kDelete, kDirectorySync, kOverwrite, kRead };
inline constexpr std::size_t kFaultKinds = 8;
std::string_view name_of(FaultKind kind);

struct FaultPlan {
  std::uint64_t seed = 1;
  std::string graveyard;       // a directory on the same disk for files that may have to come back
  std::uint64_t crash_at = 0;  // the n-th operation that changes something is a power cut; 0: none
  FaultKind fail_kind = FaultKind::kAppend;
  std::uint64_t fail_at = 0;   // the n-th operation of that kind fails; 0: none
  bool fail_for_good = false;  // and all later ones of it
  bool no_space = false;       // ENOSPC, else EIO
  bool half_written = false;   // a failing append leaves its first half
};

/// How the process ends at a power cut.
inline constexpr int kPowerCutExit = 42;

/// What is known of one file. Guarded by FaultFs's mutex.
struct TrackedFile {
  struct Overwrite {
    std::uint64_t offset;
    std::string before;
    std::string after;
  };
  std::uint64_t size = 0;
  std::uint64_t synced = 0;
  std::vector<Overwrite> overwrites;  // since the last sync
};

class FaultFs : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFs(FaultPlan plan);

  const char* Name() const override { return "FaultFs"; }

  /// Ends the process as a power cut would.
  [[noreturn]] void cut_power();
  /// Whether the planned failure has come.
  bool failed() const { return failed_; }
  std::uint64_t operations() const { return operations_; }

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;

  // For the files that it hands out. Each runs `action` under the mutex unless a fault comes instead.
  template <typename Action>
  rocksdb::IOStatus change(FaultKind kind, const Action& action) {
    const std::lock_guard lock(mutex_);
    if (count(kind)) return failure();
    return action();
  }
  rocksdb::IOStatus append(TrackedFile& tracked, rocksdb::FSWritableFile& file, const rocksdb::Slice& data);
  rocksdb::IOStatus directory_sync(const std::string& directory);
  rocksdb::IOStatus read_fault();

 private:
  struct NameChange {
    FaultKind kind;
    std::string directory;
    std::string from;   // of a rename
    std::string name;   // made, renamed to or deleted
    std::string saved;  // the file that the name stood for before, kept aside; empty where there was none
  };

  bool count(FaultKind kind);
  rocksdb::IOStatus failure() const;
  std::shared_ptr<TrackedFile> track(const std::string& name, std::uint64_t size);
  std::string save(const std::string& name);
  void damage(const std::string& name, TrackedFile& file);
  void damage_tail(int descriptor, const TrackedFile& file);
  void damage_overwrites(int descriptor, const TrackedFile& file);
  void undo_names();
  std::uint64_t below(std::uint64_t bound) { return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_); }

  FaultPlan plan_;
  std::mutex mutex_;
  std::mt19937_64 random_;
  std::atomic<std::uint64_t> operations_ = 0;
  std::uint64_t of_kind_ = 0;
  std::uint64_t saved_ = 0;
  std::atomic<bool> failed_ = false;
  std::map<std::string, std::shared_ptr<TrackedFile>> files_;
  std::vector<NameChange> names_;
};

}  // namespace govlog::testing
