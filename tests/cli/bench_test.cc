#include "cli/bench_history.h"
#include "cli/bench_samples.h"
#include "cli/bench_show.h"
#include "codec/json_text.h"
#include "run_govlog.h"
#include "tests/api/ask_store.h"
#include "tests/cli/widest_line.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

namespace {

constexpr std::uint64_t kStories = 10;

/// A store with the first stories of a history.
class HistoryStore {
 public:
  HistoryStore() {
    store.set_now("2026-01-01T00:00:00Z");
    const BenchHistory history(kStories * BenchHistory::kStoryEvents);
    for (std::uint64_t i = 0; i < kStories * BenchHistory::kStoryEvents; ++i) (void)store.append(history.line(i));
  }

  static std::size_t count(std::string_view container) {
    std::size_t items = 0;
    for (JsonCursor item(container); item.next();) ++items;
    return items;
  }
  std::size_t listed(std::string_view entity_type) {
    const std::string answer = ask(store, "list", {{"entity_type", {std::string(entity_type)}}, {"limit", {"1000"}}});
    return count(json_member(answer, "items").value_or(""));
  }

  TemporaryStore store;
};

BenchReport some_report() {
  BenchReport report;
  report.events = 10'000;
  report.import_seconds = 0.5;
  report.rebuild_nodes = 10'005;
  const BenchRow append{.operation = kBenchAppend,
                        .bare_limit = "pwrite and fdatasync of the event",
                        .target_ms = 50,
                        .first_ms = 1,
                        .p50_ms = 0.3,
                        .p99_ms = 61,
                        .bare_limit_ms = 0.2,
                        .bare_limit_p99_ms = 59,
                        .samples = 500};
  BenchRow chain = append;
  chain.operation = "impact chain, 5 hops";
  chain.bare_limit = "memcpy of the answer";
  chain.target_ms = 500;
  chain.first_ms = 700;
  chain.bare_limit_ms = 0.0001234;
  report.rows = {append, chain};
  return report;
}

}  // namespace

