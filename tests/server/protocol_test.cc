#include "server/protocol.h"

#include <doctest/doctest.h>

#include <string>

namespace govlog {

TEST_SUITE("protocol of the socket") {
  TEST_CASE("arguments of any text go there and back") {
    const Arguments arguments{{"a", {"", "x y", "ä+&=%#?/", std::string("\0\n", 2)}}, {"b", {}}};
    const auto back = decode_arguments(encode_arguments(arguments));
    REQUIRE(back.ok());
    CHECK(*back == arguments);
    CHECK(decode_arguments("")->empty());
    CHECK_FALSE(decode_arguments("a=%g0").ok());
    CHECK(decode_arguments("a")->at("a").empty());
    CHECK(parse_query("a&b=1&a=2").value() == Arguments{{"a", {"", "2"}}, {"b", {"1"}}});
    CHECK(std::get<std::string>(parse_query("a=1&b=%g0&c=%").error().details.at(0).value) == "b");
  }
}

}  // namespace govlog
