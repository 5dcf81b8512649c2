#pragma once
// The FlatBuffers record of an event (codec/event.fbs): built once at the append, verified at every read.

#include "base/result.h"
#include "base/types.h"
#include "codec/event.h"

#include <string>
#include <string_view>

namespace govlog {

/// Record of `event`; its description, status, risk_level and link are found in `event.data` and need not be set.
std::string encode_record(const EventView& event);

/// The event in `record`, stored under `key` (codec/keys.h). The views point into both. kCorruption where the key or the record does not
/// decode, or the two disagree.
Result<EventView> decode_record(std::string_view key, std::string_view record);

}  // namespace govlog
