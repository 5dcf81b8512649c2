#include "api/damage.h"

#include <fmt/format.h>

namespace govlog {

void add_damage(std::string& answer, const Damage& damage) {
  answer.pop_back();
  const std::string to = damage.to == 0 ? "null" : fmt::to_string(damage.to);
  answer += fmt::format(R"(,"damaged":{{"from":{},"to":{}}}}})", damage.from, to);
}

Error beside_damage(Error error, const Damage& damage) {
  if (error.code != Code::kNotFound && error.code != Code::kInvalidArgument) return error;
  error.message += fmt::format("; the store {}", describe(damage));
  return error;
}

}  // namespace govlog
