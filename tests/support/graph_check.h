#pragma once
// Whether what a store keeps of graph, coverage and analytics is what its log says: each of it made anew from the events, and compared.

#include "engine/read_view.h"

#include <filesystem>
#include <optional>
#include <string>

namespace govlog::testing {

/// The first difference as a sentence; nothing where there is none. Looks at the open graph of `view`, where there is one it is that, and not another.
std::optional<std::string> graph_difference(const ReadView& view);

/// The same of the rows of the store in `directory`, which nobody has open: the graph's checkpoint, claims, elements, coverage, orphans, totals, analytics.
std::optional<std::string> kept_rows_difference(const std::filesystem::path& directory);

}  // namespace govlog::testing
