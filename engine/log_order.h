#pragma once
// The log in the order of its positions, from family events alone: for when nothing else is to be believed. Private to engine.
//
// Events stand by time, so where a position stands must be found out first: one pass over the keys tells the times of a range of positions, 8 bytes
// each, and then the events of the range are fetched one by one. Longer logs take several passes.

#include "engine/database.h"
#include "engine/read_view.h"

namespace govlog {

inline constexpr Position kPositionsPerPass = 4 << 20;

/// Calls `visit` for each event of the log, which ends at `last`. kCorruption where a position is missing, is there twice or lies beyond `last`, or where a
/// row does not decode. O(log · passes), in memory 8 bytes for each of `per_pass` positions.
Status scan_by_position(const Database& database, Position last, const EventVisitor& visit,
                        Position per_pass = kPositionsPerPass);

}  // namespace govlog
