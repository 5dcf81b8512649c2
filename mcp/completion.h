#pragma once
// `completion/complete`: what the arguments of prompts and the variables of resource templates may be.

#include "api/executor.h"
#include "mcp/message.h"

#include <string_view>

namespace govlog {

RpcOutcome complete_argument(Executor& executor, std::string_view params);

}  // namespace govlog