TEST_SUITE("bench") {
  TEST_CASE("every change request of the made-up history has a chain of five hops") {
    HistoryStore history;
    for (std::uint64_t story = 0; story < kStories; ++story) {
      const std::string answer = ask(history.store, "chain", {{"change_request", {fmt::format("CR-{}", story)}}});
      CAPTURE(answer);
      CHECK(HistoryStore::count(json_member(answer, "counts").value_or("")) == 6);  // distances 0 to 5
      CHECK(HistoryStore::count(json_member(answer, "assessments").value_or("")) == 2);
      CHECK(HistoryStore::count(json_member(answer, "diagram_versions").value_or("")) == 1);
    }
  }

  TEST_CASE("a story of the made-up history has as many nodes as it says") {
    HistoryStore history;
    const std::string stats = ask(history.store, "stats", {});
    CHECK(json_member(json_member(stats, "event_types").value_or("{}"), "DiagramVersionCreated") == "20");
    const std::size_t nodes = history.listed("element") + history.listed("change_request") +
                              history.listed("impact_assessment") + history.listed("mitigation") + history.listed("adr") + 20;
    CHECK(nodes == kStories * BenchHistory::kStoryNodes);
  }

  TEST_CASE("the made-up history is the same each time") {
    CHECK(BenchHistory(1000).line(500) == BenchHistory(1000).line(500));
    CHECK(BenchHistory(1000).line(0).starts_with(R"({"event_type":"DiagramVersionCreated","entity_type":"diagram")"));
    CHECK(contains(BenchHistory(100).line(0), R"("created_at":"2024-11-27T00:00:00.000000Z")"));
  }

  TEST_CASE("a quantile is the nearest rank") {
    CHECK(quantile({3, 1, 2}, 0.5) == 2);
    CHECK(quantile({4, 3, 2, 1}, 0.5) == 2);
    CHECK(quantile({1, 2, 3}, 0.99) == 3);
    CHECK(quantile({}, 0.5) == 0);
  }

  TEST_CASE("times have three digits and a unit") {
    CHECK(shown_ms(0) == "0.00 ns");
    CHECK(shown_ms(0.0000412) == "41.2 ns");
    CHECK(shown_ms(0.3101) == "310 µs");
    CHECK(shown_ms(0.99996) == "1.00 ms");
    CHECK(shown_ms(12.34) == "12.3 ms");
    CHECK(shown_ms(61'000) == "61.0 s");
  }

  TEST_CASE("what was missed, and whether it is the disk's doing, is said in 80 columns") {
    const BenchReport report = some_report();
    std::string text = show_bench(report, {.directory = "/srv/govlog-bench-AbCdEf"}, {}, 80);
    CAPTURE(text);
    CHECK(widest_line(text) <= 80);
    std::replace(text.begin(), text.end(), '\n', ' ');
    CHECK(contains(text, "Missed by p99: event append (61.0 ms, target 50 ms)."));
    CHECK(contains(text, "The disk is the limit: a bare sync takes 200 µs, an append 300 µs; by p99 59.0 ms and 61.0 ms."));
    CHECK(contains(show_bench(report, {.directory = "/dev/shm/x", .in_memory = true}, {}, 80), "reaches no disk"));
    CHECK(contains(text, "700 ms (over its target)"));
    CHECK_FALSE(all_met(report));
  }

  TEST_CASE("numbers of the JSON have no exponents, and digits enough") {
    const std::string json = render_bench(some_report(), {.directory = "/srv"});
    CHECK(contains(json, "\"bare_limit_ms\":0.0001234,"));
    CHECK(contains(json, "\"target_ms\":500,\"p50_ms\":0.3000,\"p99_ms\":61.00,\"times_better\":1667,"));
    CHECK(json.ends_with("\"disk_is_limit\":true,\"ok\":false}"));
  }

  TEST_CASE("the six targets are measured beside the store, and nothing stays behind") {
    const Shell shell;
    const Ran ran = shell.run("govlog bench --events 200 --json");
    CAPTURE(ran.err);
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out.find('\n') == ran.out.size() - 1);
    const std::string_view answer = std::string_view(ran.out).substr(0, ran.out.size() - 1);
    CHECK(json_member(answer, "events") == "200");
    const std::string directory = json_unescape(json_member(answer, "directory").value_or(""));
    CHECK(contains(directory, "/govlog-bench-"));
    CHECK(std::filesystem::equivalent(std::filesystem::path(directory).parent_path(), shell.directory()));
    CHECK_FALSE(std::filesystem::exists(directory));
    CHECK_FALSE(std::filesystem::exists(shell.store()));
    std::vector<std::string> operations;
    for (JsonCursor row(json_member(answer, "rows").value_or("")); row.next();) {
      operations.push_back(json_unescape(json_member(row.value(), "operation").value_or("")));
      for (const std::string_view number :
           {"target_ms", "p50_ms", "p99_ms", "times_better", "bare_limit_ms", "bare_limit_p99_ms", "samples", "first_ms"})
        CHECK(json_kind(json_member(row.value(), number).value_or("")) == JsonKind::kNumber);
      CHECK(json_kind(json_member(row.value(), "bare_limit").value_or("")) == JsonKind::kString);
    }
    CHECK(operations == std::vector<std::string>{"event append", "timeline query", "impact chain, 5 hops",
                                                 "coverage calculation", "time travel", "full graph rebuild"});
  }

  TEST_CASE("a bench that is told to end removes its store") {
    const Shell shell;
    const Ran ran = shell.run(
        "\"$GOVLOG\" bench --events 10000000 & until ls -d govlog-bench-*/events.ndjson >/dev/null 2>&1; do sleep 0.05; done; "
        "kill -TERM $!; wait $!; echo \"exit $?\"; ls -d govlog-bench-*");
    CHECK(ran.out == "exit 143\n");
    CHECK(contains(ran.err, "interrupted"));
  }

  TEST_CASE("what a bench cannot do is refused before anything is made") {
    const Shell shell;
    for (const std::string arguments : {"--events 0", "--events -1", "--events abc", "--events 99", "--events 10000001",
                                        "--dir nowhere", "--dir=", "--dir out", "--check=1", "more"}) {
      CAPTURE(arguments);
      const Ran ran = shell.run("govlog --json bench " + arguments);
      CHECK(ran.exit_code == 2);
      CHECK(ran.err.starts_with("{\"error\":{\"code\":\"invalid_argument\""));
    }
    CHECK(shell.run("ls -d govlog-bench-*").out.empty());
    CHECK(contains(shell.run("govlog bench --help").out, "default 10000"));
  }
}

}  // namespace govlog
