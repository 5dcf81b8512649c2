#include "tests/api/ask_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace govlog {
namespace {

void note(TemporaryStore& store, int day, std::string_view id, std::string_view data) {
  store.append(fmt::format(
      R"({{"id":"00000000-0000-4000-8000-0000000000{:02}","event_type":"Noted","entity_type":"note","entity_id":"{}","data":{},"created_at":"2025-11-{:02}T00:00:00Z"}})",
      day, id, data, day));
}

void fill_texts(TemporaryStore& store) {
  note(store, 1, "a", R"({"title":"Ledger","text":"One place for all money"})");
  note(store, 2, "b", R"({"text":"The ledger is split into a read side and a write side","level":2})");
  note(store, 3, "b", R"({"text":"Nothing of that sort","level":2.0,"tags":["red",{"deep":1}]})");
  note(store, 4, "c", R"({"text":"Ledgers everywhere"})");
}

/// The positions of the items.
std::string positions(const std::string& answer) {
  std::string out;
  for (std::size_t at = 0; (at = answer.find(R"("position":)", at)) != std::string::npos; at += 11) out += answer[at + 11];
  return out;
}

TEST_SUITE("search") {
  TEST_CASE("answers in the contract's shape") {
    TemporaryStore store;
    fill_texts(store);
    CHECK(
        ask(store, "search", {{"q", {"money"}}}) ==
        R"({"items":[{"id":"00000000-0000-4000-8000-000000000001","position":1,"event_type":"Noted","entity_type":"note","entity_id":"a","actor":null,"description":null,"status":null,"risk_level":null,"created_at":"2025-11-01T00:00:00.000000Z","score":0.651,"snippet":"One place for all money"}],"next_cursor":null,"log_position":4})");
    CHECK(ask(store, "search", {{"q", {"money"}}, {"order", {"newest"}}})
              .find(R"("score":null,"snippet":"One place for all money")") != std::string::npos);
  }

  TEST_CASE("the best come first: names count more than texts, short texts more than long ones") {
    TemporaryStore store;
    fill_texts(store);
    CHECK(positions(ask(store, "search", {{"q", {"ledger"}}})) == "142");
    CHECK(positions(ask(store, "search", {{"q", {"ledger"}}, {"order", {"newest"}}})) == "421");
  }

  TEST_CASE("filters, operators and documents are joined") {
    TemporaryStore store;
    fill_texts(store);
    CHECK(positions(ask(store, "search", {{"q", {"ledger -money OR \"that sort\""}}, {"order", {"newest"}}})) == "432");
    CHECK(positions(ask(store, "search", {{"q", {"ledger"}}, {"entity_id", {"b"}}})) == "2");
    CHECK(positions(ask(store, "search", {{"q", {"ledger"}}, {"to", {"2025-11-02"}}, {"known_at", {"1"}}})) == "1");
    CHECK(positions(ask(store, "search",
                        {{"q", {"side OR sort"}}, {"contains", {R"({"level":2e0})"}}, {"order", {"newest"}}})) == "32");
    CHECK(positions(ask(store, "timeline", {{"from", {"365d"}}, {"contains", {R"({"tags":[{"deep":1.0}]})"}}})) == "3");
    CHECK(positions(ask(store, "timeline", {{"from", {"365d"}}, {"contains", {"[]"}}})).empty());
    CHECK(ask(store, "timeline", {{"from", {"365d"}}, {"q", {""}}}) == ask(store, "timeline", {{"from", {"365d"}}}));
  }

  TEST_CASE("members that stand in two items of an array are not contained in one, whatever the index says") {
    TemporaryStore store;
    note(store, 1, "a", R"({"links":[{"from":"x","to":"z"},{"from":"y","to":"w"}]})");
    note(store, 2, "a", R"({"links":[{"from":"x","to":"w"}]})");
    const auto containing = [&store](const char* document, const char* order) {
      return positions(ask(store, "search", {{"q", {"note"}}, {"contains", {document}}, {"order", {order}}}));
    };
    for (const char* order : {"best", "newest"}) {
      CHECK(containing(R"({"links":[{"from":"x","to":"w"}]})", order) == "2");
      CHECK(containing(R"({"links":[{"from":"y","to":"z"}]})", order).empty());
    }
    CHECK(positions(ask(store, "timeline", {{"from", {"365d"}}, {"contains", {R"({"links":[{"from":"x","to":"w"}]})"}}})) ==
          "2");
    CHECK(positions(ask(store, "timeline", {{"from", {"365d"}}, {"contains", {R"({"links":[{"from":"y","to":"z"}]})"}}}))
              .empty());
  }

  TEST_CASE("pages of the best and of the newest give each event once, over what the first page knew") {
    TemporaryStore store;
    fill_texts(store);
    for (const std::string order : {"best", "newest"}) {
      std::string all;
      std::string cursor;
      do {
        Arguments arguments{{"q", {"ledger"}}, {"order", {order}}, {"limit", {"1"}}};
        if (!cursor.empty()) arguments["cursor"] = {cursor};
        const std::string answer = ask(store, "search", arguments);
        all += positions(answer);
        cursor = next_cursor(answer);
        note(store, 10 + static_cast<int>(all.size()) + (order == "best" ? 0 : 10), "later", R"({"title":"Ledger"})");
      } while (!cursor.empty());
      CHECK(all.size() == (order == "best" ? 3 : 6));
    }
  }

  TEST_CASE("a list is narrowed by the text of the events that are folded") {
    TemporaryStore store;
    fill_texts(store);
    const auto listed = [&](const Arguments& arguments) {
      const std::string answer = ask(store, "list", arguments);
      std::string ids;
      for (std::size_t at = 0; (at = answer.find(R"("entity_id":")", at)) != std::string::npos; at += 13)
        ids += answer[at + 13];
      return ids;
    };
    CHECK(listed({{"q", {"ledger"}}}) == "abc");
    CHECK(listed({{"q", {"sort"}}}) == "b");
    CHECK(listed({{"q", {"sort"}}, {"at", {"2025-11-02"}}}).empty());
    CHECK(listed({{"q", {"sort"}}, {"known_at", {"2"}}}).empty());
    CHECK(listed({{"q", {"ledger"}}, {"limit", {"1"}}}) == "a");
  }

  TEST_CASE("what cannot be asked is refused, and names the parameter") {
    TemporaryStore store;
    fill_texts(store);
    CHECK(ask(store, "search", {}).find(R"("parameter":"q")") != std::string::npos);
    for (const Arguments& arguments : std::vector<Arguments>{{{"q", {""}}},
                                                             {{"q", {"-- ..."}}},
                                                             {{"q", {"x"}}, {"order", {"asc"}}},
                                                             {{"q", {"x"}}, {"contains", {"{"}}},
                                                             {{"q", {std::string(1001, 'x')}}}}) {
      CHECK(code_of(store, "search", arguments) == "invalid_argument");
    }
  }
}

}  // namespace
}  // namespace govlog
