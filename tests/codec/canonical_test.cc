#include "codec/canonical.h"

#include "tests/support/repeat.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <thread>

namespace govlog {
namespace {

using namespace std::string_view_literals;

/// The canonical text, or `! ` and the message.
std::string canonical(std::string_view json) {
  const Result<std::string> result = canonicalize(json, kJsonDepthMax);
  if (result.ok()) return *result;
  CHECK(result.error().code == Code::kInvalidJson);
  return "! " + result.error().message;
}

std::string split(std::string_view json) {
  const auto items = split_json_array(json);
  if (!items.ok()) return "! " + items.error().message;
  return *items ? fmt::format("{}", fmt::join(**items, "|")) : "no array";
}

TEST_SUITE("canonical") {
  TEST_CASE("white space goes and members are sorted at every depth") {
    CHECK(canonical(" {\"b\" : [ 1 , {\"z\":1,\t\"y\":2} ],\r\n\"a\":{ } } ") == R"({"a":{},"b":[1,{"y":2,"z":1}]})");
    CHECK(canonical(R"({"c":{"b":1,"a":{"y":1,"x":2}},"a":[],"b":[{"q":1,"p":2}]})") ==
          R"({"a":[],"b":[{"p":2,"q":1}],"c":{"a":{"x":2,"y":1},"b":1}})");
  }

  TEST_CASE("scalars are values too") {
    for (const std::string_view text : {"null", "true", "false", "0", "-0", "1e5", "\"\"", "\"a b\"", "[]", "{}"}) {
      CHECK(canonical(text) == text);
      CHECK(canonical(fmt::format("\t{}\n ", text)) == text);
    }
  }

  TEST_CASE("numbers stay as they were written") {
    for (const std::string_view text :
         {"12345678901234567890123", "0.10", "1e400", "-1E-400", "1.0", "1", "-0", "-0.0e+00", "1e000000009"}) {
      CHECK(canonical(text) == text);
    }
    CHECK(canonical("[1.0,1, 1e0]") == "[1.0,1,1e0]");
  }

  TEST_CASE("strings are escaped as RFC 8785 says") {
    CHECK(canonical(R"("\u0041\/\u00e9\ud83d\ude00\u20AC")") == "\"A/\xC3\xA9\xF0\x9F\x98\x80\xE2\x82\xAC\"");
    CHECK(canonical(R"("\u0008\u0009\u000a\u000C\u000d\u0022\u005c\u0000\u001F\u007f")") ==
          "\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f\x7f\"");
    CHECK(canonical(R"("\b\t\n\f\r\"\\")") == R"("\b\t\n\f\r\"\\")");
    CHECK(canonical("\"\xE2\x80\xAE e\xCC\x81 \xEF\xBF\xBF\"") == "\"\xE2\x80\xAE e\xCC\x81 \xEF\xBF\xBF\"");
  }

  TEST_CASE("members are sorted by UTF-16 code units of what their names mean") {
    CHECK(
        canonical(
            "{\"\xEF\xAC\xB3\":1,\"\xF0\x9F\x98\x80\":2,\"\xE2\x82\xAC\":3,\"\\r\":4,\"1\":5,\"\xC3\xB6\":6,\"\xC2\x80\":7}") ==
        "{\"\\r\":4,\"1\":5,\"\xC2\x80\":7,\"\xC3\xB6\":6,\"\xE2\x82\xAC\":3,\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}");
    CHECK(canonical(R"({"\u0062":1,"\u0061":2})") == R"({"a":2,"b":1})");
  }

  TEST_CASE("canonical text is a fixed point") {
    const std::string once = canonical(R"( {"z":[{"b":"\u000a","a":1.50}],"y\u0022":null,"":{}} )");
    CHECK(once == R"({"":{},"y\"":null,"z":[{"a":1.50,"b":"\n"}]})");
    CHECK(canonical(once) == once);
  }

  TEST_CASE("what is no JSON is refused") {
    const std::string_view cases[] = {
        "",
        " \n",
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "[1",
        "[1,",
        "\"a",
        "\"a\\",
        "\"a\\\"",  // empty, cut off
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "[,]",
        "{,}",
        "[1,,2]",
        "{\"a\":1,,\"b\":2}",
        ",",
        ":",  // commas
        "{}x",
        "{} x",
        "1 x",
        "nullx",
        "\"a\"x",
        "[]]",
        "{}}",
        "[1]]",
        "{}\0"sv,
        "1\0"sv,
        "\0"sv,
        "{}\0\0"sv,  // trailing bytes
        "{}{}",
        "1 2",
        "1,2",
        "\"a\"\"b\"",
        "[] []",
        "null null",
        "1],[2",
        "],[",
        "][",
        "1]",
        "[1",  // two values
        "'a'",
        "{'a':1}",
        "{a:1}",
        "/**/1",
        "1//x",
        "{\"a\":1/* x */}",
        "#",
        "NaN",
        "[NaN]",
        "Infinity",
        "-Infinity",
        "nan",
        "nul",
        "tru",
        "fals",
        "Null",
        "TRUE",
        "undefined",
        "\"\\\"",
        "\\\"a\"",
        "\\",
        "`a`",
        "{\"a\" 1}",
        "{\"a\"}",
        "{\"a\":}",
        "{:1}",
        "{1:2}",
        "{null:1}",
        "{\"a\":1 \"b\":2}",
        "[1 2]",
        "[\"a\" \"b\"]",
        "[\"a\":1]",
        "[[\"a\":1],2]]",
        "{\"a\":\"b\":1}",
        "{\"a\"x:1}",
        "{\"a\":1x}",
        "{[]:1}",
        "[{]}",
        "[1}",
        "{\"a\":1]",
        "{\"a\":[}",
        "1\"a\"",
        "true\"a\"",
    };
    for (const std::string_view text : cases) {
      CAPTURE(text);
      CHECK(canonical(text).starts_with("! "));
      const bool items = text.empty() || text == " \n" || text == "1,2";  // fine between brackets
      CHECK(canonical(fmt::format("{{\"data\":[{}]}}", text)).starts_with("! ") == !items);
    }
  }

  TEST_CASE("malformed numbers are refused") {
    for (const std::string_view text :
         {"01",    "00",      "-01", "+1",  ".5", "-.5",   "1.",    "1.e5",  "1e", "1E+",      "1e-",  "0x10", "0x",
          "1_000", "1,000.0", "-",   "--1", "1-", "1.2.3", "1e5e5", "1e5.0", "1f", "\xD9\xA1", "1 .5", "- 1"}) {
      CAPTURE(text);
      CHECK(canonical(text).starts_with("! "));
      CHECK(canonical(fmt::format("{{\"a\":{}}}", text)).starts_with("! "));
    }
  }

  TEST_CASE("a number token has at most 1,000 characters and 9 digits of exponent") {
    CHECK(canonical(std::string(1000, '1')) == std::string(1000, '1'));
    CHECK(canonical(std::string(1001, '1')) == "! a number has more than 1000 characters (at byte 0)");
    CHECK(canonical(fmt::format("[{} ]", std::string(1000, '1'))) == fmt::format("[{}]", std::string(1000, '1')));
    CHECK(canonical("1e123456789") == "1e123456789");
    CHECK(canonical("1e1234567890") == "! a number has more than 9 digits in its exponent (at byte 0)");
    CHECK(canonical("1E-0000000001").starts_with("! "));
    const std::string longer = std::string(1001, '1') + "e1234567890";
    CHECK(canonicalize(longer, 1, {.characters_max = 2000, .exponent_digits_max = 10}).value() == longer);
  }

  TEST_CASE("malformed strings are refused") {
    const std::string_view cases[] = {
        "\"a\nb\"",
        "\"\t\"",
        "\"\0\""sv,
        "\"\x1f\"",
        R"("\x41")",
        R"("\a")",
        R"("\'")",
        R"("\u12")",
        R"("\u12g4")",
        R"("\U0041")",
        R"("\")",
        R"("\ud800")",
        R"("\udc00")",
        R"("\ud800\u0041")",
        R"("\ud800\ud800")",
        R"("\udc00\ud800")",
        R"("\ud83dx")",
        R"("\ud83d\n")",  // surrogates
        "\"\xC0\xAF\"",
        "\"\xE0\x80\xAF\"",
        "\"\xF0\x80\x80\xAF\"",  // overlong
        "\"\xED\xA0\x80\"",
        "\"\xED\xBF\xBF\"",  // encoded surrogates
        "\"\xF4\x90\x80\x80\"",
        "\"\xF5\x80\x80\x80\"",
        "\"\xFF\"",
        "\"\xFE\"",  // beyond U+10FFFF
        "\"\xE2\x82\"",
        "\"\xC3\"",
        "\"\xF0\x9F\x98\"",
        "\"\x80\"",
        "\"\xBF\"",
        "\xE2\x82",
        "[\"a\"]\xC3",  // cut off, or begun nowhere
    };
    for (const std::string_view text : cases) {
      CAPTURE(text);
      CHECK(canonical(text).starts_with("! "));
      CHECK(canonical(fmt::format("{{{}:1}}", text)).starts_with("! "));
      CHECK(canonical(fmt::format("{{\"b\":1,\"a\":[{}]}}", text)).starts_with("! "));
    }
  }

  TEST_CASE("a byte order mark and UTF-16 are refused") {
    CHECK(canonical("\xEF\xBB\xBF{}") == "! the text begins with a byte order mark, expected none");
    CHECK(canonical("\xFF\xFE{\0}\0"sv).starts_with("! "));
    CHECK(canonical("{\0}\0"sv).starts_with("! "));
    CHECK(canonical("\0{\0}"sv).starts_with("! "));
    CHECK(canonical("{}\xEF\xBB\xBF").starts_with("! "));
  }

  TEST_CASE("a member that is there twice is refused at any depth") {
    CHECK(canonical(R"({"a":1,"a":1})") == "! the member \"a\" is there twice (at byte 7)");
    CHECK(canonical(R"({"a":1,"\u0061":2})") == "! the member \"a\" is there twice (at byte 7)");
    CHECK(canonical(R"({"b":1,"c":1,"a":1,"b":2})") == "! the member \"b\" is there twice (at byte 19)");
    CHECK(canonical(R"([{"x":[{"":1,"":2}]}])").starts_with("! "));
    CHECK(canonical(R"({"/":1,"\/":2})").starts_with("! "));
    CHECK(canonical("{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}").starts_with("! "));
    CHECK(canonical("{\"\xC3\xA9\":1,\"e\xCC\x81\":2}") == "{\"e\xCC\x81\":2,\"\xC3\xA9\":1}");  // not normalised
    CHECK(canonical(R"([{"a":1},{"a":1}])") == R"([{"a":1},{"a":1}])");
  }

  TEST_CASE("nesting ends at depth_max") {
    const auto nested = [](std::size_t depth) { return repeat("[", depth) + repeat("]", depth); };
    CHECK(canonical(nested(64)) == nested(64));
    CHECK(canonical(nested(65)) == "! nested deeper than 64 levels (at byte 64)");
    CHECK(canonical(repeat("{\"a\":", 64) + "1" + repeat("}", 64)).starts_with("{"));
    CHECK(canonical(repeat("{\"a\":", 65) + "1" + repeat("}", 65)).starts_with("! nested deeper"));
    CHECK(canonical(repeat("[", 100'000)).starts_with("! "));
    CHECK(canonicalize("{\"a\":[]}", 2).ok());
    CHECK_FALSE(canonicalize("{\"a\":[]}", 1).ok());
    CHECK(canonicalize("1", 0).ok());
    CHECK_FALSE(canonicalize("[]", 0).ok());
  }

  TEST_CASE("messages tell the place") {
    CHECK(canonical(R"({"a":1,"b":tru})") == "! expected a value (at byte 11)");
    CHECK(canonical(R"({"a":"\ud800"})") == "! a surrogate stands alone (at byte 6)");
    CHECK(canonical(R"({"a":1)") == "! the text ends too early");
    CHECK(canonical(R"({"a":1 "b":2})") == "! expected other punctuation or a value (at byte 7)");
  }

  TEST_CASE("big and small texts follow each other in one thread, and threads do not meet") {
    const std::string big = "[\"" + std::string(std::size_t{9} << 20, 'x') + "\"]";
    CHECK(canonical(big) == big);
    CHECK(canonical("{\"b\":1,\"a\":2}") == "{\"a\":2,\"b\":1}");
    std::string other;
    std::thread([&] { other = canonicalize("{\"b\":1,\"a\":2}", 1).value(); }).join();
    CHECK(other == "{\"a\":2,\"b\":1}");
  }

  TEST_CASE("an object of many members out of order is sorted") {
    std::string json = "{\"m1000\":0";
    for (int i = 999; i >= 100; --i) json += fmt::format(",\"m{}\":{}", i, i);
    const std::string sorted = canonical(json + "}");
    CHECK(sorted.starts_with("{\"m100\":100,\"m1000\":0,\"m101\":101,"));
    CHECK(sorted.size() == json.size() + 1);
    CHECK(canonical(json + ",\"m500\":1}").starts_with("! the member \"m500\" is there twice"));
  }

  TEST_CASE("an array is split at its own commas") {
    CHECK(split(R"( [ {"a":[1,2],"b":"],["} , "x\",", 3 ,[] ] )") == R"({"a":[1,2],"b":"],["}|"x\","|3|[])");
    CHECK(split("[]") == "");
    CHECK(split_json_array("[ ]").value()->empty());
    CHECK(split("[1]") == "1");
    CHECK(split("[1,]") == "1|");
    CHECK(split_json_array("[,]").value()->size() == 2);
  }

  TEST_CASE("what is no array is not split") {
    for (const std::string_view text : {"", "{}", "1", "\"[1]\"", "{\"a\":[1]}", "x"}) CHECK(split(text) == "no array");
  }

  TEST_CASE("an array that does not end, or goes on, is refused") {
    CHECK(split("[]\0"sv).starts_with("! "));
    for (const std::string_view text :
         {"[", "[1", "[1,", "[\"a", "[\"a\\\"]", "[[1]", "[1}", "[{\"a\":1]", "[]x", "[] []", "[1]]"}) {
      CAPTURE(text);
      CHECK(split(text).starts_with("! "));
    }
  }
}

}  // namespace
}  // namespace govlog
