#pragma once
// Elements of the graph, read as entities are (contract 3): type `element`, no versions, a past.

#include "base/result.h"
#include "engine/read_view.h"
#include "query/history.h"
#include "query/list.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// Ids of the elements that some event names, until `visit` says false.
Status visit_elements(const ReadView& view, const std::function<bool(std::string_view)>& visit);

/// Whether any event of the log names an element with this id.
Result<bool> is_element(const ReadView& view, std::string_view id);

struct ElementAnswer {
  bool exists = false;           // some event named it
  std::optional<EventKey> last;  // the last diagram version or link event that names it
  std::string state = "{}";      // {name, type, layer, declared, links}, in this order
};

/// The element as of `at` (over every event where it is not given), over the events known at `known`.
/// O(its links and declarations, and their events).
Result<ElementAnswer> element_at(const ReadView& view, std::string_view id, const std::optional<Timestamp>& at, Position known);

/// The diagram versions that list it and all events of links that ever named it, in event order.
Result<HistoryPage> element_history(const ReadView& view, const HistoryQuery& query);

/// Adds the elements that pass `query`, by id, until the page is full and one more was seen.
Status list_elements(const ReadView& view, const ListQuery& query, ListPage& page);

}  // namespace govlog
