#include "codec/json_compact.h"

#include <doctest/doctest.h>

#include <string>

namespace govlog {
namespace {

std::string compacted(std::string_view json, std::size_t depth = 128) {
  const auto compact = compact_json(json, depth);
  return compact.ok() ? *compact : "refused: " + compact.error().message;
}

TEST_SUITE("json_compact") {
  TEST_CASE("white space goes, order, duplicates and digits stay") {
    CHECK(compacted(" { \"b\" : 1 ,\t\"a\":[ ] , \"a\" : { } ,\"c\":[1,\r\n2] } ") == R"({"b":1,"a":[],"a":{},"c":[1,2]})");
    CHECK(compacted("[1e400,12345678901234567890.0,-0,0.10,1E+5]") == "[1e400,12345678901234567890.0,-0,0.10,1E+5]");
    CHECK(compacted(" null ") == "null");
    CHECK(compacted("[true,false,null,\"\"]") == "[true,false,null,\"\"]");
  }

  TEST_CASE("strings are escaped in one way") {
    CHECK(compacted(R"({"\u006dethod":"\u0041\/\u000a\"\\"})") == R"({"method":"A/\n\"\\"})");
    CHECK(compacted(R"("\ud83d\ude00")") == "\"\xF0\x9F\x98\x80\"");
    CHECK(compacted(R"("\ud800x")") == R"("\ud800x")");
    CHECK(compacted(R"("\u0000")") == R"("\u0000")");
  }

  TEST_CASE("what is no JSON is refused") {
    for (const std::string_view json :
         {"",           " ",       "{",         "}",      "[1,]", "[,1]",  "{\"a\"}", "{\"a\":}", "{a:1}",
          "{\"a\":1,}", "01",      "-",         "1.",     "1e",   ".5",    "+1",      "nul",      "NaN",
          "\"",         "\"\\x\"", "\"\\u12\"", "\"\n\"", "1 2",  "[1 2]", "[}",      "{]",       "\xEF\xBB\xBF{}",
          "\"\xFF\"",   "[\"\\\"]"}) {
      CAPTURE(json);
      CHECK(compacted(json).starts_with("refused"));
    }
    CHECK(compacted(std::string_view("\"\0\"", 3)).starts_with("refused"));
  }

  TEST_CASE("nesting is limited, without recursion") {
    CHECK(compacted("[[[]]]", 3) == "[[[]]]");
    CHECK(compacted("[[[[]]]]", 3).starts_with("refused"));
    CHECK(compacted(std::string(1'000'000, '[')).starts_with("refused"));
    CHECK(compact_json("[1", 3).error().code == Code::kInvalidJson);
  }
}

}  // namespace
}  // namespace govlog
