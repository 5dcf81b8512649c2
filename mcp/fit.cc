#include "mcp/fit.h"

#include "api/arguments.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

constexpr std::size_t kRoomForCursor = 2100;

/// The list in the answer that `limit` counts; empty where the operation has none.
std::string_view limited_member(const Operation& operation) {
  const auto& parameters = operation.parameters;
  if (std::none_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.name == "limit"; })) return {};
  if (operation.name == "impact") return "nodes";
  return operation.name == "chain" ? "related" : "items";
}

std::size_t count_items(std::string_view array) {
  std::size_t count = 0;
  for (JsonCursor item(array); item.next();) ++count;
  return count;
}

/// How many items of a page fit, its other members counted.
std::size_t items_that_fit(std::string_view answer, std::string_view items, std::size_t bytes_max) {
  std::size_t bytes = answer.size() - items.size() + kRoomForCursor;
  std::size_t count = 0;
  for (JsonCursor item(items); item.next(); ++count) {
    bytes += item.value().size() + 1;
    if (bytes > bytes_max) break;
  }
  return count;
}

/// A smaller limit for an answer of `items`, at least 1.
std::size_t smaller_limit(const Operation& operation, std::string_view answer, std::string_view items, std::size_t bytes_max) {
  const std::size_t count = count_items(items);
  const bool page = limited_member(operation) == "items";
  const std::size_t guess =
      page ? items_that_fit(answer, items, bytes_max) : count * (bytes_max / 16) / (answer.size() / 16 + 1);
  return std::max<std::size_t>(std::min(guess, count - 1), 1);
}

Error coarser_bucket(const Arguments& arguments, std::size_t bytes, std::size_t bytes_max) {
  const std::string bucket = argument(arguments, "bucket").value_or("day");
  const std::string_view coarser = bucket == "hour" ? "give bucket day or week" : bucket == "day" ? "give bucket week" : "";
  return argument_error("bucket", fmt::format("with bucket {} the answer has {} bytes, at most {}: {}{}shorter period", bucket,
                                              bytes, bytes_max, coarser, coarser.empty() ? "give a " : ", or a "));
}

}  // namespace

ReadReply read_fitting(Executor& executor, const Operation& operation, Arguments& arguments, std::size_t bytes_max,
                       const ReadWatch& watch) {
  while (true) {
    ReadReply reply = executor.read(operation, arguments, watch);
    if (!reply.answer.ok() || reply.answer->size() <= bytes_max) return reply;
    const std::string& answer = *reply.answer;
    if (operation.name == "trend") {
      reply.answer = coarser_bucket(arguments, answer.size(), bytes_max);
      return reply;
    }
    const std::string_view member = limited_member(operation);
    const std::string_view items = member.empty() ? "[]" : json_member(answer, member).value_or("[]");
    if (count_items(items) <= 1) return reply;
    arguments["limit"] = {std::to_string(smaller_limit(operation, answer, items, bytes_max))};
  }
}

}  // namespace govlog
