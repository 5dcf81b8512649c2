#include "codec/keys.h"
#include "engine/analytics_rows.h"
#include "engine/coverage_rows.h"
#include "engine/entity_rows.h"
#include "engine/forward_row.h"
#include "engine/postings.h"
#include "graph/claims.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

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
    const std::vector<Posting> postings{{0, 7}, {3, 255}, {300, 1}};
    CHECK(hex(encode_block(postings, false)) == "0000030003A902");
    CHECK(hex(encode_block(postings, true)) == "020003FF0003A90207FF01");
    CHECK(hex(encode_summary({4096, true, {0}, kEvent.created_at})) == "10000180000000000000008006439F2D5A0800");
    const std::vector<EventTerm> terms{{'a', 0, "ann"}, {'e', 0, "ADRCreated"}, {'t', 0, "adr"}, {'w', 200, "ledger"}};
    CHECK(hex(encode_forward(make_forward_row(kEvent, terms))) ==
          "8006439F2D5A0800040061616E6E0B00654144524372656174656404007461647207C8776C6564676572");
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

  TEST_CASE("coverage is written as docs/storage.md has it") {
    const Layer business = "business";
    const std::vector<std::string> levels{"008006439F2D5A0800", "018000000000077931", "028000000000004FB7",
                                          "03800000000000027D", "048000000000000013"};
    for (std::uint8_t level = 0; level < kCoverageLevels; ++level) {
      CHECK(hex(coverage_key(business, level, coverage_span(level, kEvent.created_at))) ==
            "02627573696E6573730000" + levels[level]);
    }
    CHECK(hex(coverage_key(std::nullopt, 2, coverage_span(2, kEvent.created_at))) == "02FF028000000000004FB7");
    CHECK(hex(element_key("svc")) == "05737663");
    CHECK(hex(orphan_key(business, "svc")) == "06627573696E65737300007376630000");
    CHECK(hex(totals_key(business)) == "07627573696E6573730000");
    CHECK(hex(graph_piece_key(1)) == "0900000001");
    CHECK(hex(encode_coverage_sum({-3, 200})) == "059003");
    CHECK(hex(encode_orphan_value({business, "svc", "Service", std::nullopt})) == "085365727669636500");
    ElementHead head;
    head.last = kEvent;
    head.links = 2;
    head.declared.push_back({kEvent, false, business, "Service", std::nullopt});
    CHECK(hex(encode_element_head(head)) ==
          "008006439F2D5A0800000000000000002A02018006439F2D5A0800000000000000002A0009627573696E657373085365727669636500");
  }

  TEST_CASE("analytics is written as docs/storage.md has it") {
    const auto key = [](AnalyticsUnit unit) { return analytics_key(unit, start_of(unit, kEvent.created_at)); };
    CHECK(hex(key(AnalyticsUnit::kWeek)) == "0477800643323660C000");
    CHECK(hex(key(AnalyticsUnit::kHour)) == "04688006439F2D5A0800");
    const AnalyticsRow row{start_of(AnalyticsUnit::kWeek, kEvent.created_at), 300, {1, 0, 0, 1, -2, 2}};
    CHECK(hex(encode_analytics_value(AnalyticsUnit::kWeek, row)) == "AC02010000010302");
    CHECK(hex(encode_analytics_value(AnalyticsUnit::kHour, row)) == "010000010302");
    const std::string value = encode_analytics_value(AnalyticsUnit::kWeek, row);
    CHECK(decode_analytics_row(AnalyticsUnit::kWeek, key(AnalyticsUnit::kWeek), value) == row);
    for (std::size_t size = 0; size < value.size(); ++size) {
      CHECK(!decode_analytics_row(AnalyticsUnit::kWeek, key(AnalyticsUnit::kWeek), value.substr(0, size)));
    }
  }

  TEST_CASE("spans of time lie inside each other, and what happens at a full hour belongs to the one that ends then") {
    const Timestamp hour{3600 * kMicrosPerSecond};
    CHECK(coverage_span(1, hour) == 0);
    CHECK(coverage_span(1, {hour.micros + 1}) == 1);
    CHECK(coverage_span(1, {0}) == -1);
    CHECK(coverage_span(2, {kMicrosPerDay}) == 0);
    for (const std::int64_t micros : std::vector<std::int64_t>{-5'000'000'000'000'000, -1, 0, 1, 1'763'200'800'000'000}) {
      for (std::uint8_t level = 2; level < kCoverageLevels; ++level) {
        const std::int64_t parts = level == 2 ? 24 : 32;
        const std::int64_t inner = coverage_span(level - 1, {micros});
        CHECK(coverage_span(level, {micros}) == (inner >= 0 ? inner / parts : -((-inner + parts - 1) / parts)));
      }
    }
  }

  TEST_CASE("keys of layers sort as layers do, whatever they hold, and null stands last") {
    const std::vector<Layer> layers{"",   std::string(1, '\0'), std::string("\0a", 2), "a", std::string("a\0", 2), "a\x01",
                                    "ab", "\xF4\x8F\xBF\xBF",   std::nullopt};
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) CHECK(totals_key(layers[i]) < totals_key(layers[i + 1]));
    for (const Layer& layer : layers) {
      CHECK(decode_totals_key(totals_key(layer)) == std::optional<Layer>(layer));
      CHECK(after_layer_key(kCoverageTag, layer) > coverage_key(layer, 4, 1'000'000));
    }
  }

  TEST_CASE("open claims are written as docs/storage.md has them") {
    EntityClaims claims("trace", "L1");
    EventView event;
    event.position = kEvent.position;
    event.created_at = kEvent.created_at;
    event.version = 1;
    event.event_type = "TraceabilityLinkAdded";
    event.entity_type = "trace";
    event.entity_id = "L1";
    event.data = R"({"from_element":"svc","link_type":"REALIZES","to_element":"cap"})";
    GraphChanges changes;
    REQUIRE(claims.apply(event, changes).ok());
    CHECK(hex(claims.encode()) == "0A04737663046361700400800000000000000000000000000000008006439F2D5A0800000000000000002A");
  }
}

}  // namespace govlog
