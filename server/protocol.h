#pragma once
// How two processes of Govlog that share a store talk: HTTP/1.1 on the Unix socket `sock` in the store's directory. curl can, too:
//
//     curl --unix-socket .govlog/sock 'http://govlog/v1/read/timeline?from=7d'
//
//   /v1/ping            nothing, at once, also while operations run
//   /v1/read/NAME       an operation of api's table; arguments as query (GET) or form (POST). The answer as `--json` prints it
//   /v1/write/NAME      POST, a write operation, arguments as form. Receipts, an array
//   /v1/append          POST, one line, a JSON array of events. Receipts, an array
//   /v1/append-in-turn  POST, lines of JSON arrays. Receipts of those that were appended, an array of arrays
//   /v1/events          from_position, to_position, page_bytes. NDJSON, some of it; headers tell how to go on
//   /v1/complete        source, narrow, prefix, limit. {"values":[…],"total":N}
//
// Who asks for progress (header kProgressHeader) is told of it by interim responses, 102, before the answer; closing the connection ends the work.
// Errors are contract section 4's JSON with its HTTP status. Every event that is sent to be appended has its id already.

#include "api/operation.h"
#include "base/result.h"
#include "engine/store.h"

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// Goes up when one side would misunderstand the other.
inline constexpr std::string_view kProtocol = "1";

inline constexpr std::string_view kPingTarget = "/v1/ping";

// Headers. Both sides send the first; who sends none is taken as one who knows.
inline constexpr std::string_view kProtocolHeader = "Govlog-Protocol";
inline constexpr std::string_view kDurabilityHeader = "Govlog-Durability";     // async
inline constexpr std::string_view kAcceptClockHeader = "Govlog-Accept-Clock";  // 1
inline constexpr std::string_view kProgressHeader = "Govlog-Progress";         // 1; of an interim response: STAGE DONE TOTAL
inline constexpr std::string_view kDamageHeader = "Govlog-Damage";             // FROM-TO
inline constexpr std::string_view kNextHeader = "Govlog-Next-Position";        // of /v1/events
inline constexpr std::string_view kLogPositionHeader = "Govlog-Log-Position";  // of /v1/events

/// "govlog/0.1.0".
std::string program_name();

/// `application/x-www-form-urlencoded`, names in order, values as they came.
std::string encode_arguments(const Arguments& arguments);
/// What a peer of ours encoded: a name alone stands for no value at all. kInvalidArgument where a percent sign is followed by something else than two hex digits.
Result<Arguments> decode_arguments(std::string_view form);
/// The query of anybody's request: a name alone is that name with an empty value. Errors as decode_arguments.
Result<Arguments> parse_query(std::string_view query);

std::string encode_damage(const Damage& damage);
std::optional<Damage> decode_damage(std::string_view text);

}  // namespace govlog
