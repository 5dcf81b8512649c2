#pragma once
// A change request with everything that hangs on it: assessments, affected and traced elements, mitigations, decisions, diagram versions.

#include "query/impact.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct ChainQuery {
  std::string change_request_id;
  std::uint32_t depth = 5;  // of TRACES_TO from the affected elements
  std::optional<Timestamp> at;
  Position known = kPositionMax;
  std::size_t limit = 1000;  // of `related`
};

struct RelatedNode {
  NodeView node;
  std::uint32_t distance = 0;  // 0: the affected themselves
};

/// Nodes bear their properties, and stand by id; `related` by distance, id.
struct ChainAnswer {
  NodeView change_request;
  std::vector<NodeView> assessments;
  std::vector<NodeView> affected;
  std::vector<RelatedNode> related;
  std::vector<std::uint64_t> counts;  // counts[i]: how many of `related` stand at distance i, before the limit
  std::vector<NodeView> impacted;
  std::vector<NodeView> mitigations;
  std::vector<NodeView> adrs;
  std::vector<NodeView> diagram_versions;
  std::vector<EdgeView> edges;
  bool truncated = false;
};

/// kNotFound where no event ever named the change request.
Result<ChainAnswer> impact_chain(const ReadView& view, const ChainQuery& query);

}  // namespace govlog
