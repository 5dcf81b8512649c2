#pragma once
// How much there is.

#include "base/result.h"
#include "engine/read_view.h"

namespace govlog {

Result<LogStats> stats(const ReadView& view, Position known);

}  // namespace govlog
