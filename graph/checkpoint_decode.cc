#include "graph/checkpoint.h"
#include "graph/checkpoint_flags.h"

#include <algorithm>
#include <array>
#include <vector>

namespace govlog {

/// Reads on from byte to byte; once something is wrong it stays so, and everything reads as zero.
class CheckpointReader {
 public:
  CheckpointReader(std::string_view bytes, Position position)
      : at_(reinterpret_cast<const std::uint8_t*>(bytes.data())), end_(at_ + bytes.size()), position_(position) {}

  std::shared_ptr<ImpactGraph> run() {
    const std::uint64_t nodes = count();
    const std::uint64_t keys = count();
    const std::uint64_t texts = count();
    const std::uint64_t interned = count();
    const std::uint64_t id_bytes = count();
    const std::uint64_t text_bytes = count();
    if (!ok_ || interned > texts) return nullptr;
    read_keys(keys);
    read_texts(texts, interned, text_bytes);
    read_nodes(nodes, id_bytes);
    make_room();
    read_edges();
    for (Vertex vertex = 0; vertex < shapes_.size() && ok_; ++vertex) read_properties(vertex);
    for (Vertex vertex = 0; vertex < shapes_.size() && ok_; ++vertex) read_links(vertex);
    if (!ok_ || at_ != end_) return nullptr;
    graph_->begin_at(position_);
    return graph_;
  }

 private:
  struct Shape {
    std::uint32_t out = 0;
    std::uint32_t in = 0;
    std::uint32_t properties = 0;
    std::uint32_t links = 0;
  };
  /// An edge as it was read, its ends not looked at yet.
  struct ReadEdge {
    Vertex from;
    Vertex to;
    std::uint32_t began;  // numbers of keys
    std::uint32_t ended;
    std::uint8_t head;
  };
  /// Where the next entries of a node's lists are to be made.
  struct Lists {
    ImpactGraph::EdgeEntry* out = nullptr;
    ImpactGraph::PropertyEntry* properties = nullptr;
    Position* links = nullptr;
  };
  /// The room that is left for edges into a node.
  struct Room {
    ImpactGraph::EdgeEntry* next = nullptr;
    std::uint32_t left = 0;
  };

  std::uint8_t byte() {
    if (at_ == end_) ok_ = false;
    return ok_ ? *at_++ : std::uint8_t{0};
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const std::uint8_t next = *at_++;
      value |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }

  /// How many of something that takes at least a byte each.
  std::uint32_t count() {
    const std::uint64_t value = varint();
    if (value > static_cast<std::uint64_t>(end_ - at_) || value > (1U << 30)) ok_ = false;
    return ok_ ? static_cast<std::uint32_t>(value) : 0;
  }

  std::uint32_t below(std::uint64_t limit) {
    const std::uint64_t value = varint();
    if (value >= limit) ok_ = false;
    return ok_ ? static_cast<std::uint32_t>(value) : 0;
  }

  EventKey key() {
    const std::uint32_t number = below(keys_.size());
    return ok_ ? keys_[number] : EventKey{};
  }

  void read_keys(std::uint64_t count) {
    std::uint64_t time = 0;
    keys_.reserve(count);
    for (std::uint64_t i = 0; i < count && ok_; ++i) {
      time += static_cast<std::uint64_t>(signed_varint());
      keys_.push_back({{static_cast<std::int64_t>(time)}, varint()});
      const bool rises = i == 0 || keys_[i - 1] < keys_[i];
      if (!rises || keys_.back().position == 0 || keys_.back().position > position_) ok_ = false;
    }
  }

  /// The next `size` bytes, in the graph's own memory.
  const char* take_bytes(std::uint64_t size) {
    if (!ok_ || size > static_cast<std::uint64_t>(end_ - at_)) {
      ok_ = false;
      return nullptr;
    }
    char* memory = graph_->allocate(size, 1);
    std::copy_n(at_, size, memory);
    at_ += size;
    return memory;
  }

