// The state of one entity of many events at random instants, beside one seek in the checkpoints.
#include "api/operation.h"
#include "bench/support.h"
#include "bench/synthetic.h"
#include "codec/keys.h"
#include "codec/time.h"
#include "engine/database.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace govlog::bench {
namespace {

constexpr const char* kHelp =
    "time_travel_bench: the state of one entity of many events at random instants\n\n"
    "  --entity-events N   how many events it has (100000)\n"
    "  --instants N        how many instants (2000)\n";

constexpr std::string_view kType = "landscape";
constexpr std::string_view kId = "MAP-1";
constexpr std::int64_t kStep = 60 * kMicrosPerSecond;

Timestamp instant_of(std::uint64_t event, std::uint64_t count, Timestamp now) {
  return {now.micros - static_cast<std::int64_t>(count - event) * kStep};
}

/// Each event sets one of 40 fields, so that the state stays at some 3 KiB.
void fill(Store& store, std::uint64_t count, Timestamp now) {
  std::vector<Event> batch;
  for (std::uint64_t i = 0; i < count; ++i) {
    Event event;
    event.event_type = "LandscapeNoted";
    event.entity_type = kType;
    event.entity_id = kId;
    event.actor = fmt::format("architect_{}", i % 12);
    event.data = fmt::format(R"({{"field_{:02}":"the value that event {} gave it, and some more text"}})", i % 40, i);
    event.created_at = instant_of(i, count, now);
    batch.push_back(std::move(event));
    if (batch.size() < 1000 && i + 1 < count) continue;
    (void)must(store.append(std::move(batch)));
    batch.clear();
  }
}

/// What every case here needs: the store, open for reading, its files below it, and random instants.
struct Travel {
  std::unique_ptr<Store> store;
  std::unique_ptr<Database> raw;
  std::vector<Timestamp> instants;
  std::vector<std::string> texts;  // of the instants
  std::size_t next = 0;
  std::string answer;
  std::string bare;
};

void read_state(Travel& travel) {
  travel.next = (travel.next + 1) % travel.texts.size();
  const Arguments arguments{{"entity", {fmt::format("{}/{}", kType, kId)}}, {"at", {travel.texts[travel.next]}}};
  travel.answer = must(run_operation(*find_operation("at"), *travel.store, arguments));
}

void read_diff(Travel& travel) {
  const std::string& from = travel.texts[travel.next];
  travel.next = (travel.next + 1) % travel.texts.size();
  const std::string& to = travel.texts[travel.next];
  const Arguments arguments{{"from", {fmt::format("{}/{}@{}", kType, kId, from)}},
                            {"to", {fmt::format("{}/{}@{}", kType, kId, to)}}};
  travel.answer = must(run_operation(*find_operation("diff"), *travel.store, arguments));
}

/// The least: one new iterator, one seek to the checkpoint at or before an instant, its bytes copied.
void seek_checkpoint(Travel& travel) {
  const std::string key = entity_key(kType, kId, {travel.instants[travel.next], kPositionMax});
  const auto iterator = travel.raw->iterate(Family::kStates, nullptr);
  iterator->SeekForPrev(slice(key));
  if (iterator->Valid()) travel.bare.assign(iterator->value().data(), iterator->value().size());
}

void seek_two_checkpoints(Travel& travel) {
  seek_checkpoint(travel);
  seek_checkpoint(travel);
}

void add_cases(Travel& travel, std::uint64_t instants) {
  const auto bytes = [&travel](benchmark::State& state) {
    set_counter(state, "answer_bytes", static_cast<double>(travel.answer.size()));
  };
  for (std::uint64_t i = 0; i < 200; ++i) read_state(travel);
  add_pairs({.name = "at_random_instant",
             .ours = [&] { read_state(travel); },
             .bare = [&] { seek_checkpoint(travel); },
             .pairs = instants,
             .afterwards = bytes});
  add_pairs({.name = "diff_of_two_instants",
             .ours = [&] { read_diff(travel); },
             .bare = [&] { seek_two_checkpoints(travel); },
             .pairs = instants / 2,
             .afterwards = bytes});
}

}  // namespace
}  // namespace govlog::bench

int main(int argc, char** argv) {
  namespace bench = govlog::bench;
  bench::begin(argc, argv, bench::kHelp);
  const govlog::testing::CommandLine flags(argc, argv, bench::kHelp);
  const govlog::testing::TemporaryDirectory directory;
  const std::uint64_t events = flags.number("entity-events", 100'000);
  const std::uint64_t instants = flags.number("instants", 2000);
  const govlog::Timestamp now = govlog::system_clock_now();
  bench::Travel travel;
  govlog::StoreOptions options;
  options.directory = directory.path() / "store";
  options.append.durability = govlog::Durability::kAsync;
  bench::fill(*bench::must(govlog::Store::open_for_writing(options)), events, now);
  bench::compact_store(options.directory);
  travel.store = bench::must(govlog::Store::open_for_reading(options));
  travel.raw = bench::must(govlog::Database::open(options.directory / "db", govlog::OpenMode::kReadOnly, nullptr));
  std::mt19937_64 random(7);
  for (std::uint64_t i = 0; i < instants; ++i) {
    travel.instants.push_back(bench::instant_of(random() % events, events, now));
    travel.texts.push_back(govlog::format_time(travel.instants.back()));
  }
  bench::add_cases(travel, instants);
  return bench::run();
}
