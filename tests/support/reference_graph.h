#pragma once
// The impact graph by the contract's words alone: made anew for each question from states and diagram versions. Shares no code with graph/.

#include "tests/support/reference.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace govlog::testing {

using NodeKey = std::pair<std::string, std::string>;                          // label, id
using EdgeKey = std::tuple<NodeKey, NodeKey, std::string>;                    // from, to, relation
using Layers = std::set<std::pair<std::optional<std::string>, std::string>>;  // layer, element

struct ReferenceNode {
  std::optional<std::string> name;
  std::optional<std::string> layer;
  bool declared = false;
  std::vector<Json::Member> properties;  // of its label, null where it is not declared
};

/// The graph over some events.
class ReferenceGraph {
 public:
  /// `events` in event order: those that are known and, where an instant is asked about, not after it.
  explicit ReferenceGraph(const std::vector<const ReferenceEvent*>& events);

  const ReferenceNode* find(const NodeKey& key) const;
  const std::map<NodeKey, ReferenceNode>& nodes() const { return nodes_; }
  const std::set<EdgeKey>& edges() const { return edges_; }
  const Layers& declared() const { return declared_; }
  bool traced(const std::string& element) const { return linked_.contains(element); }

 private:
  ReferenceNode& node(const std::string& label, const std::string& id);
  void edge(const NodeKey& from, const std::string& relation, const NodeKey& to);
  void add_state(const std::string& entity_type, const std::string& entity_id, const Json& state);
  void add_versions(const std::string& diagram, const std::vector<const ReferenceEvent*>& versions);
  void declare(const std::string& diagram, const Json& data);

  std::map<NodeKey, ReferenceNode> nodes_;
  std::set<EdgeKey> edges_;
  Layers declared_;
  std::set<std::string> linked_;
};

/// Every node that one of the events names, whether or not anything holds of it.
std::set<NodeKey> named_nodes(const std::vector<const ReferenceEvent*>& events);

/// The answers, without log_position.
Json reference_coverage(const ReferenceGraph& graph);
std::vector<Json> reference_orphans(const ReferenceGraph& graph, const std::optional<std::string>& layer);
Json reference_impact(const ReferenceGraph& graph, const NodeKey& root, const Query& query);
Json reference_chain(const ReferenceGraph& graph, const NodeKey& request, const Query& query);
/// For `why` with the event of each step: `events` are those of the graph, in event order.
Json reference_path(const ReferenceGraph& graph, const NodeKey& from, const NodeKey& to, const Query& query,
                    const std::vector<const ReferenceEvent*>& events);

}  // namespace govlog::testing
