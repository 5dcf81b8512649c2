#pragma once
// How far a long command is, on the last line of the terminal.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace govlog {

/// How far something is: `done` of `total`, whatever they count (total 0: nobody knows), and how many lines went through so far.
struct Advance {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t lines = 0;
  std::string_view unit = "lines";
};

/// A bar on standard error, from the second second on, drawn ten times a second at most.
class ProgressBar {
 public:
  /// Draws nothing where it is not `shown`.
  explicit ProgressBar(bool shown) : shown_(shown), began_(Clock::now()), drawn_(began_) {}

  void update(const Advance& advance);

  /// A sentence in the bar's place.
  void say(std::string_view what);

  /// Takes the line away again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool due();

  bool shown_;
  Clock::time_point began_;
  Clock::time_point drawn_;
};

}  // namespace govlog
