#include "query/diff.h"

#include <fmt/format.h>

namespace govlog {

Result<Diff> diff(const ReadView& view, const DiffQuery& query) {
  Diff answer;
  answer.from = GOVLOG_TRY(resolve_version(view, query.from, query.known));
  answer.to = GOVLOG_TRY(resolve_version(view, query.to, query.known));
  if (answer.from.entity.entity_type != answer.to.entity.entity_type) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("from is of type {}, to of type {}: give two versions of one entity, or of two entities of one type",
                    answer.from.entity.entity_type, answer.to.entity.entity_type),
        {{"parameter", "to"}}};
  }
  answer.changes = GOVLOG_TRY(json_diff(answer.from.state, answer.to.state));
  return answer;
}

}  // namespace govlog
