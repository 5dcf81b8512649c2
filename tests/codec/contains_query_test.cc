#include "codec/contains_query.h"

#include "codec/canonical.h"
#include "codec/json_number.h"
#include "tests/support/repeat.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace govlog {
namespace {

bool contains(std::string_view data, std::string_view document) {
  return ContainsQuery::parse(document)->admits(canonicalize(data, kJsonDepthMax).value());
}

TEST_SUITE("contains_query") {
  TEST_CASE("members may stand anywhere, others beside them") {
    CHECK(contains(R"({"a":1,"b":"x","c":null})", R"({"c":null,"a":1})"));
    CHECK(contains("{\"a\":1}", "{}"));
    CHECK(!contains("{\"a\":1}", "{\"b\":1}"));
    CHECK(!contains("{\"a\":1}", "{\"a\":2}"));
    CHECK(!contains("{}", "{\"a\":null}"));
    CHECK(contains("{\"\xEE\x80\x80\":1,\"\xF0\x90\x80\x80\":2}", "{\"\xF0\x90\x80\x80\":2}"));
  }

  TEST_CASE("values are of one kind") {
    CHECK(!contains("{\"a\":\"1\"}", "{\"a\":1}"));
    CHECK(!contains("{\"a\":null}", "{\"a\":false}"));
    CHECK(!contains("{\"a\":[]}", "{\"a\":{}}"));
    CHECK(!contains("{\"a\":\"x\"}", "{\"a\":[\"x\"]}"));
    CHECK(!contains("{\"a\":[\"x\"]}", "{\"a\":\"x\"}"));
  }

  TEST_CASE("nested objects are contained level by level") {
    CHECK(contains(R"({"a":{"b":{"c":1,"d":2},"e":3}})", R"({"a":{"b":{"d":2}}})"));
    CHECK(contains(R"({"a":{"b":1}})", R"({"a":{}})"));
    CHECK(!contains(R"({"a":{"b":1}})", R"({"b":1})"));
  }

  TEST_CASE("items may stand anywhere and as often as they like") {
    CHECK(contains("{\"a\":[1,2,3]}", "{\"a\":[3,1,1]}"));
    CHECK(contains("{\"a\":[1]}", "{\"a\":[]}"));
    CHECK(!contains("{\"a\":[1,2]}", "{\"a\":[1,4]}"));
    CHECK(contains(R"({"a":[{"id":"x","n":1},{"id":"y"}]})", R"({"a":[{"id":"y"},{"id":"x"}]})"));
    CHECK(!contains(R"({"a":[{"id":"x"},{"n":1}]})", R"({"a":[{"id":"x","n":1}]})"));
    CHECK(contains("{\"a\":[[1,2],[3]]}", "{\"a\":[[2]]}"));
    CHECK(!contains("{\"a\":[[1,2],[3]]}", "{\"a\":[2]}"));
  }

  TEST_CASE("many items are found as few are") {
    std::string there = "{\"n\":[\"7\",[1,2]";
    for (int i = 0; i < 40; ++i) there += fmt::format(",{}", i);
    there += ",{\"id\":1,\"x\":2}]}";
    std::string wanted = "{\"n\":[";
    for (int i = 39; i >= 0; --i) wanted += fmt::format("{}.0,{}e-1,", i, i * 10);
    CHECK(contains(there, wanted + "39]}"));
    CHECK(contains(there, wanted + "[2],{\"x\":2.0},\"7\"]}"));
    CHECK(!contains(there, wanted + "40]}"));
    CHECK(!contains(there, wanted + "\"8\"]}"));
    CHECK(!contains(there, wanted + "[2,3]]}"));
    CHECK(!contains(there, wanted + "{\"x\":3}]}"));
  }

  TEST_CASE("the document has each item of an array once, equal numbers too") {
    CHECK(ContainsQuery::parse(R"({"b":[1,1.0,[2,2],[2],"x","x"],"a":{"c":[{},{}]}})")->document() ==
          R"({"a":{"c":[{}]},"b":[1,[2],"x"]})");
  }

  TEST_CASE("what is no object is contained in no data") {
    for (const std::string_view document : {"[]", "null", "1", "\"a\"", "[1]", "[{}]"})
      CHECK(!contains("{\"a\":[1]}", document));
  }

  TEST_CASE("numbers are equal by value") {
    CHECK(contains("{\"a\":1}", "{\"a\":1.0}"));
    CHECK(contains("{\"a\":[10e-1]}", "{\"a\":[1]}"));
    CHECK(contains("{\"a\":-0}", "{\"a\":0.00}"));
    CHECK(!contains("{\"a\":9007199254740993}", "{\"a\":9007199254740992}"));
    CHECK(contains("{\"a\":1e400}", "{\"a\":10E+399}"));
  }

  TEST_CASE("strings are equal by code points") {
    CHECK(contains(R"({"a":"\u00e9\/"})", "{\"a\":\"\u00e9/\"}"));
    CHECK(!contains("{\"a\":\"e\u0301\"}", "{\"a\":\"\u00e9\"}"));
    CHECK(!contains("{\"a\":\"A\"}", "{\"a\":\"a\"}"));
  }

  TEST_CASE("what is no JSON value is refused") {
    for (const std::string_view text : {"", "{", "{\"a\":1}x", "{\"a\":1,\"a\":1}", "nul", "{\"a\":\"\xff\"}"}) {
      const Result<ContainsQuery> query = ContainsQuery::parse(text);
      REQUIRE(!query.ok());
      CHECK(query.error().code == Code::kInvalidArgument);
      CHECK(query.error().details.back().name == "parameter");
    }
    CHECK(ContainsQuery::parse(" { \"b\":1, \"a\":2 } ")->document() == R"({"a":2,"b":1})");
  }

  TEST_CASE("documents as deep as data may be are compared, deeper ones refused") {
    const std::string deep = "{\"a\":" + repeat("[", 63) + repeat("]", 63) + "}";
    CHECK(contains(deep, deep));
    CHECK(!ContainsQuery::parse(repeat("[", 65) + repeat("]", 65)).ok());
  }

  TEST_CASE("arrays within arrays do not multiply from level to level") {
    std::string data = "[0]";
    std::string document = "[1]";
    for (int depth = 0; depth < 12; ++depth) {
      data = fmt::format("[{},{}]", data, data);
      document = fmt::format("[{}]", document);
    }
    CHECK(!contains("{\"a\":" + data + "}", "{\"a\":" + document + "}"));
  }
}

TEST_SUITE("json_number") {
  TEST_CASE("all spellings of a number have one text") {
    for (const std::string_view token : {"1", "1.0", "10e-1", "0.1E+1", "1e0", "100e-0002"})
      CHECK(normal_number(token) == "1e0");
    for (const std::string_view token : {"0", "-0", "0.000", "0e999999999", "-0.0e-5"}) CHECK(normal_number(token) == "0");
    CHECK(normal_number("-120.50") == "-1205e-1");
    CHECK(normal_number("0.0012") == "12e-4");
    CHECK(normal_number("10e12345678901") == "10e12345678901");
  }

  TEST_CASE("numbers that differ have different texts") {
    CHECK(normal_number("12345678901234567890") != normal_number("12345678901234567891"));
    CHECK(!same_number("1", "-1"));
    CHECK(!same_number("1e2", "1e3"));
    CHECK(same_number("1e2", "100"));
  }

  TEST_CASE("exponents and digits as long as they may be are exact") {
    const std::string zeros = repeat("0", 980);
    CHECK(normal_number("1" + zeros + "e999999999") == "1e1000000979");
    CHECK(normal_number("0." + zeros + "1e-999999999") == "1e-1000000980");
  }
}

}  // namespace
}  // namespace govlog
