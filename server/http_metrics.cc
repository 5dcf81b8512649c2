#include "server/http_metrics.h"

#include <fmt/format.h>

namespace govlog {

void HttpMetrics::count(std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(method), std::string(route), status}];
  Durations& durations = durations_[std::string(route)];
  for (std::size_t i = 0; i < kBounds.size(); ++i) durations.below[i] += seconds <= kBounds[i] ? 1 : 0;
  ++durations.count;
  durations.sum += seconds;
}

void HttpMetrics::streams(int change) {
  const std::lock_guard lock(mutex_);
  streams_ += change;
}

void HttpMetrics::render(std::string& out) const {
  const std::lock_guard lock(mutex_);
  out += "# HELP govlog_http_requests_total Requests by method, route and status.\n# TYPE govlog_http_requests_total counter\n";
  for (const auto& [key, count] : requests_) {
    const auto& [method, route, status] = key;
    out +=
        fmt::format("govlog_http_requests_total{{method=\"{}\",route=\"{}\",code=\"{}\"}} {}\n", method, route, status, count);
  }
  out +=
      "# HELP govlog_http_request_duration_seconds From the end of a request's head to the end of its reply.\n"
      "# TYPE govlog_http_request_duration_seconds histogram\n";
  for (const auto& [route, durations] : durations_) {
    for (std::size_t i = 0; i < kBounds.size(); ++i)
      out += fmt::format("govlog_http_request_duration_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, kBounds[i],
                         durations.below[i]);
    out += fmt::format(
        "govlog_http_request_duration_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
        "govlog_http_request_duration_seconds_sum{{route=\"{0}\"}} {2}\n"
        "govlog_http_request_duration_seconds_count{{route=\"{0}\"}} {1}\n",
        route, durations.count, durations.sum);
  }
  out += fmt::format(
      "# HELP govlog_streams Replies that are still being sent as events come.\n# TYPE govlog_streams gauge\n"
      "govlog_streams {}\n",
      streams_);
}

}  // namespace govlog
