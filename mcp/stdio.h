#pragma once
// MCP over standard input and output.

#include "mcp/change_source.h"
#include "mcp/server.h"

namespace govlog {

/// From here on SIGINT, SIGTERM and SIGHUP wait to be seen by serve_stdio. Before any thread is started.
void hold_signals_for_stdio();

/// How serving ended. Abandoned: something still runs, so the process should end without destroying what that uses.
enum class StdioEnd { kFinished, kAbandoned };

/// Serves until standard input ends, the parent process dies, the reader of standard output goes away, or SIGINT, SIGTERM or SIGHUP comes. Then what was asked
/// is answered where that takes 0.8 s at most; writes are finished, within 5 s.
/// Standard output is moved away first and its number given to standard error, so that nothing but the protocol is written there.
StdioEnd serve_stdio(const McpServer& server, ChangeSource* changes);

}  // namespace govlog
