#include "graph/impact_graph.h"

#include <algorithm>

namespace govlog {

namespace {

constexpr std::size_t kArenaBytes = 256 << 10;

std::size_t hash_of(Label label, std::string_view id) {
  return std::hash<std::string_view>()(id) + 0x9E3779B97F4A7C15U * static_cast<std::size_t>(label);
}

}  // namespace

/// Open addressing with linear probing, at most half full. Readers of an outgrown table miss the latest vertices alone, which no view of
/// theirs has.
struct ImpactGraph::Table {
  std::uint32_t mask;

  std::atomic<std::uint32_t>* slots() { return reinterpret_cast<std::atomic<std::uint32_t>*>(this + 1); }

  static Table* make(std::uint32_t slot_count) {
    void* memory = ::operator new(sizeof(Table) + slot_count * sizeof(std::atomic<std::uint32_t>));
    Table* table = new (memory) Table{slot_count - 1};
    for (std::uint32_t i = 0; i < slot_count; ++i) new (table->slots() + i) std::atomic<std::uint32_t>(0);
    return table;
  }
};

ImpactGraph::ImpactGraph() : table_(Table::make(64)) {}
ImpactGraph::~ImpactGraph() { ::operator delete(table_.load(std::memory_order_relaxed)); }

char* ImpactGraph::allocate(std::size_t bytes, std::size_t alignment) {
  const std::size_t padding = (alignment - reinterpret_cast<std::uintptr_t>(arena_next_) % alignment) % alignment;
  if (arena_left_ < bytes + padding) {
    const std::size_t size = std::max(kArenaBytes, bytes);
    arena_.push_back(std::make_unique_for_overwrite<char[]>(size));  // aligned as every type wants it
    prefer_huge_pages(arena_.back().get(), size);
    arena_bytes_ += size;
    arena_next_ = arena_.back().get() + bytes;
    arena_left_ = size - bytes;
    return arena_.back().get();
  }
  char* memory = arena_next_ + padding;
  arena_next_ += padding + bytes;
  arena_left_ -= padding + bytes;
  return memory;
}

std::uint32_t ImpactGraph::text(std::string_view text) {
  char* memory = allocate(text.size(), 1);
  std::copy(text.begin(), text.end(), memory);
  texts_.grow() = {memory, text.size()};
  return texts_.publish() + 1;
}

std::uint32_t ImpactGraph::interned(const std::optional<std::string>& wanted) {
  if (!wanted) return 0;
  const auto known = interned_.find(*wanted);
  if (known != interned_.end()) return known->second;
  const std::uint32_t number = text(*wanted);
  interned_.emplace(texts_[number - 1], number);
  return number;
}

/// A node mostly keeps its name from version to version.
std::uint32_t ImpactGraph::name_number(const Node& node, const std::optional<std::string>& name) {
  if (!name) return 0;
  const auto entries = node.properties.read();
  for (auto entry = entries.rbegin(); entry != entries.rend() && entry - entries.rbegin() < 4; ++entry) {
    if (entry->name != 0 && texts_[entry->name - 1] == *name) return entry->name;
  }
  return text(*name);
}

std::optional<Vertex> ImpactGraph::find(Label label, std::string_view id) const {
  Table& table = *table_.load(std::memory_order_acquire);
  for (std::size_t slot = hash_of(label, id);; ++slot) {
    const std::uint32_t content = table.slots()[slot & table.mask].load(std::memory_order_acquire);
    if (content == 0) return std::nullopt;
    const Node& node = nodes_[content - 1];
    if (node.label == label && node.id == id) return content - 1;
  }
}

void ImpactGraph::put_in_table(Table& table, Vertex vertex) {
  std::size_t slot = hash_of(nodes_[vertex].label, nodes_[vertex].id);
  while (table.slots()[slot & table.mask].load(std::memory_order_relaxed) != 0) ++slot;
  table.slots()[slot & table.mask].store(vertex + 1, std::memory_order_release);
}

void ImpactGraph::grow_table() {
  Table* old = table_.load(std::memory_order_relaxed);
  Table* grown = Table::make(2 * (old->mask + 1));
  for (Vertex vertex = 0; vertex < nodes_.size(); ++vertex) put_in_table(*grown, vertex);
  table_.store(grown, std::memory_order_release);
  garbage_.add(old);
}

/// Of nodes that were added without the table.
void ImpactGraph::index_nodes() {
  ::operator delete(table_.load(std::memory_order_relaxed));
  table_.store(Table::make(std::bit_ceil(std::max(64U, 2 * nodes_.size() + 2))), std::memory_order_relaxed);
  for (Vertex vertex = 0; vertex < nodes_.size(); ++vertex) put_in_table(*table_.load(std::memory_order_relaxed), vertex);
}

Vertex ImpactGraph::vertex(Label label, std::string_view id, const EventKey& named_at) {
  const auto known = find(label, id);
  if (known) return *known;
  Node& node = nodes_.grow();
  char* memory = allocate(id.size(), 1);
  std::copy(id.begin(), id.end(), memory);
  node.label = label;
  node.id = {memory, id.size()};
  node.known = named_at.position;
  node.named_from = named_at;
  const Vertex fresh = nodes_.publish();
  if (2 * nodes_.size() > table_.load(std::memory_order_relaxed)->mask)
    grow_table();
  else
    put_in_table(*table_.load(std::memory_order_relaxed), fresh);
  return fresh;
}

void ImpactGraph::name(const Naming& naming) {
  Node& node = nodes_[vertex(naming.node.label, naming.node.id, naming.at)];
  const EarlierNaming* earlier = node.earlier.load(std::memory_order_relaxed);
  if (naming.at < (earlier == nullptr ? node.named_from : earlier->at)) {
    void* memory = allocate(sizeof(EarlierNaming), alignof(EarlierNaming));
    node.earlier.store(new (memory) EarlierNaming{naming.at, earlier}, std::memory_order_release);
  }
  if (naming.by_link && naming.node.label == Label::kElement) node.links.append(naming.at.position, garbage_);
}

std::uint32_t ImpactGraph::add_span(Position known_from, const EventKey& end, Position end_known, Position known_end) {
  Span& span = spans_.grow();
  span.known_from = known_from;
  span.end = end;
  span.end_known = end_known;
  span.known_end.store(known_end, std::memory_order_relaxed);
  const std::uint32_t number = spans_.publish() + 1;
  GOVLOG_ASSERT(number < 1U << (32 - kOwnBits), "{} spans", number);
  return number << kOwnBits;
}

/// The part of `meta` that names the span of a claim that is new; 0 where it needs none.
template <class What>
std::uint32_t ImpactGraph::span_bits(const ClaimChange<What>& change) {
  if (change.new_end == kEventKeyMax && change.known == change.from.position) return 0;
  return add_span(change.known, *change.new_end, change.known, kPositionMax);
}

/// Whether the latest view sees it.
bool ImpactGraph::is_open(const Entry& entry) const {
  const std::uint32_t number = entry.meta.load(std::memory_order_relaxed) >> kOwnBits;
  return number == 0 || spans_[number - 1].known_end.load(std::memory_order_relaxed) == kPositionMax;
}

/// Ends the entry, or marks it as wrong, as `change` has it; `twin` is the same edge at its other end. False where a new entry must say what is right.
template <class What>
bool ImpactGraph::settle(const ClaimChange<What>& change, Entry& entry, Entry* twin) {
  const std::uint32_t meta = entry.meta.load(std::memory_order_relaxed);
  if (meta >> kOwnBits != 0) {
    spans_[(meta >> kOwnBits) - 1].known_end.store(change.known, std::memory_order_relaxed);
    return !change.new_end;
  }
  const std::uint32_t bits = change.new_end ? add_span(entry.from.position, *change.new_end, change.known, kPositionMax)
                                            : add_span(entry.from.position, kEventKeyMax, kPositionMax, change.known);
  entry.meta.store(meta | bits, std::memory_order_release);
  if (twin != nullptr) twin->meta.store(twin->meta.load(std::memory_order_relaxed) | bits, std::memory_order_release);
  return true;
}

void ImpactGraph::apply(const ClaimChange<EdgeRef>& change) {
  const Vertex from = vertex(change.what.from.label, change.what.from.id, change.from);
  const Vertex to = vertex(change.what.to.label, change.what.to.id, change.from);
  const auto relation = static_cast<std::uint32_t>(change.what.relation);
  const auto find_in = [&](GrowingList<EdgeEntry>& list, Vertex other) {
    const auto entries = list.write();
    // Lately begun edges stand last.
    const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const EdgeEntry& entry) {
      return entry.other == other && entry.from == change.from &&
             (entry.meta.load(std::memory_order_relaxed) & ((1U << kOwnBits) - 1)) == relation && is_open(entry);
    });
    GOVLOG_ASSERT(found != entries.rend(), "an edge from {} to {} that ends is not there", change.what.from.id,
                  change.what.to.id);
    return &*found;
  };
  if (change.old_end) {
    EdgeEntry* out = find_in(nodes_[from].out, to);
    EdgeEntry* in = find_in(nodes_[to].in, from);
    if (settle(change, *out, in)) return;
  }
  const std::uint32_t meta = span_bits(change) | relation;
  nodes_[from].out.append({change.from, meta, to}, garbage_);
  nodes_[to].in.append({change.from, meta, from}, garbage_);
}

