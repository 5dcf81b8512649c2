#include "cli/bench_history.h"

#include "base/assert.h"
#include "codec/time.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <vector>

namespace govlog {
namespace {

constexpr std::int64_t kSpanMicros = 400 * kMicrosPerDay;
constexpr Timestamp kEnd{1'767'225'600 * kMicrosPerSecond};  // 2026-01-01T00:00:00Z
constexpr std::uint64_t kActors = 40;
constexpr std::uint64_t kElements = 8;  // of a diagram

constexpr std::array<std::string_view, 3> kLayers{"business", "application", "technical"};
constexpr std::array<std::string_view, 4> kRoles{"architect", "tech_lead", "analyst", "reviewer"};
constexpr std::array<std::string_view, 24> kWords{"billing", "claims",  "ledger",   "identity", "contract", "archive",
                                                  "audit",   "consent", "customer", "gateway",  "partner",  "tariff",
                                                  "report",  "payment", "queue",    "schedule", "search",   "mobile",
                                                  "portal",  "region",  "owner",    "vendor",   "outage",   "budget"};

/// Scatters a number over 64 bits (splitmix64), so that what depends on an index alone looks like chance.
std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

std::string words(std::uint64_t chance, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += kWords[scatter(chance + i) % kWords.size()];
  }
  return text;
}

std::string change_request_id(std::uint64_t story) { return fmt::format("CR-{}", story); }
std::string element_id(std::uint64_t story, std::uint64_t number) { return fmt::format("EL-{}-{}", story, number); }

// JSON values: none of our texts holds a character that would have to be escaped.
std::string token_of(std::string_view text) { return fmt::format("\"{}\"", text); }
std::string token_of(std::uint64_t number) { return fmt::format("{}", number); }
std::string array(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ",")); }

struct Member {
  std::string_view name;
  std::string value;
};
std::string object(const std::vector<Member>& members) {
  std::string json = "{";
  for (const Member& member : members)
    fmt::format_to(std::back_inserter(json), "{}\"{}\":{}", json.size() > 1 ? "," : "", member.name, member.value);
  return json + "}";
}

/// What an event says; who said it and when is the history's.
struct Fact {
  std::string_view event_type;
  std::string_view entity_type;
  std::string entity_id;
  std::string data;
};

enum class End : std::uint8_t { kOwn, kEarlier };  // whose element a link leads to

struct StoryLink {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  End end = End::kOwn;
  std::string_view type = "TRACES_TO";
};

// The first five are the line of six elements.
constexpr std::array<StoryLink, 8> kLinks{{{0, 1},
                                           {1, 2},
                                           {2, 3},
                                           {3, 4},
                                           {4, 5},
                                           {2, 3, End::kEarlier},
                                           {6, 2, End::kOwn, "REALIZES"},
                                           {7, 1, End::kOwn, "VALIDATES"}}};
constexpr std::size_t kRemovedLink = 6;

class Story {
 public:
  Story(std::uint64_t number, std::uint64_t chance) : number_(number), chance_(chance) {}

  Fact fact(std::uint64_t step) const {
    static constexpr std::array<Fact (Story::*)() const, BenchHistory::kStoryEvents> kSteps{
        &Story::diagram<1>,   &Story::link<0>,       &Story::link<1>,       &Story::link<2>,    &Story::link<3>,
        &Story::link<4>,      &Story::link<5>,       &Story::link<6>,       &Story::request,    &Story::update,
        &Story::status<0>,    &Story::assessment<1>, &Story::assessment<2>, &Story::status<1>,  &Story::mitigation,
        &Story::decision,     &Story::decided,       &Story::status<2>,     &Story::diagram<2>, &Story::link<7>,
        &Story::link_removed, &Story::validation,    &Story::coverage,      &Story::status<3>};
    return (this->*kSteps[step])();
  }

