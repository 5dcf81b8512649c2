#include "query/event.h"

#include "codec/event_json.h"
#include "codec/uuid.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace govlog {
namespace {

bool is_position(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// 0 where the log has no such event.
Result<Position> position_of(const ReadView& view, std::string_view text) {
  Position position = 0;
  if (is_position(text)) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), position);
    return parsed.ec == std::errc{} ? position : 0;  // a number too great is beyond any log
  }
  const auto id = parse_uuid(text);
  if (!id.ok()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} is no event: expected its id, a UUID, or its position in digits", shorten(text)),
                 {}};
  }
  const auto found = GOVLOG_TRY(view.position_of(id.value()));
  return found.value_or(0);
}

}  // namespace

Result<std::string> event_line(const ReadView& view, std::string_view text, Position known) {
  const Position position = GOVLOG_TRY(position_of(view, text));
  std::string buffer;
  if (position != 0 && position <= known) {
    const auto event = GOVLOG_TRY(view.event_at(position, buffer));
    if (event) {
      std::string line;
      append_event_json(line, *event);
      return line;
    }
  }
  if (known == 0) return Error{Code::kNotFound, fmt::format("no event {}: the log is empty", shorten(text)), {}};
  return Error{Code::kNotFound,
               fmt::format("no event {}; the log has positions 1 to {}, and the timeline tells ids", shorten(text), known),
               {}};
}

}  // namespace govlog
