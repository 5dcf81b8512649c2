#include "graph/derive.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace govlog;

namespace {

/// Folds the events of one entity, one a position and a second.
class Folding {
 public:
  Folding(std::string entity_type, std::string entity_id)
      : type_(std::move(entity_type)), id_(std::move(entity_id)), fold_(type_, id_) {}

  GraphStep apply(std::string_view event_type, std::string_view data) {
    EventView event;
    event.position = ++position_;
    event.version = position_;
    event.created_at = {static_cast<std::int64_t>(position_) * 1'000'000};
    event.event_type = event_type;
    event.entity_type = type_;
    event.entity_id = id_;
    event.data = data;
    return fold_.apply(event).take();
  }

 private:
  std::string type_;
  std::string id_;
  EntityFold fold_;
  Position position_ = 0;
};

std::vector<std::string> texts(const std::vector<EdgeRef>& edges) {
  std::vector<std::string> out;
  for (const EdgeRef& edge : edges) {
    out.push_back(std::string(label_name(edge.from.label)) + " " + edge.from.id + " " +
                  std::string(relation_name(edge.relation)) + " " + std::string(label_name(edge.to.label)) + " " + edge.to.id);
  }
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("derive") {
  TEST_CASE("a link holds from its addition to its removal, and again once it is added again") {
    Folding link("trace", "L1");
    CHECK(texts(link.apply("TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b"})").begun) ==
          Texts{"Element a TRACES_TO Element b"});
    CHECK(texts(link.apply("TraceabilityLinkRemoved", "{}").ended) == Texts{"Element a TRACES_TO Element b"});
    CHECK(texts(link.apply("TraceabilityLinkAdded", R"({"from_element":"a","link_type":"SERVES","to_element":"c"})").begun) ==
          Texts{"Element a SERVES Element c"});
  }

  TEST_CASE("a removal that nothing preceded begins nothing, and what it repeats is named but no state") {
    Folding link("trace", "L1");
    const GraphStep step = link.apply("TraceabilityLinkRemoved", R"({"from_element":"a","to_element":"b"})");
    CHECK(step.begun.empty());
    CHECK(step.named.size() == 2);
    CHECK(link.apply("Noted", R"({"removed":false})").begun.empty());
  }

  TEST_CASE("a later event that merges into a link moves it, and one that says removed ends it") {
    Folding link("trace", "L1");
    (void)link.apply("TraceabilityLinkAdded", R"({"from_element":"a","to_element":"b"})");
    const GraphStep moved = link.apply("Noted", R"({"to_element":"c"})");
    CHECK(texts(moved.ended) == Texts{"Element a TRACES_TO Element b"});
    CHECK(texts(moved.begun) == Texts{"Element a TRACES_TO Element c"});
    CHECK(link.apply("Noted", R"({"removed":true})").ended.size() == 1);
    CHECK(link.apply("Noted", R"({"removed":null})").begun.size() == 1);
    CHECK(texts(link.apply("Noted", R"({"link_type":"OWNS"})").begun) == Texts{});
    CHECK(link.apply("Noted", R"({"to_element":{"id":"d"}})").ended.size() == 1);
  }

  TEST_CASE("a change request impacts what its state lists: strings, one or several, others left out") {
    Folding request("change_request", "CR-1");
    CHECK(texts(request.apply("ChangeRequestCreated", R"({"impacts":["b","a","b"],"title":"T"})").begun) ==
          Texts{"ChangeRequest CR-1 IMPACTS Element a", "ChangeRequest CR-1 IMPACTS Element b"});
    const GraphStep step = request.apply("ChangeRequestStatusChanged", R"({"impacts":"b","new_status":"done"})");
    CHECK(texts(step.ended) == Texts{"ChangeRequest CR-1 IMPACTS Element a"});
    CHECK(step.begun.empty());
    CHECK(step.name == "T");
    CHECK(request.apply("ChangeRequestUpdated", R"({"impacts":{"b":1}})").ended.size() == 1);
    CHECK(texts(request.apply("Noted", R"({"impacts":[1,"c",null]})").begun) == Texts{"ChangeRequest CR-1 IMPACTS Element c"});
  }

  TEST_CASE("assessments, mitigations and decisions hang on the change request that they name") {
    CHECK(texts(Folding("impact_assessment", "I")
                    .apply("ImpactAssessmentCreated", R"({"affects":["e"],"change_request_id":"C"})")
                    .begun) == Texts{"ChangeRequest C TRIGGERS ImpactAssessment I", "ImpactAssessment I AFFECTS Element e"});
    CHECK(texts(Folding("mitigation", "M").apply("ImpactMitigationAdded", R"({"change_request_id":"C"})").begun) ==
          Texts{"ChangeRequest C REQUIRES Mitigation M"});
    CHECK(texts(Folding("adr", "A")
                    .apply("ADRCreated", R"({"change_request_id":"C","superseded_by":"B","supersedes":["0","A"]})")
                    .begun) ==
          Texts{"ADR A SUPERSEDES ADR 0", "ADR A SUPERSEDES ADR A", "ADR B SUPERSEDES ADR A", "ChangeRequest C CREATES ADR A"});
  }

  TEST_CASE("an assessment has no name, whatever its data hold") {
    CHECK_FALSE(Folding("impact_assessment", "I").apply("ImpactAssessmentCreated", R"({"":"x","name":"y","title":"z"})").name);
    CHECK(Folding("mitigation", "M").apply("ImpactMitigationAdded", R"({"action":"a","title":"z"})").name == "a");
  }

  TEST_CASE("each version of a diagram is a node of its own, which points to the one before it") {
    Folding diagram("diagram", "D");
    const GraphStep first = diagram.apply("DiagramVersionCreated", R"({"layer":"business","name":"Map"})");
    CHECK(first.node == NodeRef{Label::kDiagramVersion, "D@1"});
    CHECK(first.declarations == std::vector<Declaration>{{"D", "business", "Map", std::nullopt}});
    CHECK_FALSE(diagram.apply("Noted", R"({"layer":"technical"})").declares);
    const GraphStep third = diagram.apply(
        "DiagramVersionCreated",
        R"({"change_request_id":"C","elements":[{"id":"a","layer":"technical"},{"id":"b","name":"B"}],"layer":"x"})");
    CHECK(texts(third.begun) ==
          Texts{"ChangeRequest C UPDATES DiagramVersion D@3", "DiagramVersion D@3 PREVIOUS DiagramVersion D@1"});
    CHECK(third.declarations ==
          std::vector<Declaration>{{"a", "technical", std::nullopt, std::nullopt}, {"b", "x", "B", std::nullopt}});
    CHECK(diagram.apply("DiagramVersionCreated", R"({"elements":[]})").declarations.empty());
  }

  TEST_CASE("other entities say nothing") {
    CHECK_FALSE(EntityFold::concerns("validation"));
    CHECK_FALSE(EntityFold::concerns(""));
    CHECK(EntityFold::concerns("trace"));
    CHECK(Folding("validation", "V").apply("ValidationPerformed", R"({"layer":"x"})").named.empty());
  }
}
