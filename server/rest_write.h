#pragma once
// What REST writes: the shorthands, whose bodies are the arguments of a write operation, and events as they are.

#include "api/executor.h"
#include "server/access.h"
#include "server/http.h"
#include "server/routes.h"

#include <functional>
#include <optional>

namespace govlog {

/// A shorthand. `segments`: what its path gave.
HttpReply answer_write(Executor& executor, const HttpRequest& request, const Route& route, const Arguments& segments,
                       const std::optional<Principal>& principal);

/// A body that is read as it comes.
struct BodyStream {
  int descriptor = -1;
  const std::function<bool()>& stop;  // true: it is to be read no further
};

/// Events: one, an array, CloudEvents; or NDJSON, which `stream` gives.
HttpReply answer_append(Executor& executor, const HttpRequest& request, const Arguments& query,
                        const std::optional<Principal>& principal, const std::optional<BodyStream>& stream);

/// `If-Match: "N"`; nothing where the header is not there. kInvalidArgument where it is something else.
Result<std::optional<std::uint64_t>> if_match(const HttpRequest& request);

/// Puts the principal into the event's metadata, and in the place of an actor that is missing. kForbidden where the metadata names one already.
Status sign_event(Event& event, const Principal& principal);

}  // namespace govlog
