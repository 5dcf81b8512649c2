#pragma once
// A graph answer as text that other programs draw: Mermaid, Graphviz DOT, GraphML, Cytoscape.js.

#include "base/types.h"
#include "query/chain.h"
#include "query/impact.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class PictureFormat : std::uint8_t { kMermaid, kDot, kGraphml, kCytoscape };
std::optional<PictureFormat> find_picture_format(std::string_view name);

/// What is drawn: the first node is the root. Edges between other nodes are left out.
struct Picture {
  std::string title;  // "impact of svc-ledger", in a comment
  std::vector<NodeView> nodes;
  std::vector<EdgeView> edges;
  Timestamp at;
  Position log_position = 0;
};

Picture picture_of(const ImpactAnswer& answer, Timestamp at, Position log_position);
Picture picture_of(const ChainAnswer& answer, Timestamp at, Position log_position);

/// Ends with a newline. Whatever ids and names hold, the text stays what its format says: they are escaped. Cytoscape has them exactly; elsewhere
/// control characters show as spaces, and U+FFFE and U+FFFF as U+FFFD.
std::string draw(const Picture& picture, PictureFormat format);

}  // namespace govlog
