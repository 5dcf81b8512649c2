#include "codec/keys.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <limits>
#include <string>

namespace govlog {

namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return out;
}

std::string time_key(std::int64_t micros) {
  std::string out;
  append_time_key(out, {micros});
  return out;
}

std::string varint(std::uint64_t value) {
  std::string out;
  append_varint(out, value);
  return out;
}

/// The event of docs/storage.md: 2025-11-15T10:00:00Z at position 42.
constexpr EventKey kEvent{{1'763'200'800'000'000}, 42};

}  // namespace

// The table "Test vectors" of docs/storage.md: whoever changes one changes the format.
TEST_SUITE("storage_vectors") {
  TEST_CASE("numbers stand in keys as docs/storage.md has them") {
    CHECK(hex(time_key(kEvent.created_at.micros)) == "8006439F2D5A0800");
    CHECK(hex(time_key(0)) == "8000000000000000");
    CHECK(hex(time_key(-1)) == "7FFFFFFFFFFFFFFF");
    CHECK(hex(time_key(-62'135'596'800'000'000)) == "7F23400100D44000");
    CHECK(hex(varint(127) + varint(128) + varint(300) + varint(std::uint64_t{1} << 32)) == "7F8001AC028080808010");
  }

  TEST_CASE("keys of every family are those of docs/storage.md") {
    CHECK(hex(event_key(kEvent, "adr", "ADR-7")) == "7FF9BC60D2A5F7FFFFFFFFFFFFFFFFD5616472004144522D37");
    CHECK(hex(position_key(42)) == "000000000000002A");
    CHECK(hex(entity_key("adr", "ADR-7", kEvent)) == "616472004144522D37008006439F2D5A0800000000000000002A");
    CHECK(hex(block_key(kTermEventType, "ADRCreated", 0, 3)) == "0165414452437265617465640000FFFFFFFC");
    CHECK(hex(segment_summary_key(3)) == "02FFFFFFFC");
    CHECK(hex(segment_column_key(3, 15)) == "04FFFFFFFC0F");
    CHECK(hex(forward_key(42)) == "03000000000000002A");
    CHECK(hex(head_key("adr", "ADR-7")) == "01616472004144522D37");
    CHECK(hex(counter_key(kTermEventType, "ADRCreated")) == "036541445243726561746564");
    CHECK(hex(tile_key(1, 2)) == "010000000000000002");
    CHECK(hex(kFamilyHeadKey) == "FF68656164");
  }

  TEST_CASE("bytes of keys sort as times do, negative ones too") {
    CHECK(time_key(std::numeric_limits<std::int64_t>::min()) < time_key(-1));
    CHECK(time_key(-1) < time_key(0));
    CHECK(time_key(0) < time_key(std::numeric_limits<std::int64_t>::max()));
    CHECK(event_key({{1}, 1}, "z", "z") > event_key({{2}, 1}, "a", "a"));
    CHECK(event_key({{1}, 1}, "z", "z") > event_key({{1}, 2}, "a", "a"));
  }

  TEST_CASE("a key decodes to what it was made of") {
    const std::string key = event_key(kEvent, "adr", "ADR-7");
    const auto parts = decode_event_key(key);
    REQUIRE(parts);
    CHECK(parts->key == kEvent);
    CHECK(parts->entity_type == "adr");
    CHECK(parts->entity_id == "ADR-7");
    CHECK(decode_entity_key_tail(entity_key("adr", "ADR-7", kEvent)) == kEvent);
    CHECK(decode_head_key(head_key("adr", "ADR-7")) == EntityRef{"adr", "ADR-7"});
    CHECK(decode_segment(segment_summary_key(3)) == 3);
  }

  TEST_CASE("a key that is cut short does not decode") {
    const std::string key = event_key(kEvent, "adr", "ADR-7");
    CHECK(!decode_event_key(key.substr(0, 19)));
    CHECK(!decode_position_key("1234567"));
    CHECK(!decode_segment("1234"));
    CHECK(!decode_head_key(""));
    CHECK(
        !decode_head_key("\x01"
                         "adr"));
  }
}

}  // namespace govlog
