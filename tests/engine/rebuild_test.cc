#include "engine/rebuild.h"
#include "engine/verify.h"

#include "codec/keys.h"
#include "engine/head_file.h"
#include "engine/log_order.h"
#include "engine/row_names.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rocksdb/db.h>

#include <fstream>

using namespace govlog;

namespace {

constexpr int kEvents = 301;  // tiles, states, a checkpoint of the graph

Event of_graph(int i) {
  Event event = noted(fmt::format("L{}", i % 40), fmt::format(R"({{"from_element":"e{}","to_element":"e{}"}})", i % 11, i % 7));
  event.event_type = i % 3 == 0 ? "TraceabilityLinkRemoved" : "TraceabilityLinkAdded";
  event.entity_type = "trace";
  return event;
}

Event some_event(int i) {
  Event event =
      i % 10 == 0 ? of_graph(i) : noted(i % 3 == 0 ? "busy" : fmt::format("t{}", i % 900), fmt::format(R"({{"n":{}}})", i));
  if (i % 100 == 7) {
    event.event_type = "DiagramVersionCreated";
    event.entity_type = "diagram";
    event.data = fmt::format(R"({{"elements":[{{"id":"e{}"}}],"layer":"technical"}})", i % 13);
  }
  const std::int64_t late = i % 17 == 0 ? 40'000'000 : 0;
  event.created_at = Timestamp{1'700'000'000'000'000 + i * 10'000'000LL - late};
  return event;
}

void fill(StoreFixture& fixture, int count = kEvents) {
  StoreOptions options = fixture.options();
  options.graph_checkpoint_events = 100;
  const auto store = Store::open_for_writing(options).take();
  std::vector<Event> events;
  for (int i = 1; i <= count; ++i) {
    events.push_back(some_event(i));
    if (i % 43 != 0 && i < count) continue;
    (void)store->append(std::move(events)).value();
    events.clear();
  }
}

Result<RebuildReport> run(StoreFixture& fixture, bool check_only) {
  return rebuild({.store = fixture.options(), .check_only = check_only});
}

std::string differing(StoreFixture& fixture) {
  const auto report = run(fixture, true);
  REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
  const auto& difference = report->difference;
  return difference ? fmt::format("{}: {} {}", difference->family, difference->key, difference->problem) : "none";
}

struct Row {
  std::string key;
  std::string value;
};

/// The first row of the family at or behind `key`.
Row row_at(const StoreFixture& fixture, Family family, std::string_view key) {
  const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadOnly, nullptr).take();
  const auto rows = database->iterate(family, nullptr);
  rows->Seek(slice(key));
  REQUIRE(rows->Valid());
  return {rows->key().ToString(), rows->value().ToString()};
}

void put(const StoreFixture& fixture, Family family, const Row& row) {
  const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadWrite, nullptr).take();
  REQUIRE(database->db().Put({}, database->family(family), row.key, row.value).ok());
}

void erase(const StoreFixture& fixture, Family family, const std::string& key) {
  const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadWrite, nullptr).take();
  REQUIRE(database->db().Delete({}, database->family(family), key).ok());
}

/// Gives the row as it was.
Row spoil(const StoreFixture& fixture, Family family, std::string_view key) {
  Row row = row_at(fixture, family, key);
  put(fixture, family, {row.key, row.value + 'x'});
  return row;
}

}  // namespace

