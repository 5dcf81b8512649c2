#pragma once
// What the benchmarks share. A figure is worth little alone on a machine that others use too, so each stands beside its bare limit, the least
// that any program would have to do: ours, bare, ours, bare, in one run, and what counts is the median of the ratios of such pairs.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace benchmark {
class State;
}

namespace govlog::bench {

/// Ends the program: a benchmark that went wrong shows no figures.
[[noreturn]] void give_up(std::string_view message);

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) give_up(result.error().message);
  return result.take();
}

/// What one piece of work took, in microseconds.
struct Cost {
  double wall = 0;
  double cpu = 0;
};

enum class Cpu : std::uint8_t { kThread, kProcess };

/// Runs `work` so many times; the mean of one.
Cost cost_of(std::uint64_t times, Cpu cpu, const std::function<void()>& work);

/// The value below which `share` (0 to 1) of `values` lie; 0 of none.
double quantile(std::vector<double> values, double share);

enum class Clock : std::uint8_t { kWall, kCpu };

/// Pairs of costs, ours and the bare limit's.
class Pairs {
 public:
  void add(const Cost& ours, const Cost& bare);

  /// Counters wall_us, wall_p99_us, cpu_us, cpu_p99_us (medians of ours, and what 99 of 100 stay below), the same with bare_ before them, cpu_above_us,
  /// and of the ratios by `clock` ratio, ratio_p10 and ratio_p90.
  void report(benchmark::State& state, Clock clock) const;
  double last_wall() const { return wall_.back(); }

 private:
  std::vector<double> wall_, cpu_, bare_wall_, bare_cpu_, cpu_above_, wall_ratio_, cpu_ratio_;
};

/// One benchmark of pairs. `times` is how often each side runs in one pair.
struct PairedWork {
  std::string name;
  std::function<void()> ours;
  std::function<void()> bare;
  std::uint64_t pairs = 25;
  std::uint64_t times = 1;
  Cpu cpu = Cpu::kThread;
  Clock clock = Clock::kCpu;
  std::function<void(benchmark::State&)> afterwards = {};  // adds counters
};
void add_pairs(PairedWork work);

/// A benchmark that measures for itself: `rounds` calls of `round`, each giving what ours and the bare limit took, then `afterwards`.
struct MeasuredWork {
  std::string name;
  std::uint64_t rounds = 9;
  std::function<void(Pairs&)> round;
  Clock clock = Clock::kWall;
  std::function<void(benchmark::State&)> afterwards = {};
};
void add_measured(MeasuredWork work);

/// A benchmark of a program that runs to its end, beside /bin/true; its output is thrown away. It may not fail.
void add_process(const std::string& name, const std::vector<std::string>& words, std::uint64_t pairs);

/// The program that is measured: GOVLOG, or ../govlog beside this one.
std::string govlog_program();

void set_counter(benchmark::State& state, const std::string& name, double value);

/// Takes Google Benchmark's own flags out of the command line; `help` is printed for --help.
void begin(int& argc, char** argv, const char* help);
/// Says it in the head of the report.
void note(const std::string& name, const std::string& value);
int run();

/// Of every file below `directory`.
std::uint64_t directory_bytes(const std::filesystem::path& directory);

/// A line of /proc/self/status, such as VmRSS, in bytes.
std::uint64_t own_memory_bytes(std::string_view name);

}  // namespace govlog::bench
