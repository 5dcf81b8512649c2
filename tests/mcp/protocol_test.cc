#include "mcp/server.h"
#include "tests/mcp/store_executor.h"

#include <doctest/doctest.h>

#include <string>

namespace govlog {
namespace {

constexpr std::string_view kInfo =
    R"("_meta":{"io.modelcontextprotocol/serverInfo":{"name":"govlog","title":"Govlog","version":"0.1.0"}})";

std::string hello(std::string_view version) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","capabilities":{{}},"clientInfo":{{"name":"t","version":"1"}}}}}})",
      version);
}

std::string ping(std::string_view id) { return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})", id); }

TEST_SUITE("mcp_protocol") {
  TEST_CASE("initialize echoes a legacy version, and answers any other with the newest of them") {
    TemporaryStore store;
    Peer peer(store);
    for (const std::string_view version : {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"})
      CHECK(has(peer.say(hello(version)), fmt::format(R"("protocolVersion":"{}")", version)));
    for (const std::string_view version : {"2026-07-28", "1.0", ""})
      CHECK(has(peer.say(hello(version)), R"("protocolVersion":"2025-11-25")"));
    CHECK(
        peer.say(hello("2025-11-25"))
            .starts_with(
                R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"prompts":{},"resources":{"subscribe":true},"completions":{},"logging":{}},"serverInfo":{"name":"govlog","title":"Govlog","version":"0.1.0"},"instructions":")"));
  }

  TEST_CASE("discover tells the modern version alone, and how long it holds") {
    TemporaryStore store;
    Peer peer(store);
    const std::string reply = peer.modern("server/discover");
    CHECK(reply.starts_with(
        R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"prompts":{},"resources":{"subscribe":true},"completions":{}},"instructions":")"));
    CHECK(reply.ends_with(fmt::format(R"(","ttlMs":300000,"cacheScope":"public",{}}}}}{})", kInfo, "\n")));
  }

  TEST_CASE("ids come back as they were written") {
    TemporaryStore store;
    Peer peer(store);
    for (const std::string_view id : {"1", "-7", "9007199254740993", R"("1")", R"("a\n\"b")"})
      CHECK(peer.say(ping(id)) == fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{}}}}{})", id, "\n"));
  }

  TEST_CASE("what is no message is refused, with its id where that can be read") {
    struct Case {
      std::string line;
      std::string reply;
    };
    const std::string deep =
        R"({"jsonrpc":"2.0","id":1,"method":"ping","params":)" + std::string(128, '[') + std::string(128, ']') + "}";
    const std::vector<Case> cases{
        {"{", R"({"jsonrpc":"2.0","error":{"code":-32700,)"},
        {"\xFF", R"({"jsonrpc":"2.0","error":{"code":-32700,)"},
        {std::string("\0", 1), R"({"jsonrpc":"2.0","error":{"code":-32700,)"},
        {deep, R"({"jsonrpc":"2.0","error":{"code":-32700,)"},
        {"7", R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {"{}", R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {ping("null"), R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {ping("{}"), R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {ping("1.5"), R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {ping("1e2"), R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
        {R"({"jsonrpc":"1.0","id":4,"method":"ping"})", R"({"jsonrpc":"2.0","id":4,"error":{"code":-32600,)"},
        {R"({"jsonrpc":"2.0","id":4,"method":7})", R"({"jsonrpc":"2.0","id":4,"error":{"code":-32600,)"},
        {R"({"jsonrpc":"2.0","id":4,"method":"ping","params":[]})", R"({"jsonrpc":"2.0","id":4,"error":{"code":-32602,)"},
        {R"({"jsonrpc":"2.0","id":4,"method":"nope"})",
         R"({"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"Method not found: nope"}})"},
        {"[" + ping("1") + "]", R"({"jsonrpc":"2.0","error":{"code":-32600,)"},
    };
    TemporaryStore store;
    Peer peer(store);
    for (const Case& one : cases) {
      CAPTURE(one.line);
      CHECK(peer.say(one.line).starts_with(one.reply));
    }
  }

  TEST_CASE("names of members count as they are meant, and responses and notifications get no answer") {
    TemporaryStore store;
    Peer peer(store);
    CHECK(has(peer.say(R"({"jsonrpc":"2.0","\u0069d":3,"\u006dethod":"ping"})"), R"("id":3,"result":{})"));
    CHECK(peer.say(R"({"jsonrpc":"2.0","id":9,"result":{}})").empty());
    CHECK(peer.say(R"({"jsonrpc":"2.0","id":9,"error":{"code":1,"message":""}})").empty());
    CHECK(peer.say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").empty());
    CHECK(peer.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}})").empty());
    CHECK(peer.say(R"({"jsonrpc":"2.0","method":"whatever"})").empty());
  }

  TEST_CASE("a modern request needs its envelope, and a version that we speak") {
    TemporaryStore store;
    Peer peer(store);
    CHECK(has(peer.say(R"({"jsonrpc":"2.0","id":1,"method":"server/discover"})"), R"("code":-32602)"));
    CHECK(has(
        peer.say(
            R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})"),
        "clientCapabilities"));
    CHECK(has(
        peer.say(
            R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}}}})"),
        R"("code":-32602)"));
    for (const std::string_view version : {"v999.0.0", "2025-11-25"}) {
      const std::string reply = peer.say(fmt::format(
          R"({{"jsonrpc":"2.0","id":"x","method":"tools/list","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"{}","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}})",
          version));
      CHECK(
          reply ==
          fmt::format(
              R"({{"jsonrpc":"2.0","id":"x","error":{{"code":-32022,"message":"Unsupported protocol version","data":{{"supported":["2026-07-28"],"requested":"{}"}}}}}}{})",
              version, "\n"));
    }
  }

  TEST_CASE("each generation knows its own methods alone") {
    TemporaryStore store;
    Peer peer(store);
    for (const std::string_view method :
         {"initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "nope"})
      CHECK(has(peer.modern(method), R"("code":-32601)"));
    CHECK(has(peer.say(R"({"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{}})"), R"("code":-32601)"));
    CHECK(has(peer.say(R"({"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}})"), R"("result":{})"));
    CHECK(
        has(peer.say(R"({"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"loud"}})"), R"("code":-32602)"));
  }

  TEST_CASE("lists are one page, the same bytes each time, and say how long they hold to modern peers alone") {
    TemporaryStore store;
    Peer peer(store);
    for (const std::string_view method : {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
      CAPTURE(method);
      const std::string line = fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}"}})", method);
      const std::string legacy = peer.say(line);
      CHECK(legacy == peer.say(line));
      CHECK_FALSE(has(legacy, "ttlMs"));
      CHECK_FALSE(has(legacy, "resultType"));
      CHECK_FALSE(has(legacy, "nextCursor"));
      const std::string modern = peer.modern(method);
      CHECK(has(modern, R"("result":{"resultType":"complete",)"));
      CHECK(modern.ends_with(fmt::format(R"(,"ttlMs":300000,"cacheScope":"public",{}}}}}{})", kInfo, "\n")));
      CHECK(has(peer.modern(method, R"("cursor":"x")"), R"("code":-32602)"));
    }
  }

  TEST_CASE("batches are for 2025-03-26 alone") {
    TemporaryStore store;
    Peer peer(store);
    peer.say(hello("2025-03-26"));
    CHECK(
        peer.say("[" + ping("1") + "," + ping("\"b\"") + R"(,{"jsonrpc":"2.0","method":"notifications/initialized"},7])") ==
        R"([{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":"b","result":{}},{"jsonrpc":"2.0","error":{"code":-32600,"message":"a message is a JSON object"}}])"
        "\n");
    CHECK(peer.say(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])").empty());
    CHECK(has(peer.say("[]"), R"("code":-32600)"));
    CHECK(has(peer.say("[" + Peer::modern_line("tools/list") + "]"), R"("code":-32600)"));
    CHECK(has(peer.say("[" + hello("2025-03-26") + "]"), R"([{"jsonrpc":"2.0","id":0,"error":{"code":-32600)"));
    std::string many = "[" + ping("0");
    for (int i = 1; i <= 100; ++i) many += "," + ping(std::to_string(i));
    CHECK(has(peer.say(many + "]"), R"("code":-32600)"));
    const std::string reads = peer.say(
        R"([{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"query_timeline"}},{"jsonrpc":"2.0","id":6,"method":"resources/read","params":{"uri":"govlog://coverage"}}])");
    CHECK(reads.starts_with("[{"));
    CHECK(has(reads, R"("id":5,"result")"));
    CHECK(has(reads, R"("id":6,"result")"));
  }

  TEST_CASE("an id in flight twice is refused, and a cancelled request gets no answer") {
    TemporaryStore store;
    Peer peer(store);
    std::mutex gate;
    gate.lock();
    peer.queue().submit(Work::kWrites, [&] { const std::lock_guard wait(gate); });
    const std::string read = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_timeline"}})";
    peer.connection().receive(read);
    peer.connection().receive(read);
    CHECK(has(peer.drain(), R"("id":1,"error":{"code":-32600)"));
    peer.connection().receive(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"1"}})");
    CHECK(peer.connection().in_flight() == 1);
    peer.connection().receive(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
    CHECK(peer.connection().in_flight() == 0);
    gate.unlock();
    peer.settle();
    CHECK(peer.drain().empty());
    CHECK(has(peer.say(read), R"("id":1,"result")"));
  }
}

}  // namespace
}  // namespace govlog
