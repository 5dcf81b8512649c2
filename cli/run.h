#pragma once
// What each command does.

#include "api/executor.h"
#include "cli/command.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace govlog {

CommandResult run_read_command(Session& session);
CommandResult run_evidence_command(Session& session);
CommandResult run_keygen_command(Session& session);
CommandResult run_root_command(Session& session);
CommandResult run_verify_command(Session& session);
CommandResult run_prove_command(Session& session);
CommandResult run_write_command(Session& session);
CommandResult run_append_command(Session& session);
CommandResult run_import_command(Session& session);
CommandResult run_rebuild_command(Session& session);
CommandResult run_backup_command(Session& session);
CommandResult run_restore_command(Session& session);
CommandResult run_export_command(Session& session);
CommandResult run_tail_command(Session& session);
CommandResult run_demo_command(Session& session);
CommandResult run_bench_command(Session& session);
CommandResult run_mcp_command(Session& session);
CommandResult run_serve_command(Session& session);
CommandResult run_completion_command(Session& session);
CommandResult run_connect_command(Session& session);

/// `events` and `dir` of bench. (`--check` is the command line's.)
std::span<const Parameter> bench_parameters();

enum class StoreUse : std::uint8_t {
  kOnce,   // a read or two: where nobody has the store open, it is opened for reading alone
  kWhole,  // the store stays open until the executor is destroyed, and others are served meanwhile
};

/// How the invocation's store is opened.
Result<StoreOptions> store_options(const Session& session);

/// The store that the invocation means. Nothing is opened or made yet.
Result<std::unique_ptr<Executor>> shared_store(const Session& session, StoreUse use);

/// kCorruption where the store is damaged: what every write to it would answer.
Status check_writable(Executor& store);

/// Says on standard error that the store is not there yet, where it is not.
Status note_absent(const Session& session, bool exists);

/// The directory of the store that the invocation means.
Result<std::filesystem::path> store_directory(const Session& session);

/// 0, or 7 after telling on standard error that the store is damaged.
int finish_read(const Session& session, const std::optional<Damage>& damage);

}  // namespace govlog
