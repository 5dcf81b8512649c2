#pragma once
// The MCP hosts that `govlog connect` knows: where each keeps its settings, and how it says there what a server is.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace govlog {

enum class SettingsForm : std::uint8_t { kJson, kJsonWithComments, kToml };

struct Host {
  std::string_view name;     // as the command line has it
  std::string_view title;    // as people call it
  std::string_view section;  // under which its settings list servers
  SettingsForm form;
  bool names_transport;           // each server says "type": "stdio"
  std::string_view project_file;  // for one project, from its directory; empty where the host has none
  std::string_view next_step;     // what makes it look at its settings
};

std::span<const Host> hosts();

/// nullptr where there is none of that name.
const Host* find_host(std::string_view name);

/// What decides where settings are; the process's own in `Surroundings::of_process`.
struct Surroundings {
  std::filesystem::path home;                                 // HOME
  std::optional<std::filesystem::path> config_home{};         // XDG_CONFIG_HOME
  std::optional<std::filesystem::path> codex_home{};          // CODEX_HOME
  std::optional<std::filesystem::path> claude_config_home{};  // CLAUDE_CONFIG_DIR
  std::optional<std::filesystem::path>
      application_support{};  // HOME/Library/Application Support, where that is a directory: on macOS

  /// kInvalidArgument where HOME is not set.
  static Result<Surroundings> of_process();
};

/// The file in which `host` keeps what holds for all of a person's projects.
std::filesystem::path settings_file(const Host& host, const Surroundings& surroundings);

}  // namespace govlog
