#include "bench/support.h"

#include "tests/support/process.h"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

extern char** environ;

namespace govlog::bench {

namespace {

const char* g_help = "";  // Google Benchmark takes a plain function for --help

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double ratio_of(double ours, double bare) { return bare > 0 ? ours / bare : 0; }

void add_case(const std::string& name, std::uint64_t rounds, const std::function<void(benchmark::State&)>& run_case) {
  benchmark::RegisterBenchmark(name.c_str(), run_case)
      ->Iterations(static_cast<benchmark::IterationCount>(rounds))
      ->Unit(benchmark::kMicrosecond)
      ->UseManualTime();
}

/// Runs a program to its end, its output thrown away.
Cost cost_of_process(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int spawned = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  rusage usage{};
  if (spawned != 0 || ::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    give_up(fmt::format("{} did not end well", fmt::join(words, " ")));
  const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return {wall.count(), micros(usage.ru_utime) + micros(usage.ru_stime)};
}

}  // namespace

void give_up(std::string_view message) {
  fmt::print(stderr, "benchmark: {}\n", message);
  std::exit(1);
}

Cost cost_of(std::uint64_t times, Cpu cpu, const std::function<void()>& work) {
  const clockid_t clock = cpu == Cpu::kThread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID;
  const double cpu_begin = seconds_of(clock);
  const double wall_begin = seconds_of(CLOCK_MONOTONIC);
  for (std::uint64_t i = 0; i < times; ++i) work();
  const double wall = seconds_of(CLOCK_MONOTONIC) - wall_begin;
  const double cpu_taken = seconds_of(clock) - cpu_begin;
  return {wall * 1e6 / static_cast<double>(times), cpu_taken * 1e6 / static_cast<double>(times)};
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

void Pairs::add(const Cost& ours, const Cost& bare) {
  wall_.push_back(ours.wall);
  cpu_.push_back(ours.cpu);
  bare_wall_.push_back(bare.wall);
  bare_cpu_.push_back(bare.cpu);
  cpu_above_.push_back(ours.cpu - bare.cpu);
  wall_ratio_.push_back(ratio_of(ours.wall, bare.wall));
  cpu_ratio_.push_back(ratio_of(ours.cpu, bare.cpu));
}

void Pairs::report(benchmark::State& state, Clock clock) const {
  set_counter(state, "wall_us", quantile(wall_, 0.5));
  set_counter(state, "wall_p99_us", quantile(wall_, 0.99));
  set_counter(state, "cpu_us", quantile(cpu_, 0.5));
  set_counter(state, "cpu_p99_us", quantile(cpu_, 0.99));
  set_counter(state, "bare_wall_us", quantile(bare_wall_, 0.5));
  set_counter(state, "bare_wall_p99_us", quantile(bare_wall_, 0.99));
  set_counter(state, "bare_cpu_us", quantile(bare_cpu_, 0.5));
  set_counter(state, "bare_cpu_p99_us", quantile(bare_cpu_, 0.99));
  set_counter(state, "cpu_above_us", quantile(cpu_above_, 0.5));
  const std::vector<double>& ratios = clock == Clock::kWall ? wall_ratio_ : cpu_ratio_;
  set_counter(state, "ratio", quantile(ratios, 0.5));
  set_counter(state, "ratio_p10", quantile(ratios, 0.1));
  set_counter(state, "ratio_p90", quantile(ratios, 0.9));
}

void add_pairs(PairedWork work) {
  const std::string name = work.name;
  const std::uint64_t rounds = work.pairs;
  add_case(name, rounds, [work = std::move(work)](benchmark::State& state) {
    work.ours();
    work.bare();
    Pairs pairs;
    for ([[maybe_unused]] auto _ : state) {
      const Cost ours = cost_of(work.times, work.cpu, work.ours);
      pairs.add(ours, cost_of(work.times, work.cpu, work.bare));
      state.SetIterationTime(ours.wall * 1e-6);
    }
    pairs.report(state, work.clock);
    if (work.afterwards) work.afterwards(state);
  });
}

void add_measured(MeasuredWork work) {
  const std::string name = work.name;
  const std::uint64_t rounds = work.rounds;
  add_case(name, rounds, [work = std::move(work)](benchmark::State& state) {
    Pairs pairs;
    for ([[maybe_unused]] auto _ : state) {
      work.round(pairs);
      state.SetIterationTime(pairs.last_wall() * 1e-6);
    }
    pairs.report(state, work.clock);
    if (work.afterwards) work.afterwards(state);
  });
}

void add_process(const std::string& name, const std::vector<std::string>& words, std::uint64_t pairs) {
  MeasuredWork work;
  work.name = name;
  work.rounds = pairs;
  work.clock = Clock::kWall;
  work.round = [words](Pairs& all) {
    const Cost ours = cost_of_process(words);
    all.add(ours, cost_of_process({"/bin/true"}));
  };
  add_measured(std::move(work));
}

std::string govlog_program() {
  const char* named = std::getenv("GOVLOG");
  if (named != nullptr) return named;
  return (std::filesystem::path(testing::own_path()).parent_path().parent_path() / "govlog").string();
}

void set_counter(benchmark::State& state, const std::string& name, double value) { state.counters[name] = value; }

void begin(int& argc, char** argv, const char* help) {
  g_help = help;
  benchmark::Initialize(&argc, argv, [] { fmt::print("{}", g_help); });
}

void note(const std::string& name, const std::string& value) { benchmark::AddCustomContext(name, value); }

int run() {
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

std::uint64_t directory_bytes(const std::filesystem::path& directory) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

std::uint64_t own_memory_bytes(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':')
      return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace govlog::bench
