#pragma once
// What the write operations make of their arguments: events, validated, that wait to be appended.

#include "api/write.h"

namespace govlog {

Result<std::vector<Event>> make_change_request(const WriteRequest& request);
/// Of `cr update` and `cr status`: fields, status, or both as two events.
Result<std::vector<Event>> make_change_request_update(const WriteRequest& request);
Result<std::vector<Event>> make_adr(const WriteRequest& request);
Result<std::vector<Event>> make_adr_status(const WriteRequest& request);
/// Two events, or one where the new record says already that it supersedes the old.
Result<std::vector<Event>> make_adr_supersession(const WriteRequest& request);
Result<std::vector<Event>> make_link(const WriteRequest& request);
Result<std::vector<Event>> make_link_removal(const WriteRequest& request);
Result<std::vector<Event>> make_diagram_version(const WriteRequest& request);
Result<std::vector<Event>> make_any_event(const WriteRequest& request);

}  // namespace govlog
