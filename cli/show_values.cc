#include "cli/show.h"
#include "cli/table.h"
#include "codec/json_text.h"

#include <fmt/format.h>

namespace govlog {
namespace {

// `adr/ADR-7 version 2, 2025-11-15 10:00 (3d)`; an element has no versions.
std::string side_of_diff(std::string_view side, Timestamp now) {
  const std::string version = shown_member(side, "version");
  const std::string created_at = shown_member(side, "created_at");
  if (created_at.empty()) return fmt::format("{} before its first event", shown_entity(side));
  return fmt::format("{}{}, {} ({})", shown_entity(side), version.empty() ? "" : fmt::format(" version {}", version),
                     shown_minute(created_at), shown_age(created_at, now));
}

void show_counts(Screen& screen, std::string_view title, std::string_view counts) {
  if (counts == "{}") return;
  Table table({{title, 50, true, false}, {"EVENTS", 12, false, false}});
  for (JsonCursor member(counts); member.next();) {
    table.add({{visible(json_unescape(fmt::format("\"{}\"", member.key()))), Paint::kName},
               {std::string(member.value()), Paint::kPlain}});
  }
  screen.out.write(fmt::format("\n{}", table.render(screen.style, screen.width)));
}

std::string shown_bytes(std::string_view digits) {
  double bytes = 0;
  for (const char c : digits) bytes = bytes * 10 + (c - '0');
  if (bytes < 1024) return fmt::format("{} bytes", digits);
  return bytes < 1024 * 1024 ? fmt::format("{:.1f} KiB", bytes / 1024) : fmt::format("{:.1f} MiB", bytes / (1024 * 1024));
}

}  // namespace

void show_state(Screen& screen, std::string_view answer) {
  const std::string at = shown_member(answer, "at");
  const std::string entity = shown_entity(answer);
  if (json_member(answer, "exists") != "true") {
    return screen.remark(
        fmt::format("{} was not there at {}; `govlog history {}` tells when it came", entity, shown_minute(at), entity));
  }
  const std::string version = shown_member(answer, "version");
  const std::string position = shown_member(answer, "position");
  screen.out.write(
      fmt::format("{} at {} UTC{}{}\n", screen.style.paint(Paint::kBold, entity), shown_minute(at),
                  version.empty() ? "" : fmt::format(": version {} of {}", version, shown_member(answer, "head_version")),
                  position.empty() ? "" : fmt::format(", position {}", position)));
  show_fields(screen, json_member(answer, "state").value_or("{}"));
}

void show_diff(Screen& screen, std::string_view answer) {
  const std::string_view from = json_member(answer, "from").value_or("{}");
  const std::string_view to = json_member(answer, "to").value_or("{}");
  screen.out.write(fmt::format("--- {}\n+++ {}\n", side_of_diff(from, screen.now), side_of_diff(to, screen.now)));
  bool any = false;
  for (JsonCursor change(json_member(answer, "changes").value_or("[]")); change.next();) {
    any = true;
    const auto path = json_member(change.value(), "path");
    show_change(screen, path ? json_unescape(*path) : "", json_member(change.value(), "from").value_or(""),
                json_member(change.value(), "to").value_or(""));
  }
  if (!any) screen.remark("the two versions are equal");
}

void show_stats(Screen& screen, std::string_view answer) {
  const auto line = [&](std::string_view name, std::string_view text) {
    screen.out.write(fmt::format("{:<16}{}\n", name, text.empty() ? "-" : text));
  };
  const auto time_line = [&](std::string_view name, std::string_view key) {
    const std::string time = shown_member(answer, key);
    line(name, time.empty() ? "" : fmt::format("{} UTC ({})", shown_minute(time), shown_age(time, screen.now)));
  };
  line("events", shown_member(answer, "events"));
  line("entities", shown_member(answer, "entities"));
  time_line("first event", "first_created_at");
  time_line("last event", "last_created_at");
  time_line("last recorded", "last_recorded_at");
  line("on disk", shown_bytes(shown_member(answer, "bytes_on_disk")));
  line("store format", shown_member(answer, "format_version"));
  show_counts(screen, "EVENT TYPE", json_member(answer, "event_types").value_or("{}"));
  show_counts(screen, "ENTITY TYPE", json_member(answer, "entity_types").value_or("{}"));
  if (shown_member(answer, "events") == "0")
    screen.remark("the log is empty; begin with `govlog append`, `govlog adr new` or `govlog import FILE`");
}

}  // namespace govlog
