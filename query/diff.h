#pragma once
// What differs between two versions.

#include "base/result.h"
#include "codec/json_patch.h"
#include "engine/read_view.h"
#include "query/version_ref.h"

#include <string>
#include <vector>

namespace govlog {

struct DiffQuery {
  VersionRef from;
  VersionRef to;
  Position known = kPositionMax;
};

struct Diff {
  VersionPoint from;
  VersionPoint to;
  std::vector<PatchOperation> changes;
};

/// kInvalidArgument where the two are of different types; else as resolve_version.
Result<Diff> diff(const ReadView& view, const DiffQuery& query);

}  // namespace govlog
