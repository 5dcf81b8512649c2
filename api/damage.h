#pragma once
// What an answer says of a store that has lost something.

#include "engine/store.h"

#include <string>

namespace govlog {

/// Adds `"damaged":{"from","to"}` as last member to an answer, a JSON object; `to` is null where nobody knows it.
void add_damage(std::string& answer, const Damage& damage);

/// The error of a question to a store that has lost something: what it does not find, or takes for a position beyond the log, may be what was lost, and the message says so.
Error beside_damage(Error error, const Damage& damage);

}  // namespace govlog
