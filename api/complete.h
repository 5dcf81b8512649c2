#pragma once
// What begins with a prefix: ids, types, actors, layers of a store, to offer while somebody types.

#include "api/executor.h"
#include "base/result.h"
#include "engine/read_view.h"

namespace govlog {

/// Threads: any. O(what there is of that source); actors of the latest 2,000 events alone.
Result<Completion> complete(const ReadView& view, const CompletionQuery& query);

/// `entity_id`, …: how a source is named between processes.
std::string_view completion_source_name(CompletionSource source);
std::optional<CompletionSource> find_completion_source(std::string_view name);

}  // namespace govlog
