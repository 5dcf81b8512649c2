#include "codec/event_terms.h"

#include "codec/canonical.h"
#include "codec/keys.h"
#include "tests/support/repeat.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>

namespace govlog {
namespace {

EventView event(std::string_view data) {
  EventView view;
  view.data = data;
  view.event_type = "ADRCreated";
  view.entity_type = "adr";
  view.entity_id = "ADR-7";
  return view;
}

/// Words with their weights, values as hex, each term after its tag.
std::string shown(const std::vector<EventTerm>& terms, std::string_view tags) {
  std::string out;
  for (const EventTerm& term : terms) {
    if (tags.find(term.tag) == std::string_view::npos) continue;
    out += out.empty() ? "" : " ";
    if (term.tag == kTermValue) {
      for (const char byte : term.text) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    } else {
      out += term.weight == 0 ? fmt::format("{}:{}", term.tag, term.text) : fmt::format("{}={}", term.text, term.weight);
    }
  }
  return out;
}

std::string terms(const EventView& view, std::string_view tags) {
  TermCollector collector;
  return shown(collector.collect(view), tags);
}

std::string value_terms(std::string_view data) { return terms(event(canonicalize(data, kJsonDepthMax).value()), "v"); }

std::string wanted(std::string_view document) {
  std::string out;
  for (const WantedTerm& term : terms_of(ContainsQuery::parse(document).value())) {
    out += out.empty() ? "" : " ";
    if (term.tag == kTermWord) out += term.text;
    if (term.tag == kTermValue) {
      for (const char byte : term.text) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return out;
}

/// Made-up JSON of few names and values, so that documents meet.
class Maker {
 public:
  std::string object(int depth) {
    constexpr std::string_view kNames[] = {"a", "b", "title", "\xC3\xA9"};
    std::string out = "{";
    for (const std::string_view name : kNames) {
      if (pick(2) == 0) out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", name, value(depth - 1));
    }
    return out + "}";
  }

 private:
  std::string value(int depth) {
    static const std::string long_text = "\"" + repeat("long text ", 8) + "\"";
    static const std::string long_signs = "\"" + repeat("-", 80) + "\"";
    const std::string scalars[] = {"null", "true",  "1",     "1.0",     "10e-1",   "0",
                                   "-0",   "\"x\"", "\"1\"", "\"\\n\"", long_text, long_signs};
    const std::size_t kind = depth == 0 ? 0 : pick(4);
    if (kind < 2) return scalars[pick(std::size(scalars))];
    if (kind == 2) return object(depth);
    std::string out = "[";
    for (std::size_t i = pick(4); i > 0; --i) out += value(depth - 1) + (i > 1 ? "," : "");
    return out + "]";
  }

  std::size_t pick(std::size_t count) { return random_() % count; }

  std::mt19937 random_{7};
};

bool has_all(const std::vector<EventTerm>& terms, const std::vector<WantedTerm>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const WantedTerm& want) {
    return std::any_of(terms.begin(), terms.end(),
                       [&](const EventTerm& term) { return term.tag == want.tag && term.text == want.text; });
  });
}

TEST_SUITE("event_terms") {
  TEST_CASE("event type, entity type and actor are terms as they are") {
    EventView view = event("{}");
    CHECK(terms(view, "eta") == "e:ADRCreated t:adr");
    view.actor = "";
    CHECK(terms(view, "eta") == "a: e:ADRCreated t:adr");
    view.actor = "Tech Lead";
    CHECK(terms(view, "eta") == "a:Tech Lead e:ADRCreated t:adr");
  }

  TEST_CASE("the words of data, event type, entity id and actor are terms, the entity type's are not") {
    EventView view = event(R"({"list":["Ledgers",{"deep":"writes"}],"n":1})");
    view.actor = "lead";
    CHECK(terms(view, "w") == "7=228 adr=228 adrcreat=172 lead=172 ledger=172 write=172");
  }

  TEST_CASE("a word weighs more where it occurs often, names the thing, or has few beside it") {
    CHECK(terms(event(R"({"text":"x"})"), "w") == "7=231 adr=231 adrcreat=180 x=180");
    CHECK(terms(event(R"({"title":"x"})"), "w") == "7=231 adr=231 adrcreat=180 x=231");
    CHECK(terms(event(R"({"name":"x","text":"x"})"), "w") == "7=229 adr=229 adrcreat=176 x=234");
    CHECK(terms(event(R"({"deep":{"title":"x"}})"), "w") == "7=231 adr=231 adrcreat=180 x=180");
    const std::string text = fmt::format(R"({{"text":"{}"}})", repeat("y ", 100'000) + "x");
    CHECK(terms(event(text), "w") == "7=1 adr=1 adrcreat=1 x=1 y=248");
  }

  TEST_CASE("terms are sorted by tag and text, each once") {
    TermCollector collector;
    std::string text;
    for (int i = 0; i < 3000; ++i) text += fmt::format("w{} ", i * 7 % 2000);
    const std::string data = fmt::format(R"({{"a":["{}",1,1.0,{{"b":[]}}],"z":"\u00e9t\u00e9 zebra"}})", text);
    const std::vector<EventTerm>& terms = collector.collect(event(data));
    const auto before = [](const EventTerm& a, const EventTerm& b) {
      return std::pair(a.tag, a.text) < std::pair(b.tag, b.text);
    };
    CHECK(terms.size() > 2000);
    CHECK(std::adjacent_find(terms.begin(), terms.end(),
                             [&](const EventTerm& a, const EventTerm& b) { return !before(a, b); }) == terms.end());
  }

  TEST_CASE("a collector gives the same terms again") {
    TermCollector collector;
    const std::string first = R"({"title":"Replace the monolith"})";
    const std::string second = R"({"text":"another one, of more words than that"})";
    const std::string once = shown(collector.collect(event(first)), "aetvw");
    (void)collector.collect(event(second));
    CHECK(shown(collector.collect(event(first)), "aetvw") == once);
  }

  TEST_CASE("numbers that are equal have one term") {
    CHECK(value_terms("{\"a\":1}") == value_terms("{\"a\":10e-1}"));
    CHECK(value_terms("{\"a\":1}") != value_terms("{\"a\":\"1\"}"));
    CHECK(value_terms("{\"a\":1}") != value_terms("{\"b\":1}"));
  }

  TEST_CASE("values that are stored keep their hashes") {
    CHECK(value_terms("{\"a\":1}") == "ddc4a2dd1acb177a");
    CHECK(value_terms("{\"a\":\"x\"}") == "4ab858c5db6a32b2");
    CHECK(value_terms("{\"a\":{}}") == "2be1dd1bfcf019f4");
  }

  TEST_CASE("a long string stands for itself by its words, where it has any") {
    const std::string words = repeat("long text ", 7);
    CHECK(value_terms(fmt::format(R"({{"a":"{}"}})", words)) == "");
    CHECK(value_terms(fmt::format(R"({{"a":"{}"}})", repeat("-", 70))) != "");
    CHECK(wanted(fmt::format(R"({{"a":"{}"}})", words)) == "long text");
    CHECK(wanted(R"({"a":"long text"})") == value_terms(R"({"a":"long text"})"));
  }

  TEST_CASE("a stem of more than 64 bytes has a hash for a term, which no word is") {
    const std::string stem = repeat("a", 65);
    CHECK(word_term(repeat("a", 64)) == repeat("a", 64));
    CHECK(word_term_is_exact(repeat("a", 64)));
    CHECK(word_term(stem) == "#6276d6b44cd41e49");
    CHECK(!word_term_is_exact(stem));
    CHECK(terms(event(fmt::format("{{\"a\":\"{}\"}}", stem)), "w").starts_with(word_term(stem) + "="));
  }

  TEST_CASE("a document asks for its scalars and its empty containers") {
    CHECK(wanted("{}") == "");
    CHECK(wanted(R"({"a":{"b":[1]}})") == wanted(R"({"a":{"b":1}})"));
    CHECK(value_terms(R"({"a":[]})") == wanted(R"({"a":[]})"));
    CHECK(wanted(R"({"a":[]})") != wanted(R"({"a":{}})"));
    CHECK(wanted("[]") != "");
  }

  TEST_CASE("words meet however accents and case are written") {
    CHECK(terms(event("{\"a\":\"E\xCC\x81QUIPE\"}"), "w") == terms(event("{\"a\":\"\xC3\xA9quipe\"}"), "w"));
    CHECK(terms(event("{\"a\":\"STRASSE\"}"), "w") == terms(event("{\"a\":\"Stra\xC3\x9F"
                                                                  "e\"}"),
                                                            "w"));
  }

  TEST_CASE("an event whose data contains a document has all its terms") {
    Maker maker;
    TermCollector collector;
    std::vector<std::string> documents;
    for (int i = 0; i < 300; ++i) documents.push_back(canonicalize(maker.object(3), kJsonDepthMax).value());
    std::size_t contained = 0;
    for (const std::string& document : documents) {
      const ContainsQuery query = ContainsQuery::parse(document).value();
      const std::vector<WantedTerm> wanted = terms_of(query);
      for (const std::string& data : documents) {
        if (!query.admits(data)) continue;
        ++contained;
        CAPTURE(document);
        CAPTURE(data);
        CHECK(has_all(collector.collect(event(data)), wanted));
      }
    }
    CHECK(contained > 2 * documents.size());
  }

  TEST_CASE("data that is malformed gives what can be read of it") {
    for (const std::string_view data : {"", "{", "}", "]]", "{\"a\":", "{\"a\":\"x", "[1,,2", "{\"a\"}", "\"", "{\"a\":nul"}) {
      CHECK(!terms(event(data), "w").empty());
    }
  }
}

}  // namespace
}  // namespace govlog
