// Graph and coverage on a terminal: bars, sparklines, trees.
#include "cli/show.h"
#include "cli/table.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace govlog {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kNameWidthMax = 60;

std::string layer_name(std::string_view object) {
  const std::string layer = shown_member(object, "layer");
  return json_member_not_null(object, "layer") ? layer : "(none)";
}

std::string bar(double percent) {
  const auto filled = static_cast<std::size_t>(std::lround(percent / 100 * kBarWidth));
  std::string out;
  for (std::size_t i = 0; i < kBarWidth; ++i) out += i < filled ? "█" : "░";
  return out;
}

Paint paint_of_percent(double percent) { return percent >= 80 ? Paint::kGood : percent >= 50 ? Paint::kOpen : Paint::kBad; }

std::string node_key(std::string_view node) {
  return fmt::format("{} {}", shown_member(node, "label"), shown_member(node, "id"));
}

/// `ADR ADR-7`, an Element by its id alone; then name and layer where there are any.
std::string node_text(const Style& style, std::string_view node) {
  const std::string label = shown_member(node, "label");
  const std::string name = shown_member(node, "name");
  const std::string layer = shown_member(node, "layer");
  std::string out = label == "Element" ? "" : style.paint(Paint::kFaint, label) + " ";
  out += style.paint(Paint::kName, shown_member(node, "id"));
  if (!name.empty() && name != shown_member(node, "id")) out += fmt::format("  {}", cut(name, kNameWidthMax));
  if (!layer.empty()) out += style.paint(Paint::kFaint, fmt::format("  [{}]", layer));
  if (json_member(node, "declared") == "false") out += style.paint(Paint::kFaint, "  (not declared)");
  return out;
}

std::string arrow(std::string_view relation, bool reverse) {
  return reverse ? fmt::format("←{}─ ", relation) : fmt::format("─{}→ ", relation);
}

/// The nodes of an impact answer under those by which they were reached.
class Tree {
 public:
  Tree(Screen& screen, std::string_view answer) : screen_(screen) {
    for (JsonCursor node(json_member(answer, "nodes").value_or("[]")); node.next();) {
      children_[node_key(json_member(node.value(), "via").value_or("{}"))].push_back(node.value());
    }
  }

  void show_below(std::string_view node, const std::string& lead) {
    const auto found = children_.find(node_key(node));
    if (found == children_.end()) return;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
      const std::string_view child = found->second[i];
      const bool last = i + 1 == found->second.size();
      const std::string_view via = json_member(child, "via").value_or("{}");
      const std::string step = arrow(shown_member(via, "relation"), json_member(via, "reverse") == "true");
      screen_.out.write(fmt::format("{}{}{}{}\n", lead, last ? "└" : "├", screen_.style.paint(Paint::kFaint, step),
                                    node_text(screen_.style, child)));
      show_below(child, lead + (last ? "   " : "│  "));  // no deeper than the walk, 64 hops
    }
  }

 private:
  Screen& screen_;
  std::map<std::string, std::vector<std::string_view>> children_;
};

void show_nodes(Screen& screen, std::string_view title, std::string_view nodes) {
  if (nodes == "[]") return;
  screen.out.write(fmt::format("{}\n", screen.style.paint(Paint::kBold, title)));
  for (JsonCursor node(nodes); node.next();) {
    const std::string status = shown_member(node.value(), "status");
    const std::string risk = shown_member(node.value(), "risk_level");
    const std::string distance = shown_member(node.value(), "distance");
    screen.out.write(fmt::format("  {}{}{}{}\n", distance.empty() ? "" : distance + "  ", node_text(screen.style, node.value()),
                                 status.empty() ? "" : "  " + screen.style.paint(paint_of_status(status), status),
                                 risk.empty() ? "" : fmt::format("  risk {}", risk)));
  }
}

std::string counts_line(std::string_view counts, int first) {
  std::string out;
  for (JsonCursor count(counts); count.next(); ++first) {
    out += fmt::format("{}{} at {} {}", out.empty() ? "" : ", ", count.value(), first, first == 1 ? "hop" : "hops");
  }
  return out;
}

void remark_cut(Screen& screen, std::string_view answer) {
  if (json_member(answer, "truncated") == "true") screen.remark("cut at the limit: --limit takes up to 100000");
}

}  // namespace

void show_coverage(Screen& screen, std::string_view answer) {
  const std::string_view layers = json_member(answer, "layers").value_or("[]");
  if (layers == "[]") return screen.remark("no element is declared: `govlog diagram add` declares some");
  Table table({{"LAYER", 24, true, false},
               {"TRACED", 8, false, true},
               {"OF", 8, false, true},
               {"ORPHANS", 8, false, true},
               {"PER CENT", 8, false, true},
               {"COVERAGE", 0, false, false}});
  for (JsonCursor layer(layers); layer.next();) {
    const double percent = number_member(layer.value(), "coverage_pct");
    table.add({{layer_name(layer.value()), Paint::kName},
               {shown_member(layer.value(), "traced_elements"), Paint::kPlain},
               {shown_member(layer.value(), "total_elements"), Paint::kPlain},
               {shown_member(layer.value(), "orphan_count"), Paint::kPlain},
               {shown_member(layer.value(), "coverage_pct"), Paint::kBold},
               {bar(percent), paint_of_percent(percent)}});
  }
  screen.out.write(table.render(screen.style, screen.width));
}

