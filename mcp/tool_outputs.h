#pragma once
// What tools answer, as JSON Schemas: open objects, true of every success. The contract says the rest.

#include <string_view>

namespace govlog {

inline constexpr std::string_view kItemsOutput =
    R"({"type":"object","properties":{"items":{"type":"array"},"next_cursor":{"description":"null at the end"},"log_position":{"type":"integer"}},"required":["items","next_cursor","log_position"]})";

inline constexpr std::string_view kHistoryOutput =
    R"({"type":"object","properties":{"items":{"type":"array","description":"events"},"next_cursor":{"description":"null at the end"},"log_position":{"type":"integer"}},"required":["entity_type","entity_id","items","next_cursor","log_position"]})";

inline constexpr std::string_view kStateOutput =
    R"({"type":"object","properties":{"exists":{"type":"boolean"},"state":{"type":"object"},"log_position":{"type":"integer"}},"required":["entity_type","entity_id","at","exists","version","position","state","log_position"]})";

inline constexpr std::string_view kDiffOutput =
    R"({"type":"object","properties":{"patch":{"type":"array","description":"RFC 6902"},"changes":{"type":"array"},"log_position":{"type":"integer"}},"required":["from","to","patch","changes","log_position"]})";

inline constexpr std::string_view kImpactOutput =
    R"({"type":"object","properties":{"counts":{"type":"array","description":"nodes at each distance, before limit and layer"},"nodes":{"type":"array"},"edges":{"type":"array"},"truncated":{"type":"boolean"},"log_position":{"type":"integer"}},"required":["root","counts","nodes","edges","truncated","log_position"]})";

inline constexpr std::string_view kChainOutput =
    R"({"type":"object","properties":{"assessments":{"type":"array"},"related":{"type":"array"},"mitigations":{"type":"array"},"adrs":{"type":"array"},"truncated":{"type":"boolean"},"log_position":{"type":"integer"}},"required":["change_request","assessments","affected","related","impacted","mitigations","adrs","edges","truncated","log_position"]})";

inline constexpr std::string_view kWhyOutput =
    R"({"type":"object","properties":{"found":{"type":"boolean"},"steps":{"type":"array"},"log_position":{"type":"integer"}},"required":["from","to","found","steps","log_position"]})";

inline constexpr std::string_view kCoverageOutput =
    R"({"type":"object","properties":{"layers":{"type":"array"},"items":{"type":"array","description":"orphans"},"points":{"type":"array","description":"trend"},"log_position":{"type":"integer"}},"required":["log_position"]})";

inline constexpr std::string_view kVerifyOutput =
    R"({"type":"object","properties":{"ok":{"type":"boolean"},"events":{"type":"integer"},"root":{"type":"string"},"problems":{"type":"array"}},"required":["ok","events","root","problems"]})";

inline constexpr std::string_view kReceiptOutput =
    R"({"type":"object","properties":{"position":{"type":"integer"},"id":{"type":"string"},"version":{"type":"integer"},"duplicate":{"type":"boolean"}},"required":["position","id","version","duplicate"]})";

inline constexpr std::string_view kReceiptsOutput =
    R"({"type":"object","properties":{"position":{"type":"integer"},"id":{"type":"string"},"version":{"type":"integer"},"duplicate":{"type":"boolean"},"receipts":{"type":"array"}},"required":["position","id","version","duplicate","receipts"]})";

}  // namespace govlog
