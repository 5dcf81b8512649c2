#pragma once
// What one entity looked like at an instant, as it was known then.

#include "base/result.h"
#include "engine/read_view.h"

#include <cstdint>
#include <optional>

namespace govlog {

struct TimeTravelQuery {
  EntityRef entity;
  std::optional<Timestamp> at;  // over every event where it is not given
  Position known = kPositionMax;
};

struct TimeTravel {
  EntityState state;
  std::uint64_t head_version = 0;  // as it was known; 0 where nothing was
};

Result<TimeTravel> time_travel(const ReadView& view, const TimeTravelQuery& query);

/// The greatest key that an answer as of `at` folds: every event's where `at` is not given.
EventKey last_key_at(const std::optional<Timestamp>& at);

}  // namespace govlog