  void read_texts(std::uint64_t count, std::uint64_t interned, std::uint64_t bytes) {
    std::vector<std::uint32_t> lengths;
    lengths.reserve(count);
    for (std::uint64_t i = 0; i < count && ok_; ++i) lengths.push_back(below(bytes + 1));
    const char* memory = take_bytes(bytes);
    for (std::size_t i = 0; i < lengths.size() && ok_; ++i) {
      if (lengths[i] > bytes) ok_ = false;
      if (!ok_) return;
      const std::string_view text(memory, lengths[i]);
      graph_->texts_.grow() = text;
      graph_->texts_.publish();
      if (i < interned) ok_ = graph_->interned_.emplace(text, static_cast<std::uint32_t>(i + 1)).second;
      memory += lengths[i];
      bytes -= lengths[i];
    }
    if (bytes != 0) ok_ = false;
  }

  void read_nodes(std::uint64_t count, std::uint64_t id_bytes) {
    std::vector<std::uint32_t> lengths;
    lengths.reserve(count);
    shapes_.reserve(count);
    for (std::uint64_t i = 0; i < count && ok_; ++i) {
      ImpactGraph::Node& node = graph_->nodes_.grow();
      const std::uint8_t label = byte();
      if (label >= kLabelCount) ok_ = false;
      node.label = static_cast<Label>(label);
      lengths.push_back(below(id_bytes + 1));
      node.named_from = key();
      shapes_.push_back({this->count(), below(1U << 30), this->count(), this->count()});
      graph_->nodes_.publish();
    }
    const char* memory = take_bytes(id_bytes);
    for (Vertex vertex = 0; vertex < lengths.size() && ok_; ++vertex) {
      if (lengths[vertex] > id_bytes) ok_ = false;
      if (!ok_) return;
      graph_->nodes_[vertex].id = {memory, lengths[vertex]};
      memory += lengths[vertex];
      id_bytes -= lengths[vertex];
    }
    if (id_bytes != 0) ok_ = false;
  }

  /// The table of ids, and a block for each list, as large as it is: all in one piece of memory.
  void make_room() {
    std::uint64_t outs = 0;
    std::uint64_t ins = 0;
    std::uint64_t others = 0;
    std::size_t bytes = 0;
    const auto add = [&bytes](auto list, std::uint32_t count) {
      if (count > 0) bytes += decltype(list)::bytes_for(count);
    };
    for (const Shape& shape : shapes_) {
      outs += shape.out;
      ins += shape.in;
      others += std::uint64_t{shape.properties} + shape.links;
      add(GrowingList<ImpactGraph::EdgeEntry>(), shape.out);
      add(GrowingList<ImpactGraph::EdgeEntry>(), shape.in);
      add(GrowingList<ImpactGraph::PropertyEntry>(), shape.properties);
      add(GrowingList<Position>(), shape.links);
    }
    const auto left = static_cast<std::uint64_t>(end_ - at_);
    if (outs != ins || outs + others > left) ok_ = false;  // each takes a byte and more
    if (!ok_) return;
    graph_->index_nodes();
    char* memory = graph_->allocate(bytes, 16);
    const auto begin = [&memory](auto& list, std::uint32_t count) -> decltype(list.begin(memory, count)) {
      if (count == 0) return nullptr;
      auto* entries = list.begin(memory, count);
      memory += list.bytes_for(count);
      return entries;
    };
    lists_.reserve(shapes_.size());
    rooms_.reserve(shapes_.size());
    for (Vertex vertex = 0; vertex < shapes_.size(); ++vertex) {
      ImpactGraph::Node& node = graph_->nodes_[vertex];
      Lists& lists = lists_.emplace_back();
      lists.out = begin(node.out, shapes_[vertex].out);
      rooms_.push_back({begin(node.in, shapes_[vertex].in), shapes_[vertex].in});
      lists.properties = begin(node.properties, shapes_[vertex].properties);
      lists.links = begin(node.links, shapes_[vertex].links);
    }
  }

  /// The span of what ends with this key.
  std::uint32_t span(const EventKey& from, std::uint32_t end_number) {
    const EventKey& end = keys_[end_number];
    if (!(from < end)) ok_ = false;
    return ok_ ? graph_->add_span(0, end, 0, kPositionMax) : 0;
  }

