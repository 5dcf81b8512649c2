#pragma once
// What can go wrong, in the contract's words: one table of codes, each with its CLI exit and HTTP status.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace govlog {

enum class Code : std::uint8_t {
  kInvalidJson,
  kInvalidEvent,
  kInvalidArgument,
  kFutureTimestamp,
  kTooLarge,
  kNotFound,
  kAmbiguousEntity,
  kIdConflict,
  kVersionConflict,
  kForbidden,
  kLocked,
  kClockBehind,
  kUnsupportedFormat,
  kCorruption,
  kIoError,
  kDiskFull,
  kInternal,
};

struct CodeInfo {
  std::string_view name;  // as it stands in `error.code`
  int cli_exit;
  int http_status;
};

const CodeInfo& code_info(Code code);

/// A member of `error.details`: a text, a number, a list of texts, or null for what nobody knows.
using DetailValue = std::variant<std::string, std::uint64_t, std::vector<std::string>, std::nullptr_t>;

struct Detail {
  std::string name;
  DetailValue value;
};

/// An error as a value. The message is lower case, without full stop, and says what is wrong, where, and what would be right.
struct [[nodiscard]] Error {
  Code code = Code::kInternal;
  std::string message;
  std::vector<Detail> details;

  Error with(std::string name, DetailValue value) && {
    details.push_back({std::move(name), std::move(value)});
    return std::move(*this);
  }
};

}  // namespace govlog
