#include "cli/show.h"

#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace govlog {
namespace {

struct Shower {
  std::string_view operation;
  void (*show)(Screen& screen, std::string_view answer);
  bool lists;  // the answer has `items`
};

constexpr std::array<Shower, 21> kShowers{
    {{"timeline", show_timeline, true},  {"search", show_search, true},  {"list", show_list, true},
     {"history", show_history, true},    {"replay", show_replay, true},  {"at", show_state, false},
     {"event", show_fields, false},      {"diff", show_diff, false},     {"coverage", show_coverage, false},
     {"orphans", show_orphans, true},    {"trend", show_trend, false},   {"analytics", show_analytics, false},
     {"impact", show_impact, false},     {"chain", show_chain, false},   {"path", show_path, false},
     {"why", show_path, false},          {"root", show_root, false},     {"prove", show_proof, false},
     {"consistency", show_proof, false}, {"verify", show_verify, false}, {"stats", show_stats, false}}};

// What an empty list means, and what to do next.
void remark_nothing(Screen& screen, std::string_view operation, const Arguments& arguments, std::string_view answer) {
  const bool empty_log = json_member(answer, "log_position") == "0";
  if (empty_log && arguments.contains("known_at"))
    return screen.remark("nothing was known then: no event had been written down");
  if (empty_log)
    return screen.remark("nothing yet: the log is empty; begin with `govlog append`, `govlog adr new` or `govlog import FILE`");
  if (operation == "timeline") {
    const bool reaches_back = arguments.contains("from");
    return screen.remark(reaches_back ? "no event matches; fewer filters, or an earlier --from, may find some"
                                      : "no event of the last 90 days matches; --from=0001-01-01 looks at all");
  }
  if (operation == "search")
    return screen.remark("no event matches; fewer words, `word OR word`, or fewer filters may find some");
  if (operation == "list")
    return screen.remark("no entity matches; `govlog stats` tells which types there are, `govlog list` lists all");
  if (operation == "orphans") return screen.remark("no orphan: every declared element is named by a live link");
  screen.remark("no event was known then");
}

void remark_more(Screen& screen, std::string_view answer) {
  const auto cursor = json_member_not_null(answer, "next_cursor");
  if (cursor) screen.remark(fmt::format("there is more: give the same command --cursor={}", json_unescape(*cursor)));
}

struct Phrase {
  std::string_view event_type;
  std::string_view words;
};

constexpr std::array<Phrase, 9> kPhrases{{{"ChangeRequestCreated", "created"},
                                          {"ChangeRequestUpdated", "updated"},
                                          {"ImpactAssessmentCreated", "assessed"},
                                          {"ImpactMitigationAdded", "mitigation"},
                                          {"ADRCreated", "created"},
                                          {"DiagramVersionCreated", "new version"},
                                          {"TraceabilityLinkAdded", "linked"},
                                          {"TraceabilityLinkRemoved", "unlinked"},
                                          {"ValidationPerformed", "validated"}}};

std::string phrase_of(std::string_view event_type, std::string_view status) {
  if (event_type == "ChangeRequestStatusChanged" || event_type == "ADRStatusChanged") return fmt::format("→ {}", status);
  for (const Phrase& phrase : kPhrases) {
    if (phrase.event_type == event_type)
      return status.empty() ? std::string(phrase.words) : fmt::format("{}, {}", phrase.words, status);
  }
  return status.empty() ? std::string(event_type) : fmt::format("{} → {}", event_type, status);
}

// The lines of a stored text, each safe to show and at most `width` columns wide.
std::vector<std::string> text_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    for (std::string& line : wrap(visible(text.substr(0, end)), width)) lines.push_back(std::move(line));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

void Screen::remark(std::string_view line) {
  (void)out.flush();  // what cannot be written is told at the end
  note(line);
}

void show_answer(Screen& screen, const Operation& operation, const Arguments& arguments, std::string_view answer) {
  for (const Shower& shower : kShowers) {
    if (shower.operation != operation.name) continue;
    const auto items = json_member(answer, "items");
    if (shower.lists && items == "[]") return remark_nothing(screen, operation.name, arguments, answer);
    shower.show(screen, answer);
    if (screen.remarks) remark_more(screen, answer);
    return;
  }
  screen.out.write(fmt::format("{}\n", visible(answer)));  // an operation newer than its picture is shown as it is
}

std::string plain_text(std::string_view value) {
  return json_kind(value) == JsonKind::kString ? json_unescape(value) : std::string(value);
}

std::string shown_member(std::string_view object, std::string_view key) {
  const auto value = json_member_not_null(object, key);
  return value ? visible(plain_text(*value)) : std::string();
}

double number_member(std::string_view object, std::string_view key) {
  const std::string text = shown_member(object, key);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view spark_block(double share) {
  static constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  return kBlocks.at(static_cast<std::size_t>(std::clamp(share * 8, 0.0, 7.0)));
}

std::string shown_minute(std::string_view time) {
  if (time.size() < 16) return visible(time);
  return fmt::format("{} {}", time.substr(0, 10), time.substr(11, 5));
}

std::string shown_age(std::string_view time, Timestamp now) {
  const Result<Timestamp> when = parse_rfc3339(time);
  if (!when.ok()) return {};
  const bool ahead = when->micros > now.micros;
  const std::int64_t seconds = (ahead ? when->micros - now.micros : now.micros - when->micros) / kMicrosPerSecond;
  struct Unit {
    std::int64_t seconds;
    std::string_view suffix;
  };
  static constexpr std::array<Unit, 6> kUnits{
      {{365 * 86'400, "y"}, {61 * 86'400, "mo"}, {14 * 86'400, "w"}, {86'400, "d"}, {3600, "h"}, {60, "m"}}};
  static constexpr std::array<std::int64_t, 6> kDivisors{365 * 86'400, 30 * 86'400 + 43'200, 7 * 86'400, 86'400, 3600, 60};
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (seconds >= kUnits[i].seconds) return fmt::format("{}{}{}", ahead ? "+" : "", seconds / kDivisors[i], kUnits[i].suffix);
  }
  return fmt::format("{}{}s", ahead ? "+" : "", seconds);
}

std::string shown_entity(std::string_view object) {
  return fmt::format("{}/{}", shown_member(object, "entity_type"), shown_member(object, "entity_id"));
}

std::string shown_event(std::string_view event_type, std::string_view status, std::string_view text) {
  const std::string phrase = phrase_of(event_type, status);
  return text.empty() ? phrase : fmt::format("{}: {}", phrase, text);
}

void show_change(Screen& screen, std::string_view path, std::string_view from, std::string_view to) {
  const std::string name = path.empty() ? "(all)" : visible(path.substr(1));
  const auto show_side = [&](char sign, Paint paint, std::string_view value) {
    if (value.empty()) return;
    std::string lead = fmt::format("{} {}: ", sign, name);
    const std::size_t left = std::min<std::size_t>(display_width(lead), screen.width / 2);
    for (const std::string& line : text_lines(plain_text(value), screen.width - left)) {
      screen.out.write(screen.style.paint(paint, lead + line) + '\n');
      lead = fmt::format("{}{}", sign, std::string(left - 1, ' '));
    }
  };
  show_side('-', Paint::kRemoved, from);
  show_side('+', Paint::kAdded, to);
}

void show_fields(Screen& screen, std::string_view object) {
  const auto name_of = [](const JsonCursor& member) { return visible(json_unescape(fmt::format("\"{}\"", member.key()))); };
  std::size_t name_width = 0;
  for (JsonCursor member(object); member.next();)
    name_width = std::max(name_width, std::min<std::size_t>(display_width(name_of(member)), 24));
  for (JsonCursor member(object); member.next();) {
    const std::string name = name_of(member);
    const std::string text = plain_text(member.value());
    const std::size_t columns = display_width(name);
    const std::size_t left = name_width + 4;
    std::string lead = fmt::format("  {}{}", screen.style.paint(Paint::kFaint, name),
                                   std::string(columns < name_width ? name_width - columns + 2 : 2, ' '));
    for (const std::string& line : text_lines(text, screen.width - left)) {
      screen.out.write(lead + screen.style.paint(member.key() == "status" ? paint_of_status(text) : Paint::kPlain, line) +
                       '\n');
      lead = std::string(left, ' ');
    }
  }
}

}  // namespace govlog
