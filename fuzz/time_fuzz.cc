// Times and durations on any bytes. What is taken is within the years, and is read back the same from what format_time writes.

#include "base/assert.h"
#include "codec/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr Timestamp kNow{1'763'200'800'000'000};
constexpr std::size_t kMessageBytesMax = 400;

void check_time(std::string_view text, const Result<Timestamp>& time) {
  if (!time.ok()) {
    GOVLOG_ASSERT(time.error().code == Code::kInvalidArgument, "{}", time.error().message);
    GOVLOG_ASSERT(time.error().message.size() < kMessageBytesMax, "{}", time.error().message);
    return;
  }
  const std::string written = format_time(*time);
  GOVLOG_ASSERT(written.size() == 27, "{} of {}", written, text);
  GOVLOG_ASSERT(parse_rfc3339(written).value() == *time, "{} of {}", written, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Timestamp> time = parse_rfc3339(text);
  check_time(text, time);
  const Result<Timestamp> parameter = parse_time_parameter(text, kNow);
  check_time(text, parameter);
  if (time.ok()) GOVLOG_ASSERT(parameter.ok() && *parameter == *time, "{} differs as a parameter", text);
  const Result<std::int64_t> duration = parse_duration(text);
  if (duration.ok()) GOVLOG_ASSERT(*duration >= 0, "{} of {}", *duration, text);
  if (duration.ok() && parameter.ok()) GOVLOG_ASSERT(parameter->micros == kNow.micros - *duration, "{}", text);
  return 0;
}
