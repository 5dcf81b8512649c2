#include "tests/api/ask_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

constexpr std::string_view kId = "0198c0de-0000-7000-8000-000000000001";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_SUITE("write") {
  TEST_CASE("a change request is made of the arguments that were given, and its fields") {
    TemporaryStore store;
    const std::string receipt = tell(store, "cr new",
                                     {{"change_request_id", {"CR-7"}},
                                      {"title", {"Split the \"ledger\""}},
                                      {"impacts", {"svc-a", "svc-b"}},
                                      {"fields", {R"({"cost":1.50})"}},
                                      {"actor", {"ana"}},
                                      {"event_id", {std::string(kId)}}});
    CHECK(receipt.starts_with(
        R"({"position":1,"id":"0198c0de-0000-7000-8000-000000000001","entity_type":"change_request","entity_id":"CR-7","version":1,)"));
    CHECK(receipt.ends_with(R"("duplicate":false})"));
    CHECK(data_at(store, 1) == R"({"cost":1.50,"impacts":["svc-a","svc-b"],"title":"Split the \"ledger\""})");
  }

  TEST_CASE("creating a change request or a decision that exists is a version_conflict, a retry is not") {
    TemporaryStore store;
    const Arguments arguments{{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"event_id", {std::string(kId)}}};
    tell(store, "cr new", arguments);
    CHECK(has(tell(store, "cr new", arguments), R"("duplicate":true)"));
    CHECK(has(tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}}), "version_conflict"));
    tell(store, "adr new", {{"adr_id", {"ADR-1"}}});
    CHECK(has(tell(store, "adr new", {{"adr_id", {"ADR-1"}}}), "version_conflict"));
  }

  TEST_CASE("fields may not name what has an argument of its own") {
    TemporaryStore store;
    CHECK(has(tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"fields", {R"({"status":"x"})"}}}),
              "fields names status"));
    CHECK(has(tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"fields", {"[1]"}}}),
              "invalid_argument"));
    CHECK(has(tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"fields", {R"({},"x":1)"}}}),
              "invalid_json"));
    CHECK(store.read().log_position() == 0);
  }

  TEST_CASE("an update of fields and status is two events in one batch") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"status", {"open"}}});
    const Arguments arguments{{"change_request_id", {"CR-7"}}, {"title", {"U"}},
                              {"status", {"approved"}},        {"reason", {"board"}},
                              {"expected_version", {"1"}},     {"event_id", {std::string(kId)}}};
    const std::string answer = tell(store, "cr update", arguments);
    CHECK(answer.starts_with(R"({"position":3,)"));
    CHECK(has(answer, R"("receipts":[{"position":2,)"));
    CHECK(data_at(store, 2) == R"({"title":"U"})");
    CHECK(data_at(store, 3) == R"({"new_status":"approved","old_status":"open","reason":"board"})");
    const std::string again = tell(store, "cr update", arguments);
    CHECK(has(again, R"("duplicate":true)"));
    CHECK_FALSE(has(again, R"("duplicate":false)"));
    CHECK(store.read().log_position() == 3);
  }

  TEST_CASE("an update of what is not there, or of nothing, is refused") {
    TemporaryStore store;
    CHECK(has(tell(store, "cr update", {{"change_request_id", {"CR-7"}}, {"title", {"U"}}}), "not_found"));
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}});
    CHECK(has(tell(store, "cr update", {{"change_request_id", {"CR-7"}}}), "nothing to change"));
    CHECK(has(tell(store, "cr update", {{"change_request_id", {"CR-7"}}, {"reason", {"r"}}}), "give status too"));
    CHECK(has(tell(store, "cr update", {{"change_request_id", {"CR-8"}}, {"title", {"U"}}}),
              R"("nearest":["change_request/CR-7"])"));
  }

  TEST_CASE("a status change of a change request is one event, and a retry of it a duplicate") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}});
    const Arguments arguments{{"change_request_id", {"CR-7"}}, {"status", {"approved"}}, {"event_id", {std::string(kId)}}};
    tell(store, "cr status", arguments);
    CHECK(data_at(store, 2) == R"({"new_status":"approved"})");
    CHECK(has(tell(store, "cr status", arguments), R"("duplicate":true)"));
  }

  TEST_CASE("a supersession changes both records at once, and a retry changes nothing") {
    TemporaryStore store;
    tell(store, "adr new", {{"adr_id", {"ADR-1"}}, {"status", {"accepted"}}});
    tell(store, "adr new", {{"adr_id", {"ADR-2"}}, {"supersedes", {"ADR-0"}}});
    const Arguments arguments{{"adr_id", {"ADR-1"}}, {"by", {"ADR-2"}}, {"event_id", {std::string(kId)}}};
    tell(store, "adr supersede", arguments);
    CHECK(state_of(store, {"adr", "ADR-1"}) == R"({"status":"superseded","superseded_by":"ADR-2"})");
    CHECK(state_of(store, {"adr", "ADR-2"}) == R"({"supersedes":["ADR-0","ADR-1"]})");
    CHECK(data_at(store, 3) == R"({"new_status":"superseded","old_status":"accepted","superseded_by":"ADR-2"})");
    CHECK_FALSE(has(tell(store, "adr supersede", arguments), R"("duplicate":false)"));
    CHECK(store.read().log_position() == 4);
    tell(store, "adr supersede", {{"adr_id", {"ADR-1"}}, {"by", {"ADR-2"}}});
    CHECK(store.read().log_position() == 5);
  }

  TEST_CASE("a supersession needs two records that are there") {
    TemporaryStore store;
    tell(store, "adr new", {{"adr_id", {"ADR-1"}}});
    CHECK(has(tell(store, "adr supersede", {{"adr_id", {"ADR-1"}}, {"by", {"ADR-2"}}}), "not_found"));
    CHECK(has(tell(store, "adr supersede", {{"adr_id", {"ADR-2"}}, {"by", {"ADR-1"}}}), "not_found"));
    CHECK(has(tell(store, "adr supersede", {{"adr_id", {"ADR-1"}}, {"by", {"ADR-1"}}}), "invalid_argument"));
    CHECK(has(tell(store, "adr status", {{"adr_id", {"ADR-9"}}, {"status", {"accepted"}}}), R"("nearest":["adr/ADR-1"])"));
    CHECK(store.read().log_position() == 1);
  }

  TEST_CASE("a link is named after its ends where no id is given, and its default type is not written") {
    TemporaryStore store;
    CHECK(has(tell(store, "link add", {{"from_element", {"a"}}, {"to_element", {"b"}}}), R"("entity_id":"a|TRACES_TO|b")"));
    CHECK(data_at(store, 1) == R"({"from_element":"a","to_element":"b"})");
    CHECK(has(tell(store, "link add", {{"from_element", {"a"}}, {"to_element", {"b"}}, {"link_type", {"SERVES"}}}),
              R"("entity_id":"a|SERVES|b")"));
    CHECK(has(tell(store, "link rm", {{"link_id", {"a|SERVES|b"}}}), R"("version":2)"));
    CHECK(has(tell(store, "link rm", {{"from_element", {"a"}}, {"to_element", {"b"}}}),
              R"("entity_id":"a|TRACES_TO|b","version":2)"));
  }

  TEST_CASE("a link whose ends give no name must be given one") {
    TemporaryStore store;
    CHECK(has(tell(store, "link add", {{"from_element", {"a|x"}}, {"to_element", {"b"}}}), R"("parameter":"link_id")"));
    CHECK(has(tell(store, "link add", {{"from_element", {std::string(60, 'a')}}, {"to_element", {std::string(60, 'b')}}}),
              R"("parameter":"link_id")"));
    CHECK(has(tell(store, "link add", {{"link_id", {"L"}}, {"from_element", {"a|x"}}, {"to_element", {"b"}}}),
              R"("entity_id":"L")"));
    CHECK(has(tell(store, "link rm", {}), R"("parameter":"link_id")"));
  }

  TEST_CASE("a diagram version declares its elements") {
    TemporaryStore store;
    tell(store, "diagram add", {{"diagram_id", {"D-1"}}, {"version", {"2"}}, {"elements", {R"([ {"id":"svc"} ])"}}});
    CHECK(data_at(store, 1) == R"({"elements":[{"id":"svc"}],"version":"2"})");
    CHECK(has(tell(store, "diagram add", {{"diagram_id", {"D-1"}}, {"elements", {R"([{"name":"x"}])"}}}), "invalid_argument"));
  }

  TEST_CASE("any event is appended from its parts, which cannot reach into each other") {
    TemporaryStore store;
    const Arguments arguments{
        {"event_type", {"Noted"}}, {"entity_type", {"note"}}, {"entity_id", {"a"}}, {"data", {R"({"n":0.10})"}}};
    CHECK(has(tell(store, "append", arguments), R"("position":1)"));
    CHECK(data_at(store, 1) == R"({"n":0.10})");
    Arguments forged = arguments;
    forged["data"] = {R"({},"actor":"bo")"};
    CHECK(has(tell(store, "append", forged), "invalid_json"));
    forged["data"] = {"[]"};
    CHECK(has(tell(store, "append", forged), R"("parameter":"data")"));
    forged = arguments;
    forged["created_at"] = {"7d"};
    CHECK(has(tell(store, "append", forged), "invalid_event"));
  }

  TEST_CASE("an event or an array of them is appended from JSON") {
    TemporaryStore store;
    const std::string event = R"({"event_type":"Noted","entity_type":"note","entity_id":"a","data":{}})";
    CHECK(append_json(store.store(), event)->starts_with(R"({"position":1,)"));
    CHECK(append_json(store.store(), "[" + event + "," + event + "]")->starts_with(R"([{"position":2,)"));
    CHECK(append_json(store.store(), "[]").value() == "[]");
    CHECK(append_json(store.store(), "{").error().code == Code::kInvalidJson);
    CHECK(store.read().log_position() == 3);
  }
}

}  // namespace
}  // namespace govlog
