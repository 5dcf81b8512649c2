#include "cli/command_line.h"

#include "api/arguments.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

// CLI11 matches words to flags and arguments. It also reads meaning into values (an empty one, `[a,b]`), which an audit log must not: so
// each value goes through it as its place among the words, `@3`, and is put back afterwards.

namespace govlog {
namespace {

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

bool is_negative_number(std::string_view word) {
  return is_flag(word) && word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// `--limit=5` is the flag `--limit`.
std::string_view flag_name(std::string_view word) { return word.substr(0, word.find('=')); }

std::string snake_case(std::string_view kebab) {
  std::string text(kebab);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

// The flag that `--name` means, among `flags`; nullptr where none does.
const Flag* flag_called(std::span<const Flag> flags, std::string_view word) {
  if (!word.starts_with("--")) return nullptr;
  const std::string name = snake_case(flag_name(word).substr(2));
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) {
    return (flag.name == name || (!flag.alias.empty() && flag.alias == name)) && (!flag.positional || flag.flag_too);
  });
  return found == flags.end() || word.find('_') < flag_name(word).size() ? nullptr : &*found;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates, std::string_view prefix) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const std::string_view nearest = nearest_name(name, views);
  return nearest.empty() ? std::string() : fmt::format("; did you mean {}{}?", prefix, nearest);
}

Error unknown_command(std::string_view name) {
  std::vector<std::string> names{"help"};
  for (const Command& command : commands()) {
    names.push_back(command.name);
    if (const std::size_t space = command.name.find(' '); space != std::string::npos)
      names.push_back(command.name.substr(0, space));
  }
  std::string hint = did_you_mean(name, names, "");
  if (hint.empty()) hint = "; `govlog help` lists the commands";
  return argument_error("command", fmt::format("unknown command {}{}", name, hint));
}

Error unknown_subcommand(std::string_view group, std::string_view name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name.starts_with(std::string(group) + ' ')) names.push_back(command.name.substr(group.size() + 1));
  }
  if (name.empty()) return argument_error("command", fmt::format("{} needs one of: {}", group, fmt::join(names, ", ")));
  return argument_error("command", fmt::format("unknown command {} {}, it is one of: {}{}", group, name, fmt::join(names, ", "),
                                               did_you_mean(name, names, std::string(group) + ' ')));
}

// The flags that `command` takes (none: those that stand before a command).
std::vector<Flag> flags_for(const Command* command) {
  std::vector<Flag> flags;
  if (command != nullptr) flags = command->flags;
  for (const Flag& flag : global_flags()) {
    if (!flag.writes_only || command == nullptr || command->writes) flags.push_back(flag);
  }
  return flags;
}

Error unknown_flag(std::string_view word, const Command* command, std::span<const Flag> flags) {
  const std::string name(flag_name(word));
  const std::string_view bare = std::string_view(name).substr(
      name.find_first_not_of('-') == std::string::npos ? name.size() : name.find_first_not_of('-'));
  std::vector<std::string> names{"help"};
  for (const Flag& flag : flags) {
    if (flag.positional && !flag.flag_too) continue;
    names.push_back(kebab_case(flag.name));
    if (!flag.alias.empty()) names.push_back(kebab_case(flag.alias));
  }
  std::string hint = did_you_mean(bare, names, "--");
  const std::string where = command == nullptr ? std::string(" before the command") : fmt::format(" of {}", command->name);
  if (hint.empty())
    hint = command == nullptr ? "; flags of a command stand after it"
                              : fmt::format("; `govlog help {}` lists them", command->name);
  if (std::any_of(flags.begin(), flags.end(), [](const Flag& flag) { return flag.joined; }))
    hint += "; words that begin with - stand after --";
  std::string parameter(bare.empty() ? name : bare);
  std::replace(parameter.begin(), parameter.end(), '-', '_');  // as every other face calls it
  return argument_error(parameter, fmt::format("unknown flag {}{}{}", name, where, hint));
}

Error missing_value(const Flag& flag, std::string_view name) {
  return argument_error(flag.name,
                        fmt::format("{} needs a value, and one that begins with -- is given as {}=VALUE", name, name));
}

// What the words are before CLI11 sees them: which command, and which words are left for its flags and arguments.
struct Split {
  std::vector<std::string> command_words;
  std::vector<std::size_t> rest;  // places of the other words
  std::size_t literal_from = 0;   // words from here on stand after `--`
  bool help = false;
  bool version = false;
};

