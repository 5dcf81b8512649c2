#include "cli/command.h"

#include "api/export.h"
#include "cli/connect_hosts.h"
#include "cli/record_commands.h"
#include "cli/run.h"

#include <algorithm>
#include <array>

namespace govlog {
namespace {

std::string value_name_of(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::kInteger:
      return "N";
    case ParameterType::kTime:
      return "TIME";
    case ParameterType::kKnownAt:
      return "TIME|POSITION";
    case ParameterType::kEntity:
      return "ENTITY";
    case ParameterType::kVersion:
      return "VERSION";
    case ParameterType::kCursor:
      return "CURSOR";
    case ParameterType::kJson:
      return "JSON";
    case ParameterType::kChoice:
    case ParameterType::kText:
      break;
  }
  if (parameter.positional) {
    std::string name = kebab_case(parameter.name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return name;
  }
  return "TEXT";
}

Flag flag_of(const Parameter& parameter) {
  Flag flag;
  flag.name = parameter.name;
  flag.help = parameter.help;
  flag.required = parameter.required;
  flag.repeatable = parameter.repeatable;
  flag.positional = parameter.positional;
  flag.value_name = value_name_of(parameter);
  flag.default_text = parameter.default_text;
  flag.choices.assign(parameter.choices.begin(), parameter.choices.end());
  flag.completes = parameter.completes;
  return flag;
}

std::vector<Flag> flags_of(std::span<const Parameter> parameters) {
  std::vector<Flag> flags;
  for (const Parameter& parameter : parameters) {
    if (!parameter.of_face) flags.push_back(flag_of(parameter));
  }
  return flags;
}

Flag choice_flag(std::string name, std::vector<std::string> choices, std::string default_text, std::string help) {
  Flag flag = value_flag(std::move(name), "", std::move(help));
  flag.choices = std::move(choices);
  flag.default_text = std::move(default_text);
  return flag;
}

std::vector<std::string> texts(std::span<const std::string_view> views) { return {views.begin(), views.end()}; }

Command read_command(const Operation& operation) {
  Command command{.name = std::string(operation.name),
                  .summary = std::string(operation.summary),
                  .group = Group::kAsk,
                  .flags = flags_of(operation.parameters),
                  .examples = texts(operation.examples),
                  .run = run_read_command,
                  .operation = &operation};
  // `diff --from A --to B` and `diff A B` are the same.
  if (operation.name == "diff" || operation.name == "path" || operation.name == "why") {
    for (Flag& flag : command.flags) {
      if (flag.name != "from" && flag.name != "to") continue;
      flag.positional = flag.flag_too = true;
      if (flag.value_name == "TEXT") flag.value_name = flag.name == "from" ? "FROM" : "TO";
    }
  }
  adapt_record_command(command);
  if (operation.name == "search") {  // `search --q 'event sourcing'` and `search event sourcing` are the same
    Flag& q = command.flags.front();
    q.flag_too = q.joined = true;
    q.value_name = "QUERY";
  }
  return command;
}

// Shorter names of flags, as contract 5 has them.
std::string alias_of(std::string_view command, std::string_view flag) {
  struct Alias {
    std::string_view command_prefix;
    std::string_view flag;
    std::string_view alias;
  };
  static constexpr std::array<Alias, 7> kAliases{{{"", "created_at", "at"},
                                                  {"", "event_id", "id"},
                                                  {"append", "id", "event_id"},
                                                  {"append", "event_type", "type"},
                                                  {"link", "from_element", "from"},
                                                  {"link", "to_element", "to"},
                                                  {"link", "link_type", "type"}}};
  const auto found = std::find_if(kAliases.begin(), kAliases.end(),
                                  [&](const Alias& a) { return command.starts_with(a.command_prefix) && a.flag == flag; });
  return found == kAliases.end() ? std::string() : std::string(found->alias);
}

// `--type`, `--entity` and `--at` are shorter names of what the event calls event_type, entity_type with entity_id, and created_at.
void adapt_append(Command& command) {
  for (Flag& flag : command.flags) {
    flag.required = false;  // an event on standard input needs none
    flag.positional = false;
  }
  Flag entity = value_flag("entity", "TYPE/ID", "what the event is about, as one text");
  entity.completes = "entity";
  command.flags.insert(command.flags.begin() + 1, std::move(entity));
  command.run = run_append_command;
}

Command write_command(const WriteOperation& operation) {
  Command command{.name = std::string(operation.command),
                  .summary = std::string(operation.summary),
                  .group = Group::kRecord,
                  .writes = true,
                  .flags = flags_of(operation.parameters),
                  .examples = texts(operation.examples),
                  .run = run_write_command,
                  .write_operation = &operation};
  for (Flag& flag : command.flags) {
    flag.alias = alias_of(operation.command, flag.name);
    if (flag.name == "actor" && flag.default_text.empty()) flag.default_text = "GOVLOG_ACTOR";
  }
  if (operation.command == "append") adapt_append(command);
  return command;
}

Command import_command() {
  Flag file = value_flag("file", "FILE", "NDJSON, plain, .gz or .zst; - is standard input");
  file.positional = file.repeatable = file.required = true;
  file.completes = "file";
  Flag rejects = value_flag("rejects", "FILE", "where refused lines go, verbatim");
  rejects.completes = "file";
  return {
      .name = "import",
      .summary = "Append the events of NDJSON files, each of them once.",
      .group = Group::kMove,
      .writes = true,
      .flags = {std::move(file), choice_flag("on_error", {"stop", "skip"}, "stop", "what a refused line does to the import"),
                std::move(rejects)},
      .examples = {"import events.ndjson", "import --on-error=skip --rejects refused.ndjson history.ndjson.gz",
                   "import - < events.ndjson"},
      .run = run_import_command};
}

Command tail_command() {
  Command command{.name = "tail",
                  .summary = "Print events as NDJSON, and new ones as they come with --follow.",
                  .group = Group::kMove,
                  .flags = flags_of(tail_parameters()),
                  .examples = {"tail --from-position 100", "tail --follow"},
                  .run = run_tail_command};
  command.flags.push_back(switch_flag("follow", "stay, and print events as they are committed"));
  return command;
}

Command rebuild_command() {
  return {.name = "rebuild",
          .summary = "Make every index and view from the log again.",
          .group = Group::kMore,
          .flags = {switch_flag("check", "compare them with the log, change nothing; exit 7 where they differ")},
          .examples = {"rebuild --check", "--db ~/governance rebuild", "rebuild --check --json"},
          .run = run_rebuild_command};
}

Command bench_command() {
  Command command{.name = "bench",
                  .summary = "Measure the specification's targets on this machine: p50, p99, and what the bare machine takes.",
                  .group = Group::kMore,
                  .flags = flags_of(bench_parameters()),
                  .examples = {"bench", "bench --events 1000000 --dir /mnt/disk", "bench --check --json > targets.json"},
                  .run = run_bench_command};
  for (Flag& flag : command.flags) {
    if (flag.name == "dir") flag.value_name = "DIR";
  }
  command.flags.push_back(switch_flag("check", "exit 1 where the p99 of an operation is not below its target"));
  return command;
}

Command mcp_command() {
  return {.name = "mcp",
          .summary = "Serve the log to an AI host over standard input and output (MCP).",
          .group = Group::kMore,
          .writes = true,
          .flags = {switch_flag("read_only", "refuse what writes")},
          .examples = {"mcp", "--db ~/governance mcp --read-only"},
          .run = run_mcp_command};
}

Command serve_command() {
  Command command{
      .name = "serve",
      .summary = "Serve the log over HTTP: REST, a live feed, OpenAPI, MCP.",
      .group = Group::kMore,
      .writes = true,
      .flags = {value_flag("listen", "ADDR:PORT", "where to listen, 127.0.0.1:7420 by default; port 0 takes a free one"),
                value_flag("tokens", "FILE",
                           "who may ask: name, role (read, write, admin) and SHA-256 of a token on each line"),
                value_flag("token", "T|@FILE", "a token that may read and write (or GOVLOG_TOKEN)"),
                value_flag("read_token", "T|@FILE", "a token that may read (or GOVLOG_READ_TOKEN)"),
                value_flag("allow_host", "HOST", "another name by which this server is asked"),
                value_flag("tls_cert", "FILE", "certificate chain, PEM"), value_flag("tls_key", "FILE", "its key, PEM"),
                switch_flag("quiet", "no line on standard error for each request")},
      .examples = {"serve", "serve --listen 127.0.0.1:0", "serve --listen 0.0.0.0:7420 --tokens tokens"},
      .run = run_serve_command};
  for (Flag& flag : command.flags) {
    if (flag.name == "allow_host") flag.repeatable = true;
    if (flag.value_name == "FILE") flag.completes = "file";
  }
  return command;
}

Command completion_command() {
  Flag shell = value_flag("shell", "bash|zsh|fish", "which shell the script is for");
  shell.positional = shell.required = true;
  shell.choices = {"bash", "zsh", "fish"};
  return {.name = "completion",
          .summary = "Print a script that completes commands, flags and your ids.",
          .group = Group::kMore,
          .flags = {std::move(shell)},
          .examples = {"completion bash > ~/.local/share/bash-completion/completions/govlog",
                       "completion fish > ~/.config/fish/completions/govlog.fish"},
          .run = run_completion_command};
}

Command connect_command() {
  Flag host = value_flag("host", "HOST", "claude-desktop, claude-code, cursor, vscode, zed or codex");
  host.positional = host.required = true;
  for (const Host& known : hosts()) host.choices.emplace_back(known.name);
  Flag config = value_flag("config", "FILE", "the settings to edit, else the ones that the host reads");
  config.completes = "file";
  Flag name = value_flag("name", "NAME", "what the host calls the server");
  name.default_text = "govlog";
  return {.name = "connect",
          .summary = "Have an AI host start Govlog as its MCP server, by an entry in the host's settings.",
          .group = Group::kMore,
          .flags = {std::move(host), switch_flag("read_only", "the host may ask, and not write"), std::move(name),
                    switch_flag("project", "settings of the project in this directory alone, not yours"), std::move(config),
                    switch_flag("print", "show the entry, write nothing")},
          .examples = {"connect claude-desktop", "--db ~/work/.govlog connect vscode --read-only",
                       "connect claude-code --project", "connect codex --print"},
          .run = run_connect_command};
}

Flag global(Flag flag, bool writes_only = false) {
  flag.writes_only = writes_only;
  return flag;
}

std::vector<Command> make_commands() {
  std::vector<Command> all;
  for (const WriteOperation& operation : write_operations()) all.push_back(write_command(operation));
  for (const Operation& operation : operations()) {
    if (operation.name != "consistency") all.push_back(read_command(operation));  // `prove --consistency`
  }
  all.push_back(import_command());
  all.push_back({.name = "export",
                 .summary = "Print every event as NDJSON, in position order.",
                 .group = Group::kMove,
                 .flags = flags_of(export_parameters()),
                 .examples = {"export > events.ndjson", "export --from-position 1000 --to-position 2000"},
                 .run = run_export_command});
  all.push_back(tail_command());
  add_record_commands(all);
  all.push_back({.name = "demo",
                 .summary = "Fill a temporary store with Govlog's own history, and show what can be asked.",
                 .group = Group::kMore,
                 .examples = {"demo"},
                 .run = run_demo_command});
  all.push_back(connect_command());
  all.push_back(mcp_command());
  all.push_back(serve_command());
  all.push_back(rebuild_command());
  all.push_back(bench_command());
  all.push_back(completion_command());
  return all;
}

}  // namespace

std::string kebab_case(std::string_view snake_case) {
  std::string text(snake_case);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::optional<std::string> Session::argument(std::string_view name) const {
  const auto found = invocation.arguments.find(name);
  return found == invocation.arguments.end() || found->second.empty() ? std::nullopt : std::optional(found->second.front());
}

std::vector<std::string> Session::argument_list(std::string_view name) const {
  const auto found = invocation.arguments.find(name);
  return found == invocation.arguments.end() ? std::vector<std::string>{} : found->second;
}

std::span<const Command> commands() {
  static const std::vector<Command> kCommands = make_commands();
  return kCommands;
}

std::span<const Flag> global_flags() {
  static const std::vector<Flag> kFlags = [] {
    Flag directory =
        value_flag("db", "DIR", "the store; else GOVLOG_DB, the nearest .govlog upwards, or ~/.local/share/govlog");
    directory.completes = "file";
    return std::vector<Flag>{
        global(std::move(directory)),
        global(switch_flag("json", "answers and errors as JSON, each on one line")),
        global(choice_flag("color", {"auto", "always", "never"}, "auto", "colour; NO_COLOR means never")),
        global(choice_flag("durability", {"sync", "async"}, "sync",
                           "async: a receipt may come up to a second before the disk has it"),
               true),
        global(switch_flag("accept_clock", "write although the clock is more than 24 h behind the log"), true),
    };
  }();
  return kFlags;
}

const Command* find_command(std::string_view name) {
  const std::span<const Command> all = commands();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Command& command) { return command.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool is_command_group(std::string_view word) {
  const std::span<const Command> all = commands();
  return std::any_of(all.begin(), all.end(), [&](const Command& c) {
    return c.name.size() > word.size() && c.name.starts_with(word) && c.name[word.size()] == ' ';
  });
}

}  // namespace govlog
