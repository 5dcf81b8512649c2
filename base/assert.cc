#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace govlog {

void assertion_failed(std::string_view condition, std::string_view file, int line, std::string_view values) {
  const std::string text =
      fmt::format("govlog: this is a bug of ours: {} does not hold at {}:{} ({})\n", condition, file, line, values);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);  // nothing better can be done on the way out
  std::abort();
}

}  // namespace govlog
