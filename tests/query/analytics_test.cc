#include "query/analytics.h"
#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

void adr_created(TemporaryStore& store, std::string_view time) {
  store.append(
      fmt::format(R"({{"event_type":"ADRCreated","entity_type":"adr","entity_id":"A","data":{{}},"created_at":"{}"}})", time));
}

/// `Monday:adrs_created`, newest first.
std::string weeks(const TemporaryStore& store, std::string_view from, std::string_view to, Position known = kPositionMax) {
  const auto answer = analytics(store.read(), {parse_rfc3339(from).value(), parse_rfc3339(to).value(), known});
  REQUIRE(answer.ok());
  std::string out;
  for (const AnalyticsWeek& week : answer.value())
    out += fmt::format("{}:{} ", format_time(week.week).substr(0, 10), week.counts.adrs_created);
  return out;
}

TEST_SUITE("analytics") {
  TEST_CASE("both ends of the window count, to the microsecond, wherever they cut weeks and hours") {
    TemporaryStore store;
    for (const std::string_view time : {"2025-11-04T10:30:00Z", "2025-11-04T11:00:00Z", "2025-11-05T00:00:00Z",
                                        "2025-11-12T08:00:00Z", "2025-11-19T09:59:59.999999Z", "2025-11-19T10:00:00Z"})
      adr_created(store, time);
    const std::string_view first = "2025-11-04T10:30:00Z";
    CHECK(weeks(store, "2025-11-03T00:00:00Z", "2025-11-23T23:59:59.999999Z") == "2025-11-17:2 2025-11-10:1 2025-11-03:3 ");
    CHECK(weeks(store, first, "2025-11-19T10:00:00Z") == "2025-11-17:2 2025-11-10:1 2025-11-03:3 ");
    CHECK(weeks(store, "2025-11-04T10:30:00.000001Z", "2025-11-19T09:59:59.999999Z") ==
          "2025-11-17:1 2025-11-10:1 2025-11-03:2 ");
    CHECK(weeks(store, first, first) == "2025-11-03:1 ");
    CHECK(weeks(store, first, "2025-11-04T11:00:00Z") == "2025-11-03:2 ");
    CHECK(weeks(store, first, "2025-11-04T10:59:59.999999Z") == "2025-11-03:1 ");
    CHECK(weeks(store, "2025-11-05T00:00:00.000001Z", "2025-11-09T00:00:00Z").empty());
    CHECK(weeks(store, "2025-11-19T10:00:00Z", first).empty());
  }

  TEST_CASE("a week with an event in the window is there though nothing counts, and one without is not") {
    TemporaryStore store;
    store.note("note/a", 5, "{}");
    store.note("note/a", 12, "{}");
    CHECK(weeks(store, "2025-11-01T00:00:00Z", "2025-11-30T00:00:00Z") == "2025-11-10:0 2025-11-03:0 ");
    CHECK(weeks(store, "2025-11-05T00:00:00Z", "2025-11-11T23:00:00Z") == "2025-11-03:0 ");
    CHECK(weeks(store, "2025-11-05T00:00:00.000001Z", "2025-11-11T23:00:00Z").empty());
  }

  TEST_CASE("what was not known does not count") {
    TemporaryStore store;
    for (const std::string_view time : {"2025-11-12T08:00:00Z", "2025-11-04T10:30:00Z", "2025-11-12T07:00:00Z"})
      adr_created(store, time);
    const auto at = [&](Position known) { return weeks(store, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", known); };
    CHECK(at(3) == "2025-11-10:2 2025-11-03:1 ");
    CHECK(at(2) == "2025-11-10:1 2025-11-03:1 ");
    CHECK(at(1) == "2025-11-10:1 ");
    CHECK(at(0).empty());
  }

  TEST_CASE("a window without ends holds every event, of the year 1 too") {
    TemporaryStore store;
    adr_created(store, "0001-01-01T00:00:00Z");
    adr_created(store, "1969-12-31T23:59:59.999999Z");
    const auto answer = analytics(store.read(), {});
    REQUIRE(answer.ok());
    CHECK(answer->size() == 2);
    CHECK(weeks(store, "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z") == "1969-12-29:1 0001-01-01:1 ");
  }

  TEST_CASE("an empty log has no weeks") {
    TemporaryStore store;
    CHECK(analytics(store.read(), {})->empty());
  }
}

}  // namespace
}  // namespace govlog
