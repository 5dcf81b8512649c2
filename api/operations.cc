// The table of read operations. What each does with its arguments stands in api/run.cc.
#include "api/operation.h"
#include "api/operations_graph.h"
#include "api/operations_proof.h"
#include "api/parameters.h"
#include "api/run.h"

#include <algorithm>
#include <array>

namespace govlog {

namespace {

constexpr std::int64_t kEventMaximum = 36;

Parameter filter(std::string_view name, std::int64_t maximum, std::string_view help, std::string_view completes) {
  return completing(repeatable(text_parameter(name, maximum, help), kFilterItemsMaximum), completes);
}

Parameter entity_parameter() {
  return completing(positional(required(
                        typed_parameter("entity", ParameterType::kEntity, "ID, or TYPE/ID where several types have that id"))),
                    "entity");
}

/// For faces whose entities have an id and a type of their own: the text of `entity` is an id, whatever it holds, or the two together.
Parameter entity_is_parameter() {
  return of_face(choice_parameter("entity_is", {"id", "pair"}, "what the entity's text is, other than ID or TYPE/ID"));
}

/// Of a change request alone, so that only a face that knows the type gives it.
Parameter include_parameter() {
  return of_face(choice_parameter("include", {"related"}, "also the events of what was made for the change request"));
}

Parameter at_parameter(std::string_view help) { return typed_parameter("at", ParameterType::kTime, help); }

/// The filters that timeline and search share, but for `from` and the order.
void add_filters(std::vector<Parameter>& parameters) {
  parameters.push_back(typed_parameter("to", ParameterType::kTime, "not after"));
  parameters.push_back(filter("actor", kIdMaximum, "who: any of these", "actor"));
  parameters.push_back(filter("event_type", kIdMaximum, "any of these event types", "event_type"));
  parameters.push_back(filter("entity_type", kTypeMaximum, "any of these entity types", "entity_type"));
  parameters.push_back(filter("entity_id", kIdMaximum, "any of these entity ids", ""));
}

void add_page(std::vector<Parameter>& parameters) {
  parameters.push_back(limit_parameter());
  parameters.push_back(cursor_parameter());
  parameters.push_back(known_at_parameter());
}

std::vector<Parameter> timeline_parameters() {
  std::vector<Parameter> parameters{with_default(
      typed_parameter("from", ParameterType::kTime, "not before: a time, a day, or a duration back from now"), "90d")};
  add_filters(parameters);
  parameters.push_back(q_parameter());
  parameters.push_back(contains_parameter());
  parameters.push_back(with_default(choice_parameter("order", {"desc", "asc"}, "newest or oldest first"), "desc"));
  add_page(parameters);
  return parameters;
}

Operation timeline_operation() {
  return {"timeline",
          "Timeline",
          "What happened: events newest first, filtered by time, actor, type, entity and text.",
          timeline_parameters(),
          {
              "timeline --from 7d",
              "timeline --from 2025-01-01 --to 2025-06-30 --actor ana --actor bo --order asc",
              "timeline --from 365d --event-type ADRStatusChanged --known-at 2025-11-15",
              R"(timeline --from 365d --contains '{"status":"accepted"}' --q "ledger -legacy")",
          },
          run_timeline};
}

std::vector<Parameter> search_parameters() {
  std::vector<Parameter> parameters{positional(required(q_parameter())), contains_parameter(),
                                    typed_parameter("from", ParameterType::kTime, "not before")};
  add_filters(parameters);
  parameters.push_back(with_default(choice_parameter("order", {"best", "newest"}, "best or newest first"), "best"));
  add_page(parameters);
  return parameters;
}

Operation search_operation() {
  return {"search",
          "Search events",
          "Full-text search over every event, best match first.",
          search_parameters(),
          {
              "search 'event sourcing'",
              R"(search '"event sourcing" -kafka' --entity-type adr)",
              "search 'ledger OR billing' --order newest --from 365d",
          },
          run_search};
}

Operation list_operation() {
  return {"list",
          "List entities",
          "Which entities there are, with title and status, now or at an instant.",
          {
              filter("entity_type", kTypeMaximum, "any of these types", "entity_type"),
              filter("status", kIdMaximum, "any of these statuses", ""),
              filter("layer", kIdMaximum, "any of these layers", ""),
              filter("actor", kIdMaximum, "who changed it last: any of these", "actor"),
              q_parameter(),
              at_parameter("what was in force then; without it over every event"),
              limit_parameter(),
              cursor_parameter(),
              known_at_parameter(),
          },
          {
              "list --entity-type adr --status accepted",
              "list --entity-type adr --status accepted --at 2025-11-15",
              "list --actor ana --limit 20",
              "list --q 'event sourcing'",
          },
          run_list};
}

Operation history_operation() {
  return {"history",
          "Entity history",
          "Every event of one entity, in the order of the facts.",
          {entity_parameter(), limit_parameter(), cursor_parameter(), entity_is_parameter(), include_parameter(),
           known_at_parameter()},
          {"history ADR-7", "history adr/ADR-7 --limit 10 --known-at 30d"},
          run_history};
}

Operation replay_operation() {
  return {"replay",
          "Entity replay",
          "Every event of one entity, each with the state after it.",
          {entity_parameter(), limit_parameter(), cursor_parameter(), entity_is_parameter(), known_at_parameter()},
          {"replay ADR-7", "replay change_request/CR-7 --json"},
          run_replay};
}

Operation at_operation() {
  return {"at",
          "State at a time",
          "What one entity looked like at an instant, and, if asked, as it was known then.",
          {entity_parameter(), at_parameter("the instant; without it over every event"), entity_is_parameter(),
           known_at_parameter()},
          {"at ADR-7 --at 2025-11-15", "at change_request/CR-7 --at 7d", "at ADR-7 --at 2025-11-15 --known-at 2025-11-20"},
          run_at};
}

Operation diff_operation() {
  const auto reference = [](std::string_view name, std::string_view help) {
    return completing(required(typed_parameter(name, ParameterType::kVersion, help)), "entity");
  };
  return {"diff",
          "Compare versions",
          "What changed between two versions, as JSON Patch and as a list of fields.",
          {reference("from", "an event id, ENTITY@VERSION or ENTITY@TIME"),
           reference("to", "the same, of the same entity or type"), known_at_parameter()},
          {"diff --from ADR-7@1 --to ADR-7@2", "diff --from adr/ADR-7@2025-01-01 --to adr/ADR-7@now",
           "diff --from CR-7@7d --to CR-7@3"},
          run_diff};
}

Operation analytics_operation() {
  return {
      "analytics",
      "Analytics",
      "Week by week: change requests and decisions, begun and finished, and the mean risk level of assessments.",
      {
          with_default(typed_parameter("from", ParameterType::kTime, "not before: a time, a day, or a duration back from now"),
                       "365d"),
          typed_parameter("to", ParameterType::kTime, "not after"),
          known_at_parameter(),
      },
      {"analytics", "analytics --from 12w", "analytics --from 2025-01-01 --to 2025-06-30 --json"},
      run_analytics};
}

Operation event_operation() {
  return {"event",
          "Event",
          "One event, whole.",
          {positional(required(text_parameter("event", kEventMaximum, "its id, a UUID, or its position in digits"))),
           known_at_parameter()},
          {"event 42", "event 018f0000-0000-7000-8000-000000000001 --json"},
          run_event};
}

Operation stats_operation() {
  return {"stats",
          "Statistics",
          "How many events and entities there are, of which types, from when to when.",
          {known_at_parameter()},
          {"stats", "stats --known-at 2025-11-15 --json"},
          run_stats};
}

}  // namespace

std::span<const Operation> operations() {
  static const std::array kOperations{timeline_operation(), search_operation(),  list_operation(),        history_operation(),
                                      replay_operation(),   at_operation(),      diff_operation(),        event_operation(),
                                      coverage_operation(), orphans_operation(), trend_operation(),       analytics_operation(),
                                      impact_operation(),   chain_operation(),   path_operation(),        why_operation(),
                                      root_operation(),     prove_operation(),   consistency_operation(), verify_operation(),
                                      stats_operation()};
  return kOperations;
}

const Operation* find_operation(std::string_view name) {
  const auto all = operations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Operation& operation) { return operation.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace govlog
