#include "query/entity_text.h"

namespace govlog {

namespace {

constexpr std::size_t kEventsMax = 10'000;

EventFilter filter_of(const TextWithin& text) {
  EventFilter filter;
  filter.q = text.q;
  filter.known = text.known;
  return filter;
}

}  // namespace

Result<bool> event_answers(const ReadView& view, const TextQuery& q, const EventKey& key) {
  std::string buffer;
  const auto event = GOVLOG_TRY(view.event_at(key.position, buffer));
  return event && q.matches(*event);
}

Result<bool> entity_answers(const ReadView& view, const TextWithin& text, const EntityRef& entity) {
  EventFilter filter = filter_of(text);
  filter.entity_types = {entity.entity_type};
  filter.entity_ids = {entity.entity_id};
  bool answers = false;
  GOVLOG_TRY(view.scan_events({kEventKeyMin, text.last}, Order::kDescending, filter, [&](const EventView&) -> Result<bool> {
    answers = true;
    return false;
  }));
  return answers;
}

Result<std::optional<std::set<EntityRef>>> entities_that_answer(const ReadView& view, const TextWithin& text,
                                                                const std::vector<std::string>& types) {
  EventFilter filter = filter_of(text);
  filter.entity_types = types;
  std::set<EntityRef> entities;
  std::size_t events = 0;
  GOVLOG_TRY(
      view.scan_events({kEventKeyMin, text.last}, Order::kDescending, filter, [&](const EventView& event) -> Result<bool> {
        entities.insert({std::string(event.entity_type), std::string(event.entity_id)});
        return ++events < kEventsMax;
      }));
  if (events >= kEventsMax) return std::optional<std::set<EntityRef>>{};
  return std::optional(std::move(entities));
}

}  // namespace govlog
