#include "cli/help.h"

#include "base/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

constexpr std::size_t kTermWidthMax = 28;

// A term and what it means, the meaning wrapped beside it.
void render_term(std::string& out, std::string_view term, std::string_view meaning, std::size_t term_width, std::size_t width) {
  const std::size_t left = term_width + 4;
  out += fmt::format("  {}", term);
  std::size_t at = display_width(term) + 2;
  if (at + 1 > left && !meaning.empty()) {
    out += '\n';
    at = 0;
  }
  if (meaning.empty()) {
    out += '\n';
    return;
  }
  for (const std::string& line : wrap(meaning, std::max<std::size_t>(width - left, 20))) {
    out.append(left - at, ' ');
    out += line + '\n';
    at = 0;
  }
}

std::string flag_term(const Flag& flag) {
  if (flag.positional && !flag.flag_too) return flag.value_name + (flag.repeatable ? "..." : "");
  std::string term = "--" + kebab_case(flag.name);
  if (flag.takes_value)
    term += ' ' + (flag.choices.empty() ? flag.value_name : fmt::format("{}", fmt::join(flag.choices, "|")));
  return term;
}

std::string flag_meaning(const Flag& flag) {
  std::string meaning = flag.help;
  std::vector<std::string> remarks;
  if (!flag.default_text.empty()) remarks.push_back("default " + flag.default_text);
  if (!flag.alias.empty()) remarks.push_back("also --" + kebab_case(flag.alias));
  if (flag.repeatable && !flag.positional) remarks.emplace_back("repeatable");
  if (flag.required && !flag.positional) remarks.emplace_back("required");
  if (!remarks.empty()) meaning += fmt::format(" ({})", fmt::join(remarks, "; "));
  return meaning;
}

void render_flags(std::string& out, std::span<const Flag> flags, bool positional, std::size_t width) {
  std::size_t term_width = 0;
  for (const Flag& flag : flags) {
    const std::size_t columns = display_width(flag_term(flag));
    if (columns <= kTermWidthMax) term_width = std::max(term_width, columns);
  }
  for (const Flag& flag : flags) {
    if ((flag.positional && !flag.flag_too) == positional)
      render_term(out, flag_term(flag), flag_meaning(flag), term_width, width);
  }
}

std::string usage_line(const Command& command) {
  std::string usage = fmt::format("govlog {}", command.name);
  bool flags = false;
  for (const Flag& flag : command.flags) {
    if (!flag.positional) {
      flags = true;
      continue;
    }
    const std::string term = flag.value_name + (flag.repeatable ? "..." : "");
    usage += flag.required || flag.flag_too ? ' ' + term : fmt::format(" [{}]", term);
  }
  return usage + (flags ? " [FLAGS]" : "");
}

std::vector<Flag> globals_of(const Command& command) {
  std::vector<Flag> flags;
  for (const Flag& flag : global_flags()) {
    if (!flag.writes_only || command.writes) flags.push_back(flag);
  }
  return flags;
}

std::string command_help(const Command& command, const Style& style, std::size_t width) {
  std::string out;
  for (const std::string& line : wrap(command.summary, width)) out += line + '\n';
  out += fmt::format("\n{} {}\n", style.paint(Paint::kBold, "usage:"), usage_line(command));
  if (!command.examples.empty()) out += fmt::format("\n{}\n", style.paint(Paint::kBold, "examples"));
  for (const std::string& example : command.examples) out += fmt::format("  govlog {}\n", example);
  const auto has = [&](bool positional) {
    return std::any_of(command.flags.begin(), command.flags.end(),
                       [&](const Flag& flag) { return (flag.positional && !flag.flag_too) == positional; });
  };
  if (has(true)) {
    out += fmt::format("\n{}\n", style.paint(Paint::kBold, "arguments"));
    render_flags(out, command.flags, true, width);
  }
  if (has(false)) {
    out += fmt::format("\n{}\n", style.paint(Paint::kBold, "flags"));
    render_flags(out, command.flags, false, width);
  }
  out += fmt::format("\n{}\n", style.paint(Paint::kBold, "flags of every command"));
  render_flags(out, globals_of(command), false, width);
  const bool times = std::any_of(command.flags.begin(), command.flags.end(),
                                 [](const Flag& flag) { return flag.value_name.starts_with("TIME"); });
  if (times) out += "\nTIME is 2025-11-15, 2025-11-15T10:00:00Z, a duration back from now (90s, 15m,\n24h, 7d, 12w), or now.\n";
  return out;
}

// The summary as far as it fits a line of the overview: without its full stop, or its first clause.
std::string overview_meaning(const Command& command, std::size_t width) {
  std::string_view text = command.summary;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (display_width(text) > width) text = text.substr(0, text.find_first_of(",:;"));
  return std::string(text);
}

std::string overview(const Style& style, std::size_t width) {
  std::string out =
      "Govlog keeps an append-only log of governance events, and answers what happened,\nwhat held at any instant, and what "
      "changed.\n\n";
  out += fmt::format("{} govlog [--db DIR] [--json] COMMAND [ARGUMENTS]\n", style.paint(Paint::kBold, "usage:"));
  struct Heading {
    Group group;
    std::string_view text;
  };
  static constexpr std::array<Heading, 4> kHeadings{
      {{Group::kRecord, "record"}, {Group::kAsk, "ask"}, {Group::kMove, "move"}, {Group::kMore, "more"}}};
  for (const Heading& heading : kHeadings) {
    out += fmt::format("\n{}\n", style.paint(Paint::kBold, heading.text));
    for (const Command& command : commands()) {
      if (command.group == heading.group) render_term(out, command.name, overview_meaning(command, width - 18), 14, width);
    }
  }
  render_term(out, "help COMMAND", "Flags, defaults and examples of a command", 14, width);
  out += fmt::format("\n{}\n", style.paint(Paint::kBold, "flags of every command (the last two: of each that writes)"));
  render_flags(out, global_flags(), false, width);
  out += fmt::format(
      "\n{}\n  govlog demo\n  govlog adr new ADR-1 --title 'Use RocksDB' --status proposed --actor ana\n  govlog adr status "
      "ADR-1 accepted\n",
      style.paint(Paint::kBold, "to begin"));
  out +=
      "  govlog timeline\n\nExit codes: 0 done, 1 a bug, 2 the caller's mistake, 3 not found, 4 conflict,\n5 forbidden, 6 "
      "locked, 7 damaged, 8 disk or clock.\n";
  return out;
}

}  // namespace

std::string render_help(std::string_view topic, const Style& style, std::size_t width) {
  const std::size_t readable = std::min<std::size_t>(width, 100);
  if (topic.empty()) return overview(style, readable);
  if (const Command* command = find_command(topic); command != nullptr) return command_help(*command, style, readable);
  std::string out = fmt::format("{} govlog {} COMMAND\n\n", style.paint(Paint::kBold, "usage:"), topic);
  for (const Command& command : commands()) {
    if (command.name.starts_with(std::string(topic) + ' '))
      render_term(out, command.name, overview_meaning(command, readable - 18), 14, readable);
  }
  return out + fmt::format("\n`govlog help {} COMMAND` shows the flags and examples of one.\n", topic);
}

std::string render_version() { return fmt::format("govlog {}\n", kVersion); }

}  // namespace govlog