  /// Some edges are read ahead, so that the memory that each needs (its key, the room at its other end) is on its way by then.
  void read_edges() {
    constexpr std::size_t kAhead = 32;
    std::array<ReadEdge, kAhead> ring{};
    std::size_t read = 0;
    std::size_t added = 0;
    for (Vertex vertex = 0; vertex < shapes_.size(); ++vertex) {
      for (std::uint32_t i = 0; i < shapes_[vertex].out; ++i) {
        if (read - added == kAhead && !add_edge(ring[added++ % kAhead])) return;
        if (!read_edge(vertex, ring[read++ % kAhead])) return;
        __builtin_prefetch(rooms_[ring[(read - 1 + kAhead / 2) % kAhead].to].next,
                           1);  // its room was asked for half a ring ago
      }
    }
    while (added < read) {
      if (!add_edge(ring[added++ % kAhead])) return;
    }
  }

  bool read_edge(Vertex vertex, ReadEdge& edge) {
    edge.from = vertex;
    edge.head = byte();
    const std::int64_t other = static_cast<std::int64_t>(vertex) + signed_varint() % (std::int64_t{1} << 32);
    if (other < 0 || static_cast<std::uint64_t>(other) >= shapes_.size()) ok_ = false;
    if ((edge.head & (kEdgeEnded - 1U)) >= kRelationCount || edge.head >= 2 * kEdgeEnded) ok_ = false;
    edge.began = below(keys_.size());
    edge.ended = (edge.head & kEdgeEnded) != 0 ? below(keys_.size()) : edge.began;
    if (!ok_) return false;
    edge.to = static_cast<Vertex>(other);
    __builtin_prefetch(&rooms_[edge.to]);
    __builtin_prefetch(&keys_[edge.began]);
    __builtin_prefetch(&keys_[edge.ended]);
    return true;
  }

  bool add_edge(const ReadEdge& edge) {
    const EventKey& from = keys_[edge.began];
    std::uint32_t meta = edge.head & (kEdgeEnded - 1U);
    if ((edge.head & kEdgeEnded) != 0) meta |= span(from, edge.ended);
    Room& room = rooms_[edge.to];
    if (room.left == 0) ok_ = false;  // no room for it was told of
    if (!ok_) return false;
    --room.left;
    new (lists_[edge.from].out++) ImpactGraph::EdgeEntry(from, meta, edge.to);
    new (room.next++) ImpactGraph::EdgeEntry(from, meta, edge.from);
    return true;
  }

  void read_properties(Vertex vertex) {
    const std::uint64_t texts = graph_->texts_.size() + std::uint64_t{1};
    for (std::uint32_t i = 0; i < shapes_[vertex].properties && ok_; ++i) {
      const std::uint8_t flags = byte();
      if (flags > (kListedAgain | kPropertyEnded)) ok_ = false;
      const EventKey from = key();
      std::uint32_t meta = (flags & kListedAgain) != 0 ? ImpactGraph::kListedAgain : 0;
      if ((flags & kPropertyEnded) != 0) {
        const std::uint32_t end = below(keys_.size());
        if (ok_) meta |= span(from, end);
      }
      const std::uint32_t name = below(texts);
      const std::uint32_t layer = below(texts);
      const std::uint32_t type = below(texts);
      if (!ok_) return;
      new (lists_[vertex].properties++) ImpactGraph::PropertyEntry(from, meta, name, layer, type);
    }
  }

  void read_links(Vertex vertex) {
    std::uint64_t position = 0;
    for (std::uint32_t i = 0; i < shapes_[vertex].links && ok_; ++i) {
      position += varint();
      if (position == 0 || position > position_) ok_ = false;
      *lists_[vertex].links++ = position;
    }
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  Position position_;
  bool ok_ = true;
  std::shared_ptr<ImpactGraph> graph_ = std::make_shared<ImpactGraph>();
  std::vector<EventKey> keys_;
  std::vector<Shape> shapes_;
  std::vector<Lists> lists_;  // by vertex
  std::vector<Room> rooms_;   // by vertex; as many edges go in as go out, so all are full in the end
};

std::shared_ptr<ImpactGraph> decode_checkpoint(std::string_view bytes, Position position) {
  return CheckpointReader(bytes, position).run();
}

}  // namespace govlog
