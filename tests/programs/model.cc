// The store against a naive model: random operations, every answer compared byte by byte.
//
// An operation is a number: from it, and from what the model holds, everything it does follows. So a run is replayed from its seed, and a failing
// run is shrunk by leaving numbers out.

#include "api/operation.h"
#include "codec/event_json.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "engine/rebuild.h"
#include "tests/support/ask.h"
#include "tests/support/generator.h"
#include "tests/support/graph_check.h"
#include "tests/support/process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <sstream>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "model: random appends and reads, compared with a naive model in memory.\n"
    "  --seed N     where the numbers come from (default: the clock)\n"
    "  --ops N      how many operations (default 5000)\n"
    "  --events N   a store and its model are given up after so many events (default 6000)\n"
    "  --only A,B,… these operations of the seed alone, as a failing run prints them\n"
    "  --trace 1    print each operation\n";

constexpr std::int64_t kBaseMicros = 1'748'736'000 * kMicrosPerSecond;
constexpr std::size_t kPagersMax = 8;
constexpr std::size_t kTracedMax = 60;  // more operations than that nobody reads
constexpr auto kShrinkTime = std::chrono::seconds(120);

using Problem = std::optional<std::string>;

/// The number that `error.details` has under `name`.
std::optional<std::uint64_t> detail(const Error& error, std::string_view name) {
  for (const Detail& each : error.details) {
    if (const auto* number = std::get_if<std::uint64_t>(&each.value); number != nullptr && each.name == name) return *number;
  }
  return std::nullopt;
}

Problem compare_error(const Error& error, const AppendOutcome& want, std::size_t events) {
  const std::string_view code = code_info(error.code).name;
  if (code != want.code)
    return fmt::format("got {} ({}), expected {}", code, error.message, want.code.empty() ? "receipts" : want.code);
  if (want.actual && detail(error, "actual") != want.actual) {
    return fmt::format("details.actual is {}, expected {}", detail(error, "actual").value_or(0), *want.actual);
  }
  if (code != "clock_behind" && events > 1 && detail(error, "line") != want.place + 1) {
    return fmt::format("details.line is {}, expected {}", detail(error, "line").value_or(0), want.place + 1);
  }
  return std::nullopt;
}

/// One store, and the model of it.
class World {
 public:
  explicit World(bool trace) : trace_(trace) { (void)open(true); }

  Problem step(std::uint64_t number);
  Position last() const { return reference_.last(); }

 private:
  Problem open(bool writing, std::optional<std::size_t> bulk_events = std::nullopt);
  Problem append(Generator& generator, const std::vector<Draft>& batch, bool array);
  Problem compare_receipts(const std::vector<Draft>& batch, const AppendOutcome& want, const Result<std::vector<Receipt>>& got);
  Problem append_broken(Generator& generator);
  Problem write(Generator& generator);
  Problem read(Generator& generator);
  Problem turn_a_page(Generator& generator);
  Problem reopen(Generator& generator);
  Problem rebuild_store(bool check_only);
  Problem with_clock_behind(Generator& generator);
  Timestamp now() const { return {clock_->load()}; }
  void say(const std::string& text) const {
    if (trace_) fmt::print("  {}\n", text);
  }

  bool trace_;
  TemporaryDirectory directory_;
  std::shared_ptr<std::atomic<std::int64_t>> clock_ = std::make_shared<std::atomic<std::int64_t>>(kBaseMicros);
  Reference reference_;
  std::unique_ptr<Store> store_;
  std::deque<Pager> pagers_;
};

Problem World::open(bool writing, std::optional<std::size_t> bulk_events) {
  store_.reset();
  StoreOptions options{.directory = directory_.path() / "store",
                       .clock = [clock = clock_] { return Timestamp{clock->load()}; }};
  if (bulk_events) options.bulk_events = *bulk_events;
  options.graph_checkpoint_events = 40;
  Result<std::unique_ptr<Store>> opened = writing ? Store::open_for_writing(options) : Store::open_for_reading(options);
  if (!opened.ok()) return fmt::format("opening: {} ({})", code_info(opened.error().code).name, opened.error().message);
  store_ = opened.take();
  if (store_->damage()) return "the store calls itself damaged";
  return std::nullopt;
}

