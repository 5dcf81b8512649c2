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
  }
}

}  // namespace govlog
