#pragma once
// When an append whose id is in the log already is the same append again (contract 2, "Idempotent").

#include "codec/event.h"

namespace govlog {

/// Whether `again` says what `stored` says: all input fields but expected_version; created_at only where `again` gives it; reserved metadata keys only
/// where the caller of `again` gives them.
bool same_content(const Event& again, const EventView& stored);

}  // namespace govlog
