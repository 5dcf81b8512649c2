#include "api/paging.h"

#include "api/arguments.h"
#include "api/parameters.h"
#include "codec/hash.h"
#include "codec/json_text.h"
#include "codec/time.h"
#include "query/known_at.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

Error of_parameter(Error error, std::string_view name) {
  if (error.code != Code::kInvalidArgument || !error.details.empty()) return error;
  error.message = fmt::format("{}: {}", name, error.message);
  return std::move(error).with("parameter", std::string(name));
}

Result<Timestamp> parse_time(std::string_view name, std::string_view text, Timestamp now) {
  auto time = parse_time_parameter(text, now);
  if (!time.ok()) return of_parameter(time.take_error(), name);
  return time;
}

Result<Position> parse_known(const ReadRequest& request, std::string_view text) {
  auto known = resolve_known_at(request.view, text, request.now);
  if (!known.ok()) return of_parameter(known.take_error(), "known_at");
  return known;
}

}  // namespace

Result<Position> known_argument(const ReadRequest& request) {
  const auto text = argument(request.arguments, "known_at");
  return text ? parse_known(request, *text) : Result<Position>(request.view.log_position());
}

Result<std::optional<Timestamp>> time_argument(const ReadRequest& request, std::string_view name,
                                               std::string_view default_text) {
  const std::string text = argument(request.arguments, name).value_or(std::string(default_text));
  std::optional<Timestamp> time;
  if (text.empty() && !argument(request.arguments, name)) return time;
  time = GOVLOG_TRY(parse_time(name, text, request.now));
  return time;
}

Result<Arguments> with_first_page(std::string_view operation, const Arguments& arguments) {
  Arguments all = arguments;
  const auto text = argument(arguments, "cursor");
  if (!text) return all;
  const Cursor cursor = GOVLOG_TRY(decode_cursor(*text));
  if (cursor.operation != operation) return all;  // Paging says so
  for (const auto& [name, value] : cursor.given) {
    if (!arguments.contains(name)) all[name].push_back(value);
  }
  return all;
}

Result<Paging> Paging::begin(std::string_view operation, const ReadRequest& request, Knows knows) {
  Paging paging(operation, request);
  const auto text = argument(request.arguments, "cursor");
  if (text) {
    paging.before_ = GOVLOG_TRY(decode_cursor(*text));
    GOVLOG_TRY(check_cursor(request.view, *paging.before_, operation));
  }
  GOVLOG_TRY(paging.resolve_known(knows));
  return paging;
}

Status Paging::resolve_known(Knows knows) {
  const auto text = argument(request_.arguments, "known_at");
  known_ = before_ && knows == Knows::kWhatFirstPageKnew ? before_->log_position : request_.view.log_position();
  if (!text) return Ok{};
  const std::string given = "known_at=" + *text;
  const auto first = remembered(given);
  const Position known = first ? static_cast<Position>(first->micros) : GOVLOG_TRY(parse_known(request_, *text));
  times_.emplace_back(given, Timestamp{static_cast<std::int64_t>(known)});
  tell("known_at", fmt::format("{}", known));
  known_ = known;
  return Ok{};
}

std::size_t Paging::limit() const {
  return static_cast<std::size_t>(integer_argument(request_.arguments, "limit").value_or(kPageDefault));
}

std::optional<Timestamp> Paging::remembered(const std::string& given) const {
  if (!before_) return std::nullopt;
  const auto found =
      std::find_if(before_->times.begin(), before_->times.end(), [&](const auto& time) { return time.first == given; });
  return found == before_->times.end() ? std::nullopt : std::optional<Timestamp>(found->second);
}

Result<std::optional<Timestamp>> Paging::time(std::string_view name, std::string_view default_text) {
  const std::string given = fmt::format("{}={}", name, argument(request_.arguments, name).value_or(std::string(default_text)));
  std::optional<Timestamp> time = remembered(given);
  if (!time) time = GOVLOG_TRY(time_argument(request_, name, default_text));
  if (!time) return time;
  times_.emplace_back(given, *time);
  tell(name, fmt::format("{}", time->micros));
  return time;
}

std::vector<std::string> Paging::texts(std::string_view name) {
  std::vector<std::string> values = argument_list(request_.arguments, name);
  std::vector<std::string> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (const std::string& value : sorted) tell(name, value);
  return values;
}

void Paging::tell(std::string_view name, std::string_view value) {
  told_ += fmt::format("{}:{}:{}\n", name, value.size(), value);
}

std::string Paging::fingerprint() const {
  const Hash hash = sha256(told_);
  return std::string(hash.begin(), hash.begin() + 16);
}

Status Paging::check() const {
  if (!before_ || before_->fingerprint == fingerprint()) return Ok{};
  return argument_error(
      "cursor", "the cursor belongs to other parameters: give the first page's, or none but the cursor; only limit may change");
}

Result<std::optional<EventKey>> Paging::after_event() const {
  std::optional<EventKey> key;
  if (before_) key = GOVLOG_TRY(decode_cursor_key(before_->last_key));
  return key;
}

Result<std::optional<EntityRef>> Paging::after_entity() const {
  std::optional<EntityRef> key;
  if (before_) key = GOVLOG_TRY(decode_entity_key(before_->last_key));
  return key;
}

Result<std::string> Paging::next_cursor(bool more, const std::string& last_key) const {
  if (!more) return std::string("null");
  Cursor cursor;
  cursor.operation = operation_;
  cursor.log_position = known_;
  cursor.witness = GOVLOG_TRY(log_witness(request_.view, known_));
  cursor.fingerprint = fingerprint();
  cursor.last_key = last_key;
  cursor.times = times_;
  for (const auto& [name, values] : request_.arguments) {
    for (const std::string& value : values) {
      // An entity that has a page is what its pair means without being told so: the cursor is the same whichever face made it.
      const bool is_pair = name == "entity_is" && value == "pair";
      if (name != "cursor" && name != "limit" && !is_pair) cursor.given.emplace_back(name, value);
    }
  }
  std::string encoded = encode_cursor(cursor);
  if (encoded.size() > static_cast<std::size_t>(kCursorMaximum)) {
    cursor.given.clear();
    encoded = encode_cursor(cursor);
  }
  return json_quote(encoded);
}

}  // namespace govlog
