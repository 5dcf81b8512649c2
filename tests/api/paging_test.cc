#include "tests/api/ask_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

void fill_pages(TemporaryStore& store) {
  for (const int day : {1, 2, 3, 4, 5})
    store.note(day % 2 == 0 ? "note/even" : "note/odd", day, fmt::format(R"({{"n":{}}})", day));
}

/// The days of the timeline's items.
std::string days(std::string_view answer) {
  std::string out;
  constexpr std::string_view kName = R"("created_at":"2025-11-0)";
  for (std::size_t at = answer.find(kName); at != std::string_view::npos; at = answer.find(kName, at + 1))
    out += answer[at + kName.size()];
  return out;
}

TEST_SUITE("paging") {
  TEST_CASE("pages go on over what the first page knew") {
    TemporaryStore store;
    fill_pages(store);
    const std::string first = ask(store, "timeline", {{"limit", {"2"}}});
    CHECK(days(first) == "54");
    store.note("note/odd", 1, "{}");
    store.note("note/odd", 9, "{}");
    const std::string second = ask(store, "timeline", {{"limit", {"2"}}, {"cursor", {next_cursor(first)}}});
    CHECK(days(second) == "32");
    CHECK(second.ends_with(R"("log_position":5})"));
    const std::string third = ask(store, "timeline", {{"limit", {"3"}}, {"cursor", {next_cursor(second)}}});
    CHECK(days(third) == "1");
    CHECK(third.find(R"("next_cursor":null,"log_position":5})") != std::string::npos);
  }

  TEST_CASE("a cursor is the same whether the entity came as one text or as type and id") {
    TemporaryStore store;
    fill_pages(store);
    const std::string text = ask(store, "history", {{"entity", {"note/odd"}}, {"limit", {"1"}}});
    REQUIRE_FALSE(next_cursor(text).empty());
    CHECK(ask(store, "history", {{"entity", {"note/odd"}}, {"entity_is", {"pair"}}, {"limit", {"1"}}}) == text);
    CHECK(ask(store, "history", {{"entity", {"note/odd"}}, {"entity_is", {"pair"}}, {"cursor", {next_cursor(text)}}}) ==
          ask(store, "history", {{"cursor", {next_cursor(text)}}}));
  }

  TEST_CASE("a full last page has no next") {
    TemporaryStore store;
    fill_pages(store);
    CHECK(next_cursor(ask(store, "timeline", {{"limit", {"5"}}})).empty());
  }

  TEST_CASE("a duration means the same instant on every page") {
    TemporaryStore store;
    fill_pages(store);
    const std::string first = ask(store, "timeline", {{"limit", {"2"}}, {"from", {"29d"}}});
    CHECK(days(first) == "54");
    store.set_now("2025-12-03T00:00:00Z");
    CHECK(days(ask(store, "timeline", {{"from", {"29d"}}, {"cursor", {next_cursor(first)}}})) == "32");
    CHECK(days(ask(store, "timeline", {{"from", {"2025-11-02"}}, {"cursor", {next_cursor(first)}}})) == "32");
    CHECK(code_of(store, "timeline", {{"from", {"28d"}}, {"cursor", {next_cursor(first)}}}) == "invalid_argument");
  }

  TEST_CASE("a cursor with any other parameter changed or added is refused; what is left out is the first page's") {
    TemporaryStore store;
    fill_pages(store);
    const std::string cursor =
        next_cursor(ask(store, "timeline", {{"limit", {"1"}}, {"actor", {"ana", "bo"}}, {"known_at", {"4"}}}));
    REQUIRE_FALSE(cursor.empty());
    CHECK(code_of(store, "timeline",
                  {{"cursor", {cursor}}, {"actor", {"bo", "ana", "bo"}}, {"known_at", {"4"}}, {"order", {"desc"}}}) == "ok");
    CHECK(code_of(store, "timeline", {{"cursor", {cursor}}, {"actor", {"ana"}}, {"known_at", {"4"}}}) == "invalid_argument");
    const std::string whole = ask(store, "timeline", {{"cursor", {cursor}}, {"actor", {"ana", "bo"}}, {"known_at", {"4"}}});
    CHECK(ask(store, "timeline", {{"cursor", {cursor}}}) == whole);
    CHECK(ask(store, "timeline", {{"cursor", {cursor}}, {"actor", {"ana", "bo"}}}) == whole);
    CHECK(code_of(store, "timeline", {{"cursor", {cursor}}, {"entity_type", {"note"}}}) == "invalid_argument");
    CHECK(code_of(store, "timeline", {{"cursor", {cursor}}, {"actor", {"ana", "bo"}}, {"known_at", {"3"}}}) ==
          "invalid_argument");
    CHECK(
        code_of(store, "timeline", {{"cursor", {cursor}}, {"actor", {"ana", "bo"}}, {"known_at", {"4"}}, {"order", {"asc"}}}) ==
        "invalid_argument");
  }

  TEST_CASE("a cursor of another operation or store is refused") {
    TemporaryStore store;
    TemporaryStore other;
    fill_pages(store);
    fill_pages(other);
    const std::string cursor = next_cursor(ask(store, "history", {{"limit", {"1"}}, {"entity", {"odd"}}}));
    CHECK(code_of(store, "history", {{"entity", {"note/odd"}}, {"cursor", {cursor}}}) == "ok");
    CHECK(code_of(store, "history", {{"cursor", {cursor}}}) == "ok");
    CHECK(code_of(store, "replay", {{"entity", {"odd"}}, {"cursor", {cursor}}}) == "invalid_argument");
    CHECK(code_of(store, "history", {{"entity", {"even"}}, {"cursor", {cursor}}}) == "invalid_argument");
    CHECK(code_of(other, "history", {{"entity", {"odd"}}, {"cursor", {cursor}}}) == "invalid_argument");
    CHECK(code_of(store, "timeline", {{"cursor", {"nonsense"}}}) == "invalid_argument");
  }

  TEST_CASE("a list goes on after its last entity, with the versions of its first page") {
    TemporaryStore store;
    fill_pages(store);
    const std::string first = ask(store, "list", {{"limit", {"1"}}});
    CHECK(first.find(R"("entity_id":"even")") != std::string::npos);
    store.note("note/odd", 6, "{}");
    store.note("note/other", 6, "{}");
    const std::string second = ask(store, "list", {{"cursor", {next_cursor(first)}}});
    CHECK(second.find(R"("entity_id":"odd","title":null,"status":null,"head_version":3)") != std::string::npos);
    CHECK(second.ends_with(R"("next_cursor":null,"log_position":5})"));
  }
}

}  // namespace
}  // namespace govlog
