// Reads of a store, rendered as the contract has them, beside RocksDB iterators over as many rows, or point reads.
#include "api/operation.h"
#include "bench/support.h"
#include "bench/synthetic.h"
#include "codec/keys.h"
#include "codec/time.h"
#include "engine/database.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "read_bench: pages, time travel and diffs of a store of many events\n\n"
    "  --store DIR    the store to read (a new one of made-up events otherwise)\n"
    "  --events N     how many events to make up (100000)\n"
    "  --pairs N      pairs of each read and its bare limit (25)\n"
    "  --questions F  what to ask in the place of the usual: lines of a name, an operation and arguments as key=value, tabs "
    "between\n";

constexpr std::size_t kPage = 100;
constexpr std::uint64_t kReadsAPair = 20;

/// The store, and its files below it. What both have in memory is their own.
struct Reader {
  std::unique_ptr<Store> store;
  std::unique_ptr<Database> raw;
  std::string answer;
  std::string bare;

  void ask(std::string_view operation, const Arguments& arguments) {
    answer = must(run_operation(*find_operation(operation), *store, arguments));
  }
};

/// Things that are in the store, to ask for.
struct Known {
  std::string actor;
  std::string event_type;
  EntityRef entity;  // of several versions
  std::uint64_t version = 0;
  Timestamp middle;  // halfway back
};

Known look_around(const ReadView& view) {
  Known known;
  std::size_t seen = 0;
  (void)must(view.scan_events({}, Order::kDescending, {}, [&](const EventView& event) -> Result<bool> {
    if (!event.actor) return true;
    known.actor = *event.actor;
    known.event_type = event.event_type;
    return ++seen < kPage / 2;
  }));
  (void)must(view.scan_heads(std::nullopt, std::nullopt, [&](const EntityRef& entity, const EntityHead& head) -> Result<bool> {
    if (head.version < known.version || head.version > 8) return true;
    known.entity = entity;
    known.version = head.version;
    return known.version < 5;
  }));
  std::string buffer;
  const std::optional<EventView> middle = must(view.event_at((view.log_position() + 1) / 2, buffer));
  if (!middle || known.version < 2) give_up("the store is too small to be asked anything, expected some hundred events");
  known.middle = middle->created_at;
  return known;
}

PairedWork read_work(Reader& reader, std::string name, std::string operation, Arguments arguments) {
  PairedWork work;
  work.name = std::move(name);
  work.times = kReadsAPair;
  work.ours = [&reader, operation = std::move(operation), arguments = std::move(arguments)] {
    reader.ask(operation, arguments);
  };
  work.afterwards = [&reader](benchmark::State& state) {
    std::string copy(reader.answer.size(), ' ');
    const Cost memory = cost_of(2000, Cpu::kThread, [&] {
      std::memcpy(copy.data(), reader.answer.data(), copy.size());
      asm volatile("" : : "r"(copy.data()) : "memory");  // the copy is not left out
    });
    set_counter(state, "answer_bytes", static_cast<double>(copy.size()));
    set_counter(state, "memcpy_us", memory.cpu);
  };
  return work;
}

void add_pages(Reader& reader, const Known& known, std::uint64_t pairs) {
  const std::string always = "0001-01-01";
  const auto page = [&](std::string name, std::string operation, Arguments arguments, Family family) {
    arguments["limit"] = {std::to_string(kPage)};
    PairedWork work = read_work(reader, std::move(name), std::move(operation), std::move(arguments));
    const std::string from = family == Family::kViews ? head_key("", "") : std::string();
    work.bare = [&reader, family, from] { copy_rows(*reader.raw, family, from, kPage, reader.bare); };
    work.pairs = pairs;
    add_pairs(std::move(work));
  };
  page("timeline_page", "timeline", {{"from", {always}}}, Family::kEvents);
  page("timeline_actor", "timeline", {{"from", {always}}, {"actor", {known.actor}}}, Family::kEvents);
  page("timeline_type_and_actor", "timeline",
       {{"from", {always}}, {"actor", {known.actor}}, {"event_type", {known.event_type}}}, Family::kEvents);
  page("list_page", "list", {}, Family::kViews);
  page("list_page_at", "list", {{"at", {format_time(known.middle)}}}, Family::kViews);
}

