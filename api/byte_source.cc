#include "api/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>
#include "base/system_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

namespace {

constexpr std::size_t kInputBytes = std::size_t{256} << 10;
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

enum class Packing : std::uint8_t { kUnknown, kPlain, kGzip, kZstd };

Packing packing_of(std::string_view head) {
  if (head.starts_with(kGzipMagic)) return Packing::kGzip;
  // A zstd stream may begin with a frame that is to be skipped (RFC 8878 section 3.1.2).
  const bool skippable = head.size() >= 4 && (head[0] & '\xF0') == '\x50' && head.substr(1).starts_with("\x2A\x4D\x18");
  if (skippable) return Packing::kZstd;
  return head.starts_with(kZstdMagic) ? Packing::kZstd : Packing::kPlain;
}

Error file_error(std::string_view doing, std::string_view path) {
  return system_error(errno, fmt::format("cannot {} {}", doing, path));
}

}  // namespace

class ByteSource::Impl {
 public:
  Impl(std::string name, int file, std::function<bool()> stop)
      : name_(std::move(name)), file_(file), stop_(std::move(stop)), input_(kInputBytes) {}
  ~Impl() {
    if (packing_ == Packing::kGzip) inflateEnd(&gzip_);
    ZSTD_freeDStream(zstd_);
    if (file_ != STDIN_FILENO) ::close(file_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<std::size_t> read(std::span<char> out) {
    if (packing_ == Packing::kUnknown) GOVLOG_TRY(begin());
    if (packing_ == Packing::kPlain) return read_plain(out);
    for (;;) {
      // A decoder that filled `out` may hold more, also where there is no more to give it.
      if (rest_.empty() && !filled_) GOVLOG_TRY(refill());
      if (rest_.empty() && !filled_) {
        if (inside_ && !stopped_) return damaged("is cut off");
        return std::size_t{0};
      }
      const std::size_t bytes = GOVLOG_TRY(packing_ == Packing::kGzip ? unpack_gzip(out) : unpack_zstd(out));
      filled_ = bytes == out.size();
      if (bytes > 0) return bytes;
    }
  }

  std::uint64_t bytes_read() const { return bytes_read_; }
  bool stopped() const { return stopped_; }

 private:
  Error damaged(std::string_view how) const {
    const std::string_view kind = packing_ == Packing::kGzip ? "gzip" : "zstd";
    return Error{Code::kInvalidJson, fmt::format("the {} stream of {} {}", kind, name_, how), {{"file", name_}}};
  }

  Error out_of_memory() const { return {Code::kIoError, fmt::format("unpacking {}: there is too little memory", name_), {}}; }

  /// Reads more into the input buffer behind what is left there; `rest_` stays as it was at the end of the file.
  Status refill() {
    const std::size_t kept = rest_.size();
    if (kept > 0) std::memmove(input_.data(), rest_.data(), kept);
    ssize_t bytes = 0;
    if (!wait()) return Ok{};
    do {
      bytes = ::read(file_, input_.data() + kept, input_.size() - kept);
    } while (bytes < 0 && errno == EINTR);
    if (bytes < 0) return file_error("read", name_);
    bytes_read_ += static_cast<std::uint64_t>(bytes);
    rest_ = std::string_view(input_.data(), kept + static_cast<std::size_t>(bytes));
    return Ok{};
  }

  /// Until there is something to read, or the end; false where reading is to stop.
  bool wait() {
    constexpr int kAskEveryMs = 100;
    while (stop_ && !stopped_) {
      pollfd input{file_, POLLIN, 0};
      if (::poll(&input, 1, kAskEveryMs) > 0) return true;  // a file is always ready
      stopped_ = stop_();
    }
    return !stopped_;
  }

  Status begin() {
    // A pipe may give single bytes.
    for (std::size_t before = 1; rest_.size() < kZstdMagic.size() && before != rest_.size();) {
      before = rest_.size();
      GOVLOG_TRY(refill());
    }
    packing_ = packing_of(rest_);
    if (packing_ == Packing::kGzip) {
      constexpr int kGzipWindow = 15 + 16;  // with a gzip head
      if (inflateInit2(&gzip_, kGzipWindow) != Z_OK) return out_of_memory();
    }
    if (packing_ == Packing::kZstd) {
      zstd_ = ZSTD_createDStream();
      if (zstd_ == nullptr) return out_of_memory();
    }
    return Ok{};
  }

  Result<std::size_t> read_plain(std::span<char> out) {
    if (rest_.empty()) GOVLOG_TRY(refill());
    const std::size_t bytes = std::min(out.size(), rest_.size());
    std::memcpy(out.data(), rest_.data(), bytes);
    rest_.remove_prefix(bytes);
    return bytes;
  }

  Result<std::size_t> unpack_gzip(std::span<char> out) {
    if (!inside_ && members_ > 0) {
      // Another member, or the zeros that tapes and some tools fill up with.
      rest_.remove_prefix(std::min(rest_.find_first_not_of('\0'), rest_.size()));
      if (rest_.empty()) return std::size_t{0};
      inflateReset(&gzip_);
    }
    inside_ = true;
    gzip_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
    gzip_.avail_in = static_cast<uInt>(rest_.size());
    gzip_.next_out = reinterpret_cast<Bytef*>(out.data());
    gzip_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&gzip_, Z_NO_FLUSH);
    rest_.remove_prefix(rest_.size() - gzip_.avail_in);
    if (result == Z_STREAM_END) {
      inside_ = false;
      ++members_;
    } else if (result == Z_MEM_ERROR) {
      return out_of_memory();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return damaged("is damaged");
    }
    return out.size() - gzip_.avail_out;
  }

  Result<std::size_t> unpack_zstd(std::span<char> out) {
    if (rest_.empty() && !inside_) return std::size_t{0};
    ZSTD_inBuffer from{rest_.data(), rest_.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t result = ZSTD_decompressStream(zstd_, &to, &from);
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) return out_of_memory();
    if (ZSTD_isError(result) != 0) return damaged(fmt::format("is damaged: {}", ZSTD_getErrorName(result)));
    rest_.remove_prefix(from.pos);
    inside_ = result != 0;
    return to.pos;
  }

  std::string name_;
  int file_;
  std::function<bool()> stop_;
  bool stopped_ = false;
  std::vector<char> input_;
  std::string_view rest_;  // of input_, not yet used
  std::uint64_t bytes_read_ = 0;
  Packing packing_ = Packing::kUnknown;
  bool inside_ = false;  // a member or frame has begun and not ended
  bool filled_ = false;  // the last call of the decoder gave as much as was asked
  std::uint64_t members_ = 0;
  z_stream gzip_{};
  ZSTD_DStream* zstd_ = nullptr;
};

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::~ByteSource() = default;

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path, std::function<bool()> stop) {
  int file = STDIN_FILENO;
  if (path != "-") {
    file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return file_error("open", path);
  }
  auto impl = std::make_unique<Impl>(path == "-" ? "stdin" : path, file, std::move(stop));
  return std::unique_ptr<ByteSource>(new ByteSource(std::move(impl)));
}

Result<std::size_t> ByteSource::read(std::span<char> out) { return impl_->read(out); }

bool ByteSource::stopped() const { return impl_->stopped(); }

std::uint64_t ByteSource::bytes_read() const { return impl_->bytes_read(); }

std::uint64_t file_size_or_zero(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace govlog
