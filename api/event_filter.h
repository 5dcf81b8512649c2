#pragma once
// The filters of timeline, search and list, from their arguments.

#include "api/paging.h"
#include "base/result.h"
#include "engine/read_view.h"

#include <memory>

namespace govlog {

/// `q`; null where it was not given, or is empty. kInvalidArgument where there is no word in it.
Result<std::shared_ptr<const TextQuery>> q_argument(Paging& paging);

/// actor, event_type, entity_type, entity_id, q and contains, over what the page knows. kInvalidArgument.
Result<EventFilter> event_filter(Paging& paging);

}  // namespace govlog