Problem World::step(std::uint64_t number) {
  Generator clock(number, reference_, now());
  if (!clock.one_in(3)) *clock_ += static_cast<std::int64_t>(clock.below(clock.one_in(20) ? 3'600'000'000 : 2'000'000));
  if (clock.one_in(50)) *clock_ -= static_cast<std::int64_t>(clock.below(3'600'000'000));
  Generator generator(number + 1, reference_, now());
  const std::uint64_t dice = generator.below(1000);
  if (dice < 450) return write(generator);
  if (dice < 475) return append_broken(generator);
  if (dice < 478) return with_clock_behind(generator);
  if (dice < 484) return reopen(generator);
  if (dice < 488) return differ_in_log(*store_, reference_);
  if (dice < 580) return turn_a_page(generator);
  return read(generator);
}

Problem World::write(Generator& generator) {
  const std::uint64_t dice = generator.below(100);
  if (dice < 55) return append(generator, {generator.draft()}, false);
  if (dice < 84) return append(generator, generator.batch(generator.below(12)), true);
  if (dice < 86) return append(generator, generator.batch(100 + generator.below(200)), true);
  if (reference_.last() == 0) return std::nullopt;
  return append(generator, {generator.retry(dice < 95)}, generator.one_in(2));
}

Problem World::append(Generator& generator, const std::vector<Draft>& batch, bool array) {
  const std::string text = array ? generator.text(batch) : generator.text(batch.front());
  say("append " + text);
  const AppendOutcome want = reference_.append(batch, now());
  Result<ParsedBatch> parsed = parse_batch(text, store_->now(), {});
  Result<std::vector<Receipt>> got =
      parsed.ok() ? store_->append(std::move(parsed->events)) : Result<std::vector<Receipt>>(parsed.take_error());
  if (Problem problem = compare_receipts(batch, want, got)) return fmt::format("append {}: {}", text, *problem);
  if (store_->read().log_position() != reference_.last()) {
    return fmt::format("after the append log_position is {}, expected {}", store_->read().log_position(), reference_.last());
  }
  return std::nullopt;
}

Problem World::compare_receipts(const std::vector<Draft>& batch, const AppendOutcome& want,
                                const Result<std::vector<Receipt>>& got) {
  if (!got.ok()) return compare_error(got.error(), want, batch.size());
  if (!want.code.empty()) return fmt::format("got receipts, expected {}", want.code);
  if (got->size() != batch.size()) return fmt::format("got {} receipts, expected {}", got->size(), batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Receipt& receipt = (*got)[i];
    const std::size_t index = want.events[i];
    if (reference_.events()[index].id.empty()) {
      if (receipt.id.bytes[6] >> 4U != 7)
        return fmt::format("a made id is {}, expected a UUID of version 7", format_uuid(receipt.id));
      reference_.set_id(index, format_uuid(receipt.id));
    }
    const ReferenceEvent& event = reference_.events()[index];
    const Json expected = [&] {
      Json json = event.json();
      for (const std::string_view name : {"event_type", "actor", "data", "metadata"}) json.erase(name);
      json.set("duplicate", Json::boolean(want.duplicates[i]));
      return json;
    }();
    if (render_receipt(receipt) != expected.plain())
      return fmt::format("receipt {} is {}, expected {}", i + 1, render_receipt(receipt), expected.plain());
  }
  return std::nullopt;
}

Problem World::append_broken(Generator& generator) {
  const Generator::Broken broken = generator.broken();
  const bool array = generator.one_in(2);
  const Draft good = generator.draft();
  const std::string text = array ? fmt::format("[{},{}]", generator.text(good), broken.text) : broken.text;
  say("broken " + text);
  const Result<ParsedBatch> parsed = parse_batch(text, store_->now(), {});
  if (parsed.ok()) return fmt::format("taken although it is {}: {}", broken.code, text);
  const std::string_view code = code_info(parsed.error().code).name;
  if (code != broken.code) return fmt::format("{} gives {} ({}), expected {}", text, code, parsed.error().message, broken.code);
  return std::nullopt;
}

Problem World::with_clock_behind(Generator& generator) {
  if (reference_.last() == 0) return std::nullopt;
  const std::int64_t before = clock_->load();
  *clock_ = reference_.events().back().recorded_at.micros - kMicrosPerDay - static_cast<std::int64_t>(generator.below(2));
  Draft draft = generator.draft();
  draft.created_at.reset();
  draft.expected_version.reset();
  Problem problem = append(generator, {draft}, false);
  *clock_ = std::max(before, clock_->load());
  return problem;
}

Problem World::read(Generator& generator) {
  Query query = generator.query();
  say(query.operation + " " + query.entity + query.from_ref + " " + query.to_ref);
  // Later pages of orphans tell what is an orphan then, so they are all read now.
  if (query.operation == "orphans") return differ(*store_, reference_, query, generator.limit());
  Pager pager(query, reference_.answer(query, now()));
  if (Problem problem = pager.next(*store_, generator.limit())) return problem;
  if (!pager.done()) pagers_.push_back(std::move(pager));
  if (pagers_.size() > kPagersMax) pagers_.pop_front();
  return std::nullopt;
}

Problem World::turn_a_page(Generator& generator) {
  if (pagers_.empty()) return read(generator);
  const std::size_t i = generator.below(pagers_.size());
  say("next page of " + pagers_[i].query().operation);
  Problem problem = pagers_[i].next(*store_, generator.limit());
  if (problem || pagers_[i].done()) pagers_.erase(pagers_.begin() + static_cast<std::ptrdiff_t>(i));
  return problem;
}

Problem World::reopen(Generator& generator) {
  say("reopen");
  if (Problem problem = graph_difference(store_->read())) return problem;
  store_.reset();
  if (reference_.last() > 0) {
    if (Problem problem = kept_rows_difference(directory_.path() / "store")) return problem;
    if (generator.one_in(2)) {
      if (Problem problem = rebuild_store(generator.one_in(2))) return problem;
    }
  }
  if (generator.one_in(2)) {
    if (Problem problem = open(false)) return problem;
    for (int i = 0; i < 5; ++i) {
      if (Problem problem = i % 2 == 0 ? read(generator) : turn_a_page(generator)) return "opened for reading: " + *problem;
    }
    if (Problem problem = differ_in_log(*store_, reference_)) return "opened for reading: " + *problem;
  }
  // Groups of so many events go into files at once: now and then also small ones.
  return open(true, generator.one_in(3) ? std::optional<std::size_t>(2 + generator.below(8)) : std::nullopt);
}

Problem World::rebuild_store(bool check_only) {
  say(check_only ? "rebuild --check" : "rebuild");
  const auto report = rebuild({.store = {.directory = directory_.path() / "store"}, .check_only = check_only});
  if (!report.ok()) return fmt::format("rebuild: {}", report.error().message);
  if (report->events != reference_.last())
    return fmt::format("rebuild tells {} events, expected {}", report->events, reference_.last());
  if (!report->difference) return std::nullopt;
  return fmt::format("rebuild: family {}: {} {}", report->difference->family, report->difference->key,
                     report->difference->problem);
}

std::uint64_t operation_number(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t mixed = seed * 0x9E3779B97F4A7C15U + index * 0xBF58476D1CE4E5B9U;
  mixed ^= mixed >> 31U;
  return mixed * 0x94D049BB133111EBU;
}

struct Run {
  std::uint64_t seed = 0;
  bool trace = false;

  /// The first problem of these operations, in a world of their own; `count` is how many were done then.
  Problem play(const std::vector<std::uint64_t>& indexes, std::size_t& count) const {
    World world(trace);
    for (count = 0; count < indexes.size(); ++count) {
      if (trace) fmt::print("{}:\n", indexes[count]);
      if (Problem problem = world.step(operation_number(seed, indexes[count]))) return problem;
    }
    return std::nullopt;
  }

  /// Leaves out what is not needed for a problem: halves first, then smaller parts, then one by one.
  std::vector<std::uint64_t> shrink(std::vector<std::uint64_t> indexes) const {
    const auto deadline = std::chrono::steady_clock::now() + kShrinkTime;
    for (std::size_t part = indexes.size() / 2; part > 0; part /= 2) {
      for (std::size_t at = 0; at < indexes.size() && std::chrono::steady_clock::now() < deadline;) {
        std::vector<std::uint64_t> fewer = indexes;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                    fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at + part, fewer.size())));
        std::size_t count = 0;
        if (play(fewer, count)) {
          fewer.resize(std::min(count + 1, fewer.size()));
          indexes = std::move(fewer);
        } else {
          at += part;
        }
      }
    }
    return indexes;
  }
};

int report(const Run& run, const std::vector<std::uint64_t>& indexes, const std::string& problem) {
  fmt::print("operation {}: {}\nshrinking {} operations…\n", indexes.back(), problem, indexes.size());
  const std::vector<std::uint64_t> fewer = Run{run.seed, false}.shrink(indexes);
  std::size_t count = 0;
  const Problem last = Run{run.seed, fewer.size() <= kTracedMax}.play(fewer, count);
  fmt::print("{}\nreplay: model --seed {} --only {}\n", last.value_or("it did not come again"), run.seed,
             fmt::join(fewer, ","));
  return conclude(indexes.back(), 1);
}

int run_model(const CommandLine& line) {
  Run run{line.number("seed", static_cast<std::uint64_t>(system_clock_now().micros)), line.has("trace")};
  const std::uint64_t operations = line.number("ops", 5000);
  const std::uint64_t events_max = line.number("events", 6000);
  fmt::print("seed {}\n", run.seed);
  std::fflush(stdout);
  if (line.has("only")) {
    std::vector<std::uint64_t> indexes;
    std::istringstream in(line.text("only"));
    for (std::string index; std::getline(in, index, ',');) indexes.push_back(std::strtoull(index.c_str(), nullptr, 10));
    std::size_t count = 0;
    const Problem problem = Run{run.seed, true}.play(indexes, count);
    if (problem) fmt::print("{}\n", *problem);
    return conclude(count, problem ? 1 : 0);
  }
  std::vector<std::uint64_t> indexes;
  std::unique_ptr<World> world;
  for (std::uint64_t i = 1; i <= operations; ++i) {
    if (world == nullptr || world->last() > events_max) {
      world = std::make_unique<World>(run.trace);
      indexes.clear();
    }
    indexes.push_back(i);
    if (run.trace) fmt::print("{}:\n", i);
    if (Problem problem = world->step(operation_number(run.seed, i))) return report(run, indexes, *problem);
    if (i % 10'000 == 0) fmt::print(stderr, "{} operations\n", i);
  }
  return conclude(operations, 0);
}

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  return govlog::testing::run_model(govlog::testing::CommandLine(argc, argv, govlog::testing::kHelp));
}