Result<Split> split_words(std::span<const std::string> words) {
  Split split;
  split.literal_from = static_cast<std::size_t>(std::find(words.begin(), words.end(), "--") - words.begin());
  const std::vector<Flag> globals = flags_for(nullptr);
  const Command* command = nullptr;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (i == split.literal_from) continue;
    const bool flag = i < split.literal_from && is_flag(word);
    if (flag && (word == "--help" || word == "-h")) {
      split.help = true;
    } else if (flag && split.command_words.empty() && (word == "--version" || word == "-V")) {
      split.version = true;
    } else if (flag && command == nullptr) {
      const Flag* known = flag_called(globals, word);
      if (known == nullptr) return unknown_flag(word, nullptr, globals);
      split.rest.push_back(i);
      if (known->takes_value && word.find('=') == std::string::npos) {
        if (i + 1 >= split.literal_from || words[i + 1].starts_with("--")) return missing_value(*known, word);
        split.rest.push_back(++i);
      }
    } else if (!flag &&
               (split.command_words.empty() || (split.command_words.size() == 1 && is_command_group(split.command_words[0])))) {
      split.command_words.push_back(word);
      command = find_command(fmt::format("{}", fmt::join(split.command_words, " ")));
      if (command == nullptr && word == "help") {
        for (++i; i < words.size(); ++i) split.command_words.push_back(words[i]);
      }
    } else {
      split.rest.push_back(i);
    }
  }
  return split;
}

// One flag of CLI11, and ours.
struct Bound {
  const Flag* flag;
  CLI::Option* option;
};

std::vector<Bound> bind_flags(CLI::App& app, std::span<const Flag> flags) {
  std::vector<Bound> bound;
  for (const Flag& flag : flags) {
    if (flag.positional && !flag.flag_too) continue;
    std::string names = "--" + kebab_case(flag.name);
    if (!flag.alias.empty()) names += ",--" + kebab_case(flag.alias);
    CLI::Option* option = app.add_option(names);
    option->expected(flag.takes_value ? 1 : 0)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bound.push_back({&flag, option});
  }
  return bound;
}

struct Line {
  std::span<const std::string> words;
  const Split& split;
  const Command& command;
  std::vector<Flag> flags;
};

// The words as CLI11 gets them, last first, as it wants them.
Result<std::vector<std::string>> to_places(const Line& line) {
  std::vector<std::string> places;
  const std::vector<std::size_t>& rest = line.split.rest;
  for (std::size_t k = 0; k < rest.size(); ++k) {
    const std::string& word = line.words[rest[k]];
    if (rest[k] > line.split.literal_from || !is_flag(word)) {
      places.push_back(fmt::format("@{}", rest[k]));
      continue;
    }
    const Flag* flag = flag_called(line.flags, word);
    if (flag == nullptr && is_negative_number(word)) {  // for the argument to refuse, or not
      places.push_back(fmt::format("@{}", rest[k]));
      continue;
    }
    if (flag == nullptr) return unknown_flag(word, &line.command, line.flags);
    const std::string name(flag_name(word));
    const bool has_value = name.size() < word.size();
    const bool value_follows = k + 1 < rest.size() && rest[k + 1] == rest[k] + 1 && rest[k + 1] < line.split.literal_from &&
                               !line.words[rest[k + 1]].starts_with("--");
    if (has_value && !flag->takes_value) return argument_error(flag->name, fmt::format("{} takes no value", name));
    if (!has_value && flag->takes_value && !value_follows) return missing_value(*flag, name);
    places.push_back(has_value ? fmt::format("{}=@{}", name, rest[k]) : name);
    if (!has_value && flag->takes_value) places.push_back(fmt::format("@{}", rest[++k]));  // it may begin with a dash
  }
  std::reverse(places.begin(), places.end());
  return places;
}

// A place, `@3`, as the value that it stands for: the word, or what follows `=` in it.
std::string value_at(const Line& line, std::string_view place) {
  const std::size_t i = *parse_digits(place.substr(1), line.words.size());
  const std::string& word = line.words[i];
  return i < line.split.literal_from && word.starts_with("--") ? word.substr(word.find('=') + 1) : word;
}

Status take_choice(const Flag& flag, const std::string& value) {
  if (flag.choices.empty() || std::find(flag.choices.begin(), flag.choices.end(), value) != flag.choices.end()) return Ok{};
  const std::string name = flag.positional ? flag.name : "--" + kebab_case(flag.name);
  return argument_error(flag.name, fmt::format("{} is {}, it is one of: {}{}", name, value, fmt::join(flag.choices, ", "),
                                               did_you_mean(value, flag.choices, "")));
}

Status take_flag(Invocation& invocation, const Flag& flag, std::vector<std::string> values) {
  if (values.size() > 1 && !flag.repeatable)
    return argument_error(flag.name, fmt::format("--{} is given {} times, at most once", kebab_case(flag.name), values.size()));
  for (const std::string& value : values) GOVLOG_TRY(take_choice(flag, value));
  Globals& globals = invocation.globals;
  if (flag.name == "db") {
    if (values[0].empty()) return argument_error("db", "--db is empty, it is the directory of the store");
    globals.directory = values[0];
  } else if (flag.name == "json") {
    globals.json = true;
  } else if (flag.name == "color") {
    globals.color = values[0] == "always"  ? ColorChoice::kAlways
                    : values[0] == "never" ? ColorChoice::kNever
                                           : ColorChoice::kAuto;
  } else if (flag.name == "durability") {
    globals.durability = values[0] == "async" ? Durability::kAsync : Durability::kSync;
  } else if (flag.name == "accept_clock") {
    globals.accept_clock = true;
  } else {
    invocation.arguments[flag.name] = std::move(values);
  }
  return Ok{};
}

