#include "cli/bench_show.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace govlog {
namespace {

/// As many decimals as `digits` that count need, without an exponent.
std::string with_digits(double value, int digits) {
  const double rounded_up = value * (1 + 0.5 * std::pow(10.0, -digits));  // 0.9996 is shown as 1.00
  const int magnitude = value > 0 ? static_cast<int>(std::floor(std::log10(rounded_up))) : 0;
  return fmt::format("{:.{}f}", value, std::clamp(digits - 1 - magnitude, 0, 12));
}

/// `50 ms`, `2 s`: targets are round.
std::string shown_target(double ms) { return ms < 1000 ? fmt::format("{:.0f} ms", ms) : fmt::format("{:.0f} s", ms / 1000); }

std::string shown_ratio(double ratio) { return with_digits(ratio, ratio < 100 ? 2 : 3) + "x"; }

std::string table_of(const BenchReport& report, const Style& style, std::size_t width) {
  Table table({{"OPERATION", 20, false, false},
               {"TARGET", 6, false, true},
               {"P50", 7, false, true},
               {"P99", 7, false, true},
               {"TARGET/P50", 10, false, true},
               {"BARE LIMIT", 0, false, false}});
  for (const BenchRow& row : report.rows) {
    const std::string_view limit = row.bare_limit.starts_with("memcpy") ? "memcpy" : "fdatasync";
    table.add({{std::string(row.operation), Paint::kName},
               {shown_target(row.target_ms), Paint::kPlain},
               {shown_ms(row.p50_ms), Paint::kPlain},
               {shown_ms(row.p99_ms), row.met() ? Paint::kGood : Paint::kBad},
               {shown_ratio(row.times_better()), Paint::kPlain},
               {fmt::format("{} {}", shown_ms(row.bare_limit_ms), limit), Paint::kFaint}});
  }
  return table.render(style, width);
}

std::string verdict(const BenchReport& report) {
  std::vector<std::string> missed;
  for (const BenchRow& row : report.rows) {
    if (!row.met())
      missed.push_back(fmt::format("{} ({}, target {})", row.operation, shown_ms(row.p99_ms), shown_target(row.target_ms)));
  }
  if (missed.empty()) return "All targets are met by p99.";
  return fmt::format("Missed by p99: {}.", fmt::join(missed, ", "));
}

/// How long the first question of each kind took, with everything still to be read.
std::string first_answers(const BenchReport& report) {
  std::vector<std::string> parts;
  for (const BenchRow& row : report.rows) {
    if (row.operation == kBenchAppend || row.operation == kBenchRebuild) continue;
    parts.push_back(fmt::format("{} {}{}", row.operation, shown_ms(row.first_ms),
                                row.first_ms < row.target_ms ? "" : " (over its target)"));
  }
  return fmt::format("The first question of each kind, after opening: {}.", fmt::join(parts, "; "));
}

std::string disk_sentence(const BenchReport& report, const BenchPlace& place) {
  if (place.in_memory) return "This directory lies in memory: what is appended there reaches no disk.";
  if (!disk_is_limit(report)) return {};
  for (const BenchRow& row : report.rows) {
    if (row.operation == kBenchAppend) {
      return fmt::format("The disk is the limit: a bare sync takes {}, an append {}; by p99 {} and {}.",
                         shown_ms(row.bare_limit_ms), shown_ms(row.p50_ms), shown_ms(row.bare_limit_p99_ms),
                         shown_ms(row.p99_ms));
    }
  }
  return {};
}

std::string explanation(const BenchReport& report) {
  return fmt::format(
      "Wall clock, in an open store, JSON in and JSON out. The bare limit is the least that any program would take, measured "
      "by turns in the same run: pwrite and fdatasync of the event's bytes on this disk; memcpy of the answer's bytes; of the "
      "rebuild (a graph of {} nodes, from a log of its own) memcpy of the log's bytes.",
      report.rebuild_nodes);
}

void render_row(std::string& out, const BenchRow& row) {
  ObjectWriter item(out);
  item.text("operation", row.operation);
  item.token("target_ms", with_digits(row.target_ms, 1));
  item.token("p50_ms", with_digits(row.p50_ms, 4));
  item.token("p99_ms", with_digits(row.p99_ms, 4));
  item.token("times_better", with_digits(row.times_better(), 4));
  item.token("bare_limit_ms", with_digits(row.bare_limit_ms, 4));
  item.token("bare_limit_p99_ms", with_digits(row.bare_limit_p99_ms, 4));
  item.text("bare_limit", row.bare_limit);
  item.boolean("met", row.met());
  item.number("samples", row.samples);
  item.token("first_ms", with_digits(row.first_ms, 4));
  item.close();
}

}  // namespace

bool all_met(const BenchReport& report) {
  return std::all_of(report.rows.begin(), report.rows.end(), [](const BenchRow& row) { return row.met(); });
}

bool disk_is_limit(const BenchReport& report) {
  return std::any_of(report.rows.begin(), report.rows.end(),
                     [](const BenchRow& row) { return row.operation == kBenchAppend && row.p50_ms < 2 * row.bare_limit_ms; });
}

std::string shown_ms(double ms) {
  struct Unit {
    double in_ms;
    std::string_view name;
  };
  static constexpr std::array<Unit, 4> kUnits{{{1000, "s"}, {1, "ms"}, {1e-3, "µs"}, {1e-6, "ns"}}};
  // What would be rounded to 1000 is 1 of the next unit.
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end() - 1, [&](const Unit& candidate) { return ms >= 0.9995 * candidate.in_ms; });
  return fmt::format("{} {}", with_digits(ms / unit->in_ms, 3), unit->name);
}

std::string show_bench(const BenchReport& report, const BenchPlace& place, const Style& style, std::size_t width) {
  const std::size_t readable = std::min<std::size_t>(width, 100);
  std::string out;
  const auto paragraph = [&](const std::string& text, Paint paint) {
    if (text.empty()) return;
    for (const std::string& line : wrap(text, readable)) out += style.paint(paint, line) + '\n';
  };
  paragraph(fmt::format("{} made-up events, imported in {} ({:.0f} events/s).", report.events,
                        shown_ms(report.import_seconds * 1000), static_cast<double>(report.events) / report.import_seconds),
            Paint::kPlain);
  paragraph(fmt::format("Measured in {}, which is removed again.", visible(place.directory.string())), Paint::kPlain);
  out += '\n' + table_of(report, style, width) + '\n';
  paragraph(verdict(report), all_met(report) ? Paint::kGood : Paint::kBad);
  paragraph(disk_sentence(report, place), Paint::kPlain);
  paragraph(first_answers(report), Paint::kPlain);
  paragraph(explanation(report), Paint::kFaint);
  return out;
}

std::string render_bench(const BenchReport& report, const BenchPlace& place) {
  std::string out;
  ObjectWriter answer(out);
  answer.number("events", report.events);
  const std::string& directory = place.directory.native();
  answer.text("directory", std::string_view(count_code_points(directory) ? directory : visible(directory)));
  answer.boolean("in_memory", place.in_memory);
  answer.token("import_seconds", with_digits(report.import_seconds, 4));
  answer.number("rebuild_nodes", report.rebuild_nodes);
  append_array(answer.begin("rows"), report.rows, render_row);
  answer.boolean("disk_is_limit", disk_is_limit(report));
  answer.boolean("ok", all_met(report));
  answer.close();
  return out;
}

}  // namespace govlog
