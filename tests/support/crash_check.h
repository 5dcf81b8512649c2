#pragma once
// What must hold of a store whose writer was ended from outside, whatever ended it: nothing acknowledged is lost, no batch is half there, positions are
// dense, no byte that was once seen has changed, what is derived equals what the log says, and a retry by id leaves exactly one.

#include "tests/support/ask.h"
#include "tests/support/reference.h"
#include "tests/support/workload.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace govlog::testing {

/// Follows one store over many rounds. Problems are sentences; none means that all is well.
class CrashCheck {
 public:
  CrashCheck(std::filesystem::path directory, std::uint64_t seed)
      : directory_(std::move(directory)), seed_(seed), random_(seed) {}

  /// What a writer told before it ended.
  void note(const WriterLog& log);

  /// Opens the store as it was left and holds it against all that was noted. Answers are compared with the reference's.
  std::vector<std::string> check();

  /// Appends again, by their ids, the batches that were tried and never acknowledged: each twice.
  std::vector<std::string> retry();

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t unacknowledged_kept() const { return unacknowledged_kept_; }
  Position last() const { return reference_.last(); }

 private:
  void read_log(const Store& store);
  void adopt(const std::string& line);
  void check_batches();
  void check_answers(const Store& store);
  void retry_batch(Store& store, const BatchName& name);
  void problem(std::string text);

  std::filesystem::path directory_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
  Reference reference_;
  std::map<EntityRef, std::uint64_t> versions_;
  std::map<BatchName, std::vector<Position>> present_;
  std::map<BatchName, std::vector<Position>> kept_;
  std::vector<BatchName> open_;
  std::vector<std::string> problems_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t unacknowledged_kept_ = 0;
};

/// How a store is opened whose answers are compared: its clock stands, since answers without `at` tell the time.
StoreOptions standing_clock(const std::filesystem::path& directory);

/// Asks `count` random questions of every kind about what `reference` holds; sentences where the answers differ.
std::vector<std::string> ask_at_random(const Store& store, const Reference& reference, std::mt19937_64& random,
                                       std::size_t count);

}  // namespace govlog::testing
