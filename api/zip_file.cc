#include "api/zip_file.h"

#include "api/arguments.h"
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

}  // namespace

class ZipFile::Impl {
 public:
  explicit Impl(std::filesystem::path path) : path_(std::move(path)), temporary_(path_.string() + ".new") {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (zip_ == nullptr) return;
    (void)zipClose(zip_, nullptr);
    (void)::unlink(temporary_.c_str());
  }

  Status open() {
    errno = 0;
    zip_ = zipOpen64(temporary_.c_str(), APPEND_STATUS_CREATE);
    return zip_ == nullptr ? Status(zip_error("making", temporary_)) : Status(Ok{});
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
    return good ? Status(Ok{}) : Status(zip_error("writing", temporary_));
  }

  Status finish() {
    errno = 0;
    if (zipClose(std::exchange(zip_, nullptr), nullptr) != ZIP_OK) return broken_off();
    const int file = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) (void)::close(file);
    if (!synced || std::rename(temporary_.c_str(), path_.c_str()) != 0) return broken_off();
    return Ok{};
  }

 private:
  Error broken_off() const {
    Error error = zip_error("writing", temporary_);
    (void)::unlink(temporary_.c_str());
    return error;
  }

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  zipFile zip_ = nullptr;
};

Result<std::unique_ptr<ZipFile>> ZipFile::create(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error))
    return argument_error("out", fmt::format("{} is there already: remove it, or choose another name", path.string()));
  auto impl = std::make_unique<Impl>(path);
  GOVLOG_TRY(impl->open());
  return std::unique_ptr<ZipFile>(new ZipFile(std::move(impl)));
}

ZipFile::ZipFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZipFile::~ZipFile() = default;
Status ZipFile::add(const std::string& name, std::string_view text) { return impl_->add(name, text); }
Status ZipFile::finish() { return impl_->finish(); }

}  // namespace govlog
