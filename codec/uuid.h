#pragma once
// UUIDs: RFC 9562.

#include "base/result.h"
#include "base/types.h"

#include <string>
#include <string_view>

namespace govlog {

/// 8-4-4-4-12 hex digits in any case, the nil UUID too. kInvalidArgument otherwise (braces, `urn:uuid:`, no dashes).
Result<Uuid> parse_uuid(std::string_view text);

/// Lower case, 36 characters.
std::string format_uuid(const Uuid& id);
void append_uuid(std::string& out, const Uuid& id);

/// Version 7 (section 5.7): milliseconds of `now`, then 74 random bits. Later calls of this process give greater ids, also within one
/// millisecond (section 6.2, method 2). Thread-safe.
Uuid make_uuid_v7(Timestamp now);

/// Version 5 (section 5.5): SHA-1 of `space` and `name`.
Uuid make_uuid_v5(const Uuid& space, std::string_view name);

/// UUIDv5(DNS, "govlog"): the namespace of lines that were imported without an id.
const Uuid& import_namespace();

}  // namespace govlog
