#pragma once
// The graph as bytes, so that opening it does not mean folding the log. What is read back is checked like any input: bytes that do not make sense
// give no graph, and the log is folded instead.
//
//   counts      varints: nodes, keys, texts, of these interned (layers and types; they stand first), bytes of all ids, bytes of all texts
//   keys        every event that begins or ends something, in event order: created_at as a zigzag varint difference, position varint
//   texts       lengths, then bytes
//   nodes       label u8, length of the id, number of the key of its first naming, edges out, edges in, properties, links; then all ids
//   edges out   node by node: relation u8 (+ 16: ended), other node as a zigzag varint difference, key [key of the end]
//   properties  node by node: u8 (1: listed again, 2: ended), key [key of the end], name, layer, type (texts from 1; 0: null)
//   links       node by node: positions, rising, as varint differences
//
// Nodes stand by label and id, edges by relation, other end and key, properties by key: so the bytes are a function of the log alone, however the
// graph came to be. All varints are LEB128. What was once believed and is known to be wrong is left out.

#include "graph/graph_view.h"

#include <memory>
#include <string>
#include <string_view>

namespace govlog {

/// O(size of the graph · log of its events). Threads: any.
std::string encode_checkpoint(const GraphView& graph);

/// The graph that was encoded, beginning at `position`: that of the encoded view. Null where the bytes are not of encode_checkpoint. O(size).
std::shared_ptr<ImpactGraph> decode_checkpoint(std::string_view bytes, Position position);

}  // namespace govlog
