#include "codec/uuid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

using namespace govlog;

TEST_SUITE("uuid") {
  TEST_CASE("a UUID in any case is read and written in lower case") {
    CHECK(format_uuid(parse_uuid("0198C0DE-89AB-7DEF-8123-456789ABCDEF").value()) == "0198c0de-89ab-7def-8123-456789abcdef");
    CHECK(format_uuid(parse_uuid("00000000-0000-0000-0000-000000000000").value()) == "00000000-0000-0000-0000-000000000000");
  }

  TEST_CASE("other forms are refused") {
    const std::vector<std::string> texts = {"",
                                            "x",
                                            "{0198c0de-89ab-7def-8123-456789abcdef}",
                                            "urn:uuid:0198c0de-89ab-7def-8123-456789abcdef",
                                            "0198c0de89ab7def8123456789abcdef",
                                            "0198c0de-89ab-7def-8123-456789abcde",
                                            "0198c0de-89ab-7def-8123-456789abcdefa",
                                            "0198c0de-89ab-7def-8123-456789abcdeg",
                                            "0198c0de89-ab-7def-8123-456789abcdef",
                                            "0198c0de-89ab-7def-8123-45678-abcdef",
                                            "0198c0de_89ab_7def_8123_456789abcdef"};
    for (const std::string& text : texts) {
      CAPTURE(text);
      CHECK_FALSE(parse_uuid(text).ok());
    }
    CHECK(parse_uuid("x").error().message == "\"x\" is no UUID: expected 8-4-4-4-12 hex digits");
  }

  TEST_CASE("version 7 holds the milliseconds, the version and the variant") {
    const Uuid id = make_uuid_v7({0x017F'22E2'79B0 * std::int64_t{1000}});
    CHECK(format_uuid(id).substr(0, 15) == "017f22e2-79b0-7");
    CHECK((id.bytes[8] & 0xC0) == 0x80);
  }

  TEST_CASE("version 7 rises within a millisecond and when the clock goes back") {
    Uuid last = make_uuid_v7({1'800'000'000'000'000});
    for (int i = 0; i < 10'000; ++i) {
      const Uuid next = make_uuid_v7({1'800'000'000'000'000 - i});
      REQUIRE(last < next);
      last = next;
    }
  }

  TEST_CASE("version 7 never repeats among threads") {
    std::vector<std::vector<Uuid>> made(4);
    std::vector<std::thread> threads;
    for (std::vector<Uuid>& ids : made) {
      threads.emplace_back([&ids] {
        for (int i = 0; i < 5'000; ++i) ids.push_back(make_uuid_v7({1'900'000'000'000'000}));
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::set<Uuid> all;
    for (const std::vector<Uuid>& ids : made) {
      CHECK(std::is_sorted(ids.begin(), ids.end()));
      all.insert(ids.begin(), ids.end());
    }
    CHECK(all.size() == 20'000);
  }

  TEST_CASE("a time before 1970 makes a version 7 too") { CHECK(format_uuid(make_uuid_v7({-1})).at(14) == '7'); }

  TEST_CASE("version 5 is that of RFC 9562 appendix A.4") {
    const Uuid dns = parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
    CHECK(format_uuid(make_uuid_v5(dns, "www.example.com")) == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }

  TEST_CASE("the namespace of imports never changes") {
    CHECK(format_uuid(import_namespace()) == "3571e9a4-6d4c-549f-8879-ad671773e89e");
  }
}