void add_entity_reads(Reader& reader, const Known& known, std::uint64_t pairs) {
  const std::string entity = fmt::format("{}/{}", known.entity.entity_type, known.entity.entity_id);
  const std::string head = head_key(known.entity.entity_type, known.entity.entity_id);
  const auto add = [&](std::string name, std::string operation, Arguments arguments) {
    PairedWork work = read_work(reader, std::move(name), std::move(operation), std::move(arguments));
    work.bare = [&reader, head] { reader.bare = must(reader.raw->get(Family::kViews, head, nullptr)).value_or(""); };
    work.pairs = pairs;
    add_pairs(std::move(work));
  };
  add("at_entity", "at", {{"entity", {entity}}});
  add("diff_versions", "diff", {{"from", {entity + "@1"}}, {"to", {fmt::format("{}@{}", entity, known.version)}}});
  add("history", "history", {{"entity", {entity}}});
}

struct Question {
  std::string name;
  std::string operation;
  Arguments arguments;
};

/// The first answer of a store that was just opened: nothing decompressed yet. What is not counted: opening, and the disk.
void add_cold(Reader& reader, const std::filesystem::path& directory, Question question, std::size_t rows) {
  MeasuredWork work;
  work.name = question.name + "_cold";
  work.clock = Clock::kCpu;
  work.round = [&reader, directory, rows, question = std::move(question)](Pairs& all) {
    StoreOptions options;
    options.directory = directory;
    const std::unique_ptr<Store> store = must(Store::open_for_reading(options));
    const std::unique_ptr<Database> raw = must(Database::open(directory / "db", OpenMode::kReadOnly, nullptr));
    const Cost ours = cost_of(1, Cpu::kThread, [&] {
      reader.answer = must(run_operation(*find_operation(question.operation), *store, question.arguments));
    });
    all.add(ours, cost_of(1, Cpu::kThread, [&] { copy_rows(*raw, Family::kEvents, "", rows, reader.bare); }));
  };
  add_measured(std::move(work));
}

std::vector<Question> read_questions(const std::string& file) {
  std::ifstream in(file);
  if (!in) give_up(fmt::format("cannot read {}", file));
  std::vector<Question> questions;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Question question;
    std::getline(words, question.name, '\t');
    std::getline(words, question.operation, '\t');
    for (std::string word; std::getline(words, word, '\t');) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos) give_up(fmt::format("{} is no key=value", word));
      question.arguments[word.substr(0, equals)] = {word.substr(equals + 1)};
    }
    if (find_operation(question.operation) == nullptr) give_up(fmt::format("there is no operation {}", question.operation));
    questions.push_back(std::move(question));
  }
  return questions;
}

/// Each question warm and cold, beside as many rows of an iterator as it may give.
void add_questions(Reader& reader, const std::filesystem::path& directory, const std::string& file, std::uint64_t pairs) {
  for (const Question& question : read_questions(file)) {
    const auto limit = question.arguments.find("limit");
    const std::size_t rows = limit == question.arguments.end() ? 1 : std::stoul(limit->second.front());
    PairedWork work = read_work(reader, question.name, question.operation, question.arguments);
    work.bare = [&reader, rows] { copy_rows(*reader.raw, Family::kEvents, "", rows, reader.bare); };
    work.pairs = pairs;
    add_pairs(std::move(work));
    add_cold(reader, directory, question, rows);
  }
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const std::string store = flags.text("store");
  bench::Reader reader;
  reader.store = bench::store_to_read(store, directory.path(), flags.number("events", 100'000));
  const std::filesystem::path path = store.empty() ? directory.path() / "store" : std::filesystem::path(store);
  reader.raw = bench::must(govlog::Database::open(path / "db", govlog::OpenMode::kReadOnly, nullptr));
  const std::uint64_t pairs = flags.number("pairs", 25);
  if (const std::string questions = flags.text("questions"); !questions.empty()) {
    bench::add_questions(reader, path, questions, pairs);
    return bench::run();
  }
  const bench::Known known = bench::look_around(reader.store->read());
  bench::add_pages(reader, known, pairs);
  bench::add_entity_reads(reader, known, pairs);
  bench::add_cold(reader, path,
                  {"timeline_page", "timeline", {{"from", {"0001-01-01"}}, {"limit", {std::to_string(bench::kPage)}}}},
                  bench::kPage);
  return bench::run();
}
