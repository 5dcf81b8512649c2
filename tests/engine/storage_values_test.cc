#include "engine/entity_rows.h"
#include "engine/postings.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace govlog {

namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return out;
}

/// The event of docs/storage.md: 2025-11-15T10:00:00Z at position 42.
constexpr EventKey kEvent{{1'763'200'800'000'000}, 42};

}  // namespace

// The table "Test vectors" of docs/storage.md: whoever changes one changes the format.
TEST_SUITE("storage_values") {
  TEST_CASE("postings are written as docs/storage.md has them") {
    RankSet ranks;
    for (const std::uint32_t rank : {0u, 3u, 300u}) ranks.insert(rank);
    CHECK(hex(encode_block(ranks)) == "0000030003A902");
    CHECK(hex(encode_summary({4096, true, {0}, kEvent.created_at})) == "10000180000000000000008006439F2D5A0800");
    const ForwardRow row{kEvent, {{'a', "ann"}, {'e', "ADRCreated"}, {'t', "adr"}}};
    CHECK(hex(encode_forward(row)) == "8006439F2D5A08006103616E6E650A414452437265617465647403616472");
  }

  TEST_CASE("a head row is written as docs/storage.md has it") {
    HeadRow head;
    head.version = 2;
    head.first_created_at = kEvent.created_at;
    head.last = kEvent;
    head.last_version = 2;
    head.has_state = true;
    head.actor_token = "\"ann\"";
    head.state = R"({"status":"accepted"})";
    CHECK(hex(encode_head_row(head)) ==
          "04028006439F2D5A08008006439F2D5A0800000000000000002A020522616E6E227B22737461747573223A226163636570746564227D");
  }

  TEST_CASE("a checkpoint is written as docs/storage.md has it") {
    CHECK(hex(encode_checkpoint_row({42, 42, 64, 64, "null", "{}"})) == "000000000000002A000000000000002A4040046E756C6C7B7D");
  }

  TEST_CASE("a state beyond 4 KiB is left out of the head row") {
    HeadRow head;
    head.version = 1;
    head.last = kEvent;
    head.has_state = true;
    head.actor_token = "null";
    head.state = "{\"a\":\"" + std::string(kHeadStateBytesMax, 'x') + "\"}";
    const auto decoded = decode_head_row(encode_head_row(head));
    REQUIRE(decoded);
    CHECK(!decoded->has_state);
    CHECK(decoded->version == 1);
  }

  TEST_CASE("a head row that is cut short does not decode") {
    HeadRow head;
    head.version = 300;
    head.last = kEvent;
    head.checkpoint = SoundCheckpoint{kEvent, 64};
    head.void_mark = VoidMark{kEvent, 50};
    const std::string bytes = encode_head_row(head);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK(!decode_head_row(bytes.substr(0, size)));
  }
}

}  // namespace govlog
