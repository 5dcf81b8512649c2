#include "tests/api/ask_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

/// Three events of two entities.
void fill(TemporaryStore& store) {
  store.append(
      R"({"id":"00000000-0000-4000-8000-000000000001","event_type":"ADRCreated","entity_type":"adr","entity_id":"ADR-7","actor":"ana","data":{"title":"T","status":"proposed","n":1.50},"created_at":"2025-11-01T00:00:00Z"})");
  store.append(
      R"({"id":"00000000-0000-4000-8000-000000000002","event_type":"ADRStatusChanged","entity_type":"adr","entity_id":"ADR-7","data":{"new_status":"accepted"},"created_at":"2025-11-03T00:00:00Z"})");
  store.append(
      R"({"id":"00000000-0000-4000-8000-000000000003","event_type":"Noted","entity_type":"note","entity_id":"a/b","data":{"description":{"x":1},"status":7,"risk_level":"3"},"created_at":"2025-11-02T00:00:00Z"})");
}

TEST_SUITE("operations") {
  TEST_CASE("timeline answers in the contract's shape") {
    TemporaryStore store;
    fill(store);
    CHECK(
        ask(store, "timeline", {{"limit", {"2"}}, {"order", {"asc"}}, {"from", {"2025-11-02"}}}) ==
        R"({"items":[{"id":"00000000-0000-4000-8000-000000000003","position":3,"event_type":"Noted","entity_type":"note","entity_id":"a/b","actor":null,"description":"{\"x\":1}","status":"7","risk_level":"3","created_at":"2025-11-02T00:00:00.000000Z"},)"
        R"({"id":"00000000-0000-4000-8000-000000000002","position":2,"event_type":"ADRStatusChanged","entity_type":"adr","entity_id":"ADR-7","actor":null,"description":null,"status":"accepted","risk_level":null,"created_at":"2025-11-03T00:00:00.000000Z"}],)"
        R"("next_cursor":null,"log_position":3})");
  }

  TEST_CASE("a timeline begins 90 days back where from is not given") {
    TemporaryStore store;
    store.append(
        R"({"event_type":"Noted","entity_type":"note","entity_id":"a","data":{},"created_at":"2025-09-01T00:00:00Z"})");
    CHECK(ask(store, "timeline", {}) == R"({"items":[],"next_cursor":null,"log_position":1})");
    CHECK(ask(store, "timeline", {{"from", {"91d"}}}).starts_with(R"({"items":[{"id":)"));
  }

  TEST_CASE("list answers in the contract's shape") {
    TemporaryStore store;
    fill(store);
    CHECK(
        ask(store, "list", {}) ==
        R"({"items":[{"entity_type":"adr","entity_id":"ADR-7","title":"T","status":"accepted","head_version":2,"created_at":"2025-11-01T00:00:00.000000Z","updated_at":"2025-11-03T00:00:00.000000Z"},)"
        R"({"entity_type":"note","entity_id":"a/b","title":null,"status":"7","head_version":1,"created_at":"2025-11-02T00:00:00.000000Z","updated_at":"2025-11-02T00:00:00.000000Z"}],"next_cursor":null,"log_position":3})");
    CHECK(ask(store, "list", {{"status", {"accepted"}}, {"known_at", {"1"}}}) ==
          R"({"items":[],"next_cursor":null,"log_position":1})");
  }

  TEST_CASE("history and replay answer in the contract's shape") {
    TemporaryStore store;
    fill(store);
    const std::string event =
        R"({"position":3,"id":"00000000-0000-4000-8000-000000000003","event_type":"Noted","entity_type":"note","entity_id":"a/b","version":1,"actor":null,"data":{"description":{"x":1},"risk_level":"3","status":7},"metadata":{},"created_at":"2025-11-02T00:00:00.000000Z","recorded_at":"2025-12-01T00:00:00.000000Z")";
    const std::string head = R"({"entity_type":"note","entity_id":"a/b","items":[)";
    const std::string end = R"(}],"next_cursor":null,"log_position":3})";
    CHECK(ask(store, "history", {{"entity", {"a/b"}}}) == head + event + end);
    CHECK(ask(store, "replay", {{"entity", {"note/a/b"}}}) ==
          head + event + R"(,"state":{"description":{"x":1},"risk_level":"3","status":7})" + end);
  }

  TEST_CASE("time travel answers in the contract's shape") {
    TemporaryStore store;
    fill(store);
    CHECK(
        ask(store, "at", {{"entity", {"ADR-7"}}}) ==
        R"({"entity_type":"adr","entity_id":"ADR-7","at":"2025-12-01T00:00:00.000000Z","exists":true,"version":2,"position":2,"head_version":2,"state":{"n":1.50,"status":"accepted","title":"T"},"log_position":3})");
    CHECK(
        ask(store, "at", {{"entity", {"ADR-7"}}, {"at", {"2025-10-31"}}, {"known_at", {"1"}}}) ==
        R"({"entity_type":"adr","entity_id":"ADR-7","at":"2025-10-31T00:00:00.000000Z","exists":false,"version":null,"position":null,"head_version":1,"state":{},"log_position":1})");
  }

  TEST_CASE("diff answers in the contract's shape") {
    TemporaryStore store;
    fill(store);
    CHECK(
        ask(store, "diff", {{"from", {"ADR-7@2025-01-01"}}, {"to", {"adr/ADR-7@1"}}}) ==
        R"({"from":{"ref":"ADR-7@2025-01-01","entity_type":"adr","entity_id":"ADR-7","version":null,"position":null,"created_at":null},)"
        R"("to":{"ref":"adr/ADR-7@1","entity_type":"adr","entity_id":"ADR-7","version":1,"position":1,"created_at":"2025-11-01T00:00:00.000000Z"},)"
        R"("patch":[{"op":"add","path":"/n","value":1.50},{"op":"add","path":"/status","value":"proposed"},{"op":"add","path":"/title","value":"T"}],)"
        R"("changes":[{"path":"/n","op":"add","to":1.50},{"path":"/status","op":"add","to":"proposed"},{"path":"/title","op":"add","to":"T"}],"log_position":3})");
    CHECK(code_of(store, "diff", {{"from", {"ADR-7@1"}}, {"to", {"note/a/b@1"}}}) == "invalid_argument");
    CHECK(code_of(store, "diff", {{"from", {"ADR-7@1"}}, {"to", {"ADR-7@3"}}}) == "not_found");
  }

  TEST_CASE("stats answer in the contract's shape, of an empty store too") {
    TemporaryStore store;
    CHECK(
        ask(store, "stats", {})
            .starts_with(
                R"({"events":0,"entities":0,"first_created_at":null,"last_created_at":null,"last_recorded_at":null,"bytes_on_disk":)"));
    fill(store);
    const std::string answer = ask(store, "stats", {{"known_at", {"2"}}});
    CHECK(answer.starts_with(
        R"({"events":2,"entities":1,"first_created_at":"2025-11-01T00:00:00.000000Z","last_created_at":"2025-11-03T00:00:00.000000Z","last_recorded_at":"2025-12-01T00:00:00.000000Z","bytes_on_disk":)"));
    CHECK(answer.find(R"("event_types":{"ADRCreated":1,"ADRStatusChanged":1},"entity_types":{"adr":2},"format_version":)") !=
          std::string::npos);
    CHECK(answer.ends_with(R"("log_position":2})"));
  }

  TEST_CASE("analytics answers in the contract's shape") {
    TemporaryStore store;
    store.append(
        R"({"event_type":"ADRCreated","entity_type":"adr","entity_id":"A","data":{},"created_at":"2025-11-09T23:59:59.999999Z"})");
    store.append(
        R"({"event_type":"ImpactAssessmentCreated","entity_type":"impact_assessment","entity_id":"I","data":{"risk_level":"+4"},"created_at":"2025-11-10T00:00:00Z"})");
    const std::string newer =
        R"({"week":"2025-11-10","crs_created":0,"crs_completed":0,"adrs_created":0,"adrs_accepted":0,"avg_risk_level":4.0})";
    const std::string older =
        R"({"week":"2025-11-03","crs_created":0,"crs_completed":0,"adrs_created":1,"adrs_accepted":0,"avg_risk_level":null})";
    CHECK(ask(store, "analytics", {}) == fmt::format(R"({{"weeks":[{},{}],"log_position":2}})", newer, older));
    CHECK(ask(store, "analytics", {{"from", {"2025-11-10"}}}) == fmt::format(R"({{"weeks":[{}],"log_position":2}})", newer));
    CHECK(ask(store, "analytics", {{"known_at", {"1"}}}) == fmt::format(R"({{"weeks":[{}],"log_position":1}})", older));
    CHECK(ask(store, "analytics", {{"to", {"2025-11-01"}}}) == R"({"weeks":[],"log_position":2})");
    CHECK(code_of(store, "analytics", {{"from", {"soon"}}}) == "invalid_argument");
    CHECK(code_of(store, "analytics", {{"limit", {"1"}}}) == "invalid_argument");
  }

  TEST_CASE("bad times and positions name their parameter") {
    TemporaryStore store;
    fill(store);
    CHECK(ask(store, "list", {{"at", {"noon"}}}).find(R"("parameter":"at")") != std::string::npos);
    CHECK(
        ask(store, "stats", {{"known_at", {"4"}}}) ==
        R"({"error":{"code":"invalid_argument","message":"known_at: position 4 is beyond the log, which ends at 3","details":{"parameter":"known_at"}}})");
    CHECK(ask(store, "diff", {{"from", {"x"}}, {"to", {"y"}}}).find(R"("parameter":"from")") != std::string::npos);
  }

  TEST_CASE("every operation takes known_at, but those that are told a position; and all have examples") {
    for (const Operation& operation : operations()) {
      const bool of_tree = operation.name == "root" || operation.name == "prove" || operation.name == "consistency";
      CHECK((operation.parameters.back().name == "known_at") != of_tree);
      CHECK(operation.examples.size() >= 2);
    }
  }
}

}  // namespace
}  // namespace govlog
