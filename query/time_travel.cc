#include "query/time_travel.h"

#include "query/known_at.h"

namespace govlog {

EventKey last_key_at(const std::optional<Timestamp>& at) { return at ? EventKey{*at, kPositionMax} : kEventKeyMax; }

Result<TimeTravel> time_travel(const ReadView& view, const TimeTravelQuery& query) {
  TimeTravel answer;
  answer.state = GOVLOG_TRY(view.state_at(query.entity, last_key_at(query.at), query.known));
  answer.head_version = GOVLOG_TRY(head_version_at(view, query.entity, query.known));
  return answer;
}

}  // namespace govlog
