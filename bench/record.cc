// What keeping a record costs: roots and proofs beside the hashes that they are made of, and appends with HEAD beside appends without it.
#include "api/operation.h"
#include "bench/support.h"
#include "bench/synthetic.h"
#include "codec/event_json.h"
#include "codec/hash.h"
#include "engine/store.h"
#include "tests/support/process.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <bit>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "record_bench: root, prove and prove --consistency beside as many hashes; appends with and without HEAD\n\n"
    "  --store DIR    the store to ask (a new one of made-up events otherwise)\n"
    "  --events N     how many events to make up (100000)\n"
    "  --pairs N      pairs of each work and its bare limit (25)\n"
    "  --appends N    pairs of an append with HEAD and one without (400)\n";

constexpr std::uint64_t kAsksAPair = 50;

/// A file to which nothing is written.
class NoFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  using FSRandomRWFileOwnerWrapper::FSRandomRWFileOwnerWrapper;
  rocksdb::IOStatus Write(std::uint64_t, const rocksdb::Slice&, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return rocksdb::IOStatus::OK(); }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return rocksdb::IOStatus::OK(); }
};

/// The machine's own, but for HEAD, the one file that a store overwrites in place.
class WithoutHead : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "WithoutHead"; }
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file, rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FileSystemWrapper::NewRandomRWFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<NoFile>(std::move(*file));
    return status;
  }
};

/// Two stores that get the same events in turn.
struct Twins {
  explicit Twins(const std::filesystem::path& directory)
      : env(rocksdb::NewCompositeEnv(std::make_shared<WithoutHead>(rocksdb::FileSystem::Default()))),
        with(must(Store::open_for_writing({.directory = directory / "with"}))),
        without(must(Store::open_for_writing({.directory = directory / "without", .env = env.get()}))) {}

  std::unique_ptr<rocksdb::Env> env;  // outlives the store
  std::unique_ptr<Store> with;
  std::unique_ptr<Store> without;
  std::uint64_t next = 1;
};

Cost append(Store& store, std::string_view line) {
  return cost_of(1, Cpu::kProcess, [&] {
    std::vector<Event> batch;
    batch.push_back(must(parse_event(line, store.now(), EventLimits{})));
    (void)must(store.append(std::move(batch)));
  });
}

void add_appends(Twins& twins, std::uint64_t pairs) {
  MeasuredWork work;
  work.name = "append_with_head";
  work.rounds = pairs;
  work.round = [&twins](Pairs& all) {
    constexpr std::uint64_t kEvents = 1'000'000'000;  // more than are ever made
    const std::string line = synthetic_line(twins.next++, kEvents, twins.with->now());
    // Who comes second finds the disk as the first left it: they change places.
    const bool with_first = twins.next % 2 == 0;
    const Cost one = append(with_first ? *twins.with : *twins.without, line);
    const Cost other = append(with_first ? *twins.without : *twins.with, line);
    all.add(with_first ? one : other, with_first ? other : one);
  };
  add_measured(std::move(work));
}

/// Whole answers in JSON, of the middle of the log, beside so many hashes of two.
void add_questions(Store& store, std::uint64_t pairs) {
  const Position size = store.read().log_position();
  const auto hashes = static_cast<std::uint64_t>(std::bit_width(size));
  const std::vector<std::pair<std::string, Arguments>> questions{
      {"root", {}},
      {"root", {{"at_position", {std::to_string(size / 2 + 1)}}}},
      {"prove", {{"position", {std::to_string(size / 2 + 1)}}}},
      {"prove", {{"position", {std::to_string(size / 3)}}, {"at_position", {std::to_string(size / 2 + 1)}}}},
      {"consistency", {{"from", {std::to_string(size / 3)}}, {"to", {std::to_string(size)}}}},
  };
  for (const auto& [operation, arguments] : questions) {
    if (find_operation(operation) == nullptr) give_up(fmt::format("there is no operation {}", operation));
    PairedWork work;
    work.name = operation + (arguments.contains("at_position") ? "_at" : "");
    work.ours = [&store, operation, arguments] { (void)must(run_operation(*find_operation(operation), store, arguments)); };
    work.bare = [hashes] {
      static Hash node{};
      for (std::uint64_t i = 0; i < hashes; ++i) node = node_hash(node, node);
    };
    work.pairs = pairs;
    work.times = kAsksAPair;
    add_pairs(std::move(work));
  }
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const auto store = bench::store_to_read(flags.text("store"), directory.path(), flags.number("events", 100'000));
  bench::Twins twins(directory.path());
  bench::add_appends(twins, flags.number("appends", 400));
  bench::add_questions(*store, flags.number("pairs", 25));
  return bench::run();
}
