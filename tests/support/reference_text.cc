// What the naive model knows of texts and of containment. Words are split by codec/words.h, which is held against PostgreSQL's elsewhere.
#include "codec/json_number.h"
#include "codec/words.h"
#include "tests/support/reference.h"

#include <algorithm>
#include <map>
#include <set>

namespace govlog::testing {
namespace {

using Stems = std::vector<std::string>;

Stems stems_of(const std::string& text) {
  static thread_local WordReader reader;
  Stems out;
  for (const std::string_view stem : reader.stems(text)) out.emplace_back(stem);
  return out;
}

/// A string of an event, and how much a word in it counts.
struct Text {
  Stems stems;
  std::uint64_t counts = 1;
};

void add_strings(const Json& value, std::uint64_t counts, std::vector<Text>& out) {
  if (value.is(Json::Kind::kString)) out.push_back({stems_of(value.text), counts});
  for (const Json& item : value.items) add_strings(item, 1, out);
  for (const auto& [name, member] : value.members) add_strings(member, 1, out);
}

std::vector<Text> texts_of(const ReferenceEvent& event) {
  std::vector<Text> out;
  for (const auto& [name, member] : event.data.members) {
    const bool names_it = member.is(Json::Kind::kString) && (name == "title" || name == "name");
    add_strings(member, names_it ? 4 : 1, out);
  }
  out.push_back({stems_of(event.event_type), 1});
  out.push_back({stems_of(event.entity_id), 4});
  if (event.actor) out.push_back({stems_of(*event.actor), 1});
  return out;
}

bool holds(const std::vector<Text>& texts, const Stems& phrase) {
  return std::ranges::any_of(texts, [&](const Text& text) { return !std::ranges::search(text.stems, phrase).empty(); });
}

}  // namespace

bool answers(const QueryText& q, const ReferenceEvent& event) {
  const std::vector<Text> texts = texts_of(event);
  return std::ranges::any_of(q, [&](const std::vector<QueryTerm>& terms) {
    return std::ranges::all_of(terms, [&](const QueryTerm& term) { return holds(texts, stems_of(term.words)) == term.wanted; });
  });
}

std::uint64_t score(const QueryText& q, const ReferenceEvent& event) {
  std::set<std::string> wanted;
  for (const auto& terms : q) {
    for (const QueryTerm& term : terms) {
      if (!term.wanted) continue;
      for (const std::string& stem : stems_of(term.words)) wanted.insert(stem);
    }
  }
  std::uint64_t words = 0;
  std::map<std::string, std::uint64_t> frequency;
  for (const Text& text : texts_of(event)) {
    words += text.stems.size();
    for (const std::string& stem : text.stems) frequency[stem] += text.counts;
  }
  std::uint64_t sum = 0;
  for (const std::string& stem : wanted) {
    const std::uint64_t f = frequency[stem];
    if (f == 0) continue;
    const std::uint64_t below = 100 * f + 30 + 3 * words;  // 100 (f + 1.2 (0.25 + 0.75 L / 30))
    sum += std::clamp<std::uint64_t>((2 * 25'500 * f + below) / (2 * below), 1, 255);
  }
  return sum;
}

bool contains(const Json& data, const Json& document) {
  if (data.kind != document.kind) return false;
  switch (document.kind) {
    case Json::Kind::kNumber:
      return same_number(data.text, document.text);
    case Json::Kind::kString:
      return data.text == document.text;
    case Json::Kind::kObject:
      return std::ranges::all_of(document.members, [&](const Json::Member& member) {
        const Json* value = data.find(member.first);
        return value != nullptr && contains(*value, member.second);
      });
    case Json::Kind::kArray:
      return std::ranges::all_of(document.items, [&](const Json& wanted) {
        return std::ranges::any_of(data.items, [&](const Json& item) { return contains(item, wanted); });
      });
    default:
      return true;
  }
}

}  // namespace govlog::testing
