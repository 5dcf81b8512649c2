// What a store says of itself without being open.
#include "engine/store.h"

#include <fmt/format.h>

#include <chrono>

namespace govlog {

Error damage_error(const Damage& damage) {
  return Error{
      Code::kCorruption,
      fmt::format(
          "the store has lost the events at positions {} to {}, which were acknowledged; it is read-only and its files are "
          "untouched: export what is left and restore elsewhere",
          damage.from, damage.to),
      {}}
      .with("from", damage.from)
      .with("to", damage.to);
}

Timestamp system_clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace govlog
