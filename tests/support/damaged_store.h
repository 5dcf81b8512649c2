#pragma once
// What may become of a store whose files were damaged: all is there, or it says what is not, or the answer is an error. Never is anything missing or other
// without a word.

#include "engine/store.h"
#include "tests/support/reference.h"

#include <filesystem>
#include <random>
#include <string>

namespace govlog::testing {

/// Exit statuses, so that a process can tell them.
enum Verdict : int {
  kWhole = 0,           // all that was asked was answered rightly
  kDamaged = 10,        // it says from where on events are missing, and the others are right
  kRefused = 11,        // it does not open, and says why
  kReadErrors = 12,     // some answers were errors, the others right
  kFoundByVerify = 13,  // answers are right, and verify() names what is not
  kWrong = 20,
};

/// What a store should hold that exported these lines.
Reference read_reference(const std::filesystem::path& lines);

/// Appends `events` events in the batches of `seed` and `round`, and ends this process by SIGKILL, so that what was written stands in the live log alone. Returns an exit status where that could not be
/// done.
int fill_and_be_killed(const std::filesystem::path& directory, std::uint64_t seed, std::uint64_t round, std::uint64_t events);

void flip_bit(const std::filesystem::path& file, std::uint64_t bit);

/// The log of a sound store, as lines in `into`.
void export_lines(const std::filesystem::path& directory, const std::filesystem::path& into);

class DamagedStore {
 public:
  /// `whole` is what the store held before it was damaged.
  DamagedStore(std::filesystem::path directory, Reference whole, std::uint64_t seed)
      : directory_(std::move(directory)), whole_(std::move(whole)), random_(seed) {}

  /// Opens it for reading, then for writing, and looks each time; also whether files were changed that must not be.
  Verdict open_and_look();

  /// Opens it for reading alone, asks, and verifies: what answers were errors or missing, verify() must name.
  Verdict read_and_verify(const std::filesystem::path& scratch);

  /// Of kWrong, what is wrong; else what was told.
  const std::string& problem() const { return problem_; }

 private:
  Verdict wrong(std::string text);
  Verdict look(bool writing);
  Verdict look_at_damaged(Store& store, const Damage& damage, const Reference& left);
  Verdict look_at_log(const Store& store, const Reference& left);
  Verdict look_at_answers(const Store& store, const Reference& left);

  std::filesystem::path directory_;
  Reference whole_;
  std::mt19937_64 random_;
  std::string problem_;
};

}  // namespace govlog::testing
