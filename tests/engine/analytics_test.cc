#include "engine/analytics_rows.h"

#include "codec/time.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace govlog;

namespace {

Event counted(const std::string& event_type, const std::string& entity_type, std::string data, const char* time) {
  Event event;
  event.event_type = event_type;
  event.entity_type = entity_type;
  event.entity_id = "x";
  event.data = std::move(data);
  event.created_at = parse_rfc3339(time).value();
  return event;
}

/// Every row of the unit, a line each.
std::string rows_of(const ReadView& view, AnalyticsUnit unit) {
  std::string out;
  const Status scanned = view.scan_analytics(unit, kTimestampMin, kTimestampMax, [&](const AnalyticsRow& row) -> Result<bool> {
    const AnalyticsCounts& c = row.counts;
    out += fmt::format("{} {}: {} {} {} {} {}/{}\n", format_time(row.start).substr(0, 13), row.events, c.crs_created,
                       c.crs_completed, c.adrs_created, c.adrs_accepted, c.risk_levels_sum, c.risk_levels);
    return true;
  });
  REQUIRE(scanned.ok());
  return out;
}

std::string monday_of(const char* time) {
  return format_time(start_of(AnalyticsUnit::kWeek, parse_rfc3339(time).value())).substr(0, 10);
}

}  // namespace

TEST_SUITE("analytics") {
  TEST_CASE("a week begins on Monday at midnight, in every year") {
    CHECK(monday_of("2025-11-10T00:00:00Z") == "2025-11-10");
    CHECK(monday_of("2025-11-09T23:59:59.999999Z") == "2025-11-03");
    CHECK(monday_of("1970-01-04T12:00:00Z") == "1969-12-29");
    CHECK(monday_of("0001-01-01T00:00:00Z") == "0001-01-01");
    CHECK(monday_of("9999-12-31T23:59:59Z") == "9999-12-27");
    CHECK(start_of(AnalyticsUnit::kHour, {-1}).micros == -3'600'000'000);
  }

  TEST_CASE("a risk level counts as a cast to an integer reads it") {
    const auto level = [](const char* data) { return analytics_of("ImpactAssessmentCreated", data); };
    CHECK(level(R"({"risk_level":3})").risk_levels_sum == 3);
    CHECK(level(R"({"risk_level":"+2147483647"})").risk_levels_sum == 2'147'483'647);
    CHECK(level(R"({"risk_level":"-2147483648"})").risk_levels_sum == -2'147'483'648);
    CHECK(level(R"({"risk_level":0})").risk_levels == 1);
    CHECK(level(R"({"risk_level":null})").risk_levels == 0);
    CHECK(level("{}").risk_levels == 0);
    CHECK(analytics_of("Noted", R"({"risk_level":3})") == AnalyticsCounts{});
  }

  TEST_CASE("a week has a row for events of any type, an hour for those that count, late ones too") {
    StoreFixture fixture;
    const auto store = fixture.write();
    (void)store
        ->append(
            {counted("ChangeRequestCreated", "change_request", "{}", "2025-05-07T10:00:00Z"),
             counted("ChangeRequestStatusChanged", "change_request", R"({"new_status":"open"})", "2025-05-07T11:00:00Z"),
             counted("ChangeRequestStatusChanged", "change_request", R"({"new_status":"completed"})", "2025-05-07T10:59:59Z")})
        .value();
    (void)store->append(batch_of(noted("a", "{}", parse_rfc3339("2025-04-30T00:00:00Z").value().micros))).value();
    (void)store->append(batch_of(counted("ADRCreated", "adr", "{}", "1969-12-31T23:30:00Z"))).value();
    (void)store->append(batch_of(counted("ADRStatusChanged", "adr", R"({"new_status":"accepted"})", "2025-05-05T00:00:00Z")))
        .value();
    CHECK(rows_of(store->read(), AnalyticsUnit::kWeek) ==
          "1969-12-29T00 1: 0 0 1 0 0/0\n2025-04-28T00 1: 0 0 0 0 0/0\n2025-05-05T00 4: 1 1 0 1 0/0\n");
    CHECK(rows_of(store->read(), AnalyticsUnit::kHour) ==
          "1969-12-31T23 0: 0 0 1 0 0/0\n2025-05-05T00 0: 0 0 0 1 0/0\n2025-05-07T10 0: 1 1 0 0 0/0\n");
  }

  TEST_CASE("rows go on from what is on disk when the store is opened again") {
    StoreFixture fixture;
    const Event event = counted("ADRCreated", "adr", "{}", "2025-05-07T10:00:00Z");
    for (int i = 0; i < 3; ++i) (void)fixture.write()->append({event, event}).value();
    CHECK(rows_of(fixture.read()->read(), AnalyticsUnit::kWeek) == "2025-05-05T00 6: 0 0 6 0 0/0\n");
  }
}
