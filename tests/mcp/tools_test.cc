#include "mcp/tools.h"

#include "codec/json_text.h"
#include "mcp/instructions.h"
#include "mcp/resources.h"
#include "mcp/tool_schema.h"
#include "tests/mcp/store_executor.h"
#include "tests/support/json_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace govlog {
namespace {

constexpr std::string_view kId = "018f0000-0000-7000-8000-000000000001";

void check_property(const testing::Json& property) {
  const testing::Json* type = property.find("type");
  REQUIRE(type != nullptr);
  CHECK(type->is(testing::Json::Kind::kString));
  CHECK(property.find("description") != nullptr);
  for (const std::string_view banned : {"$ref", "oneOf", "anyOf", "allOf"}) CHECK(property.find(banned) == nullptr);
  if (type->text == "string") CHECK((property.find("maxLength") != nullptr || property.find("enum") != nullptr));
  if (type->text == "integer") CHECK(property.find("maximum") != nullptr);
  if (type->text == "array") CHECK(property.find("maxItems") != nullptr);
}

TEST_SUITE("mcp_tools") {
  TEST_CASE("the list of tools is as long as it may be, in its order") {
    MESSAGE("tools/list has " << tools_list().size() << " bytes");
    CHECK(tools_list().size() <= 24 * 1024);
    std::string names;
    for (const Tool& tool : tools()) names += std::string(tool.name) + ' ';
    CHECK(names ==
          "query_timeline search_events list_entities query_entity_history time_travel compare_versions query_impact "
          "query_impact_chain "
          "explain_path "
          "query_coverage verify_log create_change_request update_change_request create_diagram_version add_traceability_link "
          "store_governance_event ");
  }

  TEST_CASE("verify_log tells who asks for it how far it is, and nobody else") {
    TemporaryStore store;
    store.note("adr/ADR-1", 1, "{}");
    Peer peer(store);
    const auto verify = [&peer](std::string_view meta) {
      return peer.say(fmt::format(
          R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"verify_log","arguments":{{}},"_meta":{{{}}}}}}})",
          meta));
    };
    const std::string answer = verify("");
    CHECK(std::count(answer.begin(), answer.end(), '\n') == 1);
    CHECK(verify(R"("progressToken":1.5)") == answer);
    for (const std::string token : {R"("a\"b")", "-7"}) {
      const std::string told = verify(fmt::format(R"("progressToken":{})", token));
      CHECK(told.ends_with('\n' + answer));
      CHECK(told.starts_with(fmt::format(
          R"({{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{},"progress":)", token)));
      CHECK(has(told, R"("progress":100,"total":100,)"));
    }
  }

  TEST_CASE("every tool keeps the rules of schemas") {
    const auto list = testing::parse_json("{" + tools_list() + "}");
    REQUIRE(list.has_value());
    for (const testing::Json& tool : list->find("tools")->items) {
      CAPTURE(tool.find("name")->text);
      CHECK(tool.find("name")->text.size() <= 30);
      CHECK(tool.find("description")->text.size() <= 300);
      CHECK(tool.find("title")->text == tool.find("annotations")->find("title")->text);
      for (const std::string_view hint : {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"})
        CHECK(tool.find("annotations")->find(hint) != nullptr);
      const testing::Json* input = tool.find("inputSchema");
      CHECK(input->find("type")->text == "object");
      CHECK(input->find("additionalProperties")->is(testing::Json::Kind::kFalse));
      for (const auto& [name, property] : input->find("properties")->members) {
        CAPTURE(name);
        check_property(property);
      }
      CHECK(tool.find("outputSchema")->find("type")->text == "object");
      CHECK(tool.find("outputSchema")->find("additionalProperties") == nullptr);
    }
  }

  TEST_CASE("a schema is made from the operation's parameters") {
    std::string out;
    append_tool(out, *find_tool("query_entity_history"));
    CHECK(has(out, R"("entity_id":{"type":"string","maxLength":100,"description":"id of the entity"})"));
    CHECK(has(out, R"("include_state":{"type":"boolean","default":false,)"));
    CHECK(has(out, R"("limit":{"type":"integer","minimum":1,"maximum":10000,"default":100,)"));
    CHECK(has(out, R"("required":["entity_id"])"));
    out.clear();
    append_tool(out, *find_tool("query_timeline"));
    CHECK(has(out, R"("actor":{"type":"array","items":{"type":"string","maxLength":100},"maxItems":50,)"));
    CHECK(has(out, R"("order":{"type":"string","enum":["desc","asc"],"default":"desc",)"));
    CHECK_FALSE(has(tools_list(), "filled_metadata"));
  }

  TEST_CASE("a read answers with the operation's bytes, twice") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"Split \"it\""}}});
    store.note("adr/ADR-7", 3, R"({"n":12345678901234567890.10,"m":1e400})");
    Peer peer(store);
    struct Case {
      std::string_view tool;
      std::string_view arguments;
      std::string_view operation;
      Arguments same;
    };
    const std::vector<Case> cases{
        {"query_timeline", "{}", "timeline", {}},
        {"query_timeline",
         R"({"from":"365d","actor":"ana","limit":1})",
         "timeline",
         {{"from", {"365d"}}, {"actor", {"ana"}}, {"limit", {"1"}}}},
        {"query_timeline",
         R"({"from":"365d","q":"split","contains":{"title":"Split \"it\""}})",
         "timeline",
         {{"from", {"365d"}}, {"q", {"split"}}, {"contains", {R"({"title":"Split \"it\""})"}}}},
        {"search_events", R"({"q":"split"})", "search", {{"q", {"split"}}}},
        {"search_events",
         R"({"q":"split -it OR adr","order":"newest"})",
         "search",
         {{"q", {"split -it OR adr"}}, {"order", {"newest"}}}},
        {"list_entities", R"({"q":"split"})", "list", {{"q", {"split"}}}},
        {"list_entities", R"({"entity_type":["adr","x"]})", "list", {{"entity_type", {"adr", "x"}}}},
        {"query_entity_history", R"({"entity_id":"ADR-7"})", "history", {{"entity", {"ADR-7"}}}},
        {"query_entity_history",
         R"({"entity_id":"ADR-7","entity_type":"adr","include_state":true})",
         "replay",
         {{"entity", {"adr/ADR-7"}}}},
        {"time_travel", R"({"entity_id":"ADR-7","at":"2025-11-15"})", "at", {{"entity", {"ADR-7"}}, {"at", {"2025-11-15"}}}},
        {"compare_versions", R"({"from":"ADR-7@1","to":"ADR-7@1"})", "diff", {{"from", {"ADR-7@1"}}, {"to", {"ADR-7@1"}}}},
        {"query_impact",
         R"({"id":"CR-7","label":"ChangeRequest"})",
         "impact",
         {{"element", {"CR-7"}}, {"label", {"ChangeRequest"}}}},
        {"query_impact_chain", R"({"change_request_id":"CR-7"})", "chain", {{"change_request", {"CR-7"}}}},
        {"query_coverage", "{}", "coverage", {}},
        {"query_coverage", R"({"view":"orphans","limit":5})", "orphans", {{"limit", {"5"}}}},
        {"query_coverage", R"({"view":"trend","bucket":"week"})", "trend", {{"bucket", {"week"}}}},
        {"verify_log", "{}", "verify", {}},
    };
    for (const Case& one : cases) {
      CAPTURE(one.arguments);
      const std::string expected = ask(store, one.operation, one.same);
      const std::string reply = peer.call(one.tool, one.arguments);
      CHECK(reply ==
            fmt::format(
                R"({{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":{}}}],"structuredContent":{}}}}}{})",
                json_quote(expected), expected, "\n"));
    }
  }

  TEST_CASE("a picture stands in the text, the graph in the structure") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}, {"impacts", {"a"}}});
    Peer peer(store);
    CHECK(peer.text("query_impact_chain", R"({"change_request_id":"CR-7","format":"mermaid"})") ==
          ask(store, "chain", {{"change_request", {"CR-7"}}, {"format", {"mermaid"}}}));
    CHECK(has(peer.call("query_impact_chain", R"({"change_request_id":"CR-7","format":"mermaid"})"),
              R"("structuredContent":{"change_request":)"));
  }

  TEST_CASE("what the model can mend is a result that says how") {
    struct Case {
      std::string_view tool;
      std::string_view arguments;
      std::string_view text;
    };
    const std::vector<Case> cases{
        {"query_timeline", R"({"limit":"5"})",
         "[invalid_argument] limit is a string, expected an integer: give it without quotes"},
        {"query_timeline", R"({"limit":0})", "[invalid_argument] limit is 0, expected an integer from 1 to 10000"},
        {"query_timeline", R"({"limit":-1})", "[invalid_argument] limit is -1, expected an integer from 1 to 10000"},
        {"query_timeline", R"({"limit":1.5})", "[invalid_argument] limit is 1.5, expected an integer from 1 to 10000"},
        {"query_timeline", R"({"limt":5})", "[invalid_argument] unknown parameter limt; did you mean limit?"},
        {"query_timeline", R"({"q":"--"})", "[invalid_argument] "},
        {"query_timeline", R"({"contains":"x"})", "[invalid_argument] contains is "},
        {"search_events", "{}", "[invalid_argument] q is missing"},
        {"query_timeline", R"({"actor":5})",
         "[invalid_argument] actor is a number, expected an array of strings, or one string"},
        {"query_timeline", R"({"from":null})", "[invalid_argument] from is null, expected a string: leave it out"},
        {"query_timeline", R"({"order":"up"})", "[invalid_argument] order is up, expected one of desc, asc"},
        {"query_timeline", R"({"limit":1,"limit":2})", "[invalid_argument] limit is given twice, expected once"},
        {"query_timeline", R"({"actor":"\ud800"})", "[invalid_json] actor: "},
        {"query_entity_history", R"({})", "[invalid_argument] entity_id is missing: id of the entity"},
        {"query_entity_history", R"({"entity_id":"ADR-8","include_state":"yes"})",
         "[invalid_argument] include_state is a string, expected true or false"},
        {"query_entity_history", R"({"entity_id":"ADR-8"})", "[not_found] "},
        {"query_impact", R"({})", "[invalid_argument] id is missing"},
        {"query_coverage", R"({"view":"trend","limit":5})",
         "[invalid_argument] limit does not belong to view trend, which takes: period, bucket, known_at"},
        {"query_coverage", R"({"layer":"x"})", "[invalid_argument] layer does not belong to view coverage"},
        {"store_governance_event", R"({"event_type":"T","entity_type":"a","entity_id":"b","data":"{}"})",
         "[invalid_argument] data is a string, expected an object: give it as JSON itself, not as text"},
        {"store_governance_event", R"({"event_type":"T","entity_type":"a","entity_id":"b","data":{"a":1,"a":2}})",
         "[invalid_json] "},
        {"create_diagram_version", R"({"diagram_id":"D","elements":[{"name":"x"}]})",
         "[invalid_argument] elements[0] has no id"},
        {"create_diagram_version", R"({"diagram_id":"D","elements":{}})",
         "[invalid_argument] elements is an object, expected an array of objects"},
        {"update_change_request", R"({"change_request_id":"CR-8","title":"x"})", "[not_found] "},
    };
    TemporaryStore store;
    store.note("adr/ADR-7", 3, "{}");
    Peer peer(store);
    for (const Case& one : cases) {
      CAPTURE(one.arguments);
      const std::string reply = peer.call(one.tool, one.arguments);
      CHECK(has(peer.text(one.tool, one.arguments), one.text));
      CHECK(has(reply, R"("isError":true,"_meta":{"govlog/error":{"code":")"));
      CHECK_FALSE(has(reply, "structuredContent"));
    }
    CHECK(store.read().log_position() == 1);
  }

  TEST_CASE("what is wrong with the call itself is an error") {
    TemporaryStore store;
    Peer peer(store);
    CHECK(has(peer.call("query_timelin", "{}"),
              R"("error":{"code":-32602,"message":"unknown tool query_timelin; did you mean query_timeline?"})"));
    CHECK(has(peer.call("query_timeline", "[]"), R"("code":-32602)"));
    CHECK(has(peer.call("query_timeline", "null"), R"("code":-32602)"));
    CHECK(has(peer.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})"), R"("code":-32602)"));
    CHECK(has(peer.modern("tools/call", R"("name":"query_timeline")"), R"("result":{"resultType":"complete","content":)"));
  }

  TEST_CASE("an answer that is too long ends sooner") {
    TemporaryStore store;
    for (int i = 0; i < 40; ++i) store.note("note/n", 3, fmt::format(R"({{"description":"{}"}})", std::string(5000, 'x')));
    Peer peer(store);
    const std::string first = peer.text("query_timeline", R"({"from":"365d"})");
    CHECK(first.size() <= 65536);
    CHECK(first.size() > 50000);
    CHECK(has(peer.text("query_timeline", fmt::format(R"({{"from":"365d","cursor":"{}"}})", next_cursor(first))),
              "\"items\":[{"));
    store.note("big/b", 3, fmt::format(R"({{"description":"{}"}})", std::string(100'000, 'x')));
    const std::string whole = peer.text("query_entity_history", R"({"entity_id":"b"})");
    CHECK(whole == ask(store, "history", {{"entity", {"b"}}}));
  }
}

TEST_SUITE("mcp_writes") {
  TEST_CASE("a write answers its receipt, with what the face knows in its metadata") {
    TemporaryStore store;
    Peer peer(store, {.actor = "env"});
    const std::string arguments = fmt::format(
        R"("name":"create_change_request","arguments":{{"change_request_id":"CR-7","title":"T","impacts":"svc","event_id":"{}","metadata":{{"tool":"mine"}}}})",
        kId);
    const auto meta = [](std::string_view trace) {
      return fmt::format(R"("traceparent":"{}","io.modelcontextprotocol/clientInfo":{{"name":"host","version":"2"}})", trace);
    };
    const std::string reply = peer.modern("tools/call", arguments, meta("00-a"));
    CHECK(has(
        reply,
        R"("structuredContent":{"position":1,"id":"018f0000-0000-7000-8000-000000000001","entity_type":"change_request",)"));
    const std::string event = ask(store, "event", {{"event", {"1"}}});
    CHECK(has(
        event,
        R"("actor":"env","data":{"impacts":["svc"],"title":"T"},"metadata":{"actor_kind":"agent","client":"host/2","tool":"mine","traceparent":"00-a"})"));
    CHECK(has(peer.modern("tools/call", arguments, meta("00-b")), R"("duplicate":true)"));
    CHECK(has(peer.call("create_change_request", R"({"change_request_id":"CR-7","title":"T"})"), "[version_conflict]"));
    CHECK(store.read().log_position() == 1);
  }

  TEST_CASE("an update tells every receipt") {
    TemporaryStore store;
    Peer peer(store);
    peer.call("create_change_request", R"({"change_request_id":"CR-7","title":"T"})");
    const std::string answer =
        peer.text("update_change_request", R"({"change_request_id":"CR-7","title":"U","status":"approved"})");
    CHECK(answer.starts_with(R"({"position":3,)"));
    CHECK(has(answer, R"("receipts":[{"position":2,)"));
  }

  TEST_CASE("every write tool writes") {
    TemporaryStore store;
    Peer peer(store);
    CHECK(
        has(peer.text("add_traceability_link", R"({"from_element":"a","to_element":"b"})"), R"("entity_id":"a|TRACES_TO|b")"));
    CHECK(has(
        peer.text("create_diagram_version", R"({"diagram_id":"D","version":"1","elements":[{"id":"svc"}],"fields":{"x":1.0}})"),
        R"("position":2)"));
    CHECK(data_at(store, 2) == R"({"elements":[{"id":"svc"}],"version":"1","x":1.0})");
    CHECK(has(
        peer.text(
            "store_governance_event",
            R"({"event_type":"Noted","entity_type":"note","entity_id":"n","data":{"big":1e400,"n":12345678901234567890.0}})"),
        R"("position":3)"));
    CHECK(data_at(store, 3) == R"({"big":1e400,"n":12345678901234567890.0})");
    CHECK(has(peer.text("store_governance_event",
                        R"({"event_type":"Noted","entity_type":"note","entity_id":"n","data":{},"expected_version":7})"),
              "[version_conflict]"));
  }

  TEST_CASE("a read-only server writes nothing") {
    TemporaryStore store;
    Peer peer(store, {.read_only = true});
    CHECK(has(peer.text("create_change_request", R"({"change_request_id":"CR-7","title":"T"})"), "[forbidden]"));
    CHECK(store.read().log_position() == 0);
  }
}

}  // namespace
}  // namespace govlog
