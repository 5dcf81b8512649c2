// Filtered scans against a look at every event: over sealed segments and the open one, times in and out of order.

#include "codec/event_terms.h"
#include "codec/keys.h"
#include "engine/store.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>

using namespace govlog;

namespace {

constexpr int kScanned = 9000;  // two sealed segments and an open one

/// Words of which some are common and some are rare, a number, and now and then a list.
std::string random_data(std::mt19937& random) {
  std::string words;
  for (auto left = random() % 6; left > 0; --left) {
    const auto sides = 1 + random() % 400;
    words += (words.empty() ? "word" : " word") + std::to_string(random() % sides);
  }
  const std::string list = random() % 8 == 0 ? R"(,"tags":["red",{"deep":)" + std::to_string(random() % 3) + "}]" : "";
  return R"({"level":)" + std::to_string(random() % 4) + list + R"(,"text":")" + words + "\"}";
}

std::shared_ptr<const TextQuery> text(std::string_view q) { return std::make_shared<TextQuery>(TextQuery::parse(q).take()); }
std::shared_ptr<const ContainsQuery> document(std::string_view json) {
  return std::make_shared<ContainsQuery>(ContainsQuery::parse(json).take());
}

Event random_event(std::mt19937& random, int i, bool shuffled) {
  Event event = noted("e" + std::to_string(random() % 40), random_data(random));
  event.event_type = "Type" + std::to_string(random() % 5);
  event.entity_type = "kind" + std::to_string(random() % 3);
  if (random() % 4 != 0) event.actor = "actor" + std::to_string(random() % 6);
  event.created_at = Timestamp{shuffled ? static_cast<std::int64_t>(random() % 5000) : i};
  return event;
}

std::vector<Position> positions(const ReadView& view, const EventRange& range, Order order, const EventFilter& filter) {
  std::vector<Position> out;
  const Status status = view.scan_events(range, order, filter, [&](const EventView& event) -> Result<bool> {
    out.push_back(event.position);
    return true;
  });
  CHECK(status.ok());
  return out;
}

std::vector<Position> looked_at_each(const ReadView& view, const EventRange& range, Order order, const EventFilter& filter) {
  std::vector<EventKey> keys;
  const Status status = view.scan_positions(1, view.log_position(), [&](const EventView& event) -> Result<bool> {
    if (filter.admits(event) && event.key() >= range.first && event.key() <= range.last) keys.push_back(event.key());
    return true;
  });
  CHECK(status.ok());
  std::sort(keys.begin(), keys.end());
  if (order == Order::kDescending) std::reverse(keys.begin(), keys.end());
  std::vector<Position> out;
  for (const EventKey& key : keys) out.push_back(key.position);
  return out;
}

