#pragma once
// Where what is kept is not what the log gives.

#include "base/types.h"

#include <optional>
#include <string>

namespace govlog {

struct RowDifference {
  std::string family;
  std::string key;                   // readable
  std::optional<Position> position;  // where the key tells one
  std::string problem;               // "is missing"
};

}  // namespace govlog
