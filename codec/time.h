#pragma once
// Times as text: RFC 3339 in and out, and the forms that parameters take.

#include "base/result.h"
#include "base/types.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// RFC 3339 section 5.6 with any offset to ±23:59, `t` and `z` too; digits finer than a microsecond are cut off. Years 0001 to
/// 9999, before and after the offset is applied. Refused: a space for `T`, a second of 60. kInvalidArgument, with what is wrong.
Result<Timestamp> parse_rfc3339(std::string_view text);

/// `YYYY-MM-DDTHH:MM:SS.ffffffZ`. `time` is within the years 0001 to 9999, else the nearest of them is written.
std::string format_time(Timestamp time);
void append_time(std::string& out, Timestamp time);

/// A duration `N` `s|m|h|d|w`, N of 1 to 18 digits, in microseconds. kInvalidArgument otherwise, also where it is over 9999 years.
Result<std::int64_t> parse_duration(std::string_view text);

/// A time in a parameter: RFC 3339, `YYYY-MM-DD` (midnight UTC), a duration back from `now`, or `now`. kInvalidArgument otherwise, and
/// where a duration reaches back beyond year 1.
Result<Timestamp> parse_time_parameter(std::string_view text, Timestamp now);

}  // namespace govlog
