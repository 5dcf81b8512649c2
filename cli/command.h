#pragma once
// What the command line knows: commands with their flags, most of them made from api's tables, and one invocation of one.

#include "api/operation.h"
#include "api/write.h"
#include "base/result.h"
#include "cli/output.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

struct Flag {
  std::string name;  // as the contract has it, snake_case; on the command line kebab-case
  std::string help;
  std::string alias;  // a second name; empty for none
  bool takes_value = true;
  bool required = false;
  bool repeatable = false;
  bool positional = false;  // taken as an argument; a name as flag too where `flag_too`
  bool flag_too = false;
  bool joined = false;  // all arguments that are left are its one value, with spaces between them
  bool writes_only = false;
  std::string value_name;  // in help
  std::string default_text;
  std::vector<std::string> choices;
  std::string completes;  // what completion offers: "entity", "entity_type", "event_type", "actor", "file"
};

/// `event_type` as `event-type`, and back.
std::string kebab_case(std::string_view snake_case);

enum class Group : std::uint8_t { kRecord, kAsk, kMove, kMore };

struct Globals {
  std::optional<std::string> directory;  // --db
  bool json = false;
  ColorChoice color = ColorChoice::kAuto;
  Durability durability = Durability::kSync;
  bool accept_clock = false;
};

struct Command;

/// A command line that was understood.
struct Invocation {
  const Command* command = nullptr;
  Arguments arguments;  // by Flag::name; a flag without value has one empty text
  Globals globals;
};

/// What a command works with.
struct Session {
  const Invocation& invocation;
  Output& out;
  Style style;
  std::size_t width = 80;
  Timestamp now;

  bool json() const { return invocation.globals.json; }
  /// The one value of a flag, or nothing.
  std::optional<std::string> argument(std::string_view name) const;
  std::vector<std::string> argument_list(std::string_view name) const;
};

/// Exit code, or what went wrong.
using CommandResult = Result<int>;

struct Command {
  std::string name;     // "timeline", "cr new"
  std::string summary;  // one sentence
  Group group = Group::kMore;
  bool writes = false;
  std::vector<Flag> flags{};
  std::vector<std::string> examples{};
  CommandResult (*run)(Session& session) = nullptr;
  const Operation* operation = nullptr;             // of the reads
  const WriteOperation* write_operation = nullptr;  // of the writes
};

/// Every command, in the order that help shows them.
std::span<const Command> commands();

/// `--db`, `--json`, `--color`: taken before and after the command; `--durability`, `--accept-clock`: by commands that write.
std::span<const Flag> global_flags();

/// By its words ("cr new"); nullptr where there is none.
const Command* find_command(std::string_view name);

/// Whether `word` begins commands of two words: `cr`, `adr`, `link`, `diagram`.
bool is_command_group(std::string_view word);

}  // namespace govlog
