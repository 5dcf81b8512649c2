#include "codec/time.h"

#include "codec/ascii.h"
#include "codec/shown.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace govlog {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kDaysMin = std::chrono::sys_days(std::chrono::year(1) / 1 / 1).time_since_epoch().count();
constexpr std::int64_t kDaysEnd = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1).time_since_epoch().count();
constexpr Timestamp kFirst{kDaysMin * kMicrosPerDay};
constexpr Timestamp kLast{kDaysEnd * kMicrosPerDay - 1};
constexpr std::int64_t kDurationMax = (kDaysEnd - kDaysMin) * kMicrosPerDay;
constexpr std::size_t kDurationDigitsMax = 18;

constexpr std::string_view kRfc3339Form = "expected RFC 3339 such as 2025-11-15T10:00:00Z";

/// Takes what it is asked for from the front of a text, or tells that it is not there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_number(std::size_t digits, int& out) {
    if (rest_.size() < digits) return false;
    int number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return false;
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    out = number;
    return true;
  }

  /// Any number of digits, at least one, of which the first six count.
  bool take_fraction(std::int64_t& micros) {
    std::size_t digits = 0;
    micros = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits) {
      if (digits < 6) micros = micros * 10 + (rest_[digits] - '0');
    }
    for (std::size_t i = digits; i < 6; ++i) micros *= 10;
    rest_.remove_prefix(digits);
    return digits > 0;
  }

 private:
  std::string_view rest_;
};

Error bad_time(std::string_view text, std::string_view what) {
  return {Code::kInvalidArgument, fmt::format("{} is no time: {}", shown(text), what), {}};
}

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
};

bool take_date(Scanner& scanner, Date& date) {
  return scanner.take_number(4, date.year) && scanner.take('-') && scanner.take_number(2, date.month) && scanner.take('-') &&
         scanner.take_number(2, date.day);
}

Result<std::int64_t> days_of(std::string_view text, const Date& date) {
  if (date.year < 1) return bad_time(text, "years are 0001 to 9999");
  const std::chrono::year_month_day calendar{std::chrono::year(date.year),
                                             std::chrono::month(static_cast<unsigned>(date.month)),
                                             std::chrono::day(static_cast<unsigned>(date.day))};
  if (!calendar.ok()) return bad_time(text, "the calendar has no such day");
  return std::int64_t{std::chrono::sys_days(calendar).time_since_epoch().count()};
}

/// The offset that `scanner` is at, in minutes east of UTC.
Result<int> take_offset(Scanner& scanner, std::string_view text) {
  if (scanner.take('Z') || scanner.take('z')) return 0;
  const bool west = scanner.take('-');
  if (!west && !scanner.take('+')) return bad_time(text, "expected an offset at its end, such as Z or +01:00");
  int hours = 0;
  int minutes = 0;
  if (!scanner.take_number(2, hours) || !scanner.take(':') || !scanner.take_number(2, minutes)) {
    return bad_time(text, "expected an offset of the form +01:00");
  }
  if (hours > 23 || minutes > 59) return bad_time(text, "offsets are -23:59 to +23:59");
  const int offset = hours * 60 + minutes;
  return west ? -offset : offset;
}

