#include "api/wire.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/time.h"
#include "codec/uuid.h"

#include <limits>
#include <utility>

namespace govlog {

namespace {

Error not_understood() { return {Code::kInternal, "the answer of the process that has the store open does not decode", {}}; }

std::optional<std::string> text_member(std::string_view object, std::string_view name) {
  const auto token = json_member(object, name);
  if (!token || json_kind(*token) != JsonKind::kString) return std::nullopt;
  return json_unescape(*token);
}

std::optional<std::uint64_t> number_member(std::string_view object, std::string_view name) {
  const auto token = json_member(object, name);
  return token ? parse_digits(*token, std::numeric_limits<std::uint64_t>::max()) : std::nullopt;
}

Code code_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    if (code_info(static_cast<Code>(i)).name == name) return static_cast<Code>(i);
  }
  return Code::kInternal;
}

std::optional<DetailValue> detail_value(std::string_view token) {
  if (json_kind(token) == JsonKind::kString) return json_unescape(token);
  if (json_kind(token) == JsonKind::kNull) return nullptr;
  if (json_kind(token) == JsonKind::kNumber) {
    const auto number = parse_digits(token, std::numeric_limits<std::uint64_t>::max());
    if (number) return *number;
  }
  if (json_kind(token) != JsonKind::kArray) return std::nullopt;
  std::vector<std::string> texts;
  for (JsonCursor item(token); item.next();) texts.push_back(json_unescape(item.value()));
  return texts;
}

Result<Receipt> parse_receipt(std::string_view json) {
  Receipt receipt;
  const auto position = number_member(json, "position");
  const auto version = number_member(json, "version");
  const auto id = text_member(json, "id");
  const auto created_at = text_member(json, "created_at");
  const auto recorded_at = text_member(json, "recorded_at");
  auto type = text_member(json, "entity_type");
  auto entity = text_member(json, "entity_id");
  if (!position || !version || !id || !created_at || !recorded_at || !type || !entity) return not_understood();
  receipt.position = *position;
  receipt.version = *version;
  receipt.id = GOVLOG_TRY(parse_uuid(*id));
  receipt.created_at = GOVLOG_TRY(parse_rfc3339(*created_at));
  receipt.recorded_at = GOVLOG_TRY(parse_rfc3339(*recorded_at));
  receipt.entity_type = *std::move(type);
  receipt.entity_id = *std::move(entity);
  receipt.duplicate = json_member(json, "duplicate") == "true";
  return receipt;
}

}  // namespace

std::optional<Error> parse_rendered_error(std::string_view json) {
  const auto inner = json_member(json, "error");
  if (!inner) return std::nullopt;
  const auto code = text_member(*inner, "code");
  auto message = text_member(*inner, "message");
  if (!code || !message) return std::nullopt;
  Error error{code_of(*code), *std::move(message), {}};
  for (JsonCursor detail(json_member(*inner, "details").value_or("{}")); detail.next();) {
    auto value = detail_value(detail.value());
    if (value) error.details.push_back({std::string(detail.key()), *std::move(value)});
  }
  return error;
}

Result<std::vector<Receipt>> parse_receipts(std::string_view json) {
  std::vector<Receipt> receipts;
  JsonCursor item(json);
  while (item.next()) receipts.push_back(GOVLOG_TRY(parse_receipt(item.value())));
  if (!item.ok() || json_kind(json) != JsonKind::kArray) return not_understood();
  return receipts;
}

std::string render_batches(std::span<const std::vector<Event>> batches) {
  std::string out;
  for (const std::vector<Event>& batch : batches) {
    append_array(out, batch, [](std::string& text, const Event& event) { append_event_json(text, event); });
    out += '\n';
  }
  return out;
}

Result<std::vector<std::vector<Event>>> parse_batches(std::string_view lines, Timestamp now) {
  std::vector<std::vector<Event>> batches;
  const EventLimits none{.raw_bytes_max = lines.size(),
                         .batch_bytes_max = lines.size()};  // whoever sent them held them against the limits
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    batches.push_back(GOVLOG_TRY(parse_batch(line, now, none)).events);
  }
  return batches;
}

std::string render_receipts_in_turn(std::span<const std::vector<Receipt>> receipts) {
  std::string out;
  append_array(out, receipts, [](std::string& text, const std::vector<Receipt>& batch) { text += render_receipts(batch); });
  return out;
}

Result<std::vector<std::vector<Receipt>>> parse_receipts_in_turn(std::string_view json) {
  std::vector<std::vector<Receipt>> all;
  JsonCursor item(json);
  while (item.next()) all.push_back(GOVLOG_TRY(parse_receipts(item.value())));
  if (!item.ok() || json_kind(json) != JsonKind::kArray) return not_understood();
  return all;
}

std::string render_completion(const Completion& completion) {
  std::string out;
  ObjectWriter object(out);
  append_array(object.begin("values"), completion.values,
               [](std::string& text, const std::string& value) { append_json_string(text, value); });
  object.number("total", completion.total);
  object.close();
  return out;
}

Result<Completion> parse_completion(std::string_view json) {
  Completion out;
  const auto values = json_member(json, "values");
  const auto total = number_member(json, "total");
  if (!values || !total) return not_understood();
  for (JsonCursor value(*values); value.next();) out.values.push_back(json_unescape(value.value()));
  out.total = *total;
  return out;
}

}  // namespace govlog
