#pragma once
// The checksums of table files, which RocksDB notes when it writes them and looks at never again. Private to engine.

#include "base/result.h"
#include "engine/database.h"

#include <cstdint>
#include <functional>
#include <string>

namespace govlog {

struct TableProblem {
  std::string file;  // "000012.sst"
  std::string family;
  std::string problem;
};

/// Reads every table file whole and calls `found` for each that is not what was written. `progress` is told bytes. kIoError. O(bytes).
Status check_tables(const Database& database, const std::function<void(const TableProblem&)>& found,
                    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace govlog
