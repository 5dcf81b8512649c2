#include "api/exported_line.h"

#include "api/arguments.h"
#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <limits>

namespace govlog {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

Error not_exported(std::string_view why) {
  return {Code::kCorruption, fmt::format("not a line as export writes it: {}", why), {}};
}

std::optional<std::uint64_t> number_of(std::string_view line, std::string_view name) {
  return parse_digits(json_member(line, name).value_or(""), kPositionMax);
}

}  // namespace

Result<ExportedEvent> ExportedEvent::parse(std::string_view line) {
  ExportedEvent out;
  auto event = parse_event(line, kTimestampMax, EventLimits{kNoLimit, kNoLimit, kNoLimit, kNoLimit});
  if (!event.ok() && line.starts_with(R"({"position":)") && json_member(line, "erased")) {
    return Error{
        Code::kUnsupportedFormat, "the line stands for an event that was erased, which only a later govlog can restore", {}};
  }
  if (!event.ok()) return not_exported(event.error().message);
  out.event_ = event.take();
  const auto position = number_of(line, "position");
  const auto version = number_of(line, "version");
  const auto recorded_at = parse_rfc3339(json_unescape(json_member(line, "recorded_at").value_or("")));
  if (!position || !version || !recorded_at.ok() || !out.event_.id || !out.event_.created_at)
    return not_exported("position, id, version, created_at or recorded_at is missing");
  out.position_ = *position;
  out.version_ = *version;
  out.recorded_at_ = *recorded_at;
  std::string again;
  append_event_json(again, out.view());
  if (again != line) return not_exported("its fields are in another order or written in another way");
  return out;
}

EventView ExportedEvent::view() const {
  EventView view;
  view.position = position_;
  view.created_at = *event_.created_at;
  view.recorded_at = recorded_at_;
  view.id = *event_.id;
  view.version = version_;
  view.event_type = event_.event_type;
  view.entity_type = event_.entity_type;
  view.entity_id = event_.entity_id;
  if (event_.actor) view.actor = *event_.actor;
  view.data = event_.data;
  view.metadata = event_.metadata;
  return view;
}

}  // namespace govlog
