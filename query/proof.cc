#include "query/proof.h"

#include <fmt/format.h>

namespace govlog {
namespace {

/// kInvalidArgument where `value` is not within `least` to `most`, of which `what` tells what it is.
Status check(std::string_view parameter, Position value, Position least, Position most, std::string_view what) {
  if (value >= least && value <= most) return Ok{};
  std::string expected = least > most    ? fmt::format("{}, so there is none", what)
                         : least == most ? fmt::format("{}: {} alone", what, most)
                                         : fmt::format("{}: {} to {}", what, least, most);
  return Error{Code::kInvalidArgument, fmt::format("{} is no position of {}", value, expected), {}}.with(
      "parameter", std::string(parameter));
}

constexpr std::string_view kLog = "the log";

}  // namespace

Result<TreeRoot> tree_root(const ReadView& view, std::optional<Position> size) {
  TreeRoot answer{.size = size.value_or(view.log_position())};
  GOVLOG_TRY(check("at_position", answer.size, 0, view.log_position(), kLog));
  answer.root = GOVLOG_TRY(view.tree_root(answer.size));
  return answer;
}

Result<InclusionProof> inclusion_proof(const ReadView& view, Position position, std::optional<Position> size) {
  const Position last = view.log_position();
  GOVLOG_TRY(check("position", position, 1, last, kLog));
  if (size) GOVLOG_TRY(check("at_position", *size, position, last, "the log that holds the event"));
  return view.inclusion_proof(position, size.value_or(last));
}

Result<ConsistencyProof> consistency_proof(const ReadView& view, Position from, Position to) {
  GOVLOG_TRY(check("from", from, 1, view.log_position(), kLog));
  GOVLOG_TRY(check("to", to, from, view.log_position(), "the log from there on"));
  return view.consistency_proof(from, to);
}

}  // namespace govlog
