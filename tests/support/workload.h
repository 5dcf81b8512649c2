#pragma once
// Appends that a checker can work out again from their names: for crash tests, where the appender dies and its log of acknowledgements lives.

#include "base/result.h"
#include "codec/event.h"
#include "engine/store.h"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog::testing {

/// A batch: the `sequence`-th of a thread in a round.
struct BatchName {
  std::uint64_t round = 0;
  std::uint64_t thread = 0;
  std::uint64_t sequence = 0;

  friend auto operator<=>(const BatchName&, const BatchName&) = default;
  std::string text() const;
};
std::optional<BatchName> parse_batch_name(std::string_view text);

/// The events of a batch, one to sixteen; the same for the same seed and name. `data.batch` is its name, `data.of` how many they are.
std::vector<Event> make_batch(std::uint64_t seed, const BatchName& name);

struct WriterOptions {
  StoreOptions store;
  std::uint64_t seed = 1;
  std::uint64_t round = 0;
  std::uint64_t threads = 4;
  std::uint64_t batches = 1'000'000;  // for each thread
  int log = 1;                        // the descriptor that is told of every attempt and every acknowledgement
};

/// Opens the store and appends from several threads until all is done, or a thread's append failed five times in a row. Exit status: 0, or 3 where the
/// store did not open. The log has lines `try NAME`, `kept NAME POSITION…`, `refused NAME CODE`, `unopened CODE MESSAGE`.
int run_writer(const WriterOptions& options);

/// What the log of one writer tells.
struct WriterLog {
  std::map<BatchName, std::vector<Position>> kept;
  std::vector<BatchName> open;  // tried and not acknowledged
  std::vector<std::string> refusals;
  bool kept_after_refusal = false;
  std::string unopened;
};
WriterLog read_writer_log(std::string_view text);

}  // namespace govlog::testing
