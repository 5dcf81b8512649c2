#include "cli/bench_samples.h"

#include <fmt/format.h>
#include "base/system_error.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace govlog {
namespace {

Error errno_error(std::string_view doing) { return system_error(errno, doing); }

}  // namespace

Result<double> timed(const std::function<Status()>& work) {
  const auto began = std::chrono::steady_clock::now();
  Status status = work();
  const auto ended = std::chrono::steady_clock::now();
  if (!status.ok()) return status.take_error();
  return std::chrono::duration<double, std::milli>(ended - began).count();
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t index = std::min(std::max<std::size_t>(rank, 1), values.size()) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

Result<BareFile> BareFile::make(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno_error(fmt::format("making {}", path.string()));
  return BareFile(descriptor);
}

BareFile::BareFile(BareFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), offset_(other.offset_) {}

BareFile::~BareFile() {
  if (descriptor_ >= 0) (void)::close(descriptor_);  // all of it is synced
}

Status BareFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error("writing a file beside the store");
    offset_ += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(descriptor_) != 0) return errno_error("syncing a file beside the store");
  return Ok{};
}

void BareCopy::copy(std::string_view bytes) {
  buffer_.resize(bytes.size());
  std::memcpy(buffer_.data(), bytes.data(), bytes.size());
  if (!buffer_.empty()) sink_ = buffer_.back();
}

Result<Samples> take_samples(const RoundLimits& limits, const std::function<bool()>& stop,
                             const std::function<Result<Round>(std::uint64_t)>& round) {
  Samples samples;
  samples.first_ms = GOVLOG_TRY(round(0)).ours_ms;
  double spent_ms = 0;
  for (std::uint64_t i = 1; i <= limits.rounds_max && !stop(); ++i) {
    if (spent_ms > limits.budget_ms && i > limits.rounds_min) break;
    const Round taken = GOVLOG_TRY(round(i));
    samples.ours_ms.push_back(taken.ours_ms);
    samples.bare_ms.push_back(taken.bare_ms);
    spent_ms += taken.ours_ms + taken.bare_ms;
  }
  return samples;
}

}  // namespace govlog