 private:
  std::string_view layer() const { return kLayers[number_ % kLayers.size()]; }
  std::string request_id() const { return change_request_id(number_); }
  std::string link_id(std::size_t which) const { return fmt::format("L-{}-{}", number_, which); }
  static std::string decision_id(std::uint64_t story) { return fmt::format("ADR-{}", story); }
  std::string text(std::size_t count) const { return words(chance_, count); }

  /// A story before this one; the first has itself alone.
  std::uint64_t earlier(std::uint64_t which) const { return number_ == 0 ? 0 : scatter(number_ * 8 + which) % number_; }

  template <std::uint64_t version>
  Fact diagram() const {
    std::vector<std::string> elements;
    for (std::uint64_t i = 0; i < kElements; ++i) {
      elements.push_back(object({{"id", token_of(element_id(number_, i))},
                                 {"name", token_of(words(number_ * kElements + i + version, 2))},
                                 {"type", token_of(i % 2 == 0 ? "service" : "interface")}}));
    }
    std::vector<Member> data{{"name", token_of(fmt::format("Map of {}", text(2)))},
                             {"type", token_of("landscape")},
                             {"version", token_of(version)},
                             {"layer", token_of(layer())},
                             {"elements", array(elements)}};
    if (version > 1) data.push_back({"change_request_id", token_of(request_id())});
    return {"DiagramVersionCreated", "diagram", fmt::format("MAP-{}", number_), object(data)};
  }

  template <std::size_t which>
  Fact link() const {
    const StoryLink& ends = kLinks[which];
    return {"TraceabilityLinkAdded", "trace", link_id(which),
            object({{"from_element", token_of(element_id(number_, ends.from))},
                    {"to_element", token_of(element_id(ends.end == End::kOwn ? number_ : earlier(which), ends.to))},
                    {"link_type", token_of(ends.type)},
                    {"rationale", token_of(text(12))}})};
  }

  Fact link_removed() const {
    return {"TraceabilityLinkRemoved", "trace", link_id(kRemovedLink), object({{"reason", token_of(text(12))}})};
  }

  Fact request() const {
    return {"ChangeRequestCreated", "change_request", request_id(),
            object({{"title", token_of(fmt::format("Change the {}", text(3)))},
                    {"type", token_of(layer())},
                    {"description", token_of(text(30))},
                    {"status", token_of("proposed")},
                    {"priority", token_of(number_ % 3 == 0 ? "high" : "medium")},
                    {"impacts", array({token_of(element_id(number_, 0)), token_of(element_id(number_, 3))})}})};
  }

  Fact update() const {
    return {"ChangeRequestUpdated", "change_request", request_id(),
            object({{"description", token_of(text(30))}, {"priority", token_of("critical")}})};
  }

  template <std::size_t which>
  Fact status() const {
    constexpr std::array<std::string_view, 5> kStatuses{"proposed", "assessed", "approved", "in_progress", "completed"};
    return {"ChangeRequestStatusChanged", "change_request", request_id(),
            object({{"old_status", token_of(kStatuses[which])},
                    {"new_status", token_of(kStatuses[which + 1])},
                    {"reason", token_of(text(20))}})};
  }

  // The first affects the head of the line; the second an element beside it, and the heads of four earlier lines.
  template <std::uint64_t which>
  Fact assessment() const {
    std::vector<std::string> affects{token_of(element_id(number_, which == 1 ? 0 : 7))};
    for (std::uint64_t i = 0; which == 2 && i < 4; ++i) affects.push_back(token_of(element_id(earlier(i), 0)));
    return {"ImpactAssessmentCreated", "impact_assessment", fmt::format("IA-{}-{}", number_, which),
            object({{"change_request_id", token_of(request_id())},
                    {"direction", token_of(which == 1 ? "downstream" : "upstream")},
                    {"risk_level", token_of(1 + chance_ % 5)},
                    {"effort", token_of(chance_ % 3 == 0 ? "L" : "M")},
                    {"description", token_of(text(20))},
                    {"affects", array(affects)}})};
  }