/// Writes `digits` digits that end before `end`.
void write_digits(char* end, std::uint32_t number, int digits) {
  for (; digits > 0; --digits, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

std::int64_t unit_micros(char unit) {
  switch (unit) {
    case 's':
      return kMicrosPerSecond;
    case 'm':
      return 60 * kMicrosPerSecond;
    case 'h':
      return 3600 * kMicrosPerSecond;
    case 'd':
      return kMicrosPerDay;
    case 'w':
      return 7 * kMicrosPerDay;
    default:
      return 0;
  }
}

bool looks_like_duration(std::string_view text) {
  return text.size() >= 2 && is_digit(text.front()) && text.back() >= 'a' && text.back() <= 'y' &&
         text.find_first_not_of("0123456789") == text.size() - 1;
}

}  // namespace

Result<Timestamp> parse_rfc3339(std::string_view text) {
  Scanner scanner(text);
  Date date;
  if (!take_date(scanner, date)) return bad_time(text, kRfc3339Form);
  const std::int64_t days = GOVLOG_TRY(days_of(text, date));
  if (!scanner.take('T') && !scanner.take('t')) return bad_time(text, "expected a T after the date, then the time of day");
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!scanner.take_number(2, hour) || !scanner.take(':') || !scanner.take_number(2, minute) || !scanner.take(':') ||
      !scanner.take_number(2, second)) {
    return bad_time(text, "expected HH:MM:SS after the T");
  }
  if (hour > 23 || minute > 59 || second > 59) return bad_time(text, "the time of day is 00:00:00 to 23:59:59");
  std::int64_t fraction = 0;
  if (scanner.take('.') && !scanner.take_fraction(fraction)) return bad_time(text, "expected digits after the point");
  const int offset = GOVLOG_TRY(take_offset(scanner, text));
  if (!scanner.done()) return bad_time(text, "something follows the offset");
  const std::int64_t seconds =
      days * kSecondsPerDay + std::int64_t{hour} * 3600 + (std::int64_t{minute} - offset) * 60 + second;
  const Timestamp time{seconds * kMicrosPerSecond + fraction};
  if (time < kFirst || time > kLast) return bad_time(text, "it is outside the years 0001 to 9999 in UTC");
  return time;
}

void append_time(std::string& out, Timestamp time) {
  const std::int64_t micros =
      std::clamp(time, kFirst, kLast).micros - kFirst.micros;  // not negative, so divisions cut downwards
  const std::chrono::days days{micros / kMicrosPerDay + kDaysMin};
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  const std::int64_t of_day = micros % kMicrosPerDay;
  const auto seconds = static_cast<std::uint32_t>(of_day / kMicrosPerSecond);
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000000Z";
  std::array<char, kShape.size()> text{};
  std::copy(kShape.begin(), kShape.end(), text.begin());
  write_digits(text.data() + 4, static_cast<std::uint32_t>(static_cast<int>(date.year())), 4);
  write_digits(text.data() + 7, static_cast<unsigned>(date.month()), 2);
  write_digits(text.data() + 10, static_cast<unsigned>(date.day()), 2);
  write_digits(text.data() + 13, seconds / 3600, 2);
  write_digits(text.data() + 16, seconds / 60 % 60, 2);
  write_digits(text.data() + 19, seconds % 60, 2);
  write_digits(text.data() + 26, static_cast<std::uint32_t>(of_day % kMicrosPerSecond), 6);
  out.append(text.data(), text.size());
}

std::string format_time(Timestamp time) {
  std::string out;
  append_time(out, time);
  return out;
}

Result<std::int64_t> parse_duration(std::string_view text) {
  const auto bad = [&](std::string_view what) {
    return Error{Code::kInvalidArgument, fmt::format("{} is no duration: {}", shown(text), what), {}};
  };
  const std::int64_t unit = looks_like_duration(text) ? unit_micros(text.back()) : 0;
  if (unit == 0) return bad("expected digits and one of s, m, h, d, w, such as 90s or 7d");
  if (text.size() > kDurationDigitsMax + 1) return bad("at most 18 digits");
  std::int64_t count = 0;
  for (const char c : text.substr(0, text.size() - 1)) count = count * 10 + (c - '0');
  if (count > kDurationMax / unit) return bad("it is over 9999 years");
  return count * unit;
}

Result<Timestamp> parse_time_parameter(std::string_view text, Timestamp now) {
  if (text == "now") return now;
  if (looks_like_duration(text)) {
    const std::int64_t back = GOVLOG_TRY(parse_duration(text));
    if (now.micros < kFirst.micros + back) return bad_time(text, "it reaches back beyond year 1");
    return Timestamp{now.micros - back};
  }
  Scanner scanner(text);
  Date date;
  if (!take_date(scanner, date)) {
    return bad_time(text, "expected RFC 3339, YYYY-MM-DD, a duration back from now such as 24h or 7d, or now");
  }
  if (!scanner.done()) return parse_rfc3339(text);
  const std::int64_t days = GOVLOG_TRY(days_of(text, date));
  return Timestamp{days * kMicrosPerDay};
}

}  // namespace govlog
