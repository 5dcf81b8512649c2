#include "api/render.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/operation.h"
#include "codec/event_terms.h"
#include "codec/event_types.h"
#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <cmath>

namespace govlog {

namespace {

constexpr std::size_t kItemBytes = 384;  // of most items; a guess too small costs a copy

void append_timeline_members(ObjectWriter& object, const TimelineItem& item) {
  object.id("id", item.id);
  object.number("position", item.key.position);
  object.text("event_type", std::string_view(item.event_type));
  object.text("entity_type", std::string_view(item.entity.entity_type));
  object.text("entity_id", std::string_view(item.entity.entity_id));
  object.text("actor", item.actor);
  object.token_as_text("description", item.description);
  object.token_as_text("status", item.status);
  const JsonKind kind = json_kind(item.risk_level);
  object.token("risk_level",
               kind == JsonKind::kArray || kind == JsonKind::kObject ? "null" : std::string_view(item.risk_level));
  object.time("created_at", item.key.created_at);
}

void append_timeline_item(std::string& out, const TimelineItem& item) {
  ObjectWriter object(out);
  append_timeline_members(object, item);
  object.close();
}

/// In units of the greatest weight of one word, to four digits.
std::string score_token(std::uint32_t score) {
  constexpr double kDigits = 10'000;
  return fmt::format("{}", std::round(score * kDigits / kGreatestWeight) / kDigits);
}

/// The shortest decimal that means the double; a whole one with its `.0`.
std::string decimal_of(double value) {
  std::string out = fmt::format("{}", value);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

void append_week(std::string& out, const AnalyticsWeek& week) {
  ObjectWriter object(out);
  object.text("week", std::string_view(format_time(week.week)).substr(0, std::string_view("YYYY-MM-DD").size()));
  object.number("crs_created", week.counts.crs_created);
  object.number("crs_completed", week.counts.crs_completed);
  object.number("adrs_created", week.counts.adrs_created);
  object.number("adrs_accepted", week.counts.adrs_accepted);
  const auto average = week.avg_risk_level();
  object.token("avg_risk_level", average ? decimal_of(*average) : "null");
  object.close();
}

void append_list_item(std::string& out, const ListItem& item) {
  ObjectWriter object(out);
  object.text("entity_type", std::string_view(item.entity.entity_type));
  object.text("entity_id", std::string_view(item.entity.entity_id));
  object.token("title", item.title);
  object.token_as_text("status", item.status);
  object.number("head_version", item.head_version);
  object.time("created_at", item.created_at);
  object.time("updated_at", item.updated_at);
  object.close();
}

void append_version(std::string& out, const VersionPoint& point) {
  ObjectWriter object(out);
  object.text("ref", std::string_view(point.ref));
  object.text("entity_type", std::string_view(point.entity.entity_type));
  object.text("entity_id", std::string_view(point.entity.entity_id));
  object.number("version", point.version);
  object.number("position", point.key ? std::optional<std::uint64_t>(point.key->position) : std::nullopt);
  object.time("created_at", point.key ? std::optional<Timestamp>(point.key->created_at) : std::nullopt);
  object.close();
}

std::string_view kind_name(PatchKind kind) {
  switch (kind) {
    case PatchKind::kAdd:
      return "add";
    case PatchKind::kRemove:
      return "remove";
    case PatchKind::kReplace:
      return "replace";
  }
  return "";
}

void append_patch_operation(std::string& out, const PatchOperation& operation) {
  ObjectWriter object(out);
  object.text("op", kind_name(operation.kind));
  object.text("path", std::string_view(operation.path));
  if (operation.kind != PatchKind::kRemove) object.token("value", operation.to);
  object.close();
}

void append_change(std::string& out, const PatchOperation& operation) {
  ObjectWriter object(out);
  object.text("path", std::string_view(operation.path));
  object.text("op", kind_name(operation.kind));
  if (operation.kind != PatchKind::kAdd) object.token("from", operation.from);
  if (operation.kind != PatchKind::kRemove) object.token("to", operation.to);
  object.close();
}

void append_counts(std::string& out, const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  ObjectWriter object(out);
  for (const auto& [name, count] : counts) object.number(name, count);
  object.close();
}

void finish_page(ObjectWriter& object, const PageEnd& end) {
  object.token("next_cursor", end.next_cursor);
  object.number("log_position", end.log_position);
  object.close();
}

void append_receipt_members(ObjectWriter& object, const Receipt& receipt) {
  object.number("position", receipt.position);
  object.id("id", receipt.id);
  object.text("entity_type", std::string_view(receipt.entity_type));
  object.text("entity_id", std::string_view(receipt.entity_id));
  object.number("version", receipt.version);
  object.time("created_at", receipt.created_at);
  object.time("recorded_at", receipt.recorded_at);
  object.boolean("duplicate", receipt.duplicate);
}

void append_receipt(std::string& out, const Receipt& receipt) {
  ObjectWriter object(out);
  append_receipt_members(object, receipt);
  object.close();
}

void append_detail(ObjectWriter& object, const Detail& detail) {
  if (const auto* text = std::get_if<std::string>(&detail.value)) {
    object.text(detail.name, std::string_view(as_utf8(*text)));
  } else if (const auto* number = std::get_if<std::uint64_t>(&detail.value)) {
    object.number(detail.name, *number);
  } else if (std::holds_alternative<std::nullptr_t>(detail.value)) {
    object.number(detail.name, std::nullopt);
  } else {
    append_array(object.begin(detail.name), std::get<std::vector<std::string>>(detail.value),
                 [](std::string& out, const std::string& item) { append_json_string(out, as_utf8(item)); });
  }
}

}  // namespace

std::string render_timeline(const TimelinePage& page, const PageEnd& end) {
  std::string out;
  out.reserve((page.items.size() + 1) * kItemBytes);
  ObjectWriter object(out);
  append_array(object.begin("items"), page.items, append_timeline_item);
  finish_page(object, end);
  return out;
}

std::string render_search(const SearchPage& page, bool scored, const PageEnd& end) {
  std::string out;
  out.reserve((page.items.size() + 1) * kItemBytes);
  ObjectWriter object(out);
  append_array(object.begin("items"), page.items, [scored](std::string& text, const SearchItem& item) {
    ObjectWriter members(text);
    append_timeline_members(members, item.event);
    members.token("score", scored ? score_token(item.score) : "null");
    members.text("snippet", std::string_view(item.snippet));
    members.close();
  });
  finish_page(object, end);
  return out;
}

std::string render_list(const ListPage& page, const PageEnd& end) {
  std::string out;
  out.reserve((page.items.size() + 1) * kItemBytes);
  ObjectWriter object(out);
  append_array(object.begin("items"), page.items, append_list_item);
  finish_page(object, end);
  return out;
}

std::string render_history(const EntityRef& entity, const HistoryPage& page, const PageEnd& end) {
  std::string out;
  ObjectWriter object(out);
  object.text("entity_type", std::string_view(entity.entity_type));
  object.text("entity_id", std::string_view(entity.entity_id));
  append_array(object.begin("items"), page.items, [](std::string& text, const HistoryItem& item) { text += item.event; });
  finish_page(object, end);
  return out;
}

std::string render_time_travel(const TimeTravelAnswer& answer) {
  const EntityState& state = answer.found.state;
  std::string out;
  ObjectWriter object(out);
  object.text("entity_type", std::string_view(answer.entity.entity_type));
  object.text("entity_id", std::string_view(answer.entity.entity_id));
  object.time("at", answer.at);
  object.boolean("exists", state.exists);
  object.number("version", state.exists ? std::optional<std::uint64_t>(state.version) : std::nullopt);
  object.number("position", state.exists ? std::optional<std::uint64_t>(state.last.position) : std::nullopt);
  object.number("head_version", answer.found.head_version);
  object.token("state", state.state);
  object.number("log_position", answer.log_position);
  object.close();
  return out;
}

std::string render_element(std::string_view id, const ElementAnswer& answer, Timestamp at, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.text("entity_type", kElementType);
  object.text("entity_id", id);
  object.time("at", at);
  object.boolean("exists", answer.exists);
  object.token("version", "null");
  object.number("position", answer.last ? std::optional<std::uint64_t>(answer.last->position) : std::nullopt);
  object.token("head_version", "null");
  object.token("state", answer.state);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_diff(const Diff& diff, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_version(object.begin("from"), diff.from);
  append_version(object.begin("to"), diff.to);
  append_array(object.begin("patch"), diff.changes, append_patch_operation);
  append_array(object.begin("changes"), diff.changes, append_change);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_analytics(const std::vector<AnalyticsWeek>& weeks, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_array(object.begin("weeks"), weeks, append_week);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_stats(const LogStats& stats, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.number("events", stats.events);
  object.number("entities", stats.entities);
  object.time("first_created_at", stats.first_created_at);
  object.time("last_created_at", stats.last_created_at);
  object.time("last_recorded_at", stats.last_recorded_at);
  object.number("bytes_on_disk", stats.bytes_on_disk);
  append_counts(object.begin("event_types"), stats.event_types);
  append_counts(object.begin("entity_types"), stats.entity_types);
  object.number("format_version", std::uint64_t{stats.format_version});
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_rebuild(const RebuildReport& report) {
  std::string out;
  ObjectWriter object(out);
  object.number("events", report.events);
  object.boolean("ok", !report.difference);
  append_counts(object.begin("families"), report.families);
  if (report.difference) {
    ObjectWriter difference(object.begin("difference"));
    difference.text("family", std::string_view(report.difference->family));
    difference.text("key", std::string_view(as_utf8(report.difference->key)));
    difference.number("position", report.difference->position);
    difference.text("problem", std::string_view(as_utf8(report.difference->problem)));
    difference.close();
  }
  object.close();
  return out;
}

std::string render_error(const Error& error) {
  std::string out;
  ObjectWriter object(out);
  ObjectWriter inner(object.begin("error"));
  inner.text("code", code_info(error.code).name);
  inner.text("message", std::string_view(as_utf8(error.message)));
  ObjectWriter details(inner.begin("details"));
  for (const Detail& detail : error.details) append_detail(details, detail);
  details.close();
  inner.close();
  object.close();
  return out;
}

std::string render_receipt(const Receipt& receipt) {
  std::string out;
  append_receipt(out, receipt);
  return out;
}

std::string render_receipts(std::span<const Receipt> receipts) {
  std::string out;
  append_array(out, receipts, append_receipt);
  return out;
}

}  // namespace govlog