  Fact mitigation() const {
    return {"ImpactMitigationAdded", "mitigation", fmt::format("MIT-{}", number_),
            object({{"change_request_id", token_of(request_id())},
                    {"action", token_of(fmt::format("First the {}", text(20)))},
                    {"status", token_of("planned")},
                    {"owner", token_of(BenchHistory::some_actor(chance_))}})};
  }

  Fact decision() const {
    std::vector<Member> data{{"title", token_of(fmt::format("Use the {}", text(2)))},
                             {"status", token_of("proposed")},
                             {"context", token_of(text(16))},
                             {"decision", token_of(words(chance_ + 1, 16))},
                             {"change_request_id", token_of(request_id())}};
    if (number_ % 4 == 3) data.push_back({"supersedes", token_of(decision_id(number_ - 1))});
    return {"ADRCreated", "adr", decision_id(number_), object(data)};
  }

  Fact decided() const {
    return {
        "ADRStatusChanged", "adr", decision_id(number_),
        object({{"old_status", token_of("proposed")}, {"new_status", token_of("accepted")}, {"reason", token_of(text(20))}})};
  }

  Fact validation() const {
    return {"ValidationPerformed", "validation", fmt::format("VAL-{}", number_),
            object({{"layer", token_of(layer())},
                    {"result", token_of(chance_ % 4 == 0 ? "failed" : "passed")},
                    {"coverage_pct", token_of(40 + chance_ % 60)},
                    {"orphan_count", token_of(chance_ % 30)},
                    {"remark", token_of(text(16))}})};
  }

  Fact coverage() const {
    return {"CoverageChanged", "coverage", std::string(layer()),
            object({{"layer", token_of(layer())},
                    {"old_pct", token_of(40 + scatter(chance_) % 60)},
                    {"new_pct", token_of(40 + chance_ % 60)},
                    {"cause", token_of(text(16))}})};
  }

  std::uint64_t number_;
  std::uint64_t chance_;
};

}  // namespace

BenchHistory::BenchHistory(std::uint64_t events) : gap_micros_(kSpanMicros / static_cast<std::int64_t>(events)) {
  GOVLOG_ASSERT(gap_micros_ > 0, "{} events in 400 days", events);
}

std::string BenchHistory::line(std::uint64_t index) const {
  const std::uint64_t chance = scatter(index);
  const Fact fact = Story(index / kStoryEvents, chance).fact(index % kStoryEvents);
  const std::int64_t late = chance % 100 < 3 ? static_cast<std::int64_t>(chance >> 8U) % kMicrosPerDay : 0;
  const std::int64_t created_at = begin().micros + static_cast<std::int64_t>(index) * gap_micros_ - late;
  return object({{"event_type", token_of(fact.event_type)},
                 {"entity_type", token_of(fact.entity_type)},
                 {"entity_id", token_of(fact.entity_id)},
                 {"actor", token_of(some_actor(chance >> 16U))},
                 {"data", fact.data},
                 {"created_at", token_of(format_time(Timestamp{std::max(created_at, begin().micros)}))}});
}

Timestamp BenchHistory::begin() { return {kEnd.micros - kSpanMicros}; }
Timestamp BenchHistory::end() { return kEnd; }

std::string BenchHistory::some_change_request(std::uint64_t stories, std::uint64_t chance) {
  return change_request_id(scatter(chance) % stories);
}

std::string BenchHistory::some_layer(std::uint64_t chance) { return std::string(kLayers[scatter(chance) % kLayers.size()]); }

std::string BenchHistory::some_actor(std::uint64_t chance) {
  const std::uint64_t number = scatter(chance) % kActors;
  return fmt::format("{}_{}", kRoles[number % kRoles.size()], number / kRoles.size() + 1);
}

Timestamp BenchHistory::some_instant(std::uint64_t chance) {
  return {begin().micros + static_cast<std::int64_t>(scatter(chance) >> 1U) % kSpanMicros};
}

std::string BenchHistory::first_element() { return element_id(0, 0); }

}  // namespace govlog
