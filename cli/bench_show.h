#pragma once
// What `bench` measured, for people and for programs.

#include "cli/bench_measure.h"
#include "cli/terminal_text.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace govlog {

/// Where it was measured.
struct BenchPlace {
  std::filesystem::path directory;
  bool in_memory = false;
};

bool all_met(const BenchReport& report);

/// Whether an append takes less than twice a bare sync: then a faster Govlog would hardly help.
bool disk_is_limit(const BenchReport& report);

/// A table of 80 columns and more, and what it means. Every row has samples.
std::string show_bench(const BenchReport& report, const BenchPlace& place, const Style& style, std::size_t width);

/// One object on one line, without newline.
std::string render_bench(const BenchReport& report, const BenchPlace& place);

/// Three digits that count, with their unit: `12.3 µs`, `310 ms`, `1.25 s`.
std::string shown_ms(double ms);

}  // namespace govlog
