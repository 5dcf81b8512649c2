#include "codec/state.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace govlog {
namespace {

std::string fold(std::string_view state, std::string_view event_type, std::string_view data) {
  const Result<std::string> result = fold_event(state, event_type, data);
  if (result.ok()) return *result;
  CHECK(result.error().code == Code::kCorruption);
  return "! " + result.error().message;
}

std::string merge(std::string_view target, std::string_view patch) {
  const Result<std::string> result = merge_patch(target, patch);
  if (result.ok()) return *result;
  CHECK(result.error().code == Code::kCorruption);
  return "! " + result.error().message;
}

TEST_SUITE("state") {
  TEST_CASE("merge patches do what the table of RFC 7396 says") {
    struct Case {
      std::string_view target, patch, result;
    };
    const Case cases[] = {
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", "{}"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", "null", "null"},
        {R"({"a":"foo"})", "\"bar\"", "\"bar\""},
        {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
        {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.target);
      CAPTURE(c.patch);
      CHECK(merge(c.target, c.patch) == c.result);
    }
  }

  TEST_CASE("nulls in arrays stay, nulls in objects that meet none go") {
    CHECK(merge("{}", R"({"a":[null,{"b":null}],"c":{"d":null,"e":{"f":null,"g":1}}})") ==
          R"({"a":[null,{"b":null}],"c":{"e":{"g":1}}})");
    CHECK(merge(R"({"a":1})", R"({"a":{"b":null,"c":"null"}})") == R"({"a":{"c":"null"}})");
    CHECK(merge(R"({"a":[1]})", R"({"a":{"b":2}})") == R"({"a":{"b":2}})");
  }

  TEST_CASE("members of both stand in canonical order, and values as they were written") {
    CHECK(merge("{\"z\":-0,\"\xEF\xAC\xB3\":1.0}", "{\"a\":1e400,\"\xF0\x9F\x98\x80\":2}") ==
          "{\"a\":1e400,\"z\":-0,\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1.0}");
    CHECK(merge(R"({"\n":1,"b\"":2})", R"({"\t":3,"b!":4})") == R"({"\t":3,"\n":1,"b!":4,"b\"":2})");
  }

  TEST_CASE("an event of any other type is merged") {
    CHECK(fold("{}", "ADRCreated", R"({"status":"draft","title":"x"})") == R"({"status":"draft","title":"x"})");
    CHECK(fold(R"({"a":1,"b":2})", "MadeUp", R"({"a":null,"new_status":"y"})") == R"({"b":2,"new_status":"y"})");
    CHECK(fold(R"({"removed":true})", "traceabilitylinkadded", "{}") == R"({"removed":true})");
  }

  TEST_CASE("a status change merges its data and sets the status") {
    CHECK(fold(R"({"status":"draft","z":1})", "ADRStatusChanged",
               R"({"new_status":"accepted","old_status":"draft","reason":"r"})") ==
          R"({"reason":"r","status":"accepted","z":1})");
    CHECK(fold("{}", "StatusChanged", R"({"new_status":"x"})") == R"({"status":"x"})");
    CHECK(fold(R"({"a":1})", "OddStatusChanged", R"({"a":null,"new_status":3,"status":"s"})") == R"({"status":3})");
  }

  TEST_CASE("a new status replaces the old one whole, whatever its kind") {
    CHECK(fold(R"({"status":{"a":1}})", "XStatusChanged", R"({"new_status":{"b":null}})") == R"({"status":{"b":null}})");
    CHECK(fold(R"({"status":"s"})", "XStatusChanged", R"({"new_status":[null]})") == R"({"status":[null]})");
  }

  TEST_CASE("a status change without a new status, or with null, leaves the status") {
    CHECK(fold(R"({"status":"s"})", "XStatusChanged", R"({"old_status":"o","reason":"r"})") ==
          R"({"reason":"r","status":"s"})");
    CHECK(fold(R"({"status":"s"})", "XStatusChanged", R"({"new_status":null})") == R"({"status":"s"})");
    CHECK(fold(R"({"new_status":1,"old_status":2})", "XStatusChanged", R"({"new_status":null,"old_status":null})") ==
          R"({"new_status":1,"old_status":2})");
  }

  TEST_CASE("only a type that ends so is a status change") {
    CHECK(fold("{}", "StatusChangedX", R"({"new_status":"x"})") == R"({"new_status":"x"})");
    CHECK(fold("{}", "statuschanged", R"({"new_status":"x"})") == R"({"new_status":"x"})");
  }

  TEST_CASE("a link that is added is its data, with link_type and removed") {
    CHECK(fold(R"({"note":"old","removed":true})", "TraceabilityLinkAdded",
               R"({"from_element":"a","note":null,"to_element":"b"})") ==
          R"({"from_element":"a","link_type":"TRACES_TO","note":null,"removed":false,"to_element":"b"})");
    CHECK(fold("{}", "TraceabilityLinkAdded", R"({"link_type":null,"removed":true,"x":{"y":null}})") ==
          R"({"link_type":"TRACES_TO","removed":false,"x":{"y":null}})");
    CHECK(fold("{}", "TraceabilityLinkAdded", R"({"link_type":"SERVES"})") == R"({"link_type":"SERVES","removed":false})");
    CHECK(fold("{}", "TraceabilityLinkAdded", "{}") == R"({"link_type":"TRACES_TO","removed":false})");
  }

  TEST_CASE("a link that is removed keeps its state, its data is ignored") {
    CHECK(fold(R"({"a":1,"removed":false,"z":null})", "TraceabilityLinkRemoved", R"({"a":2,"b":3})") ==
          R"({"a":1,"removed":true,"z":null})");
    CHECK(fold("{}", "TraceabilityLinkRemoved", "{}") == R"({"removed":true})");
  }

  TEST_CASE("malformed text is corruption") {
    for (const std::string_view text :
         {"", "{", "[1]", "1", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "x", "{\"a\":[}", "{\"a\":tru}", "{\"a\":1}}"}) {
      CAPTURE(text);
      for (const std::string_view type : {"ADRCreated", "XStatusChanged"}) {
        CHECK(fold("{}", type, text).starts_with("! "));
        if (text != "[1]" && text != "1") CHECK(fold(text, type, "{\"b\":1}").starts_with("! "));
      }
      CHECK(fold("{}", "TraceabilityLinkAdded", text).starts_with("! "));
      CHECK(fold(text, "TraceabilityLinkRemoved", "{}").starts_with("! "));
    }
    CHECK(merge("{\"a\":{\"b\":[}}", "{\"a\":{\"c\":1}}").starts_with("! "));
    CHECK(merge("{}x", "{}").starts_with("! "));
    CHECK(merge("", "{}").starts_with("! "));
  }

  TEST_CASE("nesting without end is corruption, not a crash") {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
    deep += "null";
    for (int i = 0; i < 100'000; ++i) deep += "}";
    CHECK(merge("{}", deep).starts_with("! "));
    CHECK(merge(deep, deep).starts_with("! "));
  }
}

}  // namespace
}  // namespace govlog
