// Event JSON on any bytes. What is taken holds what the contract asks of an event's form; written as a log line, it is taken again and
// is the same event; a refusal bears one of the codes of form and a message that does not grow with the input.

#include "base/assert.h"
#include "codec/canonical.h"
#include "codec/event_json.h"
#include "codec/event_types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr Timestamp kNow{1'763'200'800'000'000};
constexpr std::size_t kMessageBytesMax = 2000;
constexpr EventLimits kLimits{
    .raw_bytes_max = 8192, .canonical_bytes_max = 4096, .batch_events_max = 8, .batch_bytes_max = 16384};

bool is_form_code(Code code) {
  return code == Code::kTooLarge || code == Code::kInvalidJson || code == Code::kInvalidEvent ||
         code == Code::kFutureTimestamp || code == Code::kUnsupportedFormat;
}

void check_error(const Error& error) {
  GOVLOG_ASSERT(is_form_code(error.code), "{}: {}", code_info(error.code).name, error.message);
  GOVLOG_ASSERT(!error.message.empty() && error.message.size() < kMessageBytesMax, "{}", error.message);
  if (error.code == Code::kInvalidEvent) GOVLOG_ASSERT(error.details.at(0).name == "pointer", "{}", error.message);
}

std::string written(const Event& event) {
  EventView view;
  view.position = 1;
  view.version = 1;
  view.id = event.id.value_or(Uuid{});
  view.event_type = event.event_type;
  view.entity_type = event.entity_type;
  view.entity_id = event.entity_id;
  if (event.actor) view.actor = *event.actor;
  view.data = event.data;
  view.metadata = event.metadata;
  view.created_at = event.created_at.value_or(kNow);
  view.recorded_at = kNow;
  std::string out;
  append_event_json(out, view);
  return out;
}

void check_event(const Event& event) {
  GOVLOG_ASSERT(check_payload(event.event_type, event.entity_type, event.data).ok(), "{}", event.data);
  GOVLOG_ASSERT(canonicalize(event.data, kJsonDepthMax).value() == event.data, "{}", event.data);
  GOVLOG_ASSERT(canonicalize(event.metadata, kJsonDepthMax).value() == event.metadata, "{}", event.metadata);
  const std::string line = written(event);
  const Event again = parse_event(line, kNow, {}).value();
  GOVLOG_ASSERT(written(again) == line, "{}", line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const Result<Event> event = parse_event(json, kNow, kLimits);
  if (event.ok()) {
    check_event(*event);
  } else {
    check_error(event.error());
  }
  const Result<ParsedBatch> batch = parse_batch(json, kNow, kLimits);
  if (!batch.ok()) {
    check_error(batch.error());
    return 0;
  }
  GOVLOG_ASSERT(batch->array || event.ok(), "one event is taken only as a batch");
  for (const Event& item : batch->events) check_event(item);
  return 0;
}
