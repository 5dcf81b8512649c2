#include "query/known_at.h"

#include "codec/time.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace govlog {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<Position> resolve_known_at(const ReadView& view, std::string_view text, Timestamp now) {
  if (!all_digits(text)) {
    const Timestamp time = GOVLOG_TRY(parse_time_parameter(text, now));
    return view.known_at(time);
  }
  Position position = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), position);
  if (parsed.ec != std::errc{} || position > view.log_position()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("position {} is beyond the log, which ends at {}", shorten(text), view.log_position()),
                 {}};
  }
  return position;
}

Result<std::uint64_t> head_version_at(const ReadView& view, const EntityRef& entity, Position known) {
  if (known >= view.log_position()) {
    const auto head = GOVLOG_TRY(view.head(entity));
    return head ? head->version : std::uint64_t{0};
  }
  std::uint64_t events = 0;
  GOVLOG_TRY(view.scan_entity(entity, {}, Order::kAscending, known, [&](const EventView&) -> Result<bool> {
    ++events;
    return true;
  }));
  return events;
}

}  // namespace govlog
