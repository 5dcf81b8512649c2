#include "api/zip_file.h"

#include "api/arguments.h"
#include "base/descriptor.h"
#include "base/system_error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <minizip/zip.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <limits>

namespace govlog {

namespace {

constexpr int kDeflateLevel = 6;

Error zip_error(std::string_view doing, const std::filesystem::path& path) {
  return system_error(errno, fmt::format("{} {}", doing, path.string()));
}

Error there_already(const std::filesystem::path& path) {
  return argument_error("out", fmt::format("{} is there already: remove it, or choose another name", path.string()));
}

}  // namespace

class ZipFile::Impl {
 public:
  explicit Impl(std::filesystem::path path) : path_(std::move(path)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (zip_ != nullptr) (void)zipClose(zip_, nullptr);
    if (!temporary_.empty()) (void)::unlink(temporary_.c_str());
  }

  /// A file that has no name until it is whole; where the file system has none such, one that is ours alone.
  Status open() {
    const std::filesystem::path directory = path_.has_parent_path() ? path_.parent_path() : ".";
    file_ = Descriptor(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666));
    if (file_.number() < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
      const std::string name = path_.string() + ".new";
      file_ = Descriptor(::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666));
      if (file_.number() >= 0) temporary_ = name;
    }
    if (file_.number() < 0) return zip_error("making", path_);
    errno = 0;
    zip_ = zipOpen64(own_name().c_str(), APPEND_STATUS_CREATE);
    return zip_ == nullptr ? Status(zip_error("making", path_)) : Status(Ok{});
  }

  Status add(const std::string& name, std::string_view text) {
    zip_fileinfo info{};
    info.tmz_date.tm_year = 1980;
    info.tmz_date.tm_mday = 1;
    errno = 0;
    bool good = zipOpenNewFileInZip64(zip_, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, kDeflateLevel,
                                      0) == ZIP_OK;
    constexpr std::size_t kPieceMax = std::numeric_limits<int>::max() / 2;
    for (std::size_t at = 0; good && at < text.size(); at += kPieceMax) {
      const std::string_view piece = text.substr(at, kPieceMax);
      good = zipWriteInFileInZip(zip_, piece.data(), static_cast<unsigned>(piece.size())) == ZIP_OK;
    }
    good = good && zipCloseFileInZip(zip_) == ZIP_OK;
    return good ? Status(Ok{}) : Status(zip_error("writing", path_));
  }

  Status finish() {
    errno = 0;
    if (zipClose(std::exchange(zip_, nullptr), nullptr) != ZIP_OK || ::fsync(file_.number()) != 0)
      return zip_error("writing", path_);
    if (take_name()) return Ok{};
    return errno == EEXIST ? there_already(path_) : zip_error("making", path_);
  }

 private:
  /// Without replacing what has that name by now. False with errno.
  bool take_name() {
    if (::linkat(AT_FDCWD, own_name().c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
    const bool has_links = temporary_.empty() || errno == EEXIST;
    return !has_links && ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0;
  }

  std::string own_name() const { return fmt::format("/proc/self/fd/{}", file_.number()); }

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty where the file has no name
  Descriptor file_;
  zipFile zip_ = nullptr;
};

Result<std::unique_ptr<ZipFile>> ZipFile::create(const std::filesystem::path& path) {
  std::error_code error;
  if (path.empty()) return argument_error("out", "the name of the archive is empty");
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) return there_already(path);
  auto impl = std::make_unique<Impl>(path);
  GOVLOG_TRY(impl->open());
  return std::unique_ptr<ZipFile>(new ZipFile(std::move(impl)));
}

ZipFile::ZipFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZipFile::~ZipFile() = default;
Status ZipFile::add(const std::string& name, std::string_view text) { return impl_->add(name, text); }
Status ZipFile::finish() { return impl_->finish(); }

}  // namespace govlog
