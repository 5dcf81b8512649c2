#pragma once
// Prompts: a text, and what it speaks of as an embedded resource.

#include "api/executor.h"
#include "mcp/message.h"

#include <string_view>

namespace govlog {

/// `"prompts":[…]`, the same bytes each time.
const std::string& prompts_list();

/// `prompts/get`. Whatever is wrong with name or arguments, an unknown entity too: -32602.
RpcOutcome get_prompt(Executor& executor, std::string_view params);

/// Whether there is such a prompt, and such an argument of it.
bool has_prompt(std::string_view name);
bool has_prompt_argument(std::string_view prompt, std::string_view argument);

}  // namespace govlog
