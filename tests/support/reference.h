#pragma once
// The naive model of a store: a vector of events; every answer is worked out from scratch, by the contract's words alone. It shares no code
// with engine/ and query/ (of codec/ it uses times and UUIDs as text).

#include "base/types.h"
#include "codec/event.h"
#include "engine/store.h"
#include "tests/support/json_tree.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog::testing {

inline constexpr Timestamp kTimestampYear1{-62'135'596'800 * kMicrosPerSecond};  // before any event

/// What a caller asks to be appended.
struct Draft {
  std::optional<std::string> id;
  std::string event_type;
  std::string entity_type;
  std::string entity_id;
  std::optional<std::string> actor;
  Json data = Json::object();
  Json metadata = Json::object();
  std::optional<Timestamp> created_at;
  std::optional<std::uint64_t> expected_version;

  Json json() const;
};

struct ReferenceEvent {
  Position position = 0;
  std::string id;  // empty where the engine is to make one, until its receipt tells
  std::string event_type;
  std::string entity_type;
  std::string entity_id;
  std::optional<std::string> actor;
  Json data;
  Json metadata;
  Timestamp created_at;
  Timestamp recorded_at;
  std::uint64_t version = 0;
  std::string data_text;      // canonical
  std::string metadata_text;  // canonical

  EventKey key() const { return {created_at, position}; }
  Json json() const;
  /// The exported line.
  std::string line() const;
};

/// What should come of an append.
struct AppendOutcome {
  std::string code;       // empty where it is kept
  std::size_t place = 0;  // 0-based, of the event at fault
  std::optional<std::uint64_t> actual;
  std::vector<std::size_t> events;  // for each draft, the index of its event
  std::vector<bool> duplicates;
};

/// A text query by its parts: alternatives of terms, a term being words that follow each other within one string.
struct QueryTerm {
  bool wanted = true;
  std::string words = {};
};
using QueryText = std::vector<std::vector<QueryTerm>>;

struct Query {
  std::string operation = {};
  QueryText q = {};  // empty: not asked
  std::optional<Json> contains = {};
  bool best_first = false;  // of a search
  std::vector<std::string> event_types = {};
  std::vector<std::string> entity_types = {};
  std::vector<std::string> entity_ids = {};
  std::vector<std::string> actors = {};
  std::vector<std::string> statuses = {};
  std::vector<std::string> layers = {};
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> to = {};
  std::optional<Timestamp> at = {};
  std::optional<Position> known_position = {};
  std::optional<Timestamp> known_time = {};
  bool ascending = false;
  std::string entity = {};  // as one text
  std::string from_ref = {};
  std::string to_ref = {};
  // Of the graph.
  std::string label = "Element";
  std::string to_label = "Element";
  std::string direction = "downstream";
  std::uint64_t depth = 5;
  std::size_t limit = 1000;
  std::vector<std::string> relations = {};
  std::string bucket = "day";  // of a trend
};

/// An answer: a code, or the members of the body; of paged ones, `items` apart.
struct Answer {
  std::string code;
  Json body = Json::object();
  std::vector<Json> items;
  bool paged = false;
};

class Reference {
 public:
  const std::vector<ReferenceEvent>& events() const { return events_; }
  Position last() const { return events_.size(); }

  /// Judges `batch` and, where nothing is wrong, keeps it.
  AppendOutcome append(const std::vector<Draft>& batch, Timestamp clock);
  void set_id(std::size_t index, std::string id) { events_[index].id = std::move(id); }
  /// Takes an event as it was exported; positions and versions must follow on. False where they do not.
  bool adopt(const Json& line);
  void clear() { events_.clear(); }

  Answer answer(const Query& query, Timestamp now) const;

 private:
  using Events = std::vector<const ReferenceEvent*>;
  struct Resolved {
    std::string code;
    EntityRef entity;
  };
  struct Side {
    std::string code;
    Json about;
    Json state;
    EntityRef entity;
  };

  std::optional<Position> known(const Query& query) const;
  Events of_entity(const EntityRef& entity, Position known) const;
  Resolved resolve(const std::string& text, Position known) const;
  Answer timeline(const Query& query, Position known, Timestamp now) const;
  Answer search(const Query& query, Position known) const;
  Events matches(const Query& query, Position known, Timestamp from) const;
  Answer list(const Query& query, Position known) const;
  Answer history(const Query& query, Position known) const;
  Answer time_travel(const Query& query, Position known, Timestamp now) const;
  Answer diff(const Query& query, Position known) const;
  Answer stats(Position known) const;
  Answer analytics(const Query& query, Position known, Timestamp now) const;
  Answer graph(const Query& query, Position known, Timestamp now) const;
  Answer trend(const std::string& bucket, Position known, Timestamp now) const;
  /// In event order: those known, up to `at`.
  Events events_until(Position known, const std::optional<Timestamp>& at) const;
  Side side(const std::string& ref, Position known) const;
  std::size_t find_id(const std::string& id) const;

  std::vector<ReferenceEvent> events_;
};

/// Whether some string of the event answers `q`, and its data contains `document`; what it scores for `q` as docs/search.md has it, times 255.
bool answers(const QueryText& q, const ReferenceEvent& event);
bool contains(const Json& data, const Json& document);
std::uint64_t score(const QueryText& q, const ReferenceEvent& event);

/// The state after one more event: contract 2.2.
void fold(Json& state, const std::string& event_type, const Json& data);

/// The operations that turn `from` into `to`, as the members `changes` of a diff.
std::vector<Json> difference(const Json& from, const Json& to);

}  // namespace govlog::testing
