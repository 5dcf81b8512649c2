#pragma once
// From words to an exit code.

#include <span>
#include <string>

namespace govlog {

int run_program(std::span<const std::string> words);

}  // namespace govlog
