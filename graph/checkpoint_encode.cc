#include "codec/keys.h"
#include "graph/checkpoint.h"
#include "graph/checkpoint_flags.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace govlog {

namespace {

/// Each text gets one number, those of layers and types first.
class TextNumbers {
 public:
  void add(const std::optional<std::string_view>& text) {
    if (text && numbers_.emplace(*text, numbers_.size() + 1).second) order_.push_back(*text);
  }
  std::uint32_t of(const std::optional<std::string_view>& text) const { return text ? numbers_.at(*text) : 0; }
  const std::vector<std::string_view>& order() const { return order_; }

 private:
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<std::string_view> order_;
};

class Encoder {
 public:
  explicit Encoder(const GraphView& graph) : graph_(graph) {}

  std::string run() {
    sort_nodes();
    gather();
    std::size_t id_bytes = 0;
    for (const Vertex vertex : order_) id_bytes += graph_.node(vertex).id.size();
    std::size_t text_bytes = 0;
    for (const std::string_view text : texts_.order()) text_bytes += text.size();
    for (const std::size_t count : {order_.size(), keys_.size(), texts_.order().size(), interned_, id_bytes, text_bytes}) {
      append_varint(out_, count);
    }
    add_keys();
    for (const std::string_view text : texts_.order()) append_varint(out_, text.size());
    for (const std::string_view text : texts_.order()) out_ += text;
    for (const Vertex vertex : order_) add_node(vertex);
    for (const Vertex vertex : order_) out_ += graph_.node(vertex).id;
    for (const Vertex vertex : order_) add_edges(vertex);
    for (const Vertex vertex : order_) add_properties(vertex);
    for (const Vertex vertex : order_) add_links(vertex);
    return std::move(out_);
  }

 private:
  void sort_nodes() {
    order_.resize(graph_.size());
    std::iota(order_.begin(), order_.end(), Vertex{0});
    std::sort(order_.begin(), order_.end(), [this](Vertex a, Vertex b) { return graph_.node(a) < graph_.node(b); });
    numbers_.resize(graph_.size());
    for (Vertex number = 0; number < order_.size(); ++number) numbers_[order_[number]] = number;
  }

  std::vector<GraphView::Edge> edges(Vertex vertex) const {
    const auto range = graph_.out(vertex);
    std::vector<GraphView::Edge> edges(range.begin(), range.end());
    std::sort(edges.begin(), edges.end(), [this](const GraphView::Edge& a, const GraphView::Edge& b) {
      return std::tuple(a.relation, numbers_[a.other], a.interval.from) <
             std::tuple(b.relation, numbers_[b.other], b.interval.from);
    });
    return edges;
  }

  std::vector<GraphView::Properties> properties(Vertex vertex) const {
    const auto range = graph_.properties(vertex);
    std::vector<GraphView::Properties> out(range.begin(), range.end());
    std::sort(out.begin(), out.end(), [this](const GraphView::Properties& a, const GraphView::Properties& b) {
      return std::tuple(a.interval.from, a.listed_again, graph_.text(a.layer)) <
             std::tuple(b.interval.from, b.listed_again, graph_.text(b.layer));
    });
    return out;
  }

  std::vector<Position> links(Vertex vertex) const {
    std::vector<Position> out = graph_.links(vertex);
    std::sort(out.begin(), out.end());
    return out;
  }

  void gather() {
    const auto note = [this](const Interval& interval) {
      keys_.push_back(interval.from);
      if (interval.to < kEventKeyMax) keys_.push_back(interval.to);
    };
    for (const Vertex vertex : order_) {
      keys_.push_back(graph_.named_from(vertex));
      for (const GraphView::Edge& edge : graph_.out(vertex)) note(edge.interval);
      for (const GraphView::Properties& listed : properties(vertex)) {
        note(listed.interval);
        texts_.add(graph_.text(listed.layer));
        texts_.add(graph_.text(listed.type));
      }
    }
    interned_ = texts_.order().size();
    for (const Vertex vertex : order_) {
      for (const GraphView::Properties& listed : properties(vertex)) texts_.add(graph_.text(listed.name));
    }
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  }

  void add_keys() {
    std::int64_t before = 0;
    for (const EventKey& key : keys_) {
      append_zigzag(out_, key.created_at.micros - before);
      append_varint(out_, key.position);
      before = key.created_at.micros;
    }
  }

  void add_key(const EventKey& key) {
    append_varint(out_, static_cast<std::uint64_t>(std::lower_bound(keys_.begin(), keys_.end(), key) - keys_.begin()));
  }

  void add_node(Vertex vertex) {
    const auto count = [](const auto& range) { return static_cast<std::uint64_t>(std::distance(range.begin(), range.end())); };
    out_.push_back(static_cast<char>(graph_.node(vertex).label));
    append_varint(out_, graph_.node(vertex).id.size());
    add_key(graph_.named_from(vertex));
    append_varint(out_, count(graph_.out(vertex)));
    append_varint(out_, count(graph_.in(vertex)));
    append_varint(out_, count(graph_.properties(vertex)));
    append_varint(out_, graph_.links(vertex).size());
  }

  void add_edges(Vertex vertex) {
    for (const GraphView::Edge& edge : edges(vertex)) {
      const bool ended = edge.interval.to < kEventKeyMax;
      out_.push_back(static_cast<char>(static_cast<std::uint8_t>(edge.relation) | (ended ? kEdgeEnded : 0)));
      append_zigzag(out_, static_cast<std::int64_t>(numbers_[edge.other]) - static_cast<std::int64_t>(numbers_[vertex]));
      add_key(edge.interval.from);
      if (ended) add_key(edge.interval.to);
    }
  }

  void add_properties(Vertex vertex) {
    for (const GraphView::Properties& listed : properties(vertex)) {
      const bool ended = listed.interval.to < kEventKeyMax;
      out_.push_back(static_cast<char>((listed.listed_again ? kListedAgain : 0) | (ended ? kPropertyEnded : 0)));
      add_key(listed.interval.from);
      if (ended) add_key(listed.interval.to);
      append_varint(out_, texts_.of(graph_.text(listed.name)));
      append_varint(out_, texts_.of(graph_.text(listed.layer)));
      append_varint(out_, texts_.of(graph_.text(listed.type)));
    }
  }

  void add_links(Vertex vertex) {
    Position before = 0;
    for (const Position position : links(vertex)) {
      append_varint(out_, position - before);
      before = position;
    }
  }

  const GraphView& graph_;
  std::string out_;
  std::vector<Vertex> order_;
  std::vector<Vertex> numbers_;  // by vertex: its place in order_
  std::vector<EventKey> keys_;
  TextNumbers texts_;
  std::size_t interned_ = 0;
};

}  // namespace

std::string encode_checkpoint(const GraphView& graph) { return Encoder(graph).run(); }

}  // namespace govlog
