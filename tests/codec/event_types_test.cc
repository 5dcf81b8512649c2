#include "codec/event_types.h"

#include "codec/canonical.h"
#include "codec/event_json.h"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

using namespace govlog;

namespace {

struct RefusedData {
  std::string event_type;
  std::string data;
  std::string pointer;  // of the error; empty where the payload passes
};

std::string pointer_of(const Status& status) {
  if (status.ok()) return "";
  CHECK(status.error().code == Code::kInvalidEvent);
  return std::get<std::string>(status.error().details.at(0).value);
}

std::string check(const std::string& event_type, const std::string& data) {
  const EventType* const type = find_event_type(event_type);
  return pointer_of(
      check_payload(event_type, type == nullptr ? "thing" : type->entity_type, canonicalize(data, kJsonDepthMax).value()));
}

void check_refused_data(const std::vector<RefusedData>& cases) {
  for (const RefusedData& c : cases) {
    CAPTURE(c.event_type);
    CAPTURE(c.data);
    CHECK(check(c.event_type, c.data) == c.pointer);
  }
}

}  // namespace

TEST_SUITE("event_types") {
  TEST_CASE("twelve types are known") {
    CHECK(event_types().size() == 12);
    CHECK(find_event_type("ADRCreated")->entity_type == "adr");
    CHECK(find_event_type("adrcreated") == nullptr);
  }

  TEST_CASE("a known type bears its entity type") {
    for (const EventType& type : event_types()) {
      CHECK(pointer_of(check_entity_type(type.event_type, type.entity_type)).empty());
      CHECK(pointer_of(check_entity_type(type.event_type, "thing")) == "/entity_type");
    }
    CHECK(check_entity_type("ADRCreated", "ADR").error().message ==
          "entity_type is \"ADR\", expected \"adr\" for events of type ADRCreated");
  }

  TEST_CASE("no event is of an element") {
    CHECK(pointer_of(check_entity_type("Noted", "element")) == "/entity_type");
    CHECK(pointer_of(check_entity_type("ADRCreated", "element")) == "/entity_type");
    CHECK(pointer_of(check_entity_type("Noted", "Element")).empty());
  }

  TEST_CASE("any other type may hold anything") {
    CHECK(check("Noted", R"({"new_status":[1],"risk_level":"x","elements":5})").empty());
    CHECK(check("RiskStatusChanged", "{}").empty());
  }

  TEST_CASE("full payloads pass") {
    check_refused_data({
        {"ChangeRequestCreated",
         R"({"title":"t","type":"t","description":"","status":"s","priority":"p","impacts":["a","b"],"x":1})", ""},
        {"ChangeRequestUpdated", R"({"title":5,"impacts":{"a":1},"status":[null]})", ""},
        {"ChangeRequestStatusChanged", R"({"new_status":"a","old_status":"b","reason":"c"})", ""},
        {"ImpactAssessmentCreated",
         R"({"change_request_id":"c","direction":"d","risk_level":3,"effort":"e","description":"d","affects":[]})", ""},
        {"ImpactMitigationAdded", R"({"change_request_id":"c","action":"a","status":"s","owner":"o"})", ""},
        {"ADRCreated",
         R"({"title":"t","status":"s","decision":"d","context":"c","change_request_id":"c","supersedes":"ADR-1"})", ""},
        {"ADRStatusChanged", R"({"new_status":"superseded","superseded_by":["ADR-2"]})", ""},
        {"DiagramVersionCreated",
         R"({"version":"1.0","layer":"l","name":"n","type":"t","elements":[{"id":"a","name":"n","type":"t","layer":"l","x":1}]})",
         ""},
        {"TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b","link_type":"SERVES"})", ""},
        {"TraceabilityLinkRemoved", R"({"from_element":1,"link_type":"NONE"})", ""},
        {"ValidationPerformed", R"({"layer":"l","result":"r","coverage_pct":87.5,"orphan_count":4})", ""},
        {"CoverageChanged", R"({"layer":"l","old_pct":1e1,"new_pct":0})", ""},
    });
  }

  TEST_CASE("a required field that is missing or null is named") {
    check_refused_data({
        {"ChangeRequestStatusChanged", "{}", "/data/new_status"},
        {"ChangeRequestStatusChanged", R"({"new_status":null})", "/data/new_status"},
        {"ADRStatusChanged", R"({"old_status":"a"})", "/data/new_status"},
        {"TraceabilityLinkAdded", R"({"to_element":"b"})", "/data/from_element"},
        {"TraceabilityLinkAdded", R"({"from_element":"a"})", "/data/to_element"},
        {"TraceabilityLinkAdded", "{}", "/data/from_element"},
        {"DiagramVersionCreated", R"({"elements":[{"id":"0"},{"id":"1"},{"id":"2"},{"name":"x"}]})", "/data/elements/3/id"},
        {"DiagramVersionCreated", R"({"elements":[{"id":null}]})", "/data/elements/0/id"},
    });
  }

  TEST_CASE("an optional field that is null counts as absent") {
    check_refused_data({
        {"ChangeRequestCreated", R"({"title":null,"impacts":null})", ""},
        {"ImpactAssessmentCreated", R"({"risk_level":null,"affects":null})", ""},
        {"DiagramVersionCreated", R"({"version":null,"elements":null})", ""},
        {"DiagramVersionCreated", R"({"elements":[{"id":"a","name":null,"type":null,"layer":null}]})", ""},
        {"TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b","link_type":null})", ""},
        {"ValidationPerformed", R"({"coverage_pct":null})", ""},
    });
  }

  TEST_CASE("a listed field of the wrong kind is named") {
    check_refused_data({
        {"ChangeRequestCreated", R"({"title":5})", "/data/title"},
        {"ChangeRequestCreated", R"({"priority":{}})", "/data/priority"},
        {"ChangeRequestCreated", R"({"impacts":"a"})", "/data/impacts"},
        {"ChangeRequestCreated", R"({"impacts":["a","b",3]})", "/data/impacts/2"},
        {"ChangeRequestCreated", R"({"impacts":[null]})", "/data/impacts/0"},
        {"ChangeRequestStatusChanged", R"({"new_status":true})", "/data/new_status"},
        {"ChangeRequestStatusChanged", R"({"new_status":"a","reason":[]})", "/data/reason"},
        {"ImpactAssessmentCreated", R"({"affects":{"a":1}})", "/data/affects"},
        {"ADRCreated", R"({"supersedes":7})", "/data/supersedes"},
        {"ADRCreated", R"({"supersedes":["a",{}]})", "/data/supersedes/1"},
        {"ADRStatusChanged", R"({"new_status":"a","superseded_by":{}})", "/data/superseded_by"},
        {"DiagramVersionCreated", R"({"version":1.5})", "/data/version"},
        {"DiagramVersionCreated", R"({"version":1e2})", "/data/version"},
        {"DiagramVersionCreated", R"({"version":true})", "/data/version"},
        {"DiagramVersionCreated", R"({"elements":"a"})", "/data/elements"},
        {"DiagramVersionCreated", R"({"elements":["a"]})", "/data/elements/0"},
        {"DiagramVersionCreated", R"({"elements":[{"id":1}]})", "/data/elements/0/id"},
        {"DiagramVersionCreated", R"({"elements":[{"id":"a"},{"id":"b","layer":1}]})", "/data/elements/1/layer"},
        {"TraceabilityLinkAdded", R"({"from_element":["a"],"to_element":"b"})", "/data/from_element"},
        {"TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b","link_type":"DEPENDS_ON"})", "/data/link_type"},
        {"TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b","link_type":"traces_to"})", "/data/link_type"},
        {"TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b","link_type":1})", "/data/link_type"},
        {"ValidationPerformed", R"({"coverage_pct":"87"})", "/data/coverage_pct"},
        {"ValidationPerformed", R"({"orphan_count":[]})", "/data/orphan_count"},
        {"CoverageChanged", R"({"new_pct":false})", "/data/new_pct"},
    });
  }

  TEST_CASE("a risk level is a 32-bit integer, or a string that holds one") {
    for (const std::string text :
         {"0", "-0", "3", "-3", "2147483647", "-2147483648", R"("3")", R"("+3")", R"("-3")", R"("007")"}) {
      CAPTURE(text);
      CHECK(check("ImpactAssessmentCreated", R"({"risk_level":)" + text + "}").empty());
    }
    for (const std::string text : {"3.0",         "3.5",
                                   "3e0",         "2147483648",
                                   "-2147483649", "1000000000000000000000000000000",
                                   "true",        "[3]",
                                   "{}",          R"("")",
                                   R"("x")",      R"("3.0")",
                                   R"(" 3")",     R"("3 ")",
                                   R"("+")",      R"("-")",
                                   R"("+-3")",    R"("-+3")",
                                   R"("--3")",    R"("2147483648")",
                                   R"("٣")"}) {
      CAPTURE(text);
      CHECK(check("ImpactAssessmentCreated", R"({"risk_level":)" + text + "}") == "/data/risk_level");
    }
  }

  TEST_CASE("a diagram's version may have any number of digits") {
    CHECK(check("DiagramVersionCreated", R"({"version":123456789012345678901234567890})").empty());
    CHECK(check("DiagramVersionCreated", R"({"version":-1})").empty());
  }

  TEST_CASE("of several errors the first in the order of the table is told") {
    CHECK(check("ChangeRequestCreated", R"({"description":1,"impacts":1,"type":1})") == "/data/type");
  }

  TEST_CASE("messages say what was given and what is right") {
    const auto message = [](std::string_view type, std::string_view entity_type, std::string_view data) {
      return check_payload(type, entity_type, data).error().message;
    };
    CHECK(message("ADRStatusChanged", "adr", "{}") == "/data/new_status is missing, expected a string");
    CHECK(message("ADRStatusChanged", "adr", R"({"new_status":{}})") == "/data/new_status is an object, expected a string");
    CHECK(message("ImpactAssessmentCreated", "impact_assessment", R"({"risk_level":3.0})") ==
          "/data/risk_level is the number 3.0, expected a 32-bit integer such as 3, or a string that holds one");
    CHECK(message("TraceabilityLinkAdded", "trace", R"({"from_element":"a","link_type":"X","to_element":"b"})") ==
          "/data/link_type is \"X\", expected TRACES_TO, REALIZES, VALIDATES or SERVES");
  }
}
