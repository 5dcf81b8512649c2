#include "cli/show.h"
#include "codec/json_text.h"

#include <fmt/format.h>

namespace govlog {
namespace {

void line(Screen& screen, std::string_view name, std::string_view text) {
  screen.out.write(fmt::format("{:<12}{}\n", name, text));
}

}  // namespace

void show_root(Screen& screen, std::string_view answer) {
  line(screen, "size", shown_member(answer, "size"));
  line(screen, "root", screen.style.paint(Paint::kBold, shown_member(answer, "root")));
  screen.remark(
      fmt::format("note both elsewhere; `govlog verify --expect-root {}:{}` tells later whether the log still extends it",
                  shown_member(answer, "size"), shown_member(answer, "root")));
}

void show_proof(Screen& screen, std::string_view answer) {
  for (const std::string_view name : {"position", "size", "from", "to", "leaf", "from_root", "to_root", "root"}) {
    if (const std::string text = shown_member(answer, name); !text.empty()) line(screen, name, text);
  }
  std::string_view name = "path";
  for (JsonCursor step(json_member(answer, "path").value_or("[]")); step.next(); name = "") {
    line(screen, name, json_unescape(step.value()));
  }
}

void show_verify(Screen& screen, std::string_view answer) {
  const bool ok = json_member(answer, "ok") == "true";
  line(screen, "events", shown_member(answer, "events"));
  line(screen, "root", shown_member(answer, "root"));
  if (ok) return line(screen, "verified", screen.style.paint(Paint::kGood, "no problem found"));
  screen.out.write("\n");
  for (JsonCursor problem(json_member(answer, "problems").value_or("[]")); problem.next();) {
    const auto text = [&](std::string_view name) { return visible(shown_member(problem.value(), name)); };
    std::string where;
    if (const std::string family = text("family"); !family.empty()) where += fmt::format("family {}, ", family);
    if (const std::string position = text("position"); !position.empty()) where += fmt::format("position {}, ", position);
    if (const std::string file = text("file"); !file.empty()) where += fmt::format("file {}, ", file);
    if (!where.empty()) where.replace(where.size() - 2, 2, ": ");
    screen.out.write(
        fmt::format("{}{}\n", screen.style.paint(Paint::kName, where), screen.style.paint(Paint::kBad, text("problem"))));
  }
}

}  // namespace govlog
