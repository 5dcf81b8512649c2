#include "query/cursor.h"

#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

Cursor some_cursor() {
  Cursor cursor;
  cursor.operation = "timeline";
  cursor.log_position = 42;
  cursor.witness = std::string("\0\xff witness", 10);
  cursor.fingerprint = "fingerprint";
  cursor.last_key = encode_key(EventKey{{-5}, 7});
  cursor.times = {{"from=90d", Timestamp{1'760'000'000'000'000}}, {"to=now", Timestamp{-1}}};
  return cursor;
}

TEST_SUITE("cursor") {
  TEST_CASE("a cursor comes back as it was") {
    const auto cursor = decode_cursor(encode_cursor(some_cursor()));
    REQUIRE(cursor.ok());
    CHECK(cursor->operation == "timeline");
    CHECK(cursor->log_position == 42);
    CHECK(cursor->witness == some_cursor().witness);
    CHECK(cursor->fingerprint == "fingerprint");
    CHECK(cursor->last_key == some_cursor().last_key);
    CHECK(cursor->times == some_cursor().times);
  }

  TEST_CASE("a cursor is text that needs no quoting in a URL or a shell") {
    const std::string text = encode_cursor(some_cursor());
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
  }

  TEST_CASE("a cursor that was cut anywhere is refused") {
    const std::string text = encode_cursor(some_cursor());
    for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(decode_cursor(text.substr(0, size)).ok());
  }

  TEST_CASE("a cursor with any character changed is refused") {
    const std::string text = encode_cursor(some_cursor());
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      CHECK_FALSE(decode_cursor(changed).ok());
    }
  }

  TEST_CASE("what is no cursor is invalid_argument and names the parameter") {
    const auto cursor = decode_cursor("nonsense");
    REQUIRE_FALSE(cursor.ok());
    CHECK(cursor.error().code == Code::kInvalidArgument);
    CHECK(cursor.error().details.front().name == "parameter");
  }

  TEST_CASE("keys come back as they were") {
    const EventKey key{{-62'135'596'800'000'000}, 9'007'199'254'740'993};
    CHECK(decode_cursor_key(encode_key(key)).value() == key);
    const EntityRef entity{"a/b", std::string("x\0y", 3)};
    CHECK(decode_entity_key(encode_key(entity)).value() == entity);
  }

  TEST_CASE("a key of the wrong kind is refused") {
    CHECK_FALSE(decode_cursor_key(encode_key(EntityRef{"adr", "ADR-70"})).ok());
    CHECK_FALSE(decode_entity_key(encode_key(EventKey{{5}, 7})).ok());
    CHECK_FALSE(decode_cursor_key(encode_key(EventKey{{5}, 0})).ok());
  }

  TEST_CASE("a cursor of another operation or another store is refused") {
    TemporaryStore here;
    TemporaryStore there;
    here.note("note/a", 1, "{}");
    there.note("note/a", 1, "{}");
    Cursor cursor;
    cursor.operation = "list";
    cursor.log_position = 1;
    cursor.witness = log_witness(here.read(), 1).value();
    CHECK(check_cursor(here.read(), cursor, "list").ok());
    CHECK_FALSE(check_cursor(here.read(), cursor, "timeline").ok());
    CHECK_FALSE(check_cursor(there.read(), cursor, "list").ok());
    cursor.log_position = 2;
    CHECK_FALSE(check_cursor(here.read(), cursor, "list").ok());
  }
}

}  // namespace
}  // namespace govlog
