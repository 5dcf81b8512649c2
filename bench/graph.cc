// Questions to the impact graph and to coverage, walks, appends, opening; each beside its bare limit.
#include "api/operation.h"
#include "bench/graph_cases.h"
#include "bench/synthetic.h"
#include "codec/time.h"
#include "engine/coverage_rows.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <utility>

namespace govlog::bench {

namespace {

constexpr const char* kHelp =
    "graph_bench: impact, chains, coverage, appends and opening of a graph\n\n"
    "  --edges N      how many edges to make up (100000)\n"
    "  --file FILE    events to import instead: NDJSON, plain, gzip or zstd\n"
    "  --govlog PATH  the program (GOVLOG, or ../govlog beside this one)\n"
    "  --pairs N      pairs of each question and its bare limit (25)\n"
    "  --rounds N     rounds of what takes long, such as folding the log (7)\n"
    "  --appends N    pairs of appends (2000)\n";

constexpr std::size_t kPage = 100;

GraphOfView graph_of(const ReadView& view) { return must(view.graph(view.log_position())); }

std::unique_ptr<Store> open_to_read(const std::filesystem::path& directory) {
  StoreOptions options;
  options.directory = directory;
  return must(Store::open_for_reading(options));
}

/// The change request from which most edges lead to most edges.
std::string widest_request(const GraphView& graph) {
  std::string widest;
  std::size_t most = 0;
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    if (graph.node(vertex).label != Label::kChangeRequest) continue;
    std::size_t edges = 0;
    for (const GraphView::Edge& edge : graph.out(vertex)) {
      for ([[maybe_unused]] const GraphView::Edge& next : graph.out(edge.other))
        edges += edge.relation == Relation::kTriggers ? 1 : 0;
    }
    if (edges <= most) continue;
    most = edges;
    widest = graph.node(vertex).id;
  }
  return widest;
}

/// When the first seven eighths of the events, in event order, had happened.
Timestamp some_past(const ReadView& view) {
  Position left = view.log_position() * 7 / 8;
  Timestamp past;
  (void)must(view.scan_events({}, Order::kAscending, {}, [&](const EventView& event) -> Result<bool> {
    past = event.created_at;
    return left-- > 0;
  }));
  return past;
}

void copy_answer(Subject& subject) {
  subject.bare.assign(subject.answer);
  asm volatile("" : : "r"(subject.bare.data()) : "memory");  // the copy is not left out
}

struct Question {
  std::string name;
  std::string operation;
  Arguments arguments;
  std::function<void()> bare;
};

void add_question(Subject& subject, Question question, const Effort& effort) {
  PairedWork work;
  work.name = question.name;
  work.ours = [&subject, operation = find_operation(question.operation), arguments = std::move(question.arguments)] {
    subject.answer = must(run_operation(*operation, *subject.store, arguments));
  };
  work.bare = std::move(question.bare);
  work.times = times_for(work.ours);
  work.pairs = effort.pairs;
  work.afterwards = [&subject](benchmark::State& state) {
    set_counter(state, "answer_bytes", static_cast<double>(subject.answer.size()));
  };
  add_pairs(std::move(work));
}

Arguments impact_arguments(const Subject& subject, const Root& root) {
  return {{"element", {subject.id(root)}},
          {"direction", {root.direction == Direction::kDownstream ? "downstream" : "upstream"}},
          {"depth", {std::to_string(kDepth)}},
          {"limit", {"1000"}}};
}

/// Bare limit: Boost's search on its own graph, and the answer's bytes copied.
void add_impact(Subject& subject, const std::string& name, const Root& root, const Effort& effort) {
  for (const bool past : {false, true}) {
    Question question{past ? name + "_past" : name, "impact", impact_arguments(subject, root), {}};
    if (past) question.arguments["at"] = {format_time(subject.past)};
    question.bare = [&subject, search = bare_search(subject, root, past ? subject.then() : subject.now())] {
      (void)search();
      copy_answer(subject);
    };
    add_question(subject, std::move(question), effort);
  }
}

/// Bare limit: a new iterator of RocksDB, a seek to the first such row, `rows` rows copied.
void add_rows(Subject& subject, Question question, std::string_view tag, std::size_t rows, const Effort& effort) {
  question.bare = [&subject, tag = std::string(tag), rows] {
    copy_rows(*subject.raw, Family::kViews, tag, rows, subject.bare);
  };
  add_question(subject, std::move(question), effort);
}

std::string program_path(const testing::CommandLine& flags) { return flags.text("govlog", govlog_program()); }

void add_processes(const Subject& subject, const std::string& program, const Effort& effort) {
  std::vector<std::string> words{program, "--db", subject.made.directory.string(), "--json", "impact", subject.id(subject.hub)};
  words.insert(words.end(), {"--direction", subject.hub.direction == Direction::kDownstream ? "downstream" : "upstream"});
  add_process("one_shot_impact", words, effort.pairs);
  add_process("one_shot_coverage", {program, "--db", subject.made.directory.string(), "--json", "coverage"}, effort.pairs);
}

}  // namespace

Subject::Subject(GraphStore its_store, std::filesystem::path its_scratch)
    : made(std::move(its_store)),
      scratch(std::move(its_scratch)),
      store(open_to_read(made.directory)),
      raw(must(Database::open(made.directory / "db", OpenMode::kReadOnly, nullptr))),
      view(store->read()),
      graph(graph_of(view)),
      past(some_past(view)),
      request(widest_request(graph.view)) {
  for (Vertex vertex = 0; vertex < graph.view.size(); ++vertex) {
    for ([[maybe_unused]] const GraphView::Edge& edge : graph.view.out(vertex)) ++edges;
  }
  choose_roots(*this);
}

void add_questions(Subject& subject, const Effort& effort) {
  add_impact(subject, "impact_hub", subject.hub, effort);
  add_impact(subject, "impact_goal", subject.goal, effort);
  add_impact(subject, "impact_middle", subject.middle, effort);
  if (!subject.request.empty()) {
    Question chain{"chain", "chain", {{"change_request", {subject.request}}}, [&subject] { copy_answer(subject); }};
    add_question(subject, std::move(chain), effort);
  }
  const std::string past = format_time(subject.past);
  const std::size_t layers = must(subject.view.coverage(std::nullopt)).size();
  add_rows(subject, {"coverage", "coverage", {}, {}}, kTotalsTag, layers, effort);
  add_rows(subject, {"coverage_past", "coverage", {{"at", {past}}}, {}}, kCoverageTag, layers, effort);
  add_rows(subject, {"trend", "trend", {{"period", {"30d"}}}, {}}, kCoverageTag, 30 * layers, effort);
  add_rows(subject, {"orphans", "orphans", {{"limit", {std::to_string(kPage)}}}, {}}, kOrphanTag, kPage, effort);
  add_rows(subject, {"orphans_past", "orphans", {{"limit", {std::to_string(kPage)}}, {"at", {past}}}, {}}, kOrphanTag, kPage,
           effort);
}

}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const std::string program = bench::program_path(flags);
  const bench::Effort effort{flags.number("pairs", 25), flags.number("rounds", 7), flags.number("appends", 2000)};
  bench::Subject subject(bench::make_graph_store({flags.text("file"), flags.number("edges", 100'000)}, directory.path()),
                         directory.path());
  bench::add_walks(subject, effort);
  bench::add_questions(subject, effort);
  bench::add_store_work(subject, effort);
  bench::add_processes(subject, program, effort);
  return bench::run();
}
