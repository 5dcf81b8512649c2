#include "api/compressed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>
#include "base/system_error.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

namespace govlog {

namespace {

constexpr int kZstdLevel = 3;

Error file_error(std::string_view doing, const std::filesystem::path& path) {
  return system_error(errno, fmt::format("{} {}", doing, path.string()));
}

/// A file that becomes `path` when all of it is on disk.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path) : path_(std::move(path)), temporary_(path_.string() + ".new") {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ < 0) return;
    (void)::close(descriptor_);
    (void)::unlink(temporary_.c_str());
  }

  Status open() {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return descriptor_ < 0 ? Status(file_error("making", temporary_)) : Status(Ok{});
  }

  Status write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return file_error("writing", temporary_);
      bytes.remove_prefix(static_cast<std::size_t>(count));
      size_ += static_cast<std::uint64_t>(count);
    }
    return Ok{};
  }

  Status finish() {
    if (::fsync(descriptor_) != 0) return file_error("writing", temporary_);
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return file_error("making", path_);
    (void)::close(descriptor_);  // synced already
    descriptor_ = -1;
    const int directory = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = directory >= 0 && ::fsync(directory) == 0;
    Status status = synced ? Status(Ok{}) : Status(file_error("making", path_));
    if (directory >= 0) (void)::close(directory);
    return status;
  }

  std::uint64_t size() const { return size_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace

class CompressedFile::Impl {
 public:
  explicit Impl(const std::filesystem::path& path) : file_(path) {}

  Status open() {
    context_.reset(ZSTD_createCCtx());
    if (!context_) return Error{Code::kIoError, "packing with zstd: there is too little memory", {}};
    (void)ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    (void)ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    return file_.open();
  }

  Status write(std::string_view bytes) { return pack(bytes, ZSTD_e_continue); }

  Result<std::uint64_t> finish() {
    GOVLOG_TRY(pack({}, ZSTD_e_end));
    GOVLOG_TRY(file_.finish());
    return file_.size();
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  Status pack(std::string_view bytes, ZSTD_EndDirective end) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, end);
      if (ZSTD_isError(left) != 0)
        return Error{Code::kIoError, fmt::format("packing with zstd: {}", ZSTD_getErrorName(left)), {}};
      GOVLOG_TRY(file_.write({packed_.data(), out.pos}));
      const bool done = end == ZSTD_e_continue ? in.pos == in.size : left == 0;
      if (done) return Ok{};
    }
  }

  NewFile file_;
  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::vector<char> packed_ = std::vector<char>(ZSTD_CStreamOutSize());
};

Result<std::unique_ptr<CompressedFile>> CompressedFile::create(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>(path);
  GOVLOG_TRY(impl->open());
  return std::unique_ptr<CompressedFile>(new CompressedFile(std::move(impl)));
}

CompressedFile::CompressedFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CompressedFile::~CompressedFile() = default;
Status CompressedFile::write(std::string_view bytes) { return impl_->write(bytes); }
Result<std::uint64_t> CompressedFile::finish() { return impl_->finish(); }

Status replace_file(const std::filesystem::path& path, std::string_view bytes) {
  NewFile file(path);
  GOVLOG_TRY(file.open());
  GOVLOG_TRY(file.write(bytes));
  return file.finish();
}

}  // namespace govlog
