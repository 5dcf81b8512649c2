// `mcp`: the protocol on standard input and output.

#include "cli/run.h"

#include "mcp/server.h"
#include "mcp/stdio.h"
#include "server/store_changes.h"

#include <cstdlib>

namespace govlog {

CommandResult run_mcp_command(Session& session) {
  hold_signals_for_stdio();
  McpOptions options;
  options.read_only = !session.argument_list("read_only").empty();
  const char* actor = std::getenv("GOVLOG_ACTOR");
  if (actor != nullptr && *actor != '\0') options.actor = actor;
  const std::unique_ptr<Executor> executor = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  StoreChanges changes(GOVLOG_TRY(store_directory(session)));
  const McpServer server(*executor, std::move(options));
  if (serve_stdio(server, &changes) == StdioEnd::kAbandoned) std::_Exit(0);
  return 0;
}

}  // namespace govlog
