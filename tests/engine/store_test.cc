#include "engine/store.h"

#include "engine/head_file.h"

#include "codec/uuid.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

using namespace govlog;

namespace {

Uuid uuid(const char* text) { return parse_uuid(text).value(); }
const char* const kId = "11111111-2222-4333-8444-555555555555";

std::string state_of(const ReadView& view, const std::string& id, EventKey last = kEventKeyMax, Position known = kPositionMax) {
  return view.state_at({"thing", id}, last, known).value().state;
}

}  // namespace

TEST_SUITE("store") {
  TEST_CASE("a batch gets consecutive positions and versions by entity") {
    StoreFixture fixture;
    const auto store = fixture.write();
    const auto receipts = store->append({noted("a", "{}"), noted("b", "{}"), noted("a", "{}")}).value();
    CHECK(receipts[0].position == 1);
    CHECK(receipts[2].position == 3);
    CHECK(receipts[1].version == 1);
    CHECK(receipts[2].version == 2);
    CHECK(store->read().log_position() == 3);
  }

  TEST_CASE("what was appended is there after the store was opened again, to the letter") {
    StoreFixture fixture;
    std::string before;
    {
      const auto store = fixture.write();
      for (int i = 0; i < 300; ++i) (void)store->append(batch_of(noted("a", R"({"n":)" + std::to_string(i) + "}"))).value();
      before = exported(store->read());
    }
    CHECK(exported(fixture.read()->read()) == before);
    CHECK(exported(fixture.write()->read()) == before);
  }

  TEST_CASE("the same id with the same content is a duplicate, with other content a conflict") {
    StoreFixture fixture;
    const auto store = fixture.write();
    Event event = noted("a", R"({"n":1})");
    event.id = uuid(kId);
    CHECK_FALSE(store->append(batch_of(event)).value()[0].duplicate);
    const Receipt again = store->append(batch_of(event)).value()[0];
    CHECK(again.duplicate);
    CHECK(again.position == 1);
    event.data = R"({"n":1.0})";
    CHECK(store->append(batch_of(event)).error().code == Code::kIdConflict);
    CHECK(store->read().log_position() == 1);
  }

  TEST_CASE("a duplicate is not judged against expected_version, and reserved metadata need not be repeated") {
    StoreFixture fixture;
    const auto store = fixture.write();
    Event event = noted("a", "{}");
    event.id = uuid(kId);
    event.metadata = R"({"tool":"x"})";
    event.expected_version = 0;
    (void)store->append(batch_of(event)).value();
    Event retry = event;
    retry.metadata = "{}";
    CHECK(store->append(batch_of(retry)).value()[0].duplicate);
    // Each retry in a batch is held against what is stored, not against the one before it.
    const auto receipts = store->append({retry, event, retry}).value();
    CHECK(std::all_of(receipts.begin(), receipts.end(), [](const Receipt& r) { return r.duplicate && r.position == 1; }));
    event.metadata = R"({"mine":1})";
    CHECK(store->append(batch_of(event)).error().code == Code::kIdConflict);
  }

  TEST_CASE("a batch whose last event conflicts keeps nothing") {
    StoreFixture fixture;
    const auto store = fixture.write();
    Event wrong = noted("a", "{}");
    wrong.expected_version = 7;
    const auto answer = store->append({noted("a", "{}"), noted("a", "{}"), wrong});
    CHECK(answer.error().code == Code::kVersionConflict);
    CHECK(store->read().log_position() == 0);
    CHECK(store->append(batch_of(noted("a", "{}"))).value()[0].version == 1);
  }

  TEST_CASE("expected_version counts the batch's own events") {
    StoreFixture fixture;
    const auto store = fixture.write();
    Event second = noted("a", "{}");
    second.expected_version = 1;
    CHECK(store->append({noted("a", "{}"), second}).ok());
  }

  TEST_CASE("recorded_at never falls, and a clock a day behind is refused until it is accepted") {
    StoreFixture fixture;
    const auto start = fixture.now.load().micros;
    {
      const auto store = fixture.write();
      (void)store->append(batch_of(noted("a", "{}"))).value();
      fixture.now = Timestamp{start - 1000};
      CHECK(store->append(batch_of(noted("a", "{}"))).value()[0].recorded_at.micros == start);
      fixture.now = Timestamp{start - kMicrosPerDay - 1};
      CHECK(store->append(batch_of(noted("a", "{}"))).error().code == Code::kClockBehind);
    }
    StoreOptions accepting = fixture.options();
    accepting.append.accept_clock = true;
    CHECK(Store::open_for_writing(accepting).take()->append(batch_of(noted("a", "{}"))).ok());
    CHECK(fixture.write()->append(batch_of(noted("a", "{}"))).ok());
    fixture.now = Timestamp{start + 1};
    CHECK(fixture.write()->append(batch_of(noted("a", "{}"))).ok());
    fixture.now = Timestamp{start - kMicrosPerDay - 1};
    CHECK(fixture.write()->append(batch_of(noted("a", "{}"))).error().code == Code::kClockBehind);
  }

  TEST_CASE("memory that ends in the middle of an append is told, and nothing is written until the store is opened again") {
    StoreFixture fixture;
    StoreOptions options = fixture.options();
    int left = 9;
    options.clock = [&] { return left-- == 0 ? throw std::bad_alloc() : fixture.now.load(); };
    {
      const auto store = Store::open_for_writing(options).take();
      (void)store->append(batch_of(noted("a", "{}"))).value();
      const std::vector<std::vector<Event>> two{batch_of(noted("b", "{}")), batch_of(noted("c", "{}"))};
      left = 1;  // the writer has taken the first batch then
      CHECK(store->append_in_turn(two).empty());
      for (const int now : {0, 9}) {
        left = now;
        const Error error = store->append(batch_of(noted("b", "{}"))).error();
        CHECK(error.code == Code::kIoError);
        CHECK(std::get<std::string>(error.details.at(0).value) == "unknown");
      }
      CHECK(store->read().log_position() == 1);
    }
    const Receipt next = fixture.write()->append(batch_of(noted("b", "{}"))).value().front();
    CHECK(next.position == 2);
  }

  TEST_CASE("a view does not move when the log does") {
    StoreFixture fixture;
    const auto store = fixture.write();
    (void)store->append(batch_of(noted("a", R"({"n":1})"))).value();
    const ReadView before = store->read();
    (void)store->append(batch_of(noted("a", R"({"n":2})"))).value();
    CHECK(state_of(before, "a") == R"({"n":1})");
    CHECK(state_of(store->read(), "a") == R"({"n":2})");
  }

  TEST_CASE("a second writer is told that the store is locked, a second reader is not") {
    StoreFixture fixture;
    {
      const auto store = fixture.write();
      CHECK(Store::open_for_writing(fixture.options()).error().code == Code::kLocked);
      CHECK(Store::open_for_reading(fixture.options()).error().code == Code::kLocked);
    }
    const auto reader = fixture.read();
    CHECK(Store::open_for_reading(fixture.options()).ok());
  }

  TEST_CASE("reading a store that is not there makes nothing") {
    StoreFixture fixture;
    const auto store = fixture.read();
    CHECK_FALSE(store->exists());
    CHECK(store->read().log_position() == 0);
    CHECK(store->read().stats(kPositionMax).value().events == 0);
    CHECK_FALSE(std::filesystem::exists(fixture.directory()));
  }

  TEST_CASE("a directory of something else, a file and a later format are refused") {
    StoreFixture fixture;
    std::filesystem::create_directories(fixture.directory());
    std::ofstream(fixture.directory() / "letter.txt") << "dear";
    CHECK(Store::open_for_writing(fixture.options()).error().code == Code::kInvalidArgument);
    std::ofstream(fixture.directory() / "FORMAT") << "govlog store, format 99\n";
    const Error error = Store::open_for_reading(fixture.options()).error();
    CHECK(error.code == Code::kUnsupportedFormat);
    CHECK(error.message.find("99") != std::string::npos);
    StoreOptions file = fixture.options();
    file.directory = fixture.directory() / "letter.txt";
    CHECK(Store::open_for_writing(file).error().code == Code::kInvalidArgument);
  }

  TEST_CASE("a store whose HEAD is lost answers from what is there, says so, and takes nothing") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    std::filesystem::remove(fixture.directory() / "HEAD");
    {
      const auto store = fixture.read();
      CHECK(store->read().log_position() == 1);
      REQUIRE(store->damage().has_value());
      CHECK(store->damage()->from == 2);
      CHECK(store->damage()->to == 0);
    }
    const auto written = fixture.write();
    const Error error = written->append(batch_of(noted("a", "{}"))).error();
    CHECK(error.code == Code::kCorruption);
    CHECK(error.message.contains("HEAD"));
    CHECK_FALSE(std::filesystem::exists(fixture.directory() / "HEAD"));
  }

  TEST_CASE(
      "a store of which HEAD, database or FORMAT were not all in place when its maker was killed is none yet, and is made "
      "anew") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    std::filesystem::create_directory(fixture.directory() / ".new");
    std::filesystem::rename(fixture.directory() / "FORMAT", fixture.directory() / ".new/FORMAT");
    CHECK_FALSE(fixture.read()->exists());
    CHECK(fixture.write()->append(batch_of(noted("b", "{}")))->front().position == 1);
    CHECK_FALSE(std::filesystem::exists(fixture.directory() / ".new"));
    std::filesystem::remove(fixture.directory() / "FORMAT");
    CHECK(Store::open_for_reading(fixture.options()).error().code == Code::kCorruption);
  }

  TEST_CASE("what a large group left that was broken off goes when the store is opened for writing") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    std::filesystem::create_directory(fixture.directory() / "bulk");
    std::ofstream(fixture.directory() / "bulk/0.sst") << "half";
    (void)fixture.write();
    CHECK_FALSE(std::filesystem::exists(fixture.directory() / "bulk"));
  }

  TEST_CASE("asynchronous appends are there after a clean close") {
    StoreFixture fixture;
    StoreOptions options = fixture.options();
    options.append.durability = Durability::kAsync;
    {
      const auto store = Store::open_for_writing(options).take();
      for (int i = 0; i < 20; ++i) (void)store->append(batch_of(noted("a", "{}"))).value();
    }
    CHECK(fixture.read()->read().log_position() == 20);
    CHECK(HeadFile::read(fixture.directory() / "HEAD", nullptr)->position == 20);
  }
}

