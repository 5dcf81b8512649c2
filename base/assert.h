#pragma once
// GOVLOG_ASSERT(condition, "values {}", x): for bugs of ours only; stays on in every build and ends the process.

#include <fmt/format.h>

#include <string_view>

namespace govlog {

[[noreturn]] void assertion_failed(std::string_view condition, std::string_view file, int line, std::string_view values);

}  // namespace govlog

#define GOVLOG_ASSERT(condition, ...)                                                         \
  do {                                                                                        \
    if (!(condition)) [[unlikely]]                                                            \
      ::govlog::assertion_failed(#condition, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__)); \
  } while (false)
