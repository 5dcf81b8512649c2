#include "codec/time.h"
#include "tests/support/generator.h"

#include <fmt/format.h>

namespace govlog::testing {

std::string Generator::entity_text() {
  if (reference_.events().empty() || one_in(30)) return "nobody/ever";
  const ReferenceEvent& event = any_event();
  return one_in(4) ? event.entity_id : event.entity_type + "/" + event.entity_id;
}

std::string Generator::version_ref(const ReferenceEvent& event) {
  const std::string entity = event.entity_type + "/" + event.entity_id;
  switch (below(6)) {
    case 0:
      return event.id;
    case 1:
      return entity + "@" + format_time(instant());
    case 2:
      return entity + "@" + format_time(event.created_at);
    case 3:
      return event.entity_id + "@" + std::to_string(event.version);
    case 4:
      return entity + "@" + std::to_string(event.version + (one_in(8) ? 100'000 : 0));
    default:
      return entity + "@" + std::to_string(1 + below(event.version));
  }
}

void Generator::ask_known(Query& query) {
  if (!one_in(3)) return;
  const bool safe = query.operation == "timeline" || query.operation == "list" || query.operation == "stats";
  if (safe && one_in(20)) {
    query.known_position = reference_.last() + 1 + below(3);
  } else if (one_in(2) || reference_.events().empty()) {
    query.known_position = below(reference_.last() + 1);
  } else {
    query.known_time = Timestamp{any_event().recorded_at.micros + static_cast<std::int64_t>(below(3)) - 1};
  }
}

Query Generator::timeline() {
  Query out{.operation = "timeline"};
  if (!one_in(3)) out.from = one_in(2) ? kTimestampYear1 : instant();
  if (one_in(3)) out.to = instant();
  out.ascending = one_in(2);
  if (reference_.events().empty()) return out;
  for (std::uint64_t i = one_in(2) ? below(3) : 0; i > 0; --i) out.event_types.push_back(any_event().event_type);
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) out.entity_types.push_back(any_event().entity_type);
  for (std::uint64_t i = one_in(4) ? below(3) : 0; i > 0; --i) out.entity_ids.push_back(any_event().entity_id);
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) {
    const std::optional<std::string>& actor = any_event().actor;
    out.actors.push_back(actor && !actor->empty() ? *actor : "nobody");
  }
  return out;
}

Query Generator::list() {
  Query out{.operation = "list"};
  if (one_in(2)) out.at = instant();
  if (reference_.events().empty()) return out;
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) out.entity_types.push_back(any_event().entity_type);
  if (one_in(3)) out.statuses = {pick(std::vector<std::string>{"draft", "accepted", "open"})};
  if (one_in(6)) out.layers = {pick(std::vector<std::string>{"business", "technical"}), "application"};
  if (one_in(5)) out.actors = {pick(std::vector<std::string>{"ana", "bo", "équipe"})};
  return out;
}

Query Generator::diff() {
  Query out{.operation = "diff"};
  if (reference_.events().empty()) {
    out.from_ref = out.to_ref = "none@1";
    return out;
  }
  const ReferenceEvent& one = any_event();
  const ReferenceEvent* other = &any_event();
  for (int i = 0; i < 400 && !one_in(8) && (other->entity_id != one.entity_id || other->entity_type != one.entity_type); ++i)
    other = &any_event();
  out.from_ref = version_ref(one);
  out.to_ref = version_ref(*other);
  return out;
}

Query Generator::query() {
  Query out;
  switch (below(10)) {
    case 0:
    case 1:
    case 2:
      out = timeline();
      break;
    case 3:
      out = list();
      break;
    case 4:
      out = diff();
      break;
    case 5:
      out = {.operation = "history", .entity = entity_text()};
      break;
    case 6:
      out = {.operation = "replay", .entity = entity_text()};
      break;
    case 7:
      out = one_in(4) ? Query{.operation = "stats"} : Query{.operation = "at", .entity = entity_text()};
      break;
    default:
      out = {.operation = "at", .entity = entity_text()};
      out.at = instant();
  }
  ask_known(out);
  return out;
}

}  // namespace govlog::testing
