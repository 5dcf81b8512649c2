#include "codec/json_patch.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace govlog {
namespace {

/// One operation a line: `+ path to`, `- path from`, `~ path from -> to`.
std::string diff(std::string_view from, std::string_view to) {
  const auto operations = json_diff(from, to);
  if (!operations.ok()) {
    CHECK(operations.error().code == Code::kCorruption);
    return "! " + operations.error().message;
  }
  std::string out;
  for (const PatchOperation& operation : *operations) {
    switch (operation.kind) {
      case PatchKind::kAdd:
        out += fmt::format("+ {} {}\n", operation.path, operation.to);
        CHECK(operation.from.empty());
        break;
      case PatchKind::kRemove:
        out += fmt::format("- {} {}\n", operation.path, operation.from);
        CHECK(operation.to.empty());
        break;
      case PatchKind::kReplace:
        out += fmt::format("~ {} {} -> {}\n", operation.path, operation.from, operation.to);
        break;
    }
  }
  return out;
}

TEST_SUITE("json_patch") {
  TEST_CASE("equal states have no difference") {
    CHECK(diff("{}", "{}") == "");
    CHECK(diff(R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null}]})") == "");
  }

  TEST_CASE("members are added, removed and replaced in canonical order") {
    CHECK(diff(R"({"a":1,"c":3,"d":4})", R"({"b":2,"c":3,"d":5})") == "- /a 1\n+ /b 2\n~ /d 4 -> 5\n");
    CHECK(diff("{\"\xEE\x80\x80\":1}", "{\"\xF0\x90\x80\x80\":2}") == "+ /\xF0\x90\x80\x80 2\n- /\xEE\x80\x80 1\n");
  }

  TEST_CASE("objects and arrays are entered") {
    CHECK(diff(R"({"a":{"b":{"c":1,"d":2}}})", R"({"a":{"b":{"c":1,"d":[]}}})") == "~ /a/b/d 2 -> []\n");
    CHECK(diff(R"({"e":[{"id":"x","n":1},{"id":"y"}]})", R"({"e":[{"id":"x"},{"id":"z"}]})") ==
          "- /e/0/n 1\n~ /e/1/id \"y\" -> \"z\"\n");
  }

  TEST_CASE("numbers are equal when they are written alike") {
    CHECK(diff(R"({"n":1})", R"({"n":1.0})") == "~ /n 1 -> 1.0\n");
    CHECK(diff(R"({"n":100})", R"({"n":1e2})") == "~ /n 100 -> 1e2\n");
    CHECK(diff(R"({"n":0})", R"({"n":-0})") == "~ /n 0 -> -0\n");
  }

  TEST_CASE("an array that grew gets its items in order") {
    CHECK(diff(R"({"a":[1,2]})", R"({"a":[1,3,4,[5]]})") == "~ /a/1 2 -> 3\n+ /a/2 4\n+ /a/3 [5]\n");
    CHECK(diff(R"({"a":[]})", R"({"a":[null]})") == "+ /a/0 null\n");
  }

  TEST_CASE("an array that shrank loses its items from the end backwards") {
    CHECK(diff(R"({"a":[1,2,3,4]})", R"({"a":[0]})") == "~ /a/0 1 -> 0\n- /a/3 4\n- /a/2 3\n- /a/1 2\n");
    CHECK(diff(R"({"a":["x"]})", R"({"a":[]})") == "- /a/0 \"x\"\n");
  }

  TEST_CASE("a value of another kind is replaced whole") {
    CHECK(diff(R"({"a":{"b":1}})", R"({"a":[1]})") == "~ /a {\"b\":1} -> [1]\n");
    CHECK(diff(R"({"a":null})", R"({"a":{}})") == "~ /a null -> {}\n");
    CHECK(diff("{}", "[]") == "~  {} -> []\n");
    CHECK(diff("1", "2") == "~  1 -> 2\n");
  }

  TEST_CASE("a null member is a member") { CHECK(diff("{}", R"({"a":null})") == "+ /a null\n"); }

  TEST_CASE("paths are JSON pointers of what the names mean") {
    CHECK(diff("{}", R"({"":1})") == "+ / 1\n");
    CHECK(diff("{}", R"({"/~":1,"a/b":2,"~1":3})") == "+ /~1~0 1\n+ /a~1b 2\n+ /~01 3\n");
    CHECK(diff("{}", R"({"\"\\\n":1})") == "+ /\"\\\n 1\n");
    CHECK(diff(R"({"a/b":{"~":1}})", R"({"a/b":{"~":2}})") == "~ /a~1b/~0 1 -> 2\n");
  }

  TEST_CASE("malformed text is corruption") {
    for (const std::string_view text : {"", "{", "{\"a\"}", "{\"a\":1,}", "x", "1 ", "{}x", "{\"b\":[}"}) {
      CAPTURE(text);
      CHECK(diff(text, "{\"a\":2}").starts_with("! "));
      CHECK(diff("{\"a\":2}", text).starts_with("! "));
    }
    for (const std::string_view text : {"[", "[1", "[,]", "[1,]", "[1 2]", "[}"}) {
      CAPTURE(text);
      CHECK(diff(text, "[2]").starts_with("! "));
      CHECK(diff("[2]", text).starts_with("! "));
    }
    CHECK(diff(R"({"a":[1,x]})", R"({"a":[1,2]})").starts_with("! "));
  }

  TEST_CASE("nesting without end is corruption, not a crash") {
    const std::string deep(100'000, '[');
    const std::string closed(100'000, ']');
    CHECK(diff(deep + "1" + closed, deep + "2" + closed).starts_with("! "));
  }
}

}  // namespace
}  // namespace govlog
