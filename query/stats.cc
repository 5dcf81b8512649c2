#include "query/stats.h"

namespace govlog {

Result<LogStats> stats(const ReadView& view, Position known) { return view.stats(known); }

}  // namespace govlog
