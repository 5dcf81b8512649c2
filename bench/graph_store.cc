// What the store does for its graph: an append's share, folding the log, opening from the checkpoint, bytes.
#include "bench/graph_cases.h"
#include "engine/graph_checkpoint.h"
#include "engine/graph_keeper.h"
#include "graph/checkpoint.h"

#include <fmt/format.h>
#include <malloc.h>

#include <array>
#include <cstring>
#include <random>
#include <utility>

namespace govlog::bench {

namespace {

constexpr std::uint64_t kChanges = 10'000;

/// Two stores of the same events that are appended to: the one with its graph open, the other without.
struct Appending {
  std::unique_ptr<Store> open;
  std::unique_ptr<Store> closed;
  std::vector<std::string> elements;
  std::mt19937_64 random{11};
  std::uint64_t next = 0;
};

std::unique_ptr<Store> copy_for_writing(const Subject& subject, const std::string& name) {
  StoreOptions options;
  options.directory = subject.scratch / name;
  options.append.durability = Durability::kAsync;
  std::filesystem::copy(subject.made.directory, options.directory, std::filesystem::copy_options::recursive);
  return must(Store::open_for_writing(options));
}

std::vector<std::string> some_elements(const GraphView& graph) {
  std::vector<std::string> out;
  std::mt19937_64 random(3);
  while (out.size() < 5000) {
    const NodeName node = graph.node(static_cast<Vertex>(random() % graph.size()));
    if (node.label == Label::kElement) out.emplace_back(node.id);
  }
  return out;
}

Event new_link(Appending& appending) {
  const auto element = [&] { return appending.elements[appending.random() % appending.elements.size()]; };
  Event event;
  event.event_type = "TraceabilityLinkAdded";
  event.entity_type = "trace";
  event.entity_id = fmt::format("bench-{}", ++appending.next);
  event.actor = "architect";
  event.data = fmt::format(R"({{"from_element":"{}","link_type":"TRACES_TO","to_element":"{}"}})", element(), element());
  return event;
}

void append_link(Store& store, const Event& event) {
  std::vector<Event> batch{event};
  (void)must(store.append(std::move(batch)));
}

void add_append(Subject& subject, const Effort& effort) {
  const auto appending = std::make_shared<Appending>();
  MeasuredWork work;
  work.name = "append_link";
  work.clock = Clock::kCpu;
  work.rounds = effort.appends;
  work.round = [&subject, appending](Pairs& all) {
    if (!appending->open) {
      appending->elements = some_elements(subject.graph.view);
      appending->open = copy_for_writing(subject, "open");
      appending->closed = copy_for_writing(subject, "closed");
      const ReadView view = appending->open->read();
      (void)must(view.graph(view.log_position()));
      for (int i = 0; i < 200; ++i) {
        const Event event = new_link(*appending);
        append_link(*appending->open, event);
        append_link(*appending->closed, event);
      }
    }
    const Event event = new_link(*appending);
    const Cost ours = cost_of(1, Cpu::kThread, [&] { append_link(*appending->open, event); });
    all.add(ours, cost_of(1, Cpu::kThread, [&] { append_link(*appending->closed, event); }));
  };
  work.afterwards = [appending](benchmark::State&) {
    appending->open.reset();
    appending->closed.reset();
  };
  add_measured(std::move(work));
}

std::shared_ptr<ImpactGraph> opened(const Subject& subject) {
  auto graph = must(load_checkpoint(*subject.raw, nullptr, subject.view.log_position()));
  if (!graph) give_up("the store has no checkpoint of its graph, expected some thousand events");
  return graph;
}

/// One new link each, between nodes that are there.
std::vector<GraphChanges> link_changes(const Subject& subject) {
  const std::vector<std::string> elements = some_elements(subject.graph.view);
  std::mt19937_64 random(13);
  std::vector<GraphChanges> out(kChanges);
  Position position = subject.view.log_position();
  for (GraphChanges& changes : out) {
    const EventKey at{subject.store->now(), ++position};
    const NodeRef from{Label::kElement, elements[random() % elements.size()]};
    const NodeRef to{Label::kElement, elements[random() % elements.size()]};
    changes.edges.push_back({{from, to, Relation::kTracesTo}, at, std::nullopt, kEventKeyMax, position});
    changes.named = {{from, at, true}, {to, at, true}};
  }
  return out;
}

/// The least: an entry of 24 bytes behind the others of each end, and a position, where the ends are known by number.
class BareLists {
 public:
  explicit BareLists(const GraphView& graph) : out_(graph.size()), in_(graph.size()), links_(graph.size()) {
    for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
      for ([[maybe_unused]] const GraphView::Edge& edge : graph.out(vertex)) out_[vertex].emplace_back();
      for ([[maybe_unused]] const GraphView::Edge& edge : graph.in(vertex)) in_[vertex].emplace_back();
    }
  }
  void add(Vertex from, Vertex to, Position position) {
    out_[from].push_back({position, from, 0});
    in_[to].push_back({position, to, 0});
    links_[from].push_back(position);
    links_[to].push_back(position);
  }

