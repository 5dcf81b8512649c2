#pragma once
// The log from a position on: a page, all of it as NDJSON, or as it grows (Server-Sent Events, HTML Living Standard section 9.2).

#include "api/executor.h"
#include "server/http.h"

#include <span>

namespace govlog {

/// `after` and `limit`.
std::span<const Parameter> feed_query_parameters();

HttpReply answer_feed(Executor& executor, const HttpRequest& request, const Arguments& query);

}  // namespace govlog
