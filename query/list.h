#pragma once
// Which entities there are, with title and status, now or at an instant.

#include "base/result.h"
#include "engine/read_view.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Empty lists admit all. `statuses` and `layers` are compared with the state's, as text.
struct ListQuery {
  std::vector<std::string> entity_types;
  std::vector<std::string> statuses;
  std::vector<std::string> layers;
  std::vector<std::string> actors;     // of the last event folded
  std::shared_ptr<const TextQuery> q;  // some event that is folded answers it
  std::optional<Timestamp> at;         // over every event where it is not given
  Position known = kPositionMax;
  std::size_t limit = 100;
  std::optional<EntityRef> after;  // last item of the page before
};

struct ListItem {
  EntityRef entity;
  std::string title;  // JSON tokens of the state, empty for null
  std::string status;
  std::optional<std::uint64_t> head_version;  // nothing of an element
  std::optional<Timestamp> created_at;  // of the first event folded; nothing of an element that no diagram and no link names
  std::optional<Timestamp> updated_at;  // of the last
};

struct ListPage {
  std::vector<ListItem> items;
  bool more = false;  // something follows the last item
};

/// By type, id. One state_at an entity that is looked at; with `q` those alone that have an event which answers it, where these events are few.
Result<ListPage> list(const ReadView& view, const ListQuery& query);

/// What PostgreSQL's `->>` makes of a JSON token: the text of a string, the token itself of any other kind, nothing of null or none.
std::optional<std::string> token_text(std::optional<std::string_view> token);

}  // namespace govlog
