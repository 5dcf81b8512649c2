#include "api/damage.h"

#include <fmt/format.h>

namespace govlog {

void add_damage(std::string& answer, const Damage& damage) {
  answer.pop_back();
  const std::string to = damage.to == 0 ? "null" : fmt::to_string(damage.to);
  answer += fmt::format(R"(,"damaged":{{"from":{},"to":{}}}}})", damage.from, to);
}

}  // namespace govlog
