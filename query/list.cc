#include "query/list.h"

#include "codec/event_types.h"
#include "codec/json_text.h"
#include "query/element.h"
#include "query/entity_text.h"
#include "query/known_at.h"
#include "query/time_travel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace govlog {

namespace {

bool admits(const std::vector<std::string>& wanted, std::optional<std::string_view> token) {
  if (wanted.empty()) return true;
  const auto text = token_text(token);
  return text && std::find(wanted.begin(), wanted.end(), *text) != wanted.end();
}

bool admits(const ListQuery& query, const EntityState& state) {
  if (!state.exists) return false;
  return admits(query.statuses, json_member(state.state, "status")) &&
         admits(query.layers, json_member(state.state, "layer")) && admits(query.actors, state.actor_token);
}

std::string title_token(std::string_view state) {
  static constexpr std::array<std::string_view, 4> kNames{"title", "name", "description", "action"};
  for (const std::string_view name : kNames) {
    const auto token = json_member(state, name);
    if (token && json_kind(*token) == JsonKind::kString) return std::string(*token);
  }
  return {};
}

Result<Timestamp> first_created_at(const ReadView& view, const EntityRef& entity, const EntityHead& head, Position known) {
  Timestamp first = head.first_created_at;
  if (known >= view.log_position()) return first;
  GOVLOG_TRY(view.scan_entity(entity, {}, Order::kAscending, known, [&](const EventView& event) -> Result<bool> {
    first = event.created_at;
    return false;
  }));
  return first;
}

Result<ListItem> make_item(const ReadView& view, const ListQuery& query, const EntityRef& entity, const EntityHead& head,
                           const EntityState& state) {
  ListItem item;
  item.entity = entity;
  item.title = title_token(state.state);
  item.status = std::string(json_member_not_null(state.state, "status").value_or(""));
  item.head_version =
      query.known >= view.log_position() ? head.version : GOVLOG_TRY(head_version_at(view, entity, query.known));
  item.created_at = GOVLOG_TRY(first_created_at(view, entity, head, query.known));
  item.updated_at = state.last.created_at;
  return item;
}

/// Adds entities, as they are shown to it in order, until the page is full and one more was seen.
class PageBuilder {
 public:
  PageBuilder(const ReadView& view, const ListQuery& query, ListPage& page) : view_(view), query_(query), page_(page) {}

  /// False: enough.
  Result<bool> add(const EntityRef& entity, const EntityHead& head, const EntityState& state) {
    if (!admits(query_, state)) return true;
    page_.more = page_.items.size() == query_.limit;
    if (page_.more) return false;
    ListItem item = GOVLOG_TRY(make_item(view_, query_, entity, head, state));
    page_.items.push_back(std::move(item));
    return true;
  }

 private:
  const ReadView& view_;
  const ListQuery& query_;
  ListPage& page_;
};

/// Of `entity_type`, or of all types.
Status collect(const ReadView& view, const ListQuery& query, const std::optional<std::string>& entity_type, ListPage& page) {
  PageBuilder builder(view, query, page);
  const EventKey last = last_key_at(query.at);
  const auto visit = [&](const EntityRef& entity, const EntityHead& head, const EntityState& state) -> Result<bool> {
    if (query.q) {
      const bool answers = GOVLOG_TRY(entity_answers(view, {query.q, last, query.known}, entity));
      if (!answers) return true;
    }
    return builder.add(entity, head, state);
  };
  return view.scan_states(entity_type, query.after, last, query.known, visit);
}

/// Of `entities` alone.
Status collect(const ReadView& view, const ListQuery& query, const std::set<EntityRef>& entities, ListPage& page) {
  PageBuilder builder(view, query, page);
  const EventKey last = last_key_at(query.at);
  for (auto entity = query.after ? entities.upper_bound(*query.after) : entities.begin(); entity != entities.end(); ++entity) {
    const auto head = GOVLOG_TRY(view.head(*entity));
    if (!head)
      return Error{Code::kCorruption, fmt::format("{}/{} has events and no head", entity->entity_type, entity->entity_id), {}};
    const EntityState state = GOVLOG_TRY(view.state_at(*entity, last, query.known));
    const bool more = GOVLOG_TRY(builder.add(*entity, *head, state));
    if (!more) break;
  }
  return Ok{};
}

}  // namespace

std::optional<std::string> token_text(std::optional<std::string_view> token) {
  if (!token || token->empty() || json_kind(*token) == JsonKind::kNull) return std::nullopt;
  return json_kind(*token) == JsonKind::kString ? json_unescape(*token) : std::string(*token);
}

Result<ListPage> list(const ReadView& view, const ListQuery& query) {
  ListPage page;
  const bool elements_too =
      std::find(query.entity_types.begin(), query.entity_types.end(), kElementType) != query.entity_types.end();
  if (query.q && !elements_too) {
    const auto few = GOVLOG_TRY(entities_that_answer(view, {query.q, last_key_at(query.at), query.known}, query.entity_types));
    if (few) {
      GOVLOG_TRY(collect(view, query, *few, page));
      return page;
    }
  }
  if (query.entity_types.empty()) {
    GOVLOG_TRY(collect(view, query, std::nullopt, page));
    return page;
  }
  std::vector<std::string> types = query.entity_types;
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  for (const std::string& type : types) {
    if (page.more) break;
    if (query.after && type < query.after->entity_type) continue;
    ListQuery of_type = query;
    if (query.after && type != query.after->entity_type) of_type.after = std::nullopt;
    if (type == kElementType)
      GOVLOG_TRY(list_elements(view, of_type, page));
    else
      GOVLOG_TRY(collect(view, of_type, type, page));
  }
  return page;
}

}  // namespace govlog
