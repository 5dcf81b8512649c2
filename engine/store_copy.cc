#include "engine/store_copy.h"

#include "base/system_error.h"
#include "engine/opening.h"
#include "engine/snapshot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/utilities/checkpoint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace govlog {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlacePrefix = "copy-";

Error copy_error(const fs::path& path, const std::error_code& error) {
  return system_error(error.value(), fmt::format("copying {}", path.string()));
}

Status copy_one(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  return error ? Status(copy_error(from, error)) : Status(Ok{});
}

/// Of a database that nobody writes.
Status copy_closed_database(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directory(to, error);
  if (error) return copy_error(to, error);
  for (const fs::directory_entry& entry : fs::directory_iterator(from, error)) {
    const fs::path name = entry.path().filename();
    const bool is_file = entry.is_regular_file(error);
    if (error) return copy_error(entry.path(), error);
    if (name == "LOCK" || !is_file) continue;  // closing LOCK would let go of RocksDB's lock on it
    std::error_code unlinkable;
    if (name.extension() == ".sst") fs::create_hard_link(entry.path(), to / name, unlinkable);
    if (name.extension() != ".sst" || unlinkable) GOVLOG_TRY(copy_one(entry.path(), to / name));
  }
  return error ? Status(copy_error(from, error)) : Status(Ok{});
}

Status copy_open_database(rocksdb::DB& database, const fs::path& to) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&database, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(to.string(), 0);  // 0: what is in memory goes into tables first
  if (status.IsNoSpace()) return Error{Code::kDiskFull, fmt::format("no room to copy the store into {}", to.string()), {}};
  return status.ok() ? Status(Ok{}) : Status(to_error(status, "copying the store"));
}

/// Whether nobody holds the place any more.
bool is_left_over(const fs::path& place) {
  const int lock = ::open((place / "lock").c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) return errno == ENOENT;
  const bool free = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
  (void)::close(lock);
  return free;
}

}  // namespace

void remove_left_copies(const std::filesystem::path& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;  // the next one tries again
    if (entry->path().filename().string().starts_with(kPlacePrefix) && is_left_over(entry->path()))
      fs::remove_all(entry->path(), ignored);
  }
}

std::filesystem::path ReadView::directory() const {
  return snapshot_->database ? fs::path(snapshot_->database->db().GetName()).parent_path() : fs::path();
}

Status ReadView::copy_to(const std::filesystem::path& into) const {
  if (!snapshot_->database) return Error{Code::kNotFound, "there is no store to copy", {}};
  rocksdb::DB& database = snapshot_->database->db();
  const fs::path from = directory();
  GOVLOG_TRY(make_directory(into));
  GOVLOG_TRY(copy_one(from / "FORMAT", into / "FORMAT"));
  std::error_code unknown;
  if (fs::exists(from / "HEAD", unknown) || unknown)     // a store that has lost it is copied without it
    GOVLOG_TRY(copy_one(from / "HEAD", into / "HEAD"));  // before the database, so that HEAD is never ahead
  const bool is_written = snapshot_->snapshot != nullptr;
  return is_written ? copy_open_database(database, into / "db") : copy_closed_database(from / "db", into / "db");
}

Result<CopyPlace> CopyPlace::make(const std::filesystem::path& directory) {
  remove_left_copies(directory);
  std::string name = (directory / fmt::format("{}XXXXXX", kPlacePrefix)).string();
  if (::mkdtemp(name.data()) == nullptr) return copy_error(directory, {errno, std::generic_category()});
  const int lock = ::open((fs::path(name) / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const std::error_code error(errno, std::generic_category());
    if (lock >= 0) (void)::close(lock);
    std::error_code ignored;
    fs::remove_all(name, ignored);
    return copy_error(name, error);
  }
  return CopyPlace(name, lock);
}

CopyPlace::CopyPlace(CopyPlace&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

CopyPlace::~CopyPlace() {
  if (lock_ < 0) return;
  std::error_code ignored;  // the next place that is made tries again
  fs::remove_all(path_, ignored);
  (void)::close(lock_);
}

}  // namespace govlog
