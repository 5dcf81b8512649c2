#include "tests/api/ask_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

/// A change request that is assessed, and a few linked elements, on days of November 2025.
class Governed {
 public:
  Governed() {
    add(1, "DiagramVersionCreated", "diagram", "D",
        R"({"change_request_id":"CR-1","elements":[{"id":"svc","name":"Service","type":"service"},{"id":"db"},{"id":"cap","layer":"business"}],"layer":"technical"})");
    add(2, "TraceabilityLinkAdded", "trace", "L1", R"({"from_element":"svc","link_type":"REALIZES","to_element":"cap"})");
    add(3, "TraceabilityLinkAdded", "trace", "L2", R"({"from_element":"db","to_element":"svc"})");
    add(4, "ChangeRequestCreated", "change_request", "CR-1", R"({"impacts":["svc"],"status":"open","title":"Split"})");
    add(5, "ImpactAssessmentCreated", "impact_assessment", "IA-1",
        R"({"affects":["db"],"change_request_id":"CR-1","risk_level":3})");
    add(6, "TraceabilityLinkRemoved", "trace", "L2", "{}");
  }

  void add(int day, std::string_view event_type, std::string_view entity_type, std::string_view entity_id,
           std::string_view data) {
    store.append(fmt::format(
        R"({{"actor":"ana","event_type":"{}","entity_type":"{}","entity_id":"{}","data":{},"created_at":"2025-11-{:02}T00:00:00Z"}})",
        event_type, entity_type, entity_id, data, day));
  }

  TemporaryStore store;
};