 private:
  using Entry = std::array<std::uint64_t, 3>;
  std::vector<std::vector<Entry>> out_;
  std::vector<std::vector<Entry>> in_;
  std::vector<std::vector<Position>> links_;
};

/// Both sides in microseconds a change.
void add_apply(Subject& subject, const Effort& effort) {
  MeasuredWork work;
  work.name = "apply_change";
  work.clock = Clock::kCpu;
  work.rounds = effort.rounds;
  work.round = [&subject, changes = link_changes(subject)](Pairs& all) {
    const GraphView& graph = subject.graph.view;
    std::vector<std::pair<Vertex, Vertex>> ends;
    for (const GraphChanges& change : changes) {
      const EdgeRef& edge = change.edges.front().what;
      ends.emplace_back(*graph.find(edge.from.label, edge.from.id), *graph.find(edge.to.label, edge.to.id));
    }
    const auto own = opened(subject);
    BareLists lists(graph);
    std::size_t next = 0;
    const Cost ours = cost_of(kChanges, Cpu::kThread, [&] {
      own->apply(changes[next++]);
      (void)own->take_garbage();
    });
    next = 0;
    all.add(ours, cost_of(kChanges, Cpu::kThread, [&] {
              lists.add(ends[next].first, ends[next].second, next);
              ++next;
            }));
  };
  add_measured(std::move(work));
}

/// Every row of the events, once.
std::uint64_t read_rows(const Database& raw) {
  std::uint64_t bytes = 0;
  const auto rows = raw.iterate(Family::kEvents, nullptr);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) bytes += rows->key().size() + rows->value().size();
  return bytes;
}

void add_fold(Subject& subject, const Effort& effort) {
  MeasuredWork work;
  work.name = "fold_log";
  work.clock = Clock::kCpu;
  work.rounds = effort.rounds;
  work.round = [&subject](Pairs& all) {
    std::shared_ptr<ImpactGraph> graph;
    const Cost ours = cost_of(1, Cpu::kThread, [&] { graph = must(fold_graph(subject.view, subject.view.log_position())); });
    graph.reset();
    all.add(ours, cost_of(1, Cpu::kThread, [&] { (void)read_rows(*subject.raw); }));
  };
  work.afterwards = [&subject](benchmark::State& state) {
    const Cost scan = cost_of(1, Cpu::kThread, [&] {
      (void)must(subject.view.scan_events({}, Order::kAscending, {}, [](const EventView&) -> Result<bool> { return true; }));
    });
    set_counter(state, "scan_cpu_us", scan.cpu);
    set_counter(state, "events", static_cast<double>(subject.view.log_position()));
    set_counter(state, "edges", static_cast<double>(subject.edges));
  };
  add_measured(std::move(work));
}

void add_open(Subject& subject, const Effort& effort) {
  const auto bytes = std::make_shared<const std::string>(encode_checkpoint(subject.graph.view));
  MeasuredWork work;
  work.name = "open_checkpoint";
  work.clock = Clock::kCpu;
  work.rounds = 3 * effort.rounds;
  work.round = [&subject, bytes](Pairs& all) {
    std::shared_ptr<ImpactGraph> graph;
    const Cost ours = cost_of(1, Cpu::kThread, [&] { graph = opened(subject); });
    graph.reset();
    std::string copy(bytes->size(), ' ');
    all.add(ours, cost_of(1, Cpu::kThread, [&] {
              std::memcpy(copy.data(), bytes->data(), copy.size());
              asm volatile("" : : "r"(copy.data()) : "memory");  // the copy is not left out
            }));
  };
  work.afterwards = [&subject, bytes](benchmark::State& state) {
    const struct mallinfo2 before = ::mallinfo2();
    const auto graph = opened(subject);
    const struct mallinfo2 after = ::mallinfo2();
    const auto edges = static_cast<double>(subject.edges);
    set_counter(state, "edges", edges);
    set_counter(state, "nodes", static_cast<double>(subject.graph.view.size()));
    set_counter(state, "checkpoint_bytes_an_edge", static_cast<double>(bytes->size()) / edges);
    set_counter(state, "opened_bytes_an_edge", static_cast<double>(graph->bytes()) / edges);
    set_counter(state, "grown_bytes_an_edge", static_cast<double>(subject.made.grown_bytes) / edges);
    set_counter(state, "heap_bytes_an_edge",
                static_cast<double>(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / edges);
  };
  add_measured(std::move(work));
}

}  // namespace

void add_store_work(Subject& subject, const Effort& effort) {
  add_open(subject, effort);
  add_apply(subject, effort);
  add_append(subject, effort);
  add_fold(subject, effort);
}

}  // namespace govlog::bench