TEST_SUITE("time travel") {
  TEST_CASE("two late events of one group, the later instant first, leave no checkpoint that does not know the other") {
    StoreFixture fixture;
    const auto store = fixture.write();
    constexpr int kEvents = 200;
    for (int i = 1; i <= kEvents; ++i)
      (void)store->append(batch_of(noted("a", R"({"n":)" + std::to_string(i) + "}", i * 10))).value();
    // The first has the states behind 400 folded anew, a part with each group; the next lies in that part.
    (void)store->append(batch_of(noted("a", R"({"x":1})", 405))).value();
    (void)store->append({noted("a", R"({"y":1})", 605), noted("a", R"({"z":1})", 205)}).value();
    for (const std::int64_t at : {300, 330, 400, 410, 500, 700, 2000}) {
      CAPTURE(at);
      const std::string x = at >= 405 ? R"("x":1,)" : "";
      const std::string y = at >= 605 ? R"("y":1,)" : "";
      CHECK(state_of(store->read(), "a", {{at}, kPositionMax}) ==
            R"({"n":)" + std::to_string(at / 10) + "," + x + y + R"("z":1})");
    }
  }

  TEST_CASE("late events change the past and the present, whatever was known before") {
    StoreFixture fixture;
    const auto store = fixture.write();
    (void)store->append({noted("a", R"({"n":1})", 100), noted("a", R"({"n":3})", 300)}).value();
    (void)store->append(batch_of(noted("a", R"({"late":true,"n":2})", 200))).value();
    const ReadView view = store->read();
    CHECK(state_of(view, "a") == R"({"late":true,"n":3})");
    CHECK(state_of(view, "a", {{250}, kPositionMax}) == R"({"late":true,"n":2})");
    CHECK(state_of(view, "a", {{250}, kPositionMax}, 2) == R"({"n":1})");
    CHECK(state_of(view, "a", {{99}, kPositionMax}) == "{}");
  }

  TEST_CASE("an entity of many events that came in any order folds as if they had come in order") {
    StoreFixture fixture;
    const auto store = fixture.write();
    // 1,000 times in a fixed shuffle (a full-period linear congruence), in batches of 7.
    std::vector<Event> batch;
    for (std::int64_t i = 0, time = 1; i < 1000; ++i, time = (time * 421 + 17) % 1000) {
      batch.push_back(noted("a", R"({"k)" + std::to_string(time % 13) + R"(":)" + std::to_string(time) + "}", time));
      if (batch.size() == 7 || i == 999) (void)store->append(std::exchange(batch, {})).value();
    }
    const ReadView view = store->read();
    for (const std::int64_t at : {0, 12, 63, 64, 65, 500, 998, 999}) {
      std::map<std::string, std::int64_t> expected;
      for (std::int64_t time = 0; time <= at; ++time) expected["k" + std::to_string(time % 13)] = time;
      std::string text = "{";
      for (const auto& [key, value] : expected) text += (text.size() > 1 ? ",\"" : "\"") + key + "\":" + std::to_string(value);
      CHECK(state_of(view, "a", {{at}, kPositionMax}) == text + "}");
    }
    // Later appends heal the checkpoints, and the answers stay.
    const std::string before = state_of(view, "a", {{640}, kPositionMax});
    for (int i = 0; i < 40; ++i) (void)store->append(batch_of(noted("a", "{}", 2000 + i))).value();
    CHECK(state_of(store->read(), "a", {{640}, kPositionMax}) == before);
  }
}
