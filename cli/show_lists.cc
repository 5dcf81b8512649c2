#include "cli/show.h"
#include "cli/table.h"
#include "codec/json_patch.h"
#include "codec/json_text.h"

#include <fmt/format.h>

namespace govlog {
namespace {

constexpr std::size_t kEntityWidthMax = 30;
constexpr std::size_t kActorWidthMax = 14;

Cell minute_cell(std::string_view item, std::string_view key) { return {shown_minute(shown_member(item, key)), Paint::kFaint}; }
Cell age_cell(std::string_view item, std::string_view key, Timestamp now) {
  return {shown_age(shown_member(item, key), now), Paint::kPlain};
}

std::string_view items_of(std::string_view answer) { return json_member(answer, "items").value_or("[]"); }

// The fields of an event's data in one line.
std::string data_line(std::string_view data) {
  std::string line;
  for (JsonCursor member(data); member.next();) {
    line += fmt::format("{}{}: {}", line.empty() ? "" : ", ", visible(member.key()), visible(plain_text(member.value())));
  }
  return line;
}

// `@3`, or `diagram/D@3` where the event is of another entity than the answer: of one that names the element, for one.
std::string shown_version(std::string_view item, std::string_view answer) {
  const std::string version = "@" + shown_member(item, "version");
  const std::string entity = shown_entity(item);
  return entity == shown_entity(answer) ? version : entity + version;
}

// One event of a replay, and what it made of the state before it (empty: not known).
void show_step(Screen& screen, std::string_view item, std::string_view version, std::string_view before) {
  const std::string actor = shown_member(item, "actor");
  const std::string created_at = shown_member(item, "created_at");
  screen.out.write(fmt::format("{}  {}  {}  {}{}\n", screen.style.paint(Paint::kBold, version),
                               screen.style.paint(Paint::kFaint, shown_minute(created_at)), shown_age(created_at, screen.now),
                               screen.style.paint(Paint::kName, shown_member(item, "event_type")),
                               actor.empty() ? "" : fmt::format("  by {}", actor)));
  const std::string_view state = json_member(item, "state").value_or("{}");
  if (before.empty()) {
    show_fields(screen, state);
    return;
  }
  const auto changes = json_diff(before, state);
  if (!changes.ok()) return show_fields(screen, state);
  if (changes->empty()) screen.out.write("  (the state stays as it was)\n");
  for (const PatchOperation& change : *changes) show_change(screen, change.path, change.from, change.to);
}

}  // namespace

void show_timeline(Screen& screen, std::string_view answer) {
  Table table({{"WHEN (UTC)", 16, true, false},
               {"AGO", 5, false, true},
               {"ACTOR", kActorWidthMax, false, false},
               {"ENTITY", kEntityWidthMax, true, false},
               {"WHAT", 0, false, false}});
  for (JsonCursor item(items_of(answer)); item.next();) {
    const std::string status = shown_member(item.value(), "status");
    std::string text = shown_member(item.value(), "description");
    if (const std::string risk = shown_member(item.value(), "risk_level"); !risk.empty())
      text = fmt::format("risk {}{}{}", risk, text.empty() ? "" : ", ", text);
    table.add({minute_cell(item.value(), "created_at"),
               age_cell(item.value(), "created_at", screen.now),
               {shown_member(item.value(), "actor"), Paint::kPlain},
               {shown_entity(item.value()), Paint::kName},
               {shown_event(shown_member(item.value(), "event_type"), status, text), paint_of_status(status)}});
  }
  screen.out.write(table.render(screen.style, screen.width));
}

// What was found where: two lines an event, since the place in the text is what is looked for.
void show_search(Screen& screen, std::string_view answer) {
  for (JsonCursor item(items_of(answer)); item.next();) {
    const std::string created_at = shown_member(item.value(), "created_at");
    const std::string score = shown_member(item.value(), "score");
    const std::string actor = shown_member(item.value(), "actor");
    screen.out.write(fmt::format(
        "{}{}  {}  {}{}\n", score.empty() ? "" : fmt::format("{:<6}  ", score),
        screen.style.paint(Paint::kName, shown_entity(item.value())), shown_member(item.value(), "event_type"),
        screen.style.paint(Paint::kFaint, shown_minute(created_at)), actor.empty() ? "" : fmt::format("  by {}", actor)));
    const std::string snippet = shown_member(item.value(), "snippet");
    if (!snippet.empty()) screen.out.write(fmt::format("  {}\n", snippet));
  }
}

void show_list(Screen& screen, std::string_view answer) {
  Table table({{"ENTITY", kEntityWidthMax, true, false},
               {"STATUS", 14, false, false},
               {"V", 6, false, true},
               {"UPDATED", 10, true, false},
               {"AGO", 5, false, true},
               {"TITLE", 0, false, false}});
  for (JsonCursor item(items_of(answer)); item.next();) {
    const std::string status = shown_member(item.value(), "status");
    table.add({{shown_entity(item.value()), Paint::kName},
               {status, paint_of_status(status)},
               {shown_member(item.value(), "head_version"), Paint::kPlain},
               {shown_member(item.value(), "updated_at").substr(0, 10), Paint::kFaint},
               age_cell(item.value(), "updated_at", screen.now),
               {shown_member(item.value(), "title"), Paint::kPlain}});
  }
  screen.out.write(table.render(screen.style, screen.width));
}

void show_history(Screen& screen, std::string_view answer) {
  Table table({{"V", 30, true, true},
               {"WHEN (UTC)", 16, true, false},
               {"AGO", 5, false, true},
               {"ACTOR", kActorWidthMax, false, false},
               {"EVENT", 26, true, false},
               {"DATA", 0, false, false}});
  for (JsonCursor item(items_of(answer)); item.next();) {
    table.add({{shown_version(item.value(), answer), Paint::kBold},
               minute_cell(item.value(), "created_at"),
               age_cell(item.value(), "created_at", screen.now),
               {shown_member(item.value(), "actor"), Paint::kPlain},
               {shown_member(item.value(), "event_type"), Paint::kName},
               {data_line(json_member(item.value(), "data").value_or("{}")), Paint::kPlain}});
  }
  screen.out.write(fmt::format("{}\n", screen.style.paint(Paint::kBold, shown_entity(answer))));
  screen.out.write(table.render(screen.style, screen.width));
}

void show_replay(Screen& screen, std::string_view answer) {
  screen.out.write(fmt::format("{}\n", screen.style.paint(Paint::kBold, shown_entity(answer))));
  std::string_view before;
  for (JsonCursor item(items_of(answer)); item.next();) {
    show_step(screen, item.value(), shown_version(item.value(), answer), before);
    before = json_member(item.value(), "state").value_or("{}");
  }
}

}  // namespace govlog
