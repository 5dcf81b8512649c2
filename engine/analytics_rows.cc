#include "engine/analytics_rows.h"

#include "codec/json_text.h"
#include "codec/keys.h"

#include <algorithm>
#include <charconv>

namespace govlog {

namespace {

constexpr char kAnalyticsRows = '\x04';
constexpr std::int64_t kWeek = 7 * kMicrosPerDay;
constexpr std::int64_t kMonday = 4 * kMicrosPerDay;  // 1970-01-05
constexpr std::size_t kKeyBytes = 10;

constexpr std::string_view kRequestCreated = "ChangeRequestCreated";
constexpr std::string_view kRequestStatus = "ChangeRequestStatusChanged";
constexpr std::string_view kDecisionCreated = "ADRCreated";
constexpr std::string_view kDecisionStatus = "ADRStatusChanged";
constexpr std::string_view kAssessment = "ImpactAssessmentCreated";
constexpr std::array kCounted{kRequestCreated, kRequestStatus, kDecisionCreated, kDecisionStatus, kAssessment};

/// Canonical text escapes nothing of these names, so the tokens are equal where the texts are.
bool becomes(std::string_view data, std::string_view token) { return json_member(data, "new_status") == token; }

/// The specification's `(data->>'risk_level')::int`: appending has seen to it that the cast succeeds.
std::optional<std::int64_t> risk_level_of(std::string_view data) {
  std::string_view token = json_member_not_null(data, "risk_level").value_or("");
  if (json_kind(token) == JsonKind::kString) token = token.substr(1, token.size() - 2);
  if (token.starts_with('+')) token.remove_prefix(1);
  std::int32_t level = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), level);
  if (read.ec != std::errc() || read.ptr != token.data() + token.size()) return std::nullopt;
  return level;
}

}  // namespace

std::int64_t length_of(AnalyticsUnit unit) { return unit == AnalyticsUnit::kWeek ? kWeek : kMicrosPerHour; }

Timestamp start_of(AnalyticsUnit unit, Timestamp time) {
  const std::int64_t length = length_of(unit);
  const std::int64_t since = time.micros - (unit == AnalyticsUnit::kWeek ? kMonday : 0);
  const std::int64_t into = (since % length + length) % length;
  return {time.micros - into};
}

AnalyticsCounts& AnalyticsCounts::operator+=(const AnalyticsCounts& more) {
  crs_created += more.crs_created;
  crs_completed += more.crs_completed;
  adrs_created += more.adrs_created;
  adrs_accepted += more.adrs_accepted;
  risk_levels_sum += more.risk_levels_sum;
  risk_levels += more.risk_levels;
  return *this;
}

std::span<const std::string_view> analytics_event_types() { return kCounted; }

AnalyticsCounts analytics_of(std::string_view event_type, std::string_view data) {
  AnalyticsCounts counts;
  if (event_type == kRequestCreated) counts.crs_created = 1;
  if (event_type == kRequestStatus) counts.crs_completed = becomes(data, R"("completed")") ? 1 : 0;
  if (event_type == kDecisionCreated) counts.adrs_created = 1;
  if (event_type == kDecisionStatus) counts.adrs_accepted = becomes(data, R"("accepted")") ? 1 : 0;
  if (event_type != kAssessment) return counts;
  if (const auto level = risk_level_of(data)) {
    counts.risk_levels_sum = *level;
    counts.risk_levels = 1;
  }
  return counts;
}

std::string analytics_key(AnalyticsUnit unit, Timestamp start) {
  std::string key{kAnalyticsRows, static_cast<char>(unit)};
  append_time_key(key, start);
  return key;
}

std::string encode_analytics_value(AnalyticsUnit unit, const AnalyticsRow& row) {
  std::string out;
  if (unit == AnalyticsUnit::kWeek) append_varint(out, row.events);
  const AnalyticsCounts& counts = row.counts;
  for (const std::uint64_t count : {counts.crs_created, counts.crs_completed, counts.adrs_created, counts.adrs_accepted}) {
    append_varint(out, count);
  }
  append_zigzag(out, counts.risk_levels_sum);
  append_varint(out, counts.risk_levels);
  return out;
}

std::optional<AnalyticsRow> decode_analytics_row(AnalyticsUnit unit, std::string_view key, std::string_view value) {
  if (key.size() != kKeyBytes) return std::nullopt;
  key.remove_prefix(kKeyBytes - 8);
  AnalyticsRow row;
  row.start = *take_time_key(key);
  AnalyticsCounts& counts = row.counts;
  std::array<std::uint64_t*, 5> before{&row.events, &counts.crs_created, &counts.crs_completed, &counts.adrs_created,
                                       &counts.adrs_accepted};
  for (std::size_t i = unit == AnalyticsUnit::kWeek ? 0 : 1; i < before.size(); ++i) {
    const auto count = take_varint(value);
    if (!count) return std::nullopt;
    *before.at(i) = *count;
  }
  const auto sum = take_zigzag(value);
  const auto levels = take_varint(value);
  if (!sum || !levels || !value.empty()) return std::nullopt;
  counts.risk_levels_sum = *sum;
  counts.risk_levels = *levels;
  return row;
}

}  // namespace govlog
