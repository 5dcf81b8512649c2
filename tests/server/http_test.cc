#include "server/access.h"
#include "server/http_head.h"
#include "server/http_parser.h"
#include "server/rest_reply.h"
#include "server/routes.h"

#include <doctest/doctest.h>

#include <set>

using namespace govlog;

namespace {

/// The status with which a request is refused; 0 where it is taken whole.
unsigned fault_of(std::string text) {
  const auto end = head_end(text);
  if (!head_fault(std::string_view(text).substr(0, end.value_or(text.size()))).empty()) return 400;
  if (!end) return 1;
  HttpParser parser;
  if (const HttpFault fault = parser.put_head(text); fault.status != 0) return fault.status;
  std::string body;
  for (std::size_t before = text.size() + 1; !parser.is_done() && before != text.size();) {
    before = text.size();
    if (const HttpFault fault = parser.put_body(text, body); fault.status != 0) return fault.status;
  }
  return parser.is_done() ? 0 : 1;
}

HttpRequest parsed(std::string text) {
  HttpParser parser;
  REQUIRE(parser.put_head(text).status == 0);
  HttpRequest request;
  parser.fill(request);
  return request;
}

}  // namespace

TEST_SUITE("http") {
  TEST_CASE("a head is refused where two programs could read it in two ways") {
    const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
    CHECK(fault_of(get + "\r\n") == 0);
    CHECK(fault_of(get) == 1);
    CHECK(fault_of("GET / HTTP/1.1\nHost: h\n\n") == 400);
    CHECK(fault_of(get + "X: a\r\n b\r\n\r\n") == 400);
    CHECK(fault_of(get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab") == 400);
    CHECK(fault_of(get + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
    CHECK(fault_of(get + "Transfer-Encoding: gzip\r\n\r\n") == 400);
    CHECK(fault_of(get + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") == 400);
    CHECK(fault_of(get + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n") == 0);
    CHECK(fault_of(get + "Transfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n") == 400);
    CHECK(fault_of(get + "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n") == 400);
    CHECK(fault_of("\x16\x03\x01") == 400);
    CHECK(fault_of("PRI * HTTP/2.0\r\n\r\n") == 400);
  }

  TEST_CASE("headers come by their names in lower case, and a target that names a host takes Host's place") {
    const HttpRequest request = parsed("GET http://a:1/b?c HTTP/1.1\r\nHOST: other\r\nX-Y:  z \r\n\r\n");
    CHECK(request.path() == "/b");
    CHECK(request.query() == "c");
    CHECK(*request.header("host") == "a:1");
    CHECK(request.count("host") == 1);
    CHECK(*request.header("x-y") == "z");
    CHECK(request.header("y") == nullptr);
  }

  TEST_CASE("a date is as RFC 9110 has it") {
    using namespace std::chrono;
    CHECK(http_date(sys_days(year(1994) / 11 / 6) + hours(8) + minutes(49) + seconds(37)) == "Sun, 06 Nov 1994 08:49:37 GMT");
  }

  TEST_CASE("where every address is listened on, every address is a name of the server's, and its pages may ask") {
    const HostCheck check("0.0.0.0", {});
    for (const char* good : {"192.0.2.7", "192.0.2.7:7420", "[2001:db8::1]:7420", "localhost"}) CHECK(check.host(good));
    for (const char* bad : {"evil.example", "1.2.3.evil.example", "192.0.2.7:80.evil.example", "192.0.2.7:x", "[evil]"})
      CHECK_FALSE(check.host(bad));
    CHECK(check.origin("http://192.0.2.7:7420", "192.0.2.7:7420"));
    CHECK_FALSE(check.origin("http://192.0.2.8:7420", "192.0.2.7:7420"));
    CHECK_FALSE(HostCheck("127.0.0.1", {}).host("192.0.2.7"));
  }

  TEST_CASE("hosts are loopback names and those that are allowed") {
    const HostCheck check("192.0.2.1", {"gov.example:7420"});
    for (const char* good :
         {"localhost", "LOCALHOST:1", "127.0.0.1:7420", "127.9.9.9", "[::1]:1", "192.0.2.1:7420", "gov.example"}) {
      CAPTURE(good);
      CHECK(check.host(good));
      CHECK(check.origin(std::string("http://") + good, "localhost"));
    }
    for (const char* bad :
         {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "[::2]", "gov.example.org"}) {
      CAPTURE(bad);
      CHECK_FALSE(check.host(bad));
    }
    for (const char* bad : {"null", "", "localhost", "file://localhost", "http://evil.example"})
      CHECK_FALSE(check.origin(bad, "localhost"));
  }

  TEST_CASE("a token is found by its hash") {
    Tokens tokens;
    CHECK(tokens.empty());
    tokens.add("reader", Role::kRead, "r");
    tokens.add("writer", Role::kWrite, "w");
    CHECK(tokens.find("w")->name == "writer");
    CHECK_FALSE(tokens.find("x"));
    CHECK_FALSE(tokens.find(""));
    CHECK(bearer_token("Bearer abc") == "abc");
    CHECK(bearer_token("bearer  abc") == "abc");
    CHECK_FALSE(bearer_token("Basic abc"));
  }

  TEST_CASE("a path is split, then decoded, once") {
    const RouteMatch match = match_route("GET", "/governance/entities/adr/a%2Fb%2525");
    REQUIRE(match.route != nullptr);
    CHECK(match.arguments.at("entity_type").front() == "adr");
    CHECK(match.arguments.at("entity_id").front() == "a/b%25");
    CHECK(match_route("GET", "/governance/entities/adr/%zz").malformed);
    CHECK(match_route("GET", "/governance/entities//x").methods.empty());
    CHECK(match_route("GET", "/governance/entities/adr/../x").methods.empty());
    CHECK(match_route("PUT", "/governance/events").route == nullptr);
    CHECK(match_route("PUT", "/governance/events").methods.size() == 2);
    CHECK(match_route("GET", "/governance/coverage/trend").route->operation == "trend");
  }

  TEST_CASE("every route names an operation that there is, and no two are alike") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const Route& route : routes()) {
      CAPTURE(route.path);
      CHECK(seen.emplace(route.method, route.path).second);
      if (route.action == RouteAction::kRead) CHECK(find_operation(route.operation) != nullptr);
    }
  }

  TEST_CASE("a type is accepted where it is listed and its quality is not 0") {
    CHECK(accepts("text/html, text/event-stream;q=0.5", "text/event-stream"));
    CHECK(accepts("gzip;q=1.0, *;q=0", "gzip"));
    CHECK_FALSE(accepts("gzip;q=0", "gzip"));
    CHECK_FALSE(accepts("gzip;q=0.000", "gzip"));
    CHECK_FALSE(accepts("x-gzip", "gzip"));
    CHECK_FALSE(accepts("", "gzip"));
  }
}
