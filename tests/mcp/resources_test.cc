#include "mcp/resources.h"

#include "codec/json_text.h"
#include "mcp/line_buffer.h"
#include "mcp/subscriptions.h"
#include "tests/mcp/store_executor.h"

#include <doctest/doctest.h>

#include <string>

namespace govlog {
namespace {

std::string method(std::string_view name, std::string_view params) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", name, params);
}

std::string read(std::string_view uri) { return method("resources/read", fmt::format(R"({{"uri":"{}"}})", uri)); }

TEST_SUITE("mcp_resources") {
  TEST_CASE("a resource holds the bytes of its operation") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR/7 é"}}, {"title", {"T"}}, {"impacts", {"svc"}}});
    Peer peer(store);
    const auto expect = [&](std::string_view uri, std::string_view operation, const Arguments& arguments) {
      CAPTURE(uri);
      CHECK(
          peer.say(read(uri)) ==
          fmt::format(
              R"({{"jsonrpc":"2.0","id":1,"result":{{"contents":[{{"uri":"{}","mimeType":"application/json","text":{}}}]}}}}{})",
              uri, json_quote(ask(store, operation, arguments)), "\n"));
    };
    expect("govlog://timeline", "timeline", {});
    expect("govlog://coverage", "coverage", {});
    expect("govlog://entity/change_request/CR%2F7%20%C3%A9", "at", {{"entity", {"change_request/CR/7 é"}}});
    expect("govlog://event/1", "event", {{"event", {"1"}}});
    expect("govlog://impact/Element/svc", "impact", {{"element", {"svc"}}, {"direction", {"both"}}});
    CHECK(has(peer.modern("resources/read", R"("uri":"govlog://event/1")"), R"("ttlMs":86400000,"cacheScope":"private")"));
    CHECK(has(peer.modern("resources/read", R"("uri":"govlog://timeline")"), R"("ttlMs":0,"cacheScope":"private")"));
    CHECK(percent_encode("CR/7 é") == "CR%2F7%20%C3%A9");
  }

  TEST_CASE("what is not there or malformed has the code of its generation, and the URI") {
    TemporaryStore store;
    Peer peer(store);
    for (const std::string_view uri :
         {"govlog://entity/adr/ADR-9", "govlog://event/1", "govlog://event/x", "govlog://entity/adr", "govlog://entity/adr/a/b",
          "govlog://impact/Thing/x", "govlog://impact/Element/x", "govlog://entity/adr/%zz", "govlog://entity/adr/%00",
          "govlog://entity/adr/%FF", "govlog://entity//x", "govlog://entity/adr/", "govlog://timeline/", "govlog://timeline?x",
          "other://x", ""}) {
      CAPTURE(uri);
      const std::string legacy = peer.say(read(uri));
      CHECK(has(legacy, R"("error":{"code":-32002,)"));
      CHECK(has(legacy, fmt::format(R"("data":{{"uri":"{}"}})", uri)));
      CHECK(has(peer.modern("resources/read", fmt::format(R"("uri":"{}")", uri)), R"("error":{"code":-32602,)"));
    }
    CHECK(has(peer.say(method("resources/read", "{}")), R"("code":-32602)"));
  }

  TEST_CASE("prompts embed what they speak of") {
    TemporaryStore store;
    tell(store, "cr new", {{"change_request_id", {"CR-7"}}, {"title", {"T"}}});
    tell(store, "adr new", {{"adr_id", {"ADR-7"}}, {"title", {"T"}}});
    Peer peer(store);
    const auto get = [&](std::string_view name, std::string_view arguments) {
      return peer.say(method("prompts/get", fmt::format(R"({{"name":"{}","arguments":{}}})", name, arguments)));
    };
    const std::string review = get("impact_review", R"({"change_request_id":"CR-7"})");
    CHECK(has(review,
              R"("messages":[{"role":"user","content":{"type":"text","text":"Review the impact of change request CR-7.)"));
    CHECK(has(
        review,
        R"({"type":"resource","resource":{"uri":"govlog://impact/ChangeRequest/CR-7","mimeType":"application/json","text":)"));
    CHECK(has(get("change_brief", "{}"), "since 7d"));
    CHECK(has(get("adr_history", R"({"adr_id":"ADR-7"})"), "govlog://entity/adr/ADR-7"));
    CHECK(has(get("coverage_gaps", "{}"), "of all layers"));
    CHECK(has(get("coverage_gaps", R"({"layer":"technical"})"), "of technical"));
    for (const auto& [name, arguments] :
         std::vector<std::pair<std::string_view, std::string_view>>{{"impact_review", "{}"},
                                                                    {"impact_review", R"({"change_request_id":"CR-8"})"},
                                                                    {"impact_review", R"({"change_request_id":7})"},
                                                                    {"impact_review", R"({"cr":"CR-7"})"},
                                                                    {"adr_history", R"({"adr_id":"ADR-8"})"},
                                                                    {"change_brief", R"({"since":"tomorrowish"})"},
                                                                    {"nope", "{}"}}) {
      CAPTURE(arguments);
      CHECK(has(get(name, arguments), R"("error":{"code":-32602,)"));
    }
  }

  TEST_CASE("a prompt ends sooner than 16 KiB") {
    TemporaryStore store;
    for (int i = 0; i < 100; ++i)
      store.append(
          fmt::format(R"({{"event_type":"Noted","entity_type":"note","entity_id":"n{}","data":{{"description":"{}"}}}})", i,
                      std::string(300, 'x')));
    Peer peer(store);
    const std::string reply = peer.say(method("prompts/get", R"({"name":"change_brief"})"));
    CHECK(reply.size() <= 16 * 1024 + 200);
    CHECK(reply.size() > 10 * 1024);
  }

  TEST_CASE("completion asks the store for what an argument may be") {
    TemporaryStore store;
    Peer peer(store);
    const auto complete = [&](std::string_view ref, std::string_view name, std::string_view context = "{}") {
      return peer.say(method("completion/complete",
                             fmt::format(R"({{"ref":{},"argument":{{"name":"{}","value":"c"}},"context":{{"arguments":{}}}}})",
                                         ref, name, context)));
    };
    const auto prompt = [](std::string_view name) { return fmt::format(R"({{"type":"ref/prompt","name":"{}"}})", name); };
    const auto resource = [](std::string_view uri) { return fmt::format(R"({{"type":"ref/resource","uri":"{}"}})", uri); };
    CHECK(has(complete(prompt("impact_review"), "change_request_id"),
              R"("completion":{"values":["0 change_request c"],"total":7,"hasMore":true})"));
    CHECK(has(complete(prompt("adr_history"), "adr_id"), "0 adr c"));
    CHECK(has(complete(prompt("coverage_gaps"), "layer"), "5  c"));
    CHECK(has(complete(prompt("change_brief"), "since"), R"({"values":[],"total":0,"hasMore":false})"));
    CHECK(has(complete(resource("govlog://entity/{entity_type}/{entity_id}"), "entity_type"), "2  c"));
    CHECK(has(complete(resource("govlog://entity/{entity_type}/{entity_id}"), "entity_id", R"({"entity_type":"adr"})"),
              "0 adr c"));
    CHECK(has(complete(resource("govlog://impact/{label}/{id}"), "label"), R"(["ChangeRequest"])"));
    CHECK(has(complete(resource("govlog://impact/{label}/{id}"), "id"), "6 Element c"));
    CHECK(has(complete(resource("govlog://impact/{label}/{id}"), "id", R"({"label":"ADR"})"), "6 ADR c"));
    CHECK(has(complete(resource("govlog://event/{id}"), "id"), R"("values":[])"));
    CHECK(has(complete(prompt("nope"), "x"), R"("code":-32602)"));
    CHECK(has(complete(prompt("adr_history"), "x"), R"("code":-32602)"));
    CHECK(has(complete(resource("govlog://timeline"), "x"), R"("code":-32602)"));
    CHECK(has(complete("{}", "x"), R"("code":-32602)"));
  }
}

TEST_SUITE("mcp_subscriptions") {
  TEST_CASE("a watched resource is told of once its answer changes, and not before") {
    TemporaryStore store;
    Peer peer(store);
    CHECK(has(peer.say(method("resources/subscribe", R"({"uri":"govlog://entity/note/a"})")), R"("result":{})"));
    CHECK(has(peer.say(method("resources/subscribe", R"({"uri":"govlog://timeline"})")), R"("result":{})"));
    store.append(R"({"event_type":"Noted","entity_type":"note","entity_id":"b","data":{}})");
    peer.changes().ring();
    const std::string first = peer.await("resources/updated");
    CHECK(first == R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"govlog://timeline"}})"
                   "\n");
    store.append(R"({"event_type":"Noted","entity_type":"note","entity_id":"a","data":{}})");
    peer.changes().ring();
    CHECK(has(peer.await("govlog://entity/note/a"), "resources/updated"));
    CHECK(has(peer.say(method("resources/subscribe", R"({"uri":"govlog://nothing"})")), R"("code":-32602)"));
    CHECK(has(peer.say(method("resources/unsubscribe", R"({"uri":"govlog://nothing"})")), R"("result":{})"));
  }

  TEST_CASE("a listen is acknowledged, tagged, and ends with its result") {
    TemporaryStore store;
    Peer peer(store);
    const std::string uris = R"("notifications":{"toolsListChanged":true,"resourceSubscriptions":["govlog://timeline"]})";
    CHECK(
        peer.modern("subscriptions/listen", uris) ==
        R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{"resourceSubscriptions":["govlog://timeline"]},"_meta":{"io.modelcontextprotocol/subscriptionId":1}}})"
        "\n");
    CHECK(has(peer.modern("subscriptions/listen", uris), R"("code":-32600)"));
    store.note("note/a", 3, "{}");
    peer.changes().ring();
    CHECK(
        peer.await("updated") ==
        R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"govlog://timeline","_meta":{"io.modelcontextprotocol/subscriptionId":1}}})"
        "\n");
    CHECK(has(peer.say(Peer::modern_line("subscriptions/listen", R"("notifications":{})", "", R"("two")")),
              R"("notifications":{},)"));
    peer.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"two"}})");
    peer.connection().close();
    CHECK(
        peer.drain() ==
        R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":1,"io.modelcontextprotocol/serverInfo":{"name":"govlog","title":"Govlog","version":"0.1.0"}}}})"
        "\n");
    CHECK(has(peer.modern("subscriptions/listen"), R"("code":-32602)"));
    CHECK(
        has(peer.modern("subscriptions/listen", R"("notifications":{"resourceSubscriptions":["x://y"]})"), R"("code":-32602)"));
  }

  TEST_CASE("what every append changes is no change") {
    CHECK(fingerprint(R"({"items":[1],"next_cursor":"abc","log_position":7})") ==
          fingerprint(R"({"items":[1],"next_cursor":"abd","log_position":8})"));
    CHECK(fingerprint(R"({"at":"x","exists":true})") == fingerprint(R"({"at":"y","exists":true})"));
    CHECK(fingerprint(R"({"items":[1],"next_cursor":null})") != fingerprint(R"({"items":[1],"next_cursor":"a"})"));
  }
}

TEST_SUITE("mcp_lines") {
  TEST_CASE("a line that is too long is told of once and skipped") {
    std::string seen;
    LineBuffer lines(
        {.line = [&](std::string_view line) { seen += std::string(line) + ';'; }, .too_long = [&] { seen += "long;"; }}, 5);
    for (const std::string_view bytes : {"ab", "c\nde\n\n123456", "789", "0\nok", "\n12345\n123456\nx"}) lines.add(bytes);
    CHECK(seen == "abc;de;;long;ok;12345;long;");
  }
}

}  // namespace
}  // namespace govlog