/// The best answers by a look at every event.
std::vector<EventScore> best_of_all(const ReadView& view, const EventRange& range, const EventFilter& filter) {
  std::vector<EventScore> out;
  TermCollector collector;
  const Status status = view.scan_positions(1, view.log_position(), [&](const EventView& event) -> Result<bool> {
    if (!filter.admits(event) || event.key() < range.first || event.key() > range.last) return true;
    EventScore scored{0, event.key()};
    for (const EventTerm& term : collector.collect(event)) {
      for (const std::string& stem : filter.q->wanted_stems()) {
        if (term.tag == kTermWord && term.text == word_term(stem)) scored.score += term.weight;
      }
    }
    out.push_back(scored);
    return true;
  });
  CHECK(status.ok());
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

void compare_best(const ReadView& view, const EventRange& range, const EventFilter& filter) {
  const std::vector<EventScore> all = best_of_all(view, range, filter);
  std::optional<EventScore> after;
  for (std::size_t begin = 0; begin < std::min<std::size_t>(all.size(), 90); begin += 30) {
    const std::vector<EventScore> page = view.best_events(range, filter, after, 30).value();
    const std::size_t end = std::min(all.size(), begin + 30);
    CHECK(page == std::vector<EventScore>(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                          all.begin() + static_cast<std::ptrdiff_t>(end)));
    if (!page.empty()) after = page.back();
  }
  CHECK(view.best_events(range, filter, std::nullopt, kScanned).value() == all);
}

void compare_scans(bool shuffled) {
  StoreFixture fixture;
  const auto store = fixture.write();
  std::mt19937 random(7);
  std::vector<Event> batch;
  for (int i = 0; i < kScanned; ++i) {
    batch.push_back(random_event(random, i, shuffled));
    if (batch.size() == 500) (void)store->append(std::exchange(batch, {})).value();
  }
  const ReadView view = store->read();
  std::vector<EventFilter> filters(20);
  filters[1].actors = {"actor1", "actor2"};
  filters[2].event_types = {"Type3"};
  filters[2].actors = {"actor5"};
  filters[3].entity_types = {"kind0", "kind2"};
  filters[3].known = 6000;
  filters[4].entity_ids = {"e7", "e8", "none"};
  filters[5].entity_ids = {"e7"};
  filters[5].entity_types = {"kind1"};
  filters[5].actors = {"actor0"};
  filters[6].actors = {"nobody"};
  filters[7].q = text("word1");
  filters[8].q = text("word300");
  filters[9].q = text("word1 word2 OR word3 -word0");
  filters[9].actors = {"actor1", "actor2"};
  filters[10].q = text("\"word1 word2\" OR -word4");
  filters[11].q = text("-word1 -\"word0 word0\"");
  filters[12].q = text("word0 word1 nowhere");
  filters[13].q = text("word0 OR word1");
  filters[13].known = 5000;
  filters[14].contains = document(R"({"level":2.0})");
  filters[15].contains = document(R"({"tags":[{"deep":1}]})");
  filters[15].q = text("word0");
  filters[16].contains = document(R"({"tags":[]})");
  filters[16].event_types = {"Type1"};
  filters[17].contains = document("{}");
  filters[18].contains = document("[]");
  filters[19].q = text("word0");
  filters[19].entity_ids = {"e7", "e8"};
  for (const EventFilter& filter : filters) {
    for (const EventRange& range : {EventRange{}, EventRange{{{1000}, 0}, {{3000}, kPositionMax}}}) {
      for (const Order order : {Order::kAscending, Order::kDescending}) {
        CHECK(positions(view, range, order, filter) == looked_at_each(view, range, order, filter));
      }
      if (filter.q) compare_best(view, range, filter);
    }
  }
}

}  // namespace

TEST_SUITE("filtered scan") {
  TEST_CASE("gives what a look at each event gives, times in order") { compare_scans(false); }
  TEST_CASE("gives what a look at each event gives, times shuffled with many ties") { compare_scans(true); }
  TEST_CASE(
      "the last position at an instant is the greatest of those that happened by then and were known, in sealed segments and "
      "the open one") {
    StoreFixture fixture;
    const auto store = fixture.write();
    std::vector<Event> events;
    std::vector<std::int64_t> times;
    for (int i = 0; i < 9000; ++i) {  // two sealed segments and a part; one event in nine is late, by up to a segment
      times.push_back(1'000'000 + i - (i % 9 == 0 ? i % 4000 : 0));
      events.push_back(noted("t" + std::to_string(i % 50), "{}", times.back()));
    }
    REQUIRE(store->append(std::move(events)).ok());
    const ReadView view = store->read();
    for (const std::int64_t at :
         {999'999, 1'000'000, 1'000'001, 1'003'000, 1'004'095, 1'004'096, 1'006'500, 1'008'500, 1'009'500}) {
      for (const Position known : {Position{0}, Position{1}, Position{4096}, Position{5000}, Position{9000}, kPositionMax}) {
        Position expected = 0;
        for (Position position = 1; position <= std::min<Position>(known, times.size()); ++position) {
          if (times[position - 1] <= at) expected = position;
        }
        CHECK(view.last_position_at({at}, known).value() == expected);
      }
    }
  }
}
