// Bytes as a checkpoint of the graph. Whatever decodes can be read, walked and extended; and written again it reads as the same.

#include "base/assert.h"
#include "graph/checkpoint.h"
#include "graph/coverage.h"
#include "graph/walk.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace govlog;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr Position kPosition = 1'000'000;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto graph = decode_checkpoint(text, kPosition);
  if (!graph) return 0;
  const GraphView view(*graph, kPosition);
  for (Vertex vertex = 0; vertex < view.size(); ++vertex) {
    (void)walk(view, {&vertex, 1}, {Direction::kBoth, kAllRelations, 3, {}}, AsOf(std::nullopt));
    (void)coverage_steps(view, vertex);
    (void)view.properties(vertex, AsOf(std::nullopt));
    (void)view.links(vertex);
  }
  const std::string again = encode_checkpoint(view);
  const auto same = decode_checkpoint(again, kPosition);
  GOVLOG_ASSERT(same && encode_checkpoint(GraphView(*same, kPosition)) == again, "{} bytes", size);
  GraphChanges changes;
  const NodeRef a{Label::kElement, "a"};
  const NodeRef b{Label::kElement, "b"};
  const EventKey key{{7}, kPosition + 1};
  changes.named = {{a, key, true}, {b, key, true}};
  changes.edges.push_back({{a, b, Relation::kServes}, key, std::nullopt, kEventKeyMax, key.position});
  graph->apply(changes);
  GOVLOG_ASSERT(encode_checkpoint(view) == again, "{} bytes", size);
  return 0;
}
