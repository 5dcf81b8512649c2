#pragma once
// What the server counts, in the text format of Prometheus (version 0.0.4).

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace govlog {

/// Requests by method, route and status, and how long they took. Threads: members may run concurrently.
class HttpMetrics {
 public:
  /// `route`: its pattern, one of few.
  void count(std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took);
  void streams(int change);

  void render(std::string& out) const;

 private:
  static constexpr std::array<double, 10> kBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1, 5};
  struct Durations {
    std::array<std::uint64_t, kBounds.size()> below{};
    std::uint64_t count = 0;
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, unsigned>, std::uint64_t> requests_;
  std::map<std::string, Durations, std::less<>> durations_;
  int streams_ = 0;
};

}  // namespace govlog
