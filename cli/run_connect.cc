// `connect`: one entry in a host's settings, so that the host starts this program as its MCP server.

#include "cli/run.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "cli/connect_hosts.h"
#include "cli/edit_jsonc.h"
#include "cli/edit_toml.h"
#include "cli/settings_file.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace govlog {
namespace {

constexpr std::size_t kNameMax = 30;  // hosts put it before each tool's name, and some take 60 characters in all

Result<std::string> server_name(const Session& session) {
  const std::string name = session.argument("name").value_or("govlog");
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (name.empty() || name.size() > kNameMax || !std::all_of(name.begin(), name.end(), plain))
    return argument_error("name", fmt::format("name is 1 to {} letters, digits, - and _", kNameMax));
  return name;
}

// Settings are UTF-8, and paths may hold any bytes.
Result<std::string> text_of(const std::filesystem::path& path, std::string_view parameter) {
  if (!count_code_points(path.string()))
    return argument_error(parameter, "the path is no UTF-8, and settings can hold nothing else");
  return path.string();
}

Result<std::string> this_program() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return Error{Code::kIoError, fmt::format("cannot tell where this program is: {}", failed.message()), {}};
  if (!std::filesystem::exists(program, failed))
    return Error{Code::kIoError, "this program's file was replaced while it runs; run it again", {}};
  return text_of(program, "command");
}

Result<ConfigEntry> make_entry(const Session& session, const Host& host) {
  std::error_code failed;
  const std::filesystem::path store =
      std::filesystem::absolute(GOVLOG_TRY(store_directory(session)), failed).lexically_normal();
  if (failed) return Error{Code::kIoError, fmt::format("cannot tell where the store is: {}", failed.message()), {}};
  std::vector<std::string> words{"--db", GOVLOG_TRY(text_of(store, "db")), "mcp"};
  if (session.argument("read_only")) words.emplace_back("--read-only");
  ConfigEntry entry{std::string(host.section), GOVLOG_TRY(server_name(session)), {}};
  if (host.names_transport) entry.fields.push_back({"type", "stdio"});
  entry.fields.push_back({"command", GOVLOG_TRY(this_program())});
  entry.fields.push_back({"args", std::move(words)});
  return entry;
}

Result<std::filesystem::path> choose_file(const Session& session, const Host& host) {
  const std::optional<std::string> given = session.argument("config");
  const bool project = session.argument("project").has_value();
  if (given && project) return argument_error("config", "--config and --project name two files; give one of them");
  if (given && given->empty()) return argument_error("config", "config is empty, it is a file");
  if (given) return std::filesystem::path(*given);
  if (!project) return settings_file(host, GOVLOG_TRY(Surroundings::of_process()));
  if (host.project_file.empty())
    return argument_error("project", fmt::format("{} has no settings for one project", host.title));
  return std::filesystem::path(host.project_file);
}

Result<std::string> edit(const Host& host, std::string_view text, const ConfigEntry& entry) {
  switch (host.form) {
    case SettingsForm::kToml:
      return set_toml_entry(text, entry);
    case SettingsForm::kJsonWithComments:
      return set_jsonc_entry(text, entry, JsoncComments::kAllowed);
    case SettingsForm::kJson:
      break;
  }
  return set_jsonc_entry(text, entry, JsoncComments::kRefused);
}

Error name_file(Error error, const std::filesystem::path& path) {
  error.message = fmt::format("{}: {}; the file was left as it is", path.string(), error.message);
  return std::move(error).with("file", path.string());
}

// What was done, or with --print would be.
struct Outcome {
  const Host& host;
  const ConfigEntry& entry;
  const SettingsFile& file;
  bool changed = false;
  bool printed = false;
};

std::string render_json(const Outcome& outcome) {
  std::string out;
  ObjectWriter object(out);
  object.text("host", outcome.host.name);
  object.text("file", std::string_view(outcome.file.path.native()));
  object.text("name", std::string_view(outcome.entry.name));
  object.text("command", std::string_view(std::get<std::string>(outcome.entry.fields[outcome.entry.fields.size() - 2].value)));
  append_array(object.begin("args"), std::get<std::vector<std::string>>(outcome.entry.fields.back().value),
               [](std::string& to, const std::string& word) { append_json_string(to, word); });
  object.boolean("changed", outcome.changed && !outcome.printed);
  const bool kept = outcome.changed && !outcome.printed && outcome.file.contents.has_value();
  object.text("backup", kept ? std::optional(backup_of(outcome.file).string()) : std::nullopt);
  object.close();
  return out + '\n';
}

std::string render_text(const Outcome& outcome) {
  const std::string path = visible(outcome.file.path.string());
  if (!outcome.changed) return fmt::format("{} is connected already: {} says so\n", outcome.host.title, path);
  std::string out = fmt::format("{} starts {} from {}\n", outcome.host.title, outcome.entry.name, path);
  if (outcome.file.contents)
    out += fmt::format("what the file said before is in {}\n", visible(backup_of(outcome.file).string()));
  return out + fmt::format("{}\n", outcome.host.next_step);
}

}  // namespace

CommandResult run_connect_command(Session& session) {
  const Host* host = find_host(session.argument("host").value_or(""));
  if (host == nullptr) return argument_error("host", "no such host");
  const ConfigEntry entry = GOVLOG_TRY(make_entry(session, *host));
  const SettingsFile file = GOVLOG_TRY(read_settings(GOVLOG_TRY(choose_file(session, *host))));
  const std::string before = file.contents.value_or("");
  Result<std::string> after = edit(*host, before, entry);
  if (!after.ok()) return name_file(after.take_error(), file.path);
  const Outcome outcome{*host, entry, file, !file.contents || before != *after, session.argument("print").has_value()};
  if (outcome.changed && !outcome.printed) GOVLOG_TRY(replace_settings(file, *after));
  if (session.json()) {
    session.out.write(render_json(outcome));
  } else if (outcome.printed) {
    session.out.write(GOVLOG_TRY(edit(*host, "", entry)));
    note(fmt::format("{} {}", file.path.string(), outcome.changed ? "would say this" : "says this already"));
  } else {
    session.out.write(render_text(outcome));
  }
  return 0;
}

}  // namespace govlog
