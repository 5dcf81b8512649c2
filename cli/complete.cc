#include "cli/complete.h"

#include "api/complete.h"
#include "cli/command.h"
#include "cli/store_choice.h"
#include "server/shared_store.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace govlog {
namespace {

constexpr std::size_t kCandidatesMax = 200;
constexpr auto kPatience = std::chrono::milliseconds(300);

// What is being completed: `text` is what is there already, `lead` stands before it in the word (`--flag=`).
struct Prefix {
  std::string lead;
  std::string text;
};

class Candidates {
 public:
  explicit Candidates(Prefix prefix) : prefix_(std::move(prefix)) {}

  /// False once there are enough.
  bool offer(std::string_view candidate) {
    const bool plain = std::all_of(candidate.begin(), candidate.end(),
                                   [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7F; });
    if (plain && candidate.starts_with(prefix_.text)) found_.insert(prefix_.lead + std::string(candidate));
    return found_.size() < kCandidatesMax;
  }

  const std::string& text() const { return prefix_.text; }
  std::vector<std::string> take() { return {found_.begin(), found_.end()}; }

 private:
  Prefix prefix_;
  std::set<std::string> found_;
};

// `what`: Flag::completes. `wanted_type`: the one type that the command is about, empty for any.
std::optional<CompletionSource> source_of(std::string_view what, std::string_view wanted_type) {
  if (what == "entity" && !wanted_type.empty()) return CompletionSource::kEntityId;
  return find_completion_source(what);
}

Status offer_from_store(const std::optional<std::string>& directory, std::string_view what, std::string_view wanted_type,
                        Candidates& candidates) {
  const auto source = source_of(what, wanted_type);
  if (!source) return Ok{};
  SharedStoreOptions options;
  options.store.directory = GOVLOG_TRY(choose_store(directory));
  options.reads_once = true;
  options.patience = options.answer_patience = kPatience;
  const Completion completion = GOVLOG_TRY(
      SharedStore(std::move(options))
          .complete(
              {.source = *source, .narrow = std::string(wanted_type), .prefix = candidates.text(), .limit = kCandidatesMax}));
  for (const std::string& value : completion.values) {
    // Words that are completed keep the letters that are there; of an id alone the whole follows.
    if (*source == CompletionSource::kEntity && value.find('/' + candidates.text()) != std::string::npos)
      (void)candidates.offer(value.substr(value.find('/') + 1));
    (void)candidates.offer(value);
  }
  return Ok{};
}

// What the words before the last say.
struct Context {
  const Command* command = nullptr;
  std::string group;                     // `cr`, where the second word is still missing
  std::optional<std::string> directory;  // --db
  std::size_t positionals = 0;
  const Flag* pending = nullptr;  // a flag that waits for its value
  bool literal = false;           // after `--`
};

const Flag* find_flag(const Command* command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  const auto among = [&](std::span<const Flag> flags) -> const Flag* {
    for (const Flag& flag : flags) {
      if (flag.positional && !flag.flag_too) continue;
      if (name == "--" + kebab_case(flag.name) || (!flag.alias.empty() && name == "--" + kebab_case(flag.alias))) return &flag;
    }
    return nullptr;
  };
  const Flag* flag = command == nullptr ? nullptr : among(command->flags);
  return flag != nullptr ? flag : among(global_flags());
}

Context read_context(std::span<const std::string> before) {
  Context context;
  for (const std::string& word : before) {
    if (context.pending != nullptr) {
      if (context.pending->name == "db") context.directory = word;
      context.pending = nullptr;
    } else if (!context.literal && word == "--") {
      context.literal = true;
    } else if (!context.literal && word.starts_with("--")) {
      const Flag* flag = find_flag(context.command, word);
      if (flag != nullptr && flag->takes_value && word.find('=') == std::string::npos) context.pending = flag;
      if (flag != nullptr && flag->name == "db" && word.find('=') != std::string::npos)
        context.directory = word.substr(word.find('=') + 1);
    } else if (context.command != nullptr) {
      ++context.positionals;
    } else if (const Command* command = find_command(context.group.empty() ? word : context.group + ' ' + word);
               command != nullptr) {
      context.command = command;
    } else if (context.group.empty() && is_command_group(word)) {
      context.group = word;
    }
  }
  return context;
}

void offer_commands(const Context& context, Candidates& candidates) {
  const std::string lead = context.group.empty() ? "" : context.group + ' ';
  for (const Command& command : commands()) {
    if (!command.name.starts_with(lead)) continue;
    const std::string_view rest = std::string_view(command.name).substr(lead.size());
    (void)candidates.offer(rest.substr(0, rest.find(' ')));
  }
  if (context.group.empty()) (void)candidates.offer("help");
}

void offer_flags(const Context& context, Candidates& candidates) {
  const auto offer_all = [&](std::span<const Flag> flags) {
    for (const Flag& flag : flags) {
      const bool applies = !flag.writes_only || (context.command != nullptr && context.command->writes);
      if (applies && (!flag.positional || flag.flag_too)) (void)candidates.offer("--" + kebab_case(flag.name));
    }
  };
  if (context.command != nullptr) offer_all(context.command->flags);
  offer_all(global_flags());
  (void)candidates.offer("--help");
}

void offer_values(const Context& context, const Flag& flag, Candidates& candidates) {
  for (const std::string& choice : flag.choices) (void)candidates.offer(choice);
  if (flag.completes.empty() || flag.completes == "file") return;
  // `entity:adr`: entities of one type, by their ids alone.
  const std::size_t colon = std::min(flag.completes.find(':'), flag.completes.size());
  const std::string_view what = std::string_view(flag.completes).substr(0, colon);
  const std::string_view wanted_type = std::string_view(flag.completes).substr(std::min(colon + 1, flag.completes.size()));
  (void)offer_from_store(context.directory, what, wanted_type, candidates);  // a store that cannot be read offers nothing
}

// The parameter that the next argument is for.
const Flag* next_positional(const Context& context) {
  std::size_t left = context.positionals;
  for (const Flag& flag : context.command->flags) {
    if (!flag.positional) continue;
    if (flag.repeatable || left == 0) return &flag;
    --left;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> complete(std::span<const std::string> words) {
  const std::string last = words.empty() ? "" : words.back();
  const Context context = read_context(words.first(words.empty() ? 0 : words.size() - 1));
  const bool flag_word = !context.literal && context.pending == nullptr && last.starts_with('-');
  if (flag_word && last.find('=') != std::string::npos) {
    const std::size_t value = last.find('=') + 1;
    Candidates candidates({last.substr(0, value), last.substr(value)});
    if (const Flag* flag = find_flag(context.command, last); flag != nullptr) offer_values(context, *flag, candidates);
    return candidates.take();
  }
  Candidates candidates({"", last});
  if (context.pending != nullptr) {
    offer_values(context, *context.pending, candidates);
  } else if (flag_word) {
    offer_flags(context, candidates);
  } else if (context.command == nullptr) {
    offer_commands(context, candidates);
  } else if (const Flag* flag = next_positional(context); flag != nullptr) {
    offer_values(context, *flag, candidates);
  }
  return candidates.take();
}

}  // namespace govlog