void show_orphans(Screen& screen, std::string_view answer) {
  Table table(
      {{"LAYER", 24, true, false}, {"ELEMENT", 30, true, false}, {"TYPE", 16, false, false}, {"NAME", 0, false, false}});
  for (JsonCursor item(json_member(answer, "items").value_or("[]")); item.next();) {
    table.add({{layer_name(item.value()), Paint::kFaint},
               {shown_member(item.value(), "element_id"), Paint::kName},
               {shown_member(item.value(), "type"), Paint::kPlain},
               {shown_member(item.value(), "name"), Paint::kPlain}});
  }
  screen.out.write(table.render(screen.style, screen.width));
}

void show_trend(Screen& screen, std::string_view answer) {
  std::map<std::string, std::vector<std::pair<std::size_t, double>>> layers;  // by layer: point, per cent
  std::size_t points = 0;
  std::string first;
  for (JsonCursor point(json_member(answer, "points").value_or("[]")); point.next(); ++points) {
    if (points == 0) first = shown_minute(shown_member(point.value(), "at"));
    for (JsonCursor layer(json_member(point.value(), "layers").value_or("[]")); layer.next();) {
      layers[layer_name(layer.value())].emplace_back(points, number_member(layer.value(), "coverage_pct"));
    }
  }
  if (layers.empty()) return screen.remark("no element was declared in that time");
  const std::size_t columns = std::min<std::size_t>(points, screen.width > 60 ? screen.width - 45 : 20);
  Table table({{"LAYER", 24, true, false}, {"FIRST", 7, false, true}, {"NOW", 7, false, true}, {"PER CENT", 0, false, false}});
  for (const auto& [layer, values] : layers) {
    std::vector<std::string_view> line(columns, " ");
    for (const auto& [point, percent] : values) {  // the last point of each column stands for it
      line[point * columns / points] = spark_block(percent / 100);
    }
    std::string spark;
    for (const std::string_view block : line) spark += block;
    table.add({{layer, Paint::kName},
               {fmt::format("{:.1f}", values.front().second), Paint::kFaint},
               {fmt::format("{:.1f}", values.back().second), Paint::kBold},
               {spark, paint_of_percent(values.back().second)}});
  }
  screen.out.write(fmt::format(
      "{}\n", screen.style.paint(Paint::kFaint, fmt::format("from {}, a step a {}", first, shown_member(answer, "bucket")))));
  screen.out.write(table.render(screen.style, screen.width));
}

void show_impact(Screen& screen, std::string_view answer) {
  const std::string_view root = json_member(answer, "root").value_or("{}");
  screen.out.write(node_text(screen.style, root) + "\n");
  Tree(screen, answer).show_below(root, "");
  const std::string counts = counts_line(json_member(answer, "counts").value_or("[]"), 1);
  screen.out.write(fmt::format("{}\n", screen.style.paint(Paint::kFaint, counts.empty() ? "nothing is reached" : counts)));
  remark_cut(screen, answer);
}

void show_chain(Screen& screen, std::string_view answer) {
  const std::string_view request = json_member(answer, "change_request").value_or("{}");
  const std::string status = shown_member(request, "status");
  screen.out.write(fmt::format("{}{}\n", node_text(screen.style, request),
                               status.empty() ? "" : "  " + screen.style.paint(paint_of_status(status), status)));
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kParts{
      {{"assessments", "Assessments"},
       {"affected", "Affected"},
       {"related", "Related, by hops"},
       {"impacted", "Impacts, as it says itself"},
       {"mitigations", "Mitigations"},
       {"adrs", "Decisions"},
       {"diagram_versions", "Diagram versions"}}};
  for (const auto& [member, title] : kParts) show_nodes(screen, title, json_member(answer, member).value_or("[]"));
  remark_cut(screen, answer);
}

void show_path(Screen& screen, std::string_view answer) {
  const std::string_view from = json_member(answer, "from").value_or("{}");
  const std::string_view to = json_member(answer, "to").value_or("{}");
  if (json_member(answer, "found") != "true") {
    return screen.remark(fmt::format("no path leads from {} to {}, along the arrows or against them", shown_member(from, "id"),
                                     shown_member(to, "id")));
  }
  const bool reverse = shown_member(answer, "direction") == "upstream";
  screen.out.write(node_text(screen.style, from) + "\n");
  for (JsonCursor step(json_member(answer, "steps").value_or("[]")); step.next();) {
    const std::string_view next = json_member(step.value(), reverse ? "from" : "to").value_or("{}");
    std::string since;
    if (const auto event = json_member(step.value(), "event")) {
      const std::string actor = shown_member(*event, "actor");
      since = fmt::format("  since {}{}, {}", shown_minute(shown_member(*event, "created_at")),
                          actor.empty() ? "" : fmt::format(" by {}", actor), shown_member(*event, "event_type"));
    }
    screen.out.write(fmt::format("  {}{}{}\n",
                                 screen.style.paint(Paint::kFaint, arrow(shown_member(step.value(), "relation"), reverse)),
                                 node_text(screen.style, next), screen.style.paint(Paint::kFaint, since)));
  }
}

}  // namespace govlog
