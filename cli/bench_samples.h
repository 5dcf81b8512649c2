#pragma once
// Times, ours and the bare limit's by turns, and what they come to.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace govlog {

/// Milliseconds that `work` takes on the wall clock, and its error, if any.
Result<double> timed(const std::function<Status()>& work);

/// The value that a `share` (0 to 1) of `values` do not exceed: the nearest rank. 0 of none.
double quantile(std::vector<double> values, double share);

/// The bare limit of an append: a file that grows by the same bytes, with one sync each time.
class BareFile {
 public:
  /// Makes `path`. kForbidden, kIoError.
  static Result<BareFile> make(const std::filesystem::path& path);
  BareFile(BareFile&& other) noexcept;
  BareFile& operator=(BareFile&&) = delete;
  ~BareFile();

  /// pwrite and fdatasync. kDiskFull, kIoError.
  Status append(std::string_view bytes);

 private:
  explicit BareFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  off_t offset_ = 0;
};

/// The bare limit of an answer: its bytes, copied.
class BareCopy {
 public:
  void copy(std::string_view bytes);

 private:
  std::string buffer_;
  volatile char sink_ = 0;  // so that the compiler cannot leave the copying out
};

/// How often something is measured: until `rounds_max`, or until `budget_ms` is over and `rounds_min` are done.
struct RoundLimits {
  std::uint64_t rounds_min = 0;
  std::uint64_t rounds_max = 0;
  double budget_ms = 0;
};

/// One round: what ours took and what the bare limit took, in milliseconds.
struct Round {
  double ours_ms = 0;
  double bare_ms = 0;
};

/// Rounds 0, 1, …: round 0 warms up, its time is kept apart.
struct Samples {
  double first_ms = 0;
  std::vector<double> ours_ms;
  std::vector<double> bare_ms;
};
Result<Samples> take_samples(const RoundLimits& limits, const std::function<bool()>& stop,
                             const std::function<Result<Round>(std::uint64_t)>& round);

}  // namespace govlog
