// What a store says of itself without being open.
#include "engine/store.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace govlog {

std::string describe(const Damage& damage) {
  if (damage.to == 0)
    return fmt::format("has no valid file HEAD, so nothing tells whether events from position {} on were acknowledged",
                       damage.from);
  return fmt::format("has lost the events at positions {} to {}, which were acknowledged", damage.from, damage.to);
}

Error damage_error(const Damage& damage, std::string message) {
  const DetailValue to = damage.to == 0 ? DetailValue(nullptr) : DetailValue(damage.to);
  return Error{Code::kCorruption, std::move(message), {}}.with("from", damage.from).with("to", to);
}

Error damage_error(const Damage& damage) {
  return damage_error(
      damage,
      fmt::format("the store {}; it is read-only and its files are untouched: export what is left and restore elsewhere",
                  describe(damage)));
}

Timestamp system_clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace govlog
