// Bytes as what a store keeps of intervals: open claims of an entity (the first byte says of which type), and rows of elements, coverage and
// orphans. What decodes is written again as it was, or as bytes that decode to the same.

#include "base/assert.h"
#include "engine/coverage_rows.h"
#include "graph/claims.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace govlog;

namespace {

void check_claims(std::string_view entity_type, std::string_view bytes) {
  EntityClaims claims(entity_type, "x");
  if (!claims.decode(bytes)) return;
  const std::string written = claims.encode();
  EntityClaims again(entity_type, "x");
  GOVLOG_ASSERT(again.decode(written) && again.encode() == written, "{} bytes of {}", bytes.size(), entity_type);
  if (claims.wants()) return;  // the event of a diagram's last version
  EventView event;
  event.position = kPositionMax - 1;
  event.created_at = kTimestampMax;
  event.version = 9;
  event.event_type = "Noted";
  event.entity_type = entity_type;
  event.entity_id = "x";
  event.data = R"({"change_request_id":"c","impacts":["e"],"removed":true,"supersedes":"a","to_element":"t"})";
  GraphChanges changes;
  (void)claims.apply(event, changes);
}

void check_rows(std::string_view bytes) {
  bool too_large = false;
  if (const auto head = decode_element_head(bytes, too_large); head && !too_large) {
    const std::string written = encode_element_head(*head);
    const auto again = decode_element_head(written, too_large);
    GOVLOG_ASSERT(again && encode_element_head(*again) == written, "{} bytes", bytes.size());
    (void)head->orphans("x");
  }
  if (const auto sum = decode_coverage_sum(bytes)) {
    GOVLOG_ASSERT(decode_coverage_sum(encode_coverage_sum(*sum)) == sum, "{} bytes", bytes.size());
  }
  if (const auto key = decode_coverage_key(bytes)) {
    GOVLOG_ASSERT(coverage_key(key->layer, key->level, key->span) == bytes, "{} bytes", bytes.size());
  }
  if (const auto layer = decode_totals_key(bytes)) GOVLOG_ASSERT(totals_key(*layer) == bytes, "{} bytes", bytes.size());
  const std::size_t half = bytes.size() / 2;
  if (const auto row = decode_orphan_row(bytes.substr(0, half), bytes.substr(half))) {
    const auto again = decode_orphan_row(orphan_key(row->layer, row->element), encode_orphan_value(*row));
    GOVLOG_ASSERT(again == row, "{} bytes", bytes.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static constexpr std::array<std::string_view, 6> kTypes{"change_request", "impact_assessment", "mitigation", "adr", "trace",
                                                          "diagram"};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check_claims(kTypes[bytes[0] % kTypes.size()], text.substr(1));
  check_rows(text);
  return 0;
}
