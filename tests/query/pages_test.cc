#include "query/history.h"
#include "query/list.h"
#include "query/time_travel.h"
#include "query/timeline.h"
#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

std::string positions(const TimelinePage& page) {
  std::string out;
  for (const TimelineItem& item : page.items) out += fmt::format("{} ", item.key.position);
  return out + (page.more ? "more" : "end");
}

std::string entities(const Result<ListPage>& page) {
  REQUIRE(page.ok());
  std::string out;
  for (const ListItem& item : page->items)
    out += fmt::format("{}/{}:{} ", item.entity.entity_type, item.entity.entity_id, item.head_version.value_or(0));
  return out + (page->more ? "more" : "end");
}

TEST_SUITE("pages") {
  TEST_CASE("a timeline goes by time, then position, newest first, and both ends are inclusive") {
    TemporaryStore store;
    for (const int day : {3, 1, 2, 2}) store.note("note/a", day, "{}");
    TimelineQuery query;
    CHECK(positions(timeline(store.read(), query).value()) == "1 4 3 2 end");
    query.order = Order::kAscending;
    CHECK(positions(timeline(store.read(), query).value()) == "2 3 4 1 end");
    query.from = query.to = parse_rfc3339("2025-11-02T00:00:00Z").value();
    CHECK(positions(timeline(store.read(), query).value()) == "3 4 end");
    query.to.micros -= 1;
    CHECK(positions(timeline(store.read(), query).value()) == "end");
  }

  TEST_CASE("a page tells whether something follows, and the next begins after it") {
    TemporaryStore store;
    for (const int day : {3, 1, 2, 2}) store.note("note/a", day, "{}");
    TimelineQuery query;
    query.limit = 2;
    const TimelinePage first = timeline(store.read(), query).value();
    CHECK(positions(first) == "1 4 more");
    query.after = first.items.back().key;
    CHECK(positions(timeline(store.read(), query).value()) == "3 2 end");
    query.order = Order::kAscending;
    CHECK(positions(timeline(store.read(), query).value()) == "1 end");
  }

  TEST_CASE("what was not known is left out of a timeline") {
    TemporaryStore store;
    for (const int day : {3, 1, 2}) store.note("note/a", day, "{}");
    TimelineQuery query;
    query.filter.known = 2;
    CHECK(positions(timeline(store.read(), query).value()) == "1 2 end");
    query.filter.known = 0;
    CHECK(positions(timeline(store.read(), query).value()) == "end");
  }

  TEST_CASE("a list holds the entities of which an event was folded, by type and id") {
    TemporaryStore store;
    store.note("note/b", 1, "{}");
    store.note("adr/z", 5, "{}");
    store.note("note/a", 2, "{}");
    store.note("note/a", 3, "{}");
    ListQuery query;
    CHECK(entities(list(store.read(), query)) == "adr/z:1 note/a:2 note/b:1 end");
    query.at = parse_rfc3339("2025-11-02T00:00:00Z").value();
    CHECK(entities(list(store.read(), query)) == "note/a:2 note/b:1 end");
    query.known = 3;
    CHECK(entities(list(store.read(), query)) == "note/a:1 note/b:1 end");
    query.known = 0;
    CHECK(entities(list(store.read(), query)) == "end");
  }

  TEST_CASE("a list goes on over several types") {
    TemporaryStore store;
    for (const std::string_view entity : {"a/1", "b/1", "b/2", "c/1"}) store.note(entity, 1, "{}");
    ListQuery query;
    query.entity_types = {"c", "b", "c"};
    query.limit = 1;
    CHECK(entities(list(store.read(), query)) == "b/1:1 more");
    query.after = EntityRef{"b", "1"};
    CHECK(entities(list(store.read(), query)) == "b/2:1 more");
    query.after = EntityRef{"b", "2"};
    CHECK(entities(list(store.read(), query)) == "c/1:1 end");
  }

  TEST_CASE("a list is filtered by the state's status and layer as text, and by who changed it last") {
    TemporaryStore store;
    store.note("note/a", 1, R"({"status":"open","layer":"x"})");
    store.note("note/b", 1, R"({"status":1.50})");
    store.note("note/c", 1, R"({"status":null})");
    ListQuery query;
    query.statuses = {"1.50", "null"};
    CHECK(entities(list(store.read(), query)) == "note/b:1 end");
    query.statuses = {"open", "shut"};
    query.layers = {"x"};
    CHECK(entities(list(store.read(), query)) == "note/a:1 end");
    query.actors = {"bo"};
    CHECK(entities(list(store.read(), query)) == "end");
    query.actors = {"bo", "ana"};
    CHECK(entities(list(store.read(), query)) == "note/a:1 end");
  }

  TEST_CASE("a title is the first of title, name, description and action that is a string") {
    TemporaryStore store;
    store.note("note/a", 2, R"({"title":7,"name":null,"description":"d","action":"a"})");
    store.note("note/a", 1, R"({"status":["s"]})");
    const ListPage page = list(store.read(), {}).value();
    CHECK(page.items.at(0).title == R"("d")");
    CHECK(page.items.at(0).status == R"(["s"])");
    CHECK(format_time(page.items.at(0).created_at.value()) == "2025-11-01T00:00:00.000000Z");
    CHECK(format_time(page.items.at(0).updated_at.value()) == "2025-11-02T00:00:00.000000Z");
  }

  TEST_CASE("a replay goes on with the state that the page before ended with") {
    TemporaryStore store;
    for (const int day : {3, 1, 2}) store.note("note/a", day, fmt::format(R"({{"d{}":{}}})", day, day));
    HistoryQuery query;
    query.entity = {"note", "a"};
    query.with_states = true;
    query.limit = 2;
    const HistoryPage first = history(store.read(), query).value();
    REQUIRE(first.items.size() == 2);
    CHECK(first.more);
    query.after = first.items.back().key;
    const HistoryPage second = history(store.read(), query).value();
    REQUIRE(second.items.size() == 1);
    CHECK_FALSE(second.more);
    CHECK(second.items[0].event.ends_with(R"("state":{"d1":1,"d2":2,"d3":3}})"));
  }

  TEST_CASE("before its first event, and before it was known, an entity does not exist") {
    TemporaryStore store;
    store.note("note/a", 3, R"({"a":1})");
    TimeTravelQuery query;
    query.entity = {"note", "a"};
    CHECK(time_travel(store.read(), query)->state.exists);
    query.at = parse_rfc3339("2025-11-02T23:59:59.999999Z").value();
    const TimeTravel before = time_travel(store.read(), query).value();
    CHECK_FALSE(before.state.exists);
    CHECK(before.state.state == "{}");
    CHECK(before.head_version == 1);
    query.at = std::nullopt;
    query.known = 0;
    CHECK_FALSE(time_travel(store.read(), query)->state.exists);
    CHECK(time_travel(store.read(), query)->head_version == 0);
  }
}

}  // namespace
}  // namespace govlog
