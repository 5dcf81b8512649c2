#include "codec/time.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace govlog;

namespace {

std::string utc(std::string_view text) {
  const Result<Timestamp> time = parse_rfc3339(text);
  return time.ok() ? format_time(*time) : "refused";
}

constexpr Timestamp kNow{1'763'200'800'000'000};  // 2025-11-15T10:00:00Z

std::string parameter(std::string_view text) {
  const Result<Timestamp> time = parse_time_parameter(text, kNow);
  return time.ok() ? format_time(*time) : "refused";
}

}  // namespace

TEST_SUITE("time") {
  TEST_CASE("the epoch is 0") { CHECK(parse_rfc3339("1970-01-01T00:00:00Z").value().micros == 0); }

  TEST_CASE("a time is written as UTC microseconds") {
    CHECK(utc("2025-11-15T10:00:00Z") == "2025-11-15T10:00:00.000000Z");
    CHECK(utc("2025-11-15t10:00:00z") == "2025-11-15T10:00:00.000000Z");
    CHECK(utc("2025-11-15T10:00:00.5Z") == "2025-11-15T10:00:00.500000Z");
    CHECK(utc("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  }

  TEST_CASE("digits finer than a microsecond are cut off, never rounded") {
    CHECK(utc("2025-11-15T10:00:00.9999999999999999999999999999999999999999Z") == "2025-11-15T10:00:00.999999Z");
    CHECK(utc("1960-01-01T00:00:00.0000019Z") == "1960-01-01T00:00:00.000001Z");
  }

  TEST_CASE("any offset to 23:59 is applied") {
    CHECK(utc("2025-11-15T10:00:00+01:00") == "2025-11-15T09:00:00.000000Z");
    CHECK(utc("2025-11-15T10:00:00-23:59") == "2025-11-16T09:59:00.000000Z");
    CHECK(utc("2025-11-15T10:00:00+23:59") == "2025-11-14T10:01:00.000000Z");
    CHECK(utc("2025-11-15T10:00:00-00:00") == "2025-11-15T10:00:00.000000Z");
  }

  TEST_CASE("leap days are those of the Gregorian calendar") {
    CHECK(utc("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000000Z");
    CHECK(utc("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00.000000Z");
    CHECK(utc("1900-02-29T00:00:00Z") == "refused");
    CHECK(utc("2025-02-29T00:00:00Z") == "refused");
  }

  TEST_CASE("years are 0001 to 9999, before and after the offset") {
    CHECK(utc("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00.000000Z");
    CHECK(utc("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59.999999Z");
    CHECK(utc("0000-12-31T23:59:59-01:00") == "refused");
    CHECK(utc("0001-01-01T00:00:00+00:01") == "refused");
    CHECK(utc("9999-12-31T23:59:59-00:01") == "refused");
    CHECK(utc("10000-01-01T00:00:00Z") == "refused");
  }

  TEST_CASE("what is not RFC 3339 is refused") {
    const std::vector<std::string> texts = {"",
                                            "2025",
                                            "2025-11-15",
                                            "2025-11-15T10:00:00",
                                            "2025-11-15 10:00:00Z",
                                            "2025-11-15T10:00Z",
                                            "2025-11-32T10:00:00Z",
                                            "2025-13-01T10:00:00Z",
                                            "2025-00-01T10:00:00Z",
                                            "2025-01-00T10:00:00Z",
                                            "2025-11-15T24:00:00Z",
                                            "2025-11-15T10:60:00Z",
                                            "2025-11-15T10:00:60Z",
                                            "2025-11-15T23:59:60Z",
                                            "2025-11-15T10:00:00.Z",
                                            "2025-11-15T10:00:00,5Z",
                                            "2025-11-15T10:00:00+24:00",
                                            "2025-11-15T10:00:00+01:60",
                                            "2025-11-15T10:00:00+0100",
                                            "2025-11-15T10:00:00+1",
                                            "2025-11-15T10:00:00ZZ",
                                            " 2025-11-15T10:00:00Z",
                                            "+025-11-15T10:00:00Z",
                                            "2025-11-15T10:00:00Z\n",
                                            "20251115T100000Z",
                                            "2025-11-15T1:00:00Z",
                                            "now"};
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK(utc(text) == "refused");
    }
  }

  TEST_CASE("an error says what was given and what is wrong") {
    CHECK(parse_rfc3339("2025-02-30T10:00:00Z").error().message ==
          "\"2025-02-30T10:00:00Z\" is no time: the calendar has no such day");
    CHECK(parse_rfc3339("x").error().code == Code::kInvalidArgument);
    CHECK(parse_rfc3339(std::string(10'000, 'x')).error().message.size() < 200);
  }

  TEST_CASE("a time beyond the years is written as the nearest") {
    CHECK(format_time(kTimestampMin) == "0001-01-01T00:00:00.000000Z");
    CHECK(format_time(kTimestampMax) == "9999-12-31T23:59:59.999999Z");
  }

  TEST_CASE("what is written is read back") {
    for (std::int64_t micros = -62'135'596'800'000'000; micros < 253'402'300'799'999'999; micros += 7'777'777'777'777'777) {
      CHECK(parse_rfc3339(format_time({micros})).value().micros == micros);
    }
  }

  TEST_CASE("durations are digits and a unit") {
    CHECK(parse_duration("90s").value() == 90'000'000);
    CHECK(parse_duration("15m").value() == 900'000'000);
    CHECK(parse_duration("24h").value() == kMicrosPerDay);
    CHECK(parse_duration("7d").value() == 7 * kMicrosPerDay);
    CHECK(parse_duration("12w").value() == 84 * kMicrosPerDay);
    CHECK(parse_duration("000000000000000001s").value() == kMicrosPerSecond);
  }

  TEST_CASE("other durations are refused") {
    const std::vector<std::string> texts = {"",
                                            "7",
                                            "d",
                                            "7x",
                                            "-5d",
                                            "+5d",
                                            "1.5d",
                                            "7 d",
                                            "7D",
                                            "1y",
                                            "999999999999999999w",
                                            "0000000000000000001s",
                                            "100000000000000000000w",
                                            "4000000d",
                                            "7dd"};
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK_FALSE(parse_duration(text).ok());
    }
  }

  TEST_CASE("a time parameter is a time, a day, a duration back, or now") {
    CHECK(parameter("2025-11-15T10:00:00+01:00") == "2025-11-15T09:00:00.000000Z");
    CHECK(parameter("2025-11-15") == "2025-11-15T00:00:00.000000Z");
    CHECK(parameter("24h") == "2025-11-14T10:00:00.000000Z");
    CHECK(parameter("12w") == "2025-08-23T10:00:00.000000Z");
    CHECK(parameter("now") == "2025-11-15T10:00:00.000000Z");
  }

  TEST_CASE("other time parameters are refused") {
    const std::vector<std::string> texts = {
        "", "Now", "yesterday", "2025-11", "2025-02-30", "0000-01-01", "2025-11-15T10:00:00", "3000000d", "7x", "1763200800"};
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK(parameter(text) == "refused");
    }
  }
}
