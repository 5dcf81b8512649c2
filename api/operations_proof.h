#pragma once
// Rows of the table in api/operations.cc.

#include "api/operation.h"

namespace govlog {

Operation root_operation();
Operation prove_operation();
Operation consistency_operation();
Operation verify_operation();

}  // namespace govlog