TEST_SUITE("graph") {
  TEST_CASE("coverage answers in the contract's shape, now and then") {
    Governed governed;
    CHECK(
        ask(governed.store, "coverage", {{"at", {"2025-11-05"}}}) ==
        R"({"at":"2025-11-05T00:00:00.000000Z","position":5,"layers":[{"layer":"business","total_elements":1,"traced_elements":1,"coverage_pct":100.0,"orphan_count":0},)"
        R"({"layer":"technical","total_elements":2,"traced_elements":2,"coverage_pct":100.0,"orphan_count":0}],"log_position":6})");
    CHECK(ask(governed.store, "coverage", {}).find(R"("traced_elements":1,"coverage_pct":50.0,"orphan_count":1)") !=
          std::string::npos);
    CHECK(ask(governed.store, "coverage", {{"known_at", {"0"}}}).find(R"("layers":[],"log_position":0})") != std::string::npos);
  }

  TEST_CASE("orphans come by layer and id, and a later page gives what is an orphan then") {
    Governed governed;
    governed.add(7, "DiagramVersionCreated", "diagram", "lonely", R"({"name":"Lonely"})");
    CHECK(ask(governed.store, "orphans", {{"layer", {"technical"}}}) ==
          R"({"items":[{"element_id":"db","name":null,"type":null,"layer":"technical"}],"next_cursor":null,"log_position":7})");
    const std::string first = ask(governed.store, "orphans", {{"limit", {"1"}}});
    CHECK(first.starts_with(R"({"items":[{"element_id":"db")"));
    governed.add(8, "DiagramVersionCreated", "diagram", "late", R"({"layer":"zzz"})");
    const std::string second = ask(governed.store, "orphans", {{"cursor", {next_cursor(first)}}});
    CHECK(
        second ==
        R"({"items":[{"element_id":"late","name":null,"type":null,"layer":"zzz"},{"element_id":"lonely","name":"Lonely","type":null,"layer":null}],"next_cursor":null,"log_position":8})");
    CHECK(code_of(governed.store, "orphans", {{"cursor", {next_cursor(first)}}, {"layer", {"x"}}}) == "invalid_argument");
  }

  TEST_CASE("a trend has a point at each bucket's end between its ends, and one now") {
    Governed governed;
    governed.store.set_now("2025-11-07T00:00:00Z");
    const std::string answer = ask(governed.store, "trend", {{"period", {"3d"}}});
    CHECK(answer.starts_with(R"({"bucket":"day","points":[{"at":"2025-11-05T00:00:00.000000Z","layers":[{"layer":"business")"));
    CHECK(answer.find(R"({"at":"2025-11-06T00:00:00.000000Z")") != std::string::npos);
    CHECK(answer.find(R"({"at":"2025-11-07T00:00:00.000000Z")") != std::string::npos);
    CHECK(answer.find("2025-11-04") == std::string::npos);
    CHECK(ask(governed.store, "trend", {{"period", {"2w"}}, {"bucket", {"week"}}})
              .find(R"("at":"2025-11-03T00:00:00.000000Z")") != std::string::npos);
    CHECK(code_of(governed.store, "trend", {{"period", {"999d"}}}) == "ok");
    CHECK(code_of(governed.store, "trend", {{"period", {"1001d"}}}) == "invalid_argument");
    CHECK(code_of(governed.store, "trend", {{"period", {"now"}}}) == "invalid_argument");
  }

  TEST_CASE("impact answers in the contract's shape") {
    Governed governed;
    CHECK(
        ask(governed.store, "impact", {{"element", {"svc"}}, {"direction", {"both"}}, {"at", {"2025-11-05"}}}) ==
        R"({"root":{"label":"Element","id":"svc","name":"Service","layer":"technical","declared":true,"type":"service"},"direction":"both","depth":5,"at":"2025-11-05T00:00:00.000000Z","counts":[2],)"
        R"("nodes":[{"label":"Element","id":"cap","name":null,"layer":"business","declared":true,"distance":1,"via":{"label":"Element","id":"svc","relation":"REALIZES","reverse":false}},)"
        R"({"label":"Element","id":"db","name":null,"layer":"technical","declared":true,"distance":1,"via":{"label":"Element","id":"svc","relation":"TRACES_TO","reverse":true}}],)"
        R"("edges":[{"from":{"label":"Element","id":"db"},"to":{"label":"Element","id":"svc"},"relation":"TRACES_TO"},{"from":{"label":"Element","id":"svc"},"to":{"label":"Element","id":"cap"},"relation":"REALIZES"}],"truncated":false,"log_position":6})");
    CHECK(ask(governed.store, "impact", {{"element", {"db"}}}).find(R"("counts":[],"nodes":[],"edges":[],"truncated":false)") !=
          std::string::npos);
  }

  TEST_CASE("impact of a change request shows its properties, and stops where limit or layer says") {
    Governed governed;
    const Arguments request{{"element", {"CR-1"}}, {"label", {"ChangeRequest"}}};
    const std::string all = ask(governed.store, "impact", request);
    CHECK(all.starts_with(
        R"({"root":{"label":"ChangeRequest","id":"CR-1","name":"Split","layer":null,"declared":true,"title":"Split","type":null,"description":null,"status":"open","priority":null})"));
    CHECK(all.find(R"("counts":[3,2])") != std::string::npos);
    Arguments business = request;
    business["layer"] = {"business"};
    CHECK(ask(governed.store, "impact", business).find(R"("counts":[3,2],"nodes":[{"label":"Element","id":"cap")") !=
          std::string::npos);
    Arguments cut = request;
    cut["limit"] = {"1"};
    CHECK(ask(governed.store, "impact", cut).find(R"("truncated":true)") != std::string::npos);
  }

  TEST_CASE("a node that no event named is not found, and the nearest are told") {
    Governed governed;
    CHECK(ask(governed.store, "impact", {{"element", {"svd"}}}).find(R"("code":"not_found")") != std::string::npos);
    CHECK(ask(governed.store, "impact", {{"element", {"svd"}}}).find(R"("nearest":["svc")") != std::string::npos);
    CHECK(code_of(governed.store, "impact", {{"element", {"svc"}}, {"known_at", {"0"}}}) == "not_found");
    CHECK(code_of(governed.store, "chain", {{"change_request", {"CR-9"}}}) == "not_found");
    CHECK(code_of(governed.store, "path", {{"from", {"svc"}}, {"to", {"x"}}}) == "not_found");
    CHECK(ask(governed.store, "impact", {{"element", {"svc"}}, {"at", {"2025-10-01"}}})
              .find(R"("name":null,"layer":null,"declared":false,"type":null)") != std::string::npos);
  }

  TEST_CASE("a chain goes from the change request by its assessments to what they affect and trace to") {
    Governed governed;
    const std::string then = ask(governed.store, "chain", {{"change_request", {"CR-1"}}, {"at", {"2025-11-05"}}});
    CHECK(then.find(R"("affected":[{"label":"Element","id":"db")") != std::string::npos);
    CHECK(
        then.find(
            R"("related":[{"label":"Element","id":"db","name":null,"layer":"technical","declared":true,"type":null,"distance":0},{"label":"Element","id":"svc")") !=
        std::string::npos);
    CHECK(then.find(R"("counts":[1,1],"impacted":[{"label":"Element","id":"svc")") != std::string::npos);
    CHECK(
        then.find(
            R"("diagram_versions":[{"label":"DiagramVersion","id":"D@1","name":null,"layer":"technical","declared":true,"diagram_id":"D","version":1}])") !=
        std::string::npos);
    CHECK(ask(governed.store, "chain", {{"change_request", {"CR-1"}}}).find(R"("counts":[1],)") != std::string::npos);
  }

  TEST_CASE("a path tells each step, and why the event since which it has held") {
    Governed governed;
    CHECK(
        ask(governed.store, "path", {{"from", {"cap"}}, {"to", {"db"}}, {"at", {"2025-11-05"}}})
            .find(
                R"("found":true,"direction":"upstream","steps":[{"from":{"label":"Element","id":"svc"},"to":{"label":"Element","id":"cap"},"relation":"REALIZES"},{"from":{"label":"Element","id":"db"})") !=
        std::string::npos);
    const std::string why = ask(governed.store, "why", {{"from", {"svc"}}, {"to", {"cap"}}});
    CHECK(why.find(R"("event":{"position":2,"id":")") != std::string::npos);
    CHECK(why.find(R"("event_type":"TraceabilityLinkAdded","actor":"ana","created_at":"2025-11-02T00:00:00.000000Z"}}])") !=
          std::string::npos);
    CHECK(
        ask(governed.store, "path", {{"from", {"svc"}}, {"to", {"db"}}}).find(R"("found":false,"direction":null,"steps":[])") !=
        std::string::npos);
    CHECK(ask(governed.store, "path", {{"from", {"svc"}}, {"to", {"svc"}}})
              .find(R"("found":true,"direction":"downstream","steps":[])") != std::string::npos);
  }

  TEST_CASE("elements are read like entities") {
    Governed governed;
    CHECK(
        ask(governed.store, "at", {{"entity", {"svc"}}, {"at", {"2025-11-05"}}}) ==
        R"({"entity_type":"element","entity_id":"svc","at":"2025-11-05T00:00:00.000000Z","exists":true,"version":null,"position":3,"head_version":null,)"
        R"("state":{"name":"Service","type":"service","layer":"technical","declared":true,"links":[{"relation":"IMPACTS","direction":"upstream","id":"CR-1"},{"relation":"REALIZES","direction":"downstream","id":"cap"},{"relation":"TRACES_TO","direction":"upstream","id":"db"}]},"log_position":6})");
    CHECK(ask(governed.store, "at", {{"entity", {"element/svc"}}, {"at", {"2025-10-01"}}})
              .find(R"("exists":false,"version":null,"position":null,"head_version":null,"state":{})") != std::string::npos);
    const std::string history = ask(governed.store, "history", {{"entity", {"element/db"}}});
    CHECK(history.starts_with(R"({"entity_type":"element","entity_id":"db","items":[{"position":1,)"));
    for (const std::string_view position : {R"({"position":3,)", R"({"position":6,)"})
      CHECK(history.find(position) != std::string::npos);
    CHECK(history.find(R"({"position":2,)") == std::string::npos);
    CHECK(ask(governed.store, "replay", {{"entity", {"element/db"}}, {"limit", {"1"}}})
              .find(R"("declared":true,"links":[]}}],"next_cursor":")") != std::string::npos);
    CHECK(
        ask(governed.store, "list", {{"entity_type", {"element"}}, {"layer", {"business"}}}) ==
        R"({"items":[{"entity_type":"element","entity_id":"cap","title":null,"status":null,"head_version":null,"created_at":"2025-11-01T00:00:00.000000Z","updated_at":"2025-11-02T00:00:00.000000Z"}],"next_cursor":null,"log_position":6})");
    CHECK(ask(governed.store, "diff", {{"from", {"element/db@2025-11-05"}}, {"to", {"element/db@2025-11-06"}}})
              .find(R"("patch":[{"op":"remove","path":"/links/1"})") != std::string::npos);
    CHECK(code_of(governed.store, "diff", {{"from", {"element/db@1"}}, {"to", {"element/db@2"}}}) == "not_found");
  }

  TEST_CASE("a picture is that text alone, whatever ids and names hold") {
    Governed governed;
    governed.add(7, "TraceabilityLinkAdded", "trace", "L3", R"({"from_element":"svc","to_element":"a\"<b>&\\\n;#|]"})");
    governed.add(7, "TraceabilityLinkAdded", "trace", "L4",
                 R"({"from_element":"svc","to_element":" C:\\new direction LR:\uFFFE"})");
    const auto draw = [&](std::string_view format) {
      return ask(governed.store, "impact", {{"element", {"svc"}}, {"format", {std::string(format)}}});
    };
    CHECK(draw("mermaid").find(R"(["a#34;#60;b#62;#38;#92; #59;#35;#124;]"])") != std::string::npos);
    CHECK(draw("mermaid").find("[\"#32;C#58;#92;#8203;new #100;irection LR#58;\uFFFD\"]") != std::string::npos);
    CHECK(draw("dot").find(R"(label="a\"<b>&amp;\\ ;#|]")") != std::string::npos);
    CHECK(draw("dot").find("label=\" C:\\\\new direction LR:\uFFFD\"") != std::string::npos);
    CHECK(draw("graphml").find("a&quot;&lt;b&gt;&amp;\\ ;#|]") != std::string::npos);
    CHECK(draw("cytoscape").find(R"("node_id":"a\"<b>&\\\n;#|]")") != std::string::npos);
    CHECK(code_of(governed.store, "impact", {{"element", {"svc"}}, {"format", {"svg"}}}) == "invalid_argument");
  }
}

}  // namespace
}  // namespace govlog
