#pragma once
// Operations as tests ask them: `ask(store, "list", {{"limit", {"1"}}})` gives the answer, or the error, as JSON text.

#include "api/operation.h"
#include "api/write.h"
#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace govlog {

inline std::string ask(TemporaryStore& store, std::string_view name, const Arguments& arguments) {
  const Operation* operation = find_operation(name);
  REQUIRE(operation != nullptr);
  auto answer = run_operation(*operation, store.store(), arguments);
  return answer.ok() ? answer.take() : render_error(answer.error());
}

/// The code of the error of an operation, or "ok".
inline std::string code_of(TemporaryStore& store, std::string_view name, const Arguments& arguments) {
  const auto answer = run_operation(*find_operation(name), store.store(), arguments);
  return answer.ok() ? "ok" : std::string(code_info(answer.error().code).name);
}

/// Runs a write operation; the answer, or the error.
inline std::string tell(TemporaryStore& store, std::string_view command, const Arguments& arguments) {
  const WriteOperation* operation = find_write_operation(command);
  REQUIRE(operation != nullptr);
  auto receipts = run_write(*operation, store.store(), arguments);
  return receipts.ok() ? render_write(*operation, receipts.value()) : render_error(receipts.error());
}

/// The cursor in an answer; empty where it is null.
inline std::string next_cursor(std::string_view answer) {
  constexpr std::string_view kName = R"("next_cursor":")";
  const std::size_t begin = answer.find(kName);
  if (begin == std::string_view::npos) return {};
  answer.remove_prefix(begin + kName.size());
  return std::string(answer.substr(0, answer.find('"')));
}

/// The data of the event at `position`.
inline std::string data_at(const TemporaryStore& store, Position position) {
  std::string buffer;
  const auto event = store.read().event_at(position, buffer);
  REQUIRE(event.ok());
  return event.value() ? std::string((*event)->data) : "none";
}

inline std::string state_of(const TemporaryStore& store, const EntityRef& entity) {
  return store.read().state_at(entity, kEventKeyMax, kPositionMax)->state;
}

}  // namespace govlog
