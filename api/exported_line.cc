#include "api/exported_line.h"

#include "api/arguments.h"
#include "codec/canonical.h"
#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/time.h"
#include "query/names.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace govlog {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
constexpr EventLimits kNoLimits{.raw_bytes_max = kNoLimit,
                                .canonical_bytes_max = kNoLimit,
                                .batch_events_max = kNoLimit,
                                .batch_bytes_max = kNoLimit,
                                .depth_max = kCanonicalDepthMax - 1,
                                .numbers = {.characters_max = kNoLimit, .exponent_digits_max = kNoLimit}};

constexpr std::string_view kWrittenOtherwise = "its fields are in another order or written in another way";

Error not_exported(std::string_view why) {
  return {Code::kCorruption, fmt::format("not a line as export writes it: {}", why), {}};
}

std::optional<std::uint64_t> number_of(std::string_view line, std::string_view name) {
  return parse_digits(json_member(line, name).value_or(""), kPositionMax);
}

/// Why one of the members that export adds was not read in a line that is an event.
std::string why_not(std::string_view line) {
  const std::string canonical = canonicalize(line, kNoLimits.depth_max + 1, kNoLimits.numbers).take();  // as it was parsed
  constexpr std::array<std::string_view, 5> kAdded{"position", "id", "version", "created_at", "recorded_at"};
  for (const std::string_view name : kAdded) {
    const auto value = json_member(canonical, name);
    if (!value) return fmt::format("{} is missing", name);
    const bool number = name == "position" || name == "version";
    if (number && !parse_digits(*value, kPositionMax))
      return fmt::format("{} is {}, no number that export writes", name, shorten(*value));
  }
  const auto recorded_at = json_unescape(json_member(canonical, "recorded_at").value_or(""));
  if (!parse_rfc3339(recorded_at).ok()) return fmt::format("recorded_at is {}, no time", shorten(recorded_at));
  return std::string(kWrittenOtherwise);
}

}  // namespace

Result<ExportedEvent> ExportedEvent::parse(std::string_view line) {
  ExportedEvent out;
  auto event = parse_event(line, kTimestampMax, kNoLimits);
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
    return not_exported(why_not(line));
  out.position_ = *position;
  out.version_ = *version;
  out.recorded_at_ = *recorded_at;
  std::string again;
  append_event_json(again, out.view());
  if (again != line) return not_exported(kWrittenOtherwise);
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
