#pragma once
// What an answer says of a store that has lost something.

#include "engine/store.h"

#include <string>

namespace govlog {

/// Adds `"damaged":{"from","to"}` as last member to an answer, a JSON object; `to` is null where nobody knows it.
void add_damage(std::string& answer, const Damage& damage);

}  // namespace govlog
