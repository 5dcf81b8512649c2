#include "api/arguments.h"

#include "api/parameters.h"

#include <doctest/doctest.h>

#include <array>

namespace govlog {
namespace {

/// The message of the error, or "ok".
std::string checked(const Arguments& arguments) {
  static const std::array<Parameter, 4> kParameters{
      required(text_parameter("name", 3, "its name")), repeatable(text_parameter("actor", 100, "who"), 2),
      integer_parameter("limit", 1, 10, "how many"), choice_parameter("order", {"desc", "asc"}, "which way")};
  const Status status = check_arguments(kParameters, arguments);
  if (status.ok()) return "ok";
  CHECK(status.error().code == Code::kInvalidArgument);
  CHECK(status.error().details.at(0).name == "parameter");
  return status.error().message;
}

TEST_SUITE("arguments") {
  TEST_CASE("what fits the table passes") {
    CHECK(checked({{"name", {"äöü"}}, {"actor", {"ana", ""}}, {"limit", {"10"}}, {"order", {"asc"}}}) == "ok");
    CHECK(checked({{"name", {"x"}}, {"actor", {""}}}) == "ok");
    CHECK(checked({{"name", {""}}}) == "name is empty: its name");
  }

  TEST_CASE("an unknown parameter is refused, and the nearest is named") {
    CHECK(checked({{"name", {"x"}}, {"limt", {"1"}}}) == "unknown parameter limt; did you mean limit?");
    CHECK(checked({{"name", {"x"}}, {"colour", {"1"}}}) == "unknown parameter colour; there are: name, actor, limit, order");
  }

  TEST_CASE("one given twice that is not repeatable is refused") {
    CHECK(checked({{"name", {"x", "x"}}}) == "name is given 2 times, expected once");
    CHECK(checked({{"name", {"x"}}, {"actor", {"a", "b", "c"}}}) == "actor is given 3 times, at most 2");
  }

  TEST_CASE("what is required must be there") {
    CHECK(checked({}) == "name is missing: its name");
    CHECK(checked({{"name", {}}}) == "name is missing: its name");
  }

  TEST_CASE("integers are digits within their range") {
    for (const std::string_view text : {"0", "-1", "11", "+5", " 5", "5 ", "5.0", "1e1", "0x5", "", "18446744073709551617"}) {
      CHECK(checked({{"name", {"x"}}, {"limit", {std::string(text)}}}).starts_with("limit is "));
    }
    CHECK(checked({{"name", {"x"}}, {"limit", {"007"}}}) == "ok");
  }

  TEST_CASE("texts are counted in code points and must be UTF-8") {
    CHECK(checked({{"name", {"äöüß"}}}) == "name has 4 characters, at most 3");
    CHECK(checked({{"name", {"\xff"}}}) == "name is no valid UTF-8");
    CHECK(checked({{"name", {"x"}}, {"\xff", {"x"}}}) == "a parameter's name is no valid UTF-8");
  }

  TEST_CASE("a choice is one of those listed") {
    CHECK(checked({{"name", {"x"}}, {"order", {"up"}}}) == "order is up, expected one of desc, asc");
  }

  TEST_CASE("code points are counted, and nothing that is no UTF-8") {
    CHECK(count_code_points("aé字💥") == 4);
    for (const std::string_view text :
         {"\x80", "\xc1\x81", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xc3"}) {
      CHECK_FALSE(count_code_points(text).has_value());
    }
  }
}

}  // namespace
}  // namespace govlog
