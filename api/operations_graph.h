#pragma once
// Rows of the table in api/operations.cc.

#include "api/operation.h"

namespace govlog {

Operation impact_operation();
Operation chain_operation();
Operation path_operation();
Operation why_operation();
Operation coverage_operation();
Operation orphans_operation();
Operation trend_operation();

}  // namespace govlog
