#include "cli/connect_hosts.h"

#include "api/arguments.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>

namespace govlog {
namespace {

constexpr std::array<Host, 6> kHosts{{
    {"claude-desktop", "Claude Desktop", "mcpServers", SettingsForm::kJson, false, "",
     "Quit Claude Desktop and start it again."},
    {"claude-code", "Claude Code", "mcpServers", SettingsForm::kJson, true, ".mcp.json",
     "It is there from the next session on; /mcp shows it."},
    {"cursor", "Cursor", "mcpServers", SettingsForm::kJsonWithComments, false, ".cursor/mcp.json",
     "Switch it on in Cursor's settings, under MCP."},
    {"vscode", "VS Code", "servers", SettingsForm::kJsonWithComments, true, ".vscode/mcp.json",
     "Start it with the command \"MCP: List Servers\"."},
    {"zed", "Zed", "context_servers", SettingsForm::kJsonWithComments, false, ".zed/settings.json",
     "Zed starts it at once; the Agent Panel's settings show it."},
    {"codex", "Codex", "mcp_servers", SettingsForm::kToml, false, ".codex/config.toml",
     "It is there from the next session on; /mcp shows it."},
}};

// The XDG specification has relative paths ignored, and so have we for all of these.
std::optional<std::filesystem::path> absolute_path(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value == '/' ? std::optional<std::filesystem::path>(value) : std::nullopt;
}

}  // namespace

std::span<const Host> hosts() { return kHosts; }

const Host* find_host(std::string_view name) {
  const auto* const found = std::find_if(kHosts.begin(), kHosts.end(), [&](const Host& host) { return host.name == name; });
  return found == kHosts.end() ? nullptr : found;
}

Result<Surroundings> Surroundings::of_process() {
  const std::optional<std::filesystem::path> home = absolute_path("HOME");
  if (!home)
    return argument_error("config", "HOME is not set, so nothing says where the host keeps its settings; give --config FILE");
  Surroundings surroundings{.home = *home,
                            .config_home = absolute_path("XDG_CONFIG_HOME"),
                            .codex_home = absolute_path("CODEX_HOME"),
                            .claude_config_home = absolute_path("CLAUDE_CONFIG_DIR")};
  std::error_code failed;
  const std::filesystem::path library = *home / "Library/Application Support";
  if (std::filesystem::is_directory(library, failed)) surroundings.application_support = library;
  return surroundings;
}

std::filesystem::path settings_file(const Host& host, const Surroundings& surroundings) {
  const std::filesystem::path xdg = surroundings.config_home.value_or(surroundings.home / ".config");
  const std::filesystem::path applications = surroundings.application_support.value_or(xdg);
  if (host.name == "claude-desktop") return applications / "Claude/claude_desktop_config.json";
  if (host.name == "claude-code") return surroundings.claude_config_home.value_or(surroundings.home) / ".claude.json";
  if (host.name == "cursor") return surroundings.home / ".cursor/mcp.json";
  if (host.name == "vscode") return applications / "Code/User/mcp.json";
  // Zed keeps to ~/.config on macOS, and does not look at XDG_CONFIG_HOME there.
  if (host.name == "zed") return (surroundings.application_support ? surroundings.home / ".config" : xdg) / "zed/settings.json";
  return surroundings.codex_home.value_or(surroundings.home / ".codex") / "config.toml";
}

}  // namespace govlog