void ImpactGraph::apply(const ClaimChange<PropertyClaim>& change) {
  Node& node = nodes_[vertex(change.what.node.label, change.what.node.id, change.from)];
  const std::uint32_t layer = interned(change.what.layer);
  const std::uint32_t own = change.what.listed_again ? kListedAgain : 0;
  if (change.old_end) {
    const auto entries = node.properties.write();
    const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const PropertyEntry& entry) {
      return entry.from == change.from && entry.layer == layer &&
             (entry.meta.load(std::memory_order_relaxed) & kListedAgain) == own && is_open(entry);
    });
    GOVLOG_ASSERT(found != entries.rend(), "a declaration of {} that ends is not there", change.what.node.id);
    if (settle(change, *found, nullptr)) return;
  }
  const std::uint32_t name = name_number(node, change.what.name);
  node.properties.append({change.from, span_bits(change) | own, name, layer, interned(change.what.type)}, garbage_);
}

void ImpactGraph::apply(const GraphChanges& changes) {
  for (const Naming& naming : changes.named) name(naming);
  for (const auto& change : changes.edges) apply(change);
  for (const auto& change : changes.properties) apply(change);
}

void ImpactGraph::begin_at(Position position) {
  begins_at_ = position;
  first_nodes_ = nodes_.size();
}

