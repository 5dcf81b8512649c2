#include "codec/json_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace govlog {
namespace {

/// Members or items as `key=value;`, then `!` where the text is malformed.
std::string walk(std::string_view container) {
  std::string out;
  JsonCursor member(container);
  while (member.next()) out += fmt::format("{}={};", member.key(), member.value());
  return out + (member.ok() ? "" : "!");
}

TEST_SUITE("json_text") {
  TEST_CASE("the first character tells the kind of a value") {
    CHECK(json_kind("null") == JsonKind::kNull);
    CHECK(json_kind("false") == JsonKind::kFalse);
    CHECK(json_kind("true") == JsonKind::kTrue);
    CHECK(json_kind("-1") == JsonKind::kNumber);
    CHECK(json_kind("\"\"") == JsonKind::kString);
    CHECK(json_kind("[]") == JsonKind::kArray);
    CHECK(json_kind("{}") == JsonKind::kObject);
  }

  TEST_CASE("what begins like no value has no kind") {
    for (const std::string_view text : {"", " ", "x", "+1", ".5", "}", ",", "\xff"})
      CHECK(json_kind(text) == JsonKind::kInvalid);
  }

  TEST_CASE("a cursor gives members and items as they are written") {
    CHECK(walk(R"({"a":1,"b\"":"x}","c":{"d":[1,"]"]},"":null})") == R"(a=1;b\"="x}";c={"d":[1,"]"]};=null;)");
    CHECK(walk(R"([1.50,"\\",[],{},true,false])") == R"(=1.50;="\\";=[];={};=true;=false;)");
    CHECK(walk("{}") == "");
    CHECK(walk("[]") == "");
  }

  TEST_CASE("what is no container has no members") {
    for (const std::string_view text : {"", "1", "\"a\"", "null", "x"}) CHECK(walk(text) == "");
  }

  TEST_CASE("a cursor stops at malformed text and says so") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"{", "!"},
        {"[", "!"},
        {"{]", "!"},
        {"[}", "!"},
        {R"({"a"})", "!"},
        {R"({"a":})", "!"},
        {R"({"a)", "!"},
        {R"({a:1})", "!"},
        {R"({"a":1,})", "a=1;!"},
        {"[1,]", "=1;!"},
        {"[,1]", "!"},
        {"[1 2]", "=1;!"},
        {R"(["a)", "!"},
        {R"(["a\"])", "!"},
        {"[[1]", "!"},
        {"[nul]", "!"},
        {"[tru]", "!"},
        {"[x]", "!"},
        {R"({"a" :1})", "!"},
        {R"([1,{"a":[}]])", "=1;!"},
        {R"({"a":"b\\"c"})", "a=\"b\\\\\";!"},
    };
    for (const auto& [text, expected] : cases) {
      CAPTURE(text);
      CHECK(walk(text) == expected);
    }
  }

  TEST_CASE("no prefix of a text is read past its end") {
    const std::string_view whole = R"({"a":[1,{"b":"\u00e9\"\\"}],"c":-1.5e3,"d":true})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::string part(whole.substr(0, length));  // its own allocation, so that a sanitizer sees the end
      CHECK(json_value_length(part) == 0);
      (void)walk(part);
      (void)json_unescape(part);
    }
    CHECK(json_value_length(whole) == whole.size());
  }

  TEST_CASE("a member is found by its name as it is written") {
    const std::string_view object = R"({"a":{"b":2},"b":null,"c\n":"x"})";
    CHECK(json_member(object, "a") == R"({"b":2})");
    CHECK(json_member(object, R"(c\n)") == "\"x\"");
    CHECK(json_member(object, "b") == "null");
    CHECK_FALSE(json_member_not_null(object, "b").has_value());
    CHECK(json_member_not_null(object, "a") == R"({"b":2})");
    CHECK_FALSE(json_member(object, "d").has_value());
    CHECK_FALSE(json_member("[1]", "").has_value());
    CHECK_FALSE(json_member("", "a").has_value());
  }

  TEST_CASE("the length of the first value ends where it ends") {
    CHECK(json_value_length("12,3") == 2);
    CHECK(json_value_length("\"a\\\"b\"x") == 6);
    CHECK(json_value_length("[1]]") == 3);
    CHECK(json_value_length("null}") == 4);
    CHECK(json_value_length("false,") == 5);
    CHECK(json_value_length("[1}") == 0);
    CHECK(json_value_length("nope") == 0);
  }

  TEST_CASE("escapes are resolved, surrogate pairs too") {
    CHECK(json_unescape(R"("a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")") == "a\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
    CHECK(json_unescape(R"("\u0000")") == std::string(1, '\0'));
    CHECK(json_unescape(R"("\u20ac\uffff")") == "\xE2\x82\xAC\xEF\xBF\xBF");
    CHECK(json_unescape("\"\"") == "");
  }

  TEST_CASE("malformed escapes are left as they stand") {
    for (const std::string_view text :
         {R"(\x)", R"(\u12)", R"(\u12g4)", R"(\ud800)", R"(\udc00\ud800)", R"(\ud800\u0041)", R"(\ud83d\ude0)"}) {
      CAPTURE(text);
      const std::string expected = text == R"(\ud800\u0041)" ? R"(\ud800A)" : std::string(text);
      CHECK(json_unescape(fmt::format("\"{}\"", text)) == expected);
    }
    CHECK(json_unescape("\\") == "\\");
    CHECK(json_unescape("\"") == "\"");
  }

  TEST_CASE("strings are escaped as RFC 8785 says") {
    CHECK(json_quote("plain") == "\"plain\"");
    CHECK(json_quote(std::string_view("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
    CHECK(json_quote("\b\t\n\f\r\"\\/") == R"("\b\t\n\f\r\"\\/")");
    CHECK(json_quote("\xC3\xA9\xF0\x9F\x98\x80") == "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  }

  TEST_CASE("names are ordered by UTF-16 code units") {
    // Surrogates (of U+10000 and up) stand before U+E000.
    const std::string_view sorted[] = {"",
                                       R"(\r)",
                                       "1",
                                       "a",
                                       "aa",
                                       "a\xC2\x80",
                                       "\xC2\x80",
                                       "\xC3\xB6",
                                       "\xE2\x82\xAC",
                                       "\xED\x9F\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF0\x9F\x98\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xAC\xB3"};
    for (std::size_t a = 0; a < std::size(sorted); ++a) {
      for (std::size_t b = 0; b < std::size(sorted); ++b) {
        CAPTURE(sorted[a]);
        CAPTURE(sorted[b]);
        const int order = compare_json_keys(sorted[a], sorted[b]);
        CHECK((order < 0) == (a < b));
        CHECK((order == 0) == (a == b));
      }
    }
  }

  TEST_CASE("escaped names are ordered by what they mean") {
    CHECK(compare_json_keys(R"(\n)", R"(\t)") > 0);  // 0A after 09
    CHECK(compare_json_keys(R"(a\\)", "a]") < 0);    // 5C before 5D
    CHECK(compare_json_keys(R"(a\")", "a!") > 0);    // 22 after 21
    CHECK(compare_json_keys(R"(\u001f)", " ") < 0);
    CHECK(compare_json_keys(R"(\u0001)", R"(\b)") < 0);
    CHECK(compare_json_keys(R"(\\b)", R"(\b)") > 0);
  }
}

}  // namespace
}  // namespace govlog
