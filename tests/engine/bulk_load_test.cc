#include "engine/bulk_load.h"

#include "codec/uuid.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace govlog;

namespace {

/// So many events with ids of their own; from the thousandth on one in seven is late, some entities return.
std::vector<Event> some_events(int first, int count) {
  std::vector<Event> events;
  for (int i = first; i < first + count; ++i) {
    const std::int64_t late = i > 1000 && i % 7 == 0 ? 40'000'000 : 0;
    const std::string id = i % 3 == 0 ? "busy" : "t" + std::to_string(i % 900);
    Event event = noted(id, R"({"n":)" + std::to_string(i) + "}", 1'700'000'000'000'000 + i * 10'000 - late);
    event.id = make_uuid_v5(import_namespace(), std::to_string(i));
    events.push_back(std::move(event));
  }
  return events;
}

/// Every row of every family but the store's own id, as text.
std::map<std::string, std::string> all_rows(const StoreFixture& fixture) {
  const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadOnly, nullptr).take();
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto rows = database->iterate(static_cast<Family>(i), nullptr);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const std::string key = std::string(kFamilyNames[i]) + " " + rows->key().ToString();
      if (key != "default store_id") out[key] = rows->value().ToString();
    }
    REQUIRE(rows->status().ok());
  }
  return out;
}

void fill(StoreFixture& fixture, std::size_t bulk_events) {
  StoreOptions options = fixture.options();
  options.bulk_events = bulk_events;
  const auto store = Store::open_for_writing(options).take();
  int next = 0;
  // Through a sealed segment whose first rows stand in the log; then over what is in files; then both by turns.
  for (const int count : {10, 5000, 3, 4200, 1, 60, 2, 300}) {
    const std::vector<std::vector<Event>> batches{some_events(next, count), some_events(next, 1)};
    const auto receipts = store->append_in_turn(batches);
    REQUIRE(receipts.size() == 2);
    CHECK(receipts[1][0].duplicate);
    next += count;
    CHECK(store->read().log_position() == static_cast<Position>(next));
  }
}

}  // namespace

TEST_SUITE("bulk load") {
  TEST_CASE("a store filled through files holds the rows that the log would have left, to the byte") {
    StoreFixture by_log;
    StoreFixture by_files;
    fill(by_log, 1'000'000);
    fill(by_files, 50);
    CHECK(all_rows(by_log) == all_rows(by_files));
    CHECK(exported(by_log.read()->read()) == exported(by_files.read()->read()));
    CHECK_FALSE(std::filesystem::exists(by_files.directory() / "bulk"));
  }

  TEST_CASE("of a row that one group writes and removes, files keep what came last, as the log does") {
    // Checkpoints, then an event before all of them: they are void, and are removed by the group that wrote them.
    std::vector<Event> events;
    for (int i = 1; i <= 100; ++i) {
      const int second = i == 70 ? 0 : i;
      Event event = noted("x", R"({"n":)" + std::to_string(i) + "}", 1'700'000'000'000'000 + second * 1'000'000);
      event.id = make_uuid_v5(import_namespace(), std::to_string(i));
      events.push_back(std::move(event));
    }
    std::vector<std::map<std::string, std::string>> rows;
    for (const std::size_t bulk_events : {1'000'000, 50}) {
      StoreFixture fixture;
      StoreOptions options = fixture.options();
      options.bulk_events = bulk_events;
      CHECK(Store::open_for_writing(options).take()->append(events).ok());
      rows.push_back(all_rows(fixture));
    }
    CHECK(rows[0] == rows[1]);
    CHECK(std::ranges::any_of(rows[0], [](const auto& row) { return row.first.starts_with("states thing"); }));
  }

  TEST_CASE("a view from before a bulk load does not see it") {
    StoreFixture fixture;
    StoreOptions options = fixture.options();
    options.bulk_events = 2;
    const auto store = Store::open_for_writing(options).take();
    (void)store->append(some_events(0, 1)).value();
    const ReadView before = store->read();
    (void)store->append(some_events(1, 20)).value();
    CHECK(exported(before).find("\"n\":0}") != std::string::npos);
    CHECK(std::ranges::count(exported(before), '\n') == 1);
    CHECK(std::ranges::count(exported(store->read()), '\n') == 21);
  }

  TEST_CASE("what a broken bulk load left is no obstacle") {
    StoreFixture fixture;
    StoreOptions options = fixture.options();
    options.bulk_events = 2;
    (void)Store::open_for_writing(options).take();
    std::filesystem::create_directories(fixture.directory() / "bulk" / "0.sst");
    const auto store = Store::open_for_writing(options).take();
    CHECK(store->append(some_events(0, 20)).ok());
    CHECK(store->read().log_position() == 20);
  }
}
