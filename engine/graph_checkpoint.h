#pragma once
// The graph as rows of family views, so that opening it does not mean folding the log. Private to engine.
//
//   09 00000000   format u8, position p, bytes (8), CRC-32C u32 of all of them
//   09 n[4]       piece n of the bytes (graph/checkpoint.h), from 1
//
// It may be absent, or older than the log: what came later is added to it. All of its rows are written at once.

#include "base/result.h"
#include "engine/database.h"
#include "graph/graph_view.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace govlog {

/// The position of the checkpoint that is kept; 0 where there is none, or one of another format. kCorruption, kIoError.
Result<Position> checkpoint_position(const Database& database, const rocksdb::Snapshot* snapshot);

/// The graph of the checkpoint; null where there is none, one of another format, or one behind `position`. kCorruption where it is damaged. O(its size).
Result<std::shared_ptr<ImpactGraph>> load_checkpoint(const Database& database, const rocksdb::Snapshot* snapshot,
                                                     Position position);

/// Puts `graph` in the place of the checkpoint that is there, durably. Nobody else may write meanwhile. `scratch` as bulk_load has it. kIoError.
Status store_checkpoint(const Database& database, const GraphView& graph, const std::filesystem::path& scratch);

}  // namespace govlog