// Gives `values` to the positional parameters in turn; a repeatable one takes all that are left.
Status take_positionals(const Line& line, Invocation& invocation, const std::vector<std::string>& values) {
  std::size_t next = 0;
  for (const Flag& flag : line.flags) {
    if (!flag.positional || invocation.arguments.contains(flag.name)) continue;
    const std::size_t count =
        flag.repeatable || flag.joined ? values.size() - next : std::min<std::size_t>(1, values.size() - next);
    if (count == 0 && flag.required && !invocation.arguments.contains("cursor")) {
      return argument_error(flag.name, fmt::format("{} needs {}; `govlog help {}` shows how", line.command.name,
                                                   flag.value_name, line.command.name));
    }
    if (flag.joined && count > 1) {
      invocation.arguments[flag.name] = {
          fmt::format("{}", fmt::join(values.begin() + static_cast<std::ptrdiff_t>(next), values.end(), " "))};
      next = values.size();
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) {
      GOVLOG_TRY(take_choice(flag, values[next]));
      invocation.arguments[flag.name].push_back(values[next++]);
    }
  }
  if (next == values.size()) return Ok{};
  return argument_error("command",
                        fmt::format("{} is an argument too many for {}; flags begin with --", values[next], line.command.name));
}

Result<Invocation> parse_with_cli11(const Line& line) {
  Invocation invocation{.command = &line.command, .arguments = {}, .globals = {}};
  std::vector<std::string> places = GOVLOG_TRY(to_places(line));
  CLI::App app;
  app.set_help_flag();
  const std::vector<Bound> bound = bind_flags(app, line.flags);
  app.allow_extras();
  try {
    app.parse(places);
  } catch (
      const CLI::ParseError& error) {  // to_places leaves it nothing to refuse; if it does nevertheless, its words are told
    return argument_error("command", error.what());
  }
  for (const Bound& pair : bound) {
    if (pair.option->count() == 0) continue;
    std::vector<std::string> values;
    for (const std::string& place : pair.option->results())
      values.push_back(pair.flag->takes_value ? value_at(line, place) : std::string());
    GOVLOG_TRY(take_flag(invocation, *pair.flag, std::move(values)));
  }
  std::vector<std::string> positionals;
  for (const std::string& place : app.remaining()) positionals.push_back(value_at(line, place));
  GOVLOG_TRY(take_positionals(line, invocation, positionals));
  for (const Flag& flag : line.flags) {
    if (flag.required && !flag.positional && !invocation.arguments.contains(flag.name)) {
      return argument_error(flag.name, fmt::format("{} needs --{}; `govlog help {}` shows how", line.command.name,
                                                   kebab_case(flag.name), line.command.name));
    }
  }
  return invocation;
}

// The command or group that help is asked of, by its words.
Result<ParsedLine> help_for(std::span<const std::string> topic) {
  std::string name;
  for (const std::string& word : topic) {
    if (is_flag(word)) continue;
    const std::string longer = name.empty() ? word : name + ' ' + word;
    if (find_command(longer) == nullptr && !is_command_group(longer))
      return name.empty() ? unknown_command(word) : unknown_subcommand(name, word);
    name = longer;
    if (!is_command_group(name)) break;
  }
  return ParsedLine(HelpRequest{std::move(name)});
}

}  // namespace

Result<ParsedLine> parse_command_line(std::span<const std::string> words) {
  const Split split = GOVLOG_TRY(split_words(words));
  if (split.version) return ParsedLine(VersionRequest{});
  const std::vector<std::string>& named = split.command_words;
  if (!named.empty() && named[0] == "help") return help_for(std::span(named).subspan(1));
  if (split.help || named.empty()) return help_for(named);
  const Command* command = find_command(fmt::format("{}", fmt::join(named, " ")));
  if (command == nullptr)
    return is_command_group(named[0]) ? unknown_subcommand(named[0], named.size() > 1 ? named[1] : "")
                                      : unknown_command(named[0]);
  Invocation invocation = GOVLOG_TRY(parse_with_cli11({words, split, *command, flags_for(command)}));
  return ParsedLine(std::move(invocation));
}

bool asks_for_json(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (flag_name(word) == "--json") return true;  // `--json=1` is refused, as JSON
  }
  return false;
}

}  // namespace govlog
