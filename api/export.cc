#include "api/export.h"

#include "api/arguments.h"
#include "api/parameters.h"
#include "codec/event_json.h"

#include <array>
#include <string>

namespace govlog {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

Parameter from_position() {
  return with_default(integer_parameter("from_position", 1, kIntegerMaximum, "first position, that one included"), "1");
}

}  // namespace

std::span<const Parameter> export_parameters() {
  static const std::array<Parameter, 2> kParameters{
      from_position(),
      integer_parameter("to_position", 0, kIntegerMaximum, "last position, that one included; the end of the log by default")};
  return kParameters;
}

std::span<const Parameter> tail_parameters() {
  static const std::array<Parameter, 1> kParameters{from_position()};
  return kParameters;
}

Result<ExportRange> parse_export_range(std::span<const Parameter> parameters, const Arguments& arguments) {
  GOVLOG_TRY(check_arguments(parameters, arguments));
  ExportRange range;
  range.from = integer_argument(arguments, "from_position").value_or(range.from);
  range.to = integer_argument(arguments, "to_position").value_or(range.to);
  return range;
}

Status export_events(const ReadView& view, const ExportRange& range, const std::function<Status(std::string_view)>& sink) {
  const Position last = std::min(range.to, view.log_position());
  if (range.from > last) return Ok{};
  std::string block;
  GOVLOG_TRY(view.scan_positions(range.from, last, [&](const EventView& event) -> Result<bool> {
    append_event_json(block, event);
    block += '\n';
    if (block.size() >= kBlockBytes) {
      GOVLOG_TRY(sink(block));
      block.clear();
    }
    return true;
  }));
  if (!block.empty()) GOVLOG_TRY(sink(block));
  return Ok{};
}

}  // namespace govlog
