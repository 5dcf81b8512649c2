#pragma once
// The events of one entity in event order, with the state after each on request (replay).

#include "base/result.h"
#include "engine/read_view.h"

#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct HistoryQuery {
  EntityRef entity;
  bool with_states = false;
  Position known = kPositionMax;
  std::size_t limit = 100;
  std::optional<EventKey> after;  // last item of the page before
};

struct HistoryItem {
  EventKey key;
  std::string event;  // its exported line, with the state as last member where states were asked for
};

struct HistoryPage {
  std::vector<HistoryItem> items;
  bool more = false;  // something follows the last item
};

/// O(page), and one state_at to begin a page of a replay.
Result<HistoryPage> history(const ReadView& view, const HistoryQuery& query);

}  // namespace govlog
