#pragma once
// A made-up architecture as a graph of any size: links between elements of skewed degree, diagrams of several layers that are drawn anew, change
// requests with assessments and mitigations, over two years that end now.

#include "engine/store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace govlog::bench {

/// Where the graph comes from: an export, or, where no file is named, so many edges made up.
struct GraphSource {
  std::string file;
  std::uint64_t edges = 0;
};

struct GraphStore {
  std::filesystem::path directory;  // closed, compacted, with a checkpoint of the graph where it is large enough for one
  std::size_t grown_bytes = 0;      // of the graph in memory, as it grew with the appends
};

/// Makes a store of it below `scratch`, appended in batches of a thousand, as an import does. The same source on the same day gives the same events.
GraphStore make_graph_store(const GraphSource& source, const std::filesystem::path& scratch);

}  // namespace govlog::bench
