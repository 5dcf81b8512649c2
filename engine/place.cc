#include "engine/place.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

namespace govlog {

Place::Place(std::filesystem::path path) : path_(std::move(path)) {
  struct stat info {};
  known_ = ::stat(path_.c_str(), &info) == 0;
  device_ = info.st_dev;
  inode_ = info.st_ino;
}

bool Place::is_same() const {
  struct stat info {};
  return !known_ || (::stat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_);
}

Status Place::check() const {
  if (is_same()) return Ok{};
  return Error{Code::kIoError, fmt::format("{} was moved or removed while it was open; nothing was kept", path_.string()), {}};
}

bool is_no_file(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

}  // namespace govlog
