#pragma once
// The table of tools. Which operation of api's tables each one runs; arguments, limits and defaults come from there.

#include "api/operation.h"
#include "api/write.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class ToolKind : std::uint8_t {
  kRead,
  kWrite,
  kWriteOnce,  // a write that does nothing when it comes again
};

/// An argument of a tool.
struct ToolArgument {
  Parameter parameter;                // the operation's, as the tool has it
  std::string_view operation_name{};  // what the operation calls it
  std::string_view items_schema{};    // of a kJson that is an array: JSON Schema of an item; empty: it is an object
  bool boolean = false;               // `true` or `false`, of a kChoice of these words
};

/// An argument that says which of the operations runs: the i-th of its choices the i-th of them.
struct ToolSelector {
  std::string_view name;  // empty: there is none
  std::string_view help;
  std::vector<std::string_view> choices;
  bool boolean = false;
};

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  ToolKind kind = ToolKind::kRead;
  std::vector<const Operation*> operations{};       // of a read: more than one where `selector` chooses
  const WriteOperation* write_operation = nullptr;  // of a write
  std::string_view selector{};
  std::vector<ToolArgument> arguments{};
  std::vector<Parameter> parameters{};  // of `arguments`, in the same order
  std::string_view output_schema{};

  const ToolArgument* find(std::string_view argument) const;
};

/// In the order of tools/list.
std::span<const Tool> tools();

/// By name; nullptr where there is none.
const Tool* find_tool(std::string_view name);

/// A write operation as a tool would have it, whether it is one or not: for bodies that are its arguments. One of a tool has the tool's name for them.
const Tool& body_of(std::string_view write_operation);

/// The names of the tools, for messages.
std::vector<std::string_view> tool_names();

/// `"tools":[…]`, the same bytes each time.
const std::string& tools_list();

}  // namespace govlog
