#pragma once
// What each command does.

#include "cli/command.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace govlog {

CommandResult run_read_command(Session& session);
CommandResult run_write_command(Session& session);
CommandResult run_append_command(Session& session);
CommandResult run_import_command(Session& session);
CommandResult run_export_command(Session& session);
CommandResult run_tail_command(Session& session);
CommandResult run_demo_command(Session& session);
CommandResult run_bench_command(Session& session);
CommandResult run_completion_command(Session& session);

/// `events` and `dir` of bench. (`--check` is the command line's.)
std::span<const Parameter> bench_parameters();

/// The store that the invocation means, open for reading. One that is not there reads as an empty one.
Result<std::unique_ptr<Store>> open_to_read(const Session& session);
/// Says on standard error that the store is not there yet, where it is not.
Status note_absent(const Session& session, const Store& store);
Result<std::unique_ptr<Store>> open_to_write(const Session& session);

/// An empty store to read from where the invocation means one that is not there; nullptr where it is there.
Result<std::unique_ptr<Store>> absent_store(const Session& session);

/// The directory of the store that the invocation means.
Result<std::filesystem::path> store_directory(const Session& session);

/// 0, or 7 after telling on standard error that the store is damaged.
int finish_read(const Session& session, const std::optional<Damage>& damage);

}  // namespace govlog
