#include "query/version_ref.h"

#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

constexpr Timestamp kNow{1'764'547'200'000'000};

/// `entity|what`, or `refused`.
std::string parsed(std::string_view text) {
  const auto ref = parse_version_ref(text, kNow);
  if (!ref.ok()) return ref.error().code == Code::kInvalidArgument ? "refused" : "another error";
  if (std::holds_alternative<Uuid>(ref->what)) return ref->entity + "|id";
  if (const auto* version = std::get_if<std::uint64_t>(&ref->what)) return fmt::format("{}|{}", ref->entity, *version);
  return ref->entity + "|" + format_time(std::get<Timestamp>(ref->what));
}

/// The state that a reference means, or the code of its error.
std::string state_of(const TemporaryStore& store, std::string_view text, Position known = kPositionMax) {
  const auto ref = parse_version_ref(text, store.now());
  REQUIRE(ref.ok());
  const auto point = resolve_version(store.read(), ref.value(), std::min(known, store.read().log_position()));
  return point.ok() ? point->state : std::string(code_info(point.error().code).name);
}

TEST_SUITE("version_ref") {
  TEST_CASE("a reference is split at the last @") {
    CHECK(parsed("ADR-7@2") == "ADR-7|2");
    CHECK(parsed("thing/x@1@2") == "thing/x@1|2");
    CHECK(parsed("a@b@2025-11-15") == "a@b|2025-11-15T00:00:00.000000Z");
    CHECK(parsed("CR-7@now") == "CR-7|2025-12-01T00:00:00.000000Z");
    CHECK(parsed("CR-7@1d") == "CR-7|2025-11-30T00:00:00.000000Z");
    CHECK(parsed("0198C0DE-0000-7000-8000-000000000001") == "|id");
    CHECK(parsed("0198c0de-0000-7000-8000-000000000001@3") == "0198c0de-0000-7000-8000-000000000001|3");
  }

  TEST_CASE("what is no reference is invalid_argument") {
    for (const std::string_view text :
         {"", "ADR-7", "@", "@1", "a@", "a@0", "a@000", "a@noon", "a@-1", "a@1.5", "a@2025-02-30"}) {
      CHECK_MESSAGE(parsed(text) == "refused", text);
    }
  }

  TEST_CASE("a version or an event id means the state that replay shows after that event") {
    TemporaryStore store;
    store.note("note/a", 3, R"({"a":3})");
    store.note("note/a", 1, R"({"a":1,"b":1})");
    const Receipt third = store.note("note/a", 2, R"({"a":2})");
    CHECK(state_of(store, "a@2") == R"({"a":1,"b":1})");
    CHECK(state_of(store, "note/a@3") == R"({"a":2,"b":1})");
    CHECK(state_of(store, "note/a@1") == R"({"a":3,"b":1})");
    CHECK(state_of(store, format_uuid(third.id)) == R"({"a":2,"b":1})");
    CHECK(state_of(store, "note/a@2025-11-02") == R"({"a":2,"b":1})");
    CHECK(state_of(store, "note/a@2025-10-01") == "{}");
  }

  TEST_CASE("a version that is not there is not_found and tells those that are") {
    TemporaryStore store;
    store.note("note/a", 3, "{}");
    const auto ref = parse_version_ref("note/a@99999999999999999999999", store.now());
    const auto point = resolve_version(store.read(), ref.value(), 1);
    REQUIRE_FALSE(point.ok());
    CHECK(point.error().message == "note/a has no version 99999999999999999999999: it has 1 to 1");
    CHECK(state_of(store, "note/b@1") == "not_found");
    CHECK(state_of(store, "0198c0de-0000-7000-8000-000000000001") == "not_found");
  }

  TEST_CASE("what was not known then is not there") {
    TemporaryStore store;
    store.note("note/a", 3, R"({"a":3})");
    const Receipt second = store.note("note/a", 1, R"({"b":1})");
    CHECK(state_of(store, "note/a@2", 1) == "not_found");
    CHECK(state_of(store, format_uuid(second.id), 1) == "not_found");
    CHECK(state_of(store, "note/a@1", 1) == R"({"a":3})");
    CHECK(state_of(store, "note/a@now", 0) == "{}");
  }
}

}  // namespace
}  // namespace govlog
