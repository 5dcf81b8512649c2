// Analytics on a terminal: a row a week, then each count over all weeks as a sparkline.
#include "cli/show.h"
#include "cli/table.h"
#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace govlog {
namespace {

struct Measure {
  std::string_view member;
  std::string_view header;
};

constexpr std::array<Measure, 5> kMeasures{{{"crs_created", "CRS NEW"},
                                            {"crs_completed", "COMPLETED"},
                                            {"adrs_created", "ADRS NEW"},
                                            {"adrs_accepted", "ACCEPTED"},
                                            {"avg_risk_level", "RISK"}}};
constexpr std::string_view kRisk = "avg_risk_level";
constexpr std::size_t kLeftColumns = 24;  // of the sparklines' table

std::string shown_measure(std::string_view week, const Measure& measure) {
  if (measure.member != kRisk) return shown_member(week, measure.member);
  return json_member_not_null(week, kRisk) ? fmt::format("{:.1f}", number_member(week, kRisk)) : "-";
}

/// How many weeks `week` lies behind `first`.
std::size_t weeks_between(std::string_view first, std::string_view week) {
  const auto from = parse_time_parameter(shown_member(first, "week"), {});
  const auto to = parse_time_parameter(shown_member(week, "week"), {});
  return from.ok() && to.ok() && *from < *to ? static_cast<std::size_t>((to->micros - from->micros) / (7 * kMicrosPerDay)) : 0;
}

/// The weeks of the window side by side, those without events too; several stand in one column where there is no room for each.
class Sparklines {
 public:
  Sparklines(std::vector<std::string_view> weeks, std::size_t columns_max) : weeks_(std::move(weeks)) {
    span_ = weeks_between(weeks_.back(), weeks_.front()) + 1;  // the answer is newest first
    columns_ = std::min(span_, columns_max);
  }

  std::string line(std::string_view member) const {
    std::vector<double> sums(columns_, 0);
    std::vector<bool> there(columns_, false);
    for (const std::string_view week : weeks_) {
      const std::size_t column = weeks_between(weeks_.back(), week) * columns_ / span_;
      const double value = number_member(week, member);
      sums[column] = member == kRisk ? std::max(sums[column], value) : sums[column] + value;
      there[column] = there[column] || json_member_not_null(week, member).has_value();
    }
    const double greatest = std::max(1.0, *std::max_element(sums.begin(), sums.end()));
    std::string out;
    for (std::size_t i = 0; i < columns_; ++i) out += there[i] ? spark_block(sums[i] / greatest) : " ";
    return out;
  }

 private:
  std::vector<std::string_view> weeks_;
  std::size_t span_ = 1;
  std::size_t columns_ = 1;
};

}  // namespace

void show_analytics(Screen& screen, std::string_view answer) {
  std::vector<std::string_view> weeks;
  for (JsonCursor week(json_member(answer, "weeks").value_or("[]")); week.next();) weeks.push_back(week.value());
  if (weeks.empty()) return screen.remark("no event in that time; an earlier --from may find some");
  std::vector<Column> columns{{"WEEK", 10, true, false}};
  for (const Measure& measure : kMeasures) columns.push_back({measure.header, 12, false, true});
  columns.push_back({"", 0, false, false});  // so that the last of them keeps to the right
  Table table(std::move(columns));
  for (const std::string_view week : weeks) {
    std::vector<Cell> row{{shown_member(week, "week"), Paint::kName}};
    for (const Measure& measure : kMeasures) {
      const std::string text = shown_measure(week, measure);
      row.push_back({text, text == "0" || text == "-" ? Paint::kFaint : Paint::kPlain});
    }
    row.push_back({});
    table.add(std::move(row));
  }
  screen.out.write(table.render(screen.style, screen.width));
  if (weeks.size() == 1) return;
  const Sparklines sparklines(weeks, screen.width - kLeftColumns);
  Table totals({{"IN ALL", 10, true, false}, {"", 8, false, true}, {"WEEK BY WEEK", 0, false, false}});
  for (const Measure& measure : kMeasures) {
    double sum = 0;
    for (const std::string_view week : weeks) sum += number_member(week, measure.member);
    totals.add({{std::string(measure.header), Paint::kName},
                {measure.member == kRisk ? "" : fmt::format("{:.0f}", sum), Paint::kBold},
                {sparklines.line(measure.member), Paint::kGood}});
  }
  screen.out.write(fmt::format("\n{}", totals.render(screen.style, screen.width)));
}

}  // namespace govlog
