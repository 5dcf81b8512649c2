#include "api/event_ids.h"

#include "api/arguments.h"
#include "codec/uuid.h"

#include <algorithm>

namespace govlog {

namespace {

std::string_view id_name(const WriteOperation& operation) {
  const auto named = std::find_if(operation.parameters.begin(), operation.parameters.end(),
                                  [](const Parameter& parameter) { return parameter.name == "event_id"; });
  return named != operation.parameters.end() ? "event_id" : "id";
}

}  // namespace

bool give_id(const WriteOperation& operation, Arguments& arguments, Timestamp now) {
  const std::string_view name = id_name(operation);
  if (arguments.find(name) != arguments.end()) return false;
  arguments[std::string(name)] = {format_uuid(make_uuid_v7(now))};
  return true;
}

std::string id_argument(const WriteOperation& operation, const Arguments& arguments) {
  return argument(arguments, id_name(operation)).value_or("");
}

std::vector<bool> give_ids(std::vector<Event>& events, Timestamp now) {
  std::vector<bool> ours;
  for (Event& event : events) {
    ours.push_back(!event.id);
    if (!event.id) event.id = make_uuid_v7(now);
  }
  return ours;
}

void forget_retries(std::span<Receipt> receipts, const std::vector<bool>& ours) {
  for (std::size_t i = 0; i < receipts.size() && i < ours.size(); ++i) {
    if (ours[i]) receipts[i].duplicate = false;
  }
}

}  // namespace govlog