TEST_SUITE("rebuild") {
  TEST_CASE("a table of a derived family that was lost is made again, one of the log is not") {
    for (const std::string_view family : {"terms", "positions", "views", "events"}) {
      StoreFixture fixture;
      StoreOptions options = fixture.options();
      options.bulk_events = 10;  // the group goes into tables at once
      {
        const auto store = Store::open_for_writing(options).take();
        std::vector<Event> events;
        for (int i = 1; i <= kEvents; ++i) events.push_back(some_event(i));
        (void)store->append(std::move(events)).value();
      }
      {
        const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadOnly, nullptr).take();
        std::vector<rocksdb::LiveFileMetaData> files;
        database->db().GetLiveFilesMetaData(&files);
        for (const rocksdb::LiveFileMetaData& file : files) {
          if (file.column_family_name == family) std::filesystem::remove(fixture.directory() / "db" / file.relative_filename);
        }
      }
      const auto report = run(fixture, false);
      CHECK(report.ok() == (family != "events"));
      if (report.ok()) CHECK(differing(fixture) == "none");
      if (!report.ok()) CHECK(report.error().code == Code::kCorruption);
    }
  }

  TEST_CASE("a spoilt row of any derived family is named by a check and mended by a rebuild") {
    StoreFixture fixture;
    fill(fixture);
    const std::string before = exported(fixture.read()->read());
    REQUIRE(differing(fixture) == "none");
    struct Case {
      Family family;
      std::string_view key;
      std::string_view expected;
    };
    const std::vector<Case> cases{
        {Family::kPositions, std::string_view("\0\0\0\0\0\0\0\x2A", 8), "positions: position 42 holds another value"},
        {Family::kIds, "", "ids: "},
        {Family::kEntities, "", "entities: diagram/"},
        {Family::kTerms, "\x03", "terms: terms of the event at position 1"},
        {Family::kStates, "thing", "states: thing/busy at 2023-"},
        {Family::kViews, "\x01thing", "views: head of thing/busy"},
        {Family::kViews, "\x02", "views: coverage of layer technical, level 0, span "},
        {Family::kViews, "\x03", "views: counter "},
        {Family::kViews, "\x04", "views: analytics of the week from 2023-11-13"},
        {Family::kViews, "\x05", "views: element e"},
        {Family::kViews, "\x06", "views: orphan e"},
        {Family::kViews, "\x07", "views: totals of layer technical"},
        {Family::kViews, std::string_view("\x09\0\0\0\x01", 5), "views: the graph's checkpoint"},
        {Family::kViews, kFamilyHeadKey, "views: the family's head"},
        {Family::kTiles, "", "tiles: level 1, index 0"},
    };
    for (const Case& one : cases) {
      const Row row = spoil(fixture, one.family, one.key);
      const std::string told = differing(fixture);
      CHECK_MESSAGE(told.starts_with(one.expected), told);
      put(fixture, one.family, row);
    }
    for (const Case& one : cases) (void)spoil(fixture, one.family, one.key);
    const auto report = run(fixture, false);
    REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    CHECK(report->events == kEvents);
    CHECK(differing(fixture) == "none");
    CHECK(exported(fixture.read()->read()) == before);
    CHECK(fixture.write()->append(batch_of(some_event(1))).value()[0].position == kEvents + 1);
  }

  TEST_CASE("so is one of a segment that is sealed") {
    StoreFixture fixture;
    fill(fixture, 4100);
    (void)spoil(fixture, Family::kTerms, "\x01");
    CHECK(differing(fixture).starts_with("terms: segment 0, term "));
    REQUIRE(run(fixture, false).ok());
    CHECK(differing(fixture) == "none");
  }

  TEST_CASE("an event that was changed, with every checksum right, is not the one whose hash the tree has") {
    StoreFixture fixture;
    fill(fixture);
    Row row = row_at(fixture, Family::kEvents, "");
    while (row.value.find("technical") == std::string::npos) row = row_at(fixture, Family::kEvents, row.key + '\0');
    row.value[row.value.find("technical")] = 'T';
    put(fixture, Family::kEvents, row);
    VerifyOptions options;
    options.store = fixture.options();
    options.fast = true;
    const VerifyReport report = verify(options).value();
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems[0].family == "events");
    CHECK(report.problems[0].problem == "is not the event whose hash the tree has: it was changed after it was appended");
  }

  TEST_CASE("verify names a row that the log does not give, unless it is told to look at the log alone") {
    StoreFixture fixture;
    fill(fixture);
    VerifyOptions options;
    options.store = fixture.options();
    options.scratch = fixture.directory() / "scratch";
    CHECK(verify(options)->problems.empty());
    (void)spoil(fixture, Family::kViews, "\x02");
    std::filesystem::remove_all(options.scratch);
    const VerifyReport report = verify(options).value();
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems[0].family == "views");
    CHECK(report.problems[0].problem.starts_with("coverage of layer technical"));
    options.fast = true;
    CHECK(verify(options)->problems.empty());
  }

  TEST_CASE("a row too few or too many is named, too") {
    StoreFixture fixture;
    fill(fixture);
    erase(fixture, Family::kPositions, position_key(7));
    CHECK(differing(fixture) == "positions: position 7 is missing");
    CHECK(run(fixture, true)->difference->position == Position{7});
    REQUIRE(run(fixture, false).ok());
    put(fixture, Family::kEntities, {entity_key("thing", "nobody", {{5}, 9}), "\x01"});
    CHECK(differing(fixture) == "entities: thing/nobody at 1970-01-01T00:00:00.000005Z, position 9 should not be there");
  }

  TEST_CASE("a store that no longer opens, because a derived family has lost its head, is mended") {
    StoreFixture fixture;
    fill(fixture);
    erase(fixture, Family::kTerms, std::string(kFamilyHeadKey));
    CHECK(Store::open_for_writing(fixture.options()).error().code == Code::kCorruption);
    REQUIRE(run(fixture, false).ok());
    CHECK(fixture.write()->read().log_position() == kEvents);
  }

  TEST_CASE("where the log itself is damaged nothing is replaced") {
    StoreFixture fixture;
    fill(fixture);
    const Row row = row_at(fixture, Family::kEvents, "");
    erase(fixture, Family::kEvents, row.key);
    CHECK(run(fixture, false).error().code == Code::kCorruption);
    CHECK_FALSE(std::filesystem::exists(fixture.directory() / "rebuild"));
    put(fixture, Family::kEvents, row);
    CHECK(differing(fixture) == "none");
    HeadContent head = HeadFile::read(fixture.directory() / "HEAD", nullptr).take();
    const Hash root = head.root;
    for (const Hash& noted_root : {Hash{}, root}) {
      std::filesystem::remove(fixture.directory() / "HEAD");
      head.root = noted_root;
      REQUIRE(HeadFile::create(fixture.directory() / "HEAD", head, nullptr).ok());
      CHECK(run(fixture, false).ok() == (noted_root == root));
    }
  }

  TEST_CASE("a store that somebody has open is left alone, and so is one that is not there") {
    StoreFixture fixture;
    CHECK_FALSE(run(fixture, false)->exists);
    CHECK_FALSE(std::filesystem::exists(fixture.directory()));
    const auto store = fixture.write();
    CHECK(run(fixture, true).error().code == Code::kLocked);
  }

  TEST_CASE("an empty log is rebuilt to an empty log") {
    StoreFixture fixture;
    (void)fixture.write();
    CHECK(run(fixture, false)->events == 0);
    CHECK(differing(fixture) == "none");
    CHECK(fixture.write()->append(batch_of(noted("a", "{}"))).ok());
  }

  TEST_CASE("what a rebuild left when it was broken off goes when the store is opened for writing, not before") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    std::filesystem::create_directories(fixture.directory() / "rebuild/db");
    std::ofstream(fixture.directory() / "rebuild/db/CURRENT") << "half";
    CHECK(fixture.read()->read().log_position() == 1);
    CHECK(std::filesystem::exists(fixture.directory() / "rebuild"));
    CHECK(fixture.write()->read().log_position() == 1);
    CHECK_FALSE(std::filesystem::exists(fixture.directory() / "rebuild"));
  }

  TEST_CASE("an accepted clock stays accepted") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    fixture.now = Timestamp{fixture.now.load().micros - 2 * kMicrosPerDay};
    StoreOptions accepting = fixture.options();
    accepting.append.accept_clock = true;
    REQUIRE(Store::open_for_writing(accepting).take()->append(batch_of(noted("a", "{}"))).ok());
    REQUIRE(run(fixture, false).ok());
    CHECK(fixture.write()->append(batch_of(noted("a", "{}"))).ok());
  }

  TEST_CASE("the log is read in the order of positions however many passes it takes") {
    StoreFixture fixture;
    fill(fixture);
    const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadOnly, nullptr).take();
    for (const Position per_pass : {Position{50}, Position{kEvents}}) {
      Position last = 0;
      const Status scanned = scan_by_position(
          *database, kEvents, [&](const EventView& event) -> Result<bool> { return event.position == ++last; }, per_pass);
      CHECK(scanned.ok());
      CHECK(last == kEvents);
    }
    CHECK(scan_by_position(*database, kEvents - 1, [](const EventView&) -> Result<bool> { return true; }).error().code ==
          Code::kCorruption);
  }

  TEST_CASE("keys that do not decode have a name, too") {
    CHECK(row_name(Family::kIds, "ab") == "the key 6162");
    for (std::size_t family = 0; family < kFamilyCount; ++family) {
      for (const std::string_view key : {"", "\x01", "\x03", "\x04", "\x09", "abc"}) {
        CHECK_FALSE(row_name(static_cast<Family>(family), key).empty());
      }
    }
  }
}
