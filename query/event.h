#pragma once
// One event of the log, by its id or its position.

#include "base/result.h"
#include "engine/read_view.h"

#include <string>
#include <string_view>

namespace govlog {

/// The exported line of the event that `text` names: a UUID, or a position in digits. kNotFound where the log had no such event at `known`,
/// kInvalidArgument where the text is neither.
Result<std::string> event_line(const ReadView& view, std::string_view text, Position known);

}  // namespace govlog
