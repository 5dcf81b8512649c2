#pragma once
// Whether what is derived from the log is what the log gives: a store's rows beside those of the same log written anew. Private to engine.
//
// Left out, because it depends on how events were grouped when they were appended, and changes no answer: which checkpoints of states there are and what a
// head notes of them (its newest sound one, its void mark, and whether it has its state yet). What is there and not void must be right: a checkpoint, and
// the state of a head, is what folding gives. The pieces of the graph's checkpoint are compared elsewhere (engine/rebuild.cc).

#include "base/result.h"
#include "engine/database.h"
#include "engine/row_difference.h"
#include "engine/snapshot.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::array kDerivedFamilies{Family::kPositions, Family::kIds,   Family::kEntities, Family::kTerms,
                                             Family::kStates,    Family::kViews, Family::kTiles};

RowDifference difference_at(Family family, std::string_view key, std::string problem);

/// The first row of `family` in `kept` that is not what `anew` says it should be. A row of `kept` that cannot be read is a difference. kCorruption, kIoError of `anew`.
Result<std::optional<RowDifference>> compare_family(const Database& kept, const std::shared_ptr<const ReadView::Snapshot>& anew,
                                                    Family family);

/// Rows of the family, its head and the pieces of the graph's checkpoint left out.
Result<std::uint64_t> count_rows(const Database& database, Family family);

}  // namespace govlog