std::size_t ImpactGraph::bytes() const {
  std::size_t bytes = arena_bytes_ + nodes_.size() * sizeof(Node) + spans_.size() * sizeof(Span);
  bytes += texts_.size() * sizeof(std::string_view) + 4 * (table_.load(std::memory_order_relaxed)->mask + 1);
  for (Vertex vertex = 0; vertex < nodes_.size(); ++vertex) {
    const Node& node = nodes_[vertex];
    bytes += node.out.own_bytes() + node.in.own_bytes() + node.properties.own_bytes() + node.links.own_bytes();
  }
  return bytes;
}

Status ImpactGraphBuilder::add(const EventView& event) {
  if (!EntityFold::concerns(event.entity_type)) return Ok{};
  key_.assign(event.entity_type).push_back('\0');
  key_ += event.entity_id;
  auto place = entities_.find(key_);
  if (place == entities_.end()) {
    place = entities_.emplace(key_, EntityClaims(event.entity_type, event.entity_id)).first;
  }
  changes_ = {};
  GOVLOG_TRY(place->second.apply(event, changes_));
  graph_->apply(changes_);
  return Ok{};
}

std::shared_ptr<ImpactGraph> ImpactGraphBuilder::finish(Position position) && {
  graph_->begin_at(position);
  (void)graph_->take_garbage();
  return std::move(graph_);
}

}  // namespace govlog
