#include "codec/text_query.h"

#include "codec/canonical.h"
#include "tests/support/repeat.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

namespace govlog {
namespace {

/// Alternatives parted by `|`, terms by spaces, the words of a phrase by `_`; `-` before what is unwanted; `!` and the message for an error.
std::string parsed(std::string_view text) {
  const Result<TextQuery> query = TextQuery::parse(text);
  if (!query.ok()) return "! " + query.error().message;
  std::string out;
  for (const TextAlternative& alternative : query->alternatives()) {
    out += out.empty() ? "" : " |";
    for (const TextTerm& term : alternative) {
      out += fmt::format("{}{}{}", out.empty() ? "" : " ", term.wanted ? "" : "-", fmt::join(term.stems, "_"));
    }
  }
  return out;
}

constexpr std::string_view kData =
    R"({"deep":[{"note":"Event sourcing wins"}],"n":7,"quoted":"a \"ledger\"\nrow","title":"Replace the monolith"})";

EventView event_of(std::string_view data = kData) {
  EventView view;
  view.data = data;
  view.event_type = "ADRCreated";
  view.entity_type = "adr";
  view.entity_id = "ADR-7";
  view.actor = "tech_lead";
  return view;
}

bool matches(std::string_view query) { return TextQuery::parse(query)->matches(event_of()); }

std::string snippet(std::string_view query, std::string_view text) {
  const std::string data = fmt::format(R"({{"text":"{}"}})", text);
  return TextQuery::parse(query)->snippet(event_of(data));
}

TEST_SUITE("text_query") {
  TEST_CASE("words, phrases, unwanted terms and alternatives") {
    CHECK(parsed("Ledgers write") == "ledger write");
    CHECK(parsed("\"event sourcing\" again") == "event_sourc again");
    CHECK(parsed("a -b -\"c d\"") == "a -b -c_d");
    CHECK(parsed("a OR b or c d") == "a | b | c d");
    CHECK(parsed("a or -b") == "a | -b");
    CHECK(parsed("-x") == "-x");
  }

  TEST_CASE("a word of several runs is a phrase") {
    CHECK(parsed("ADR-7") == "adr_7");
    CHECK(parsed("-svc-ledger") == "-svc_ledger");
    CHECK(parsed("a&b a|b a:b a,-b") == "a_b a_b a_b a_b");
  }

  TEST_CASE("minuses count, wherever the term begins") {
    CHECK(parsed("- x") == "-x");
    CHECK(parsed("--x") == "x");
    CHECK(parsed("- - -x") == "-x");
    CHECK(parsed("a -(b)") == "a -b");
    CHECK(parsed("a (-b)") == "a -b");
    CHECK(parsed("a - OR b") == "a -or b");
    CHECK(parsed("a- b") == "a b");
    CHECK(parsed("a -") == "a");
    CHECK(parsed("-\"\" a") == "a");
  }

  TEST_CASE("a quote ends a word, and the query ends a quote") {
    CHECK(parsed("foo\"bar baz\"qux") == "foo bar_baz qux");
    CHECK(parsed("\"a b") == "a_b");
    CHECK(parsed("\"a or -b\"") == "a_or_b");
    CHECK(parsed("a \"or\" b") == "a or b");
    CHECK(parsed("a OR\"b\"") == "a | b");
  }

  TEST_CASE("an OR without a term on one side is left out") {
    CHECK(parsed("or a") == "a");
    CHECK(parsed("a OR") == "a");
    CHECK(parsed("a or OR oR b") == "a | b");
    CHECK(parsed("a OR ...") == "a");
    CHECK(parsed("... OR a") == "a");
  }

  TEST_CASE("OR is an operator before punctuation, and a word as part of one") {
    CHECK(parsed("a or, b") == "a | b");
    CHECK(parsed("(a or b) c") == "a | b c");
    CHECK(parsed("a | or b") == "a | b");
    CHECK(parsed("a or-b") == "a or_b");
    CHECK(parsed("a orb") == "a orb");
    CHECK(parsed("a or\u0301 b") == "a o\u0155 b");
    CHECK(parsed("or, a") == "or a");
    CHECK(parsed("a -or b") == "a -or b");
  }

  TEST_CASE("terms are parted by white space, but not by no-break spaces") {
    CHECK(parsed("a\u3000OR\tb\nc") == "a | b c");
    CHECK(parsed("a\u00a0b") == "a_b");
  }

  TEST_CASE("a query without a word is refused") {
    for (const std::string_view text : {"", " ", "-", "\"\"", "... !", "OR", "or OR", "-\"", "\xff"}) {
      const Result<TextQuery> query = TextQuery::parse(text);
      REQUIRE(!query.ok());
      CHECK(query.error().code == Code::kInvalidArgument);
      CHECK(query.error().details.at(0).name == "parameter");
    }
    CHECK(parsed("?!") == "! q is \"?!\", expected a word in it");
  }

  TEST_CASE("wanted stems are those of wanted terms, sorted, each once") {
    CHECK(fmt::format("{}", fmt::join(TextQuery::parse("write \"ledger writes\" or -gone a")->wanted_stems(), " ")) ==
          "a ledger write");
    CHECK(TextQuery::parse("-x")->wanted_stems().empty());
  }

  TEST_CASE("strings of data, event type, entity id and actor are searched; names, numbers and the entity type are not") {
    CHECK(matches("sourcing monolith"));
    CHECK(matches("ledger"));
    CHECK(matches("ADRCreated"));
    CHECK(matches("ADR-7 tech_lead"));
    CHECK(!matches("note"));
    CHECK(!matches("title"));
    CHECK(TextQuery::parse("n")->matches(event_of("{\"x\":\"n\"}")));
    CHECK(!TextQuery::parse("8")->matches(event_of("{\"n\":8}")));
  }

  TEST_CASE("a phrase stands within one string") {
    CHECK(matches("\"event sourcing wins\""));
    CHECK(!matches("\"sourcing event\""));
    CHECK(matches("\"ledger row\""));
    CHECK(!matches("\"wins a\""));
    CHECK(TextQuery::parse("\"a a b\"")->matches(event_of("{\"x\":\"a a a b\"}")));
  }

  TEST_CASE("all terms of one alternative must hold") {
    CHECK(matches("nothing OR event wins"));
    CHECK(!matches("nothing event OR nothing wins"));
    CHECK(!matches("event -ledger"));
    CHECK(matches("-nothing"));
    CHECK(!matches("-\"event sourcing\""));
    CHECK(matches("-\"sourcing event\""));
  }

  TEST_CASE("a query and an event meet however accents are written") {
    CHECK(TextQuery::parse("E\u0301QUIPE")->matches(event_of("{\"x\":\"l\u2019\u00e9quipe\"}")));
    CHECK(TextQuery::parse("stra\u00dfe")->matches(event_of("{\"x\":\"STRASSE\"}")));
  }

  TEST_CASE("a snippet shows the string that holds most of the query") {
    CHECK(TextQuery::parse("event wins monolith")->snippet(event_of()) == "Event sourcing wins");
    CHECK(TextQuery::parse("monolith")->snippet(event_of()) == "Replace the monolith");
    CHECK(TextQuery::parse("ledger")->snippet(event_of()) == "a \"ledger\" row");
    CHECK(TextQuery::parse("adr")->snippet(event_of()) == "ADR-7");
    CHECK(TextQuery::parse("nothing wins OR replace")->snippet(event_of()) == "Replace the monolith");
  }

  TEST_CASE("a snippet is empty where nothing wanted is there") {
    CHECK(TextQuery::parse("-x")->snippet(event_of()) == "");
    CHECK(TextQuery::parse("nothing")->snippet(event_of()) == "");
    CHECK(TextQuery::parse("monolith -event")->snippet(event_of()) == "");
  }

  TEST_CASE("text without spaces is cut within, and keeps what stands around the hit") {
    const std::string far = repeat("\u6f22", 110);
    CHECK(snippet("hit", far + " hit " + far) == "\u2026" + repeat("\u6f22", 49) + " hit " + repeat("\u6f22", 104) + "\u2026");
  }

  TEST_CASE("a snippet is cut between words around the hit") {
    const std::string far = repeat("word ", 60);
    CHECK(snippet("hit", far + "hit " + far) == "\u2026" + repeat("word ", 10) + "hit" + repeat(" word", 21) + "\u2026");
    CHECK(snippet("hit", "hit " + far) == "hit" + repeat(" word", 31) + "\u2026");
    CHECK(snippet("hit", far + "hit") == "\u2026" + repeat("word ", 31) + "hit");
  }

  TEST_CASE("a snippet of one long word is cut within it") {
    const std::string dots = repeat("\u3042", 300);
    CHECK(snippet(dots, dots).size() == 3 * 159);
    CHECK(snippet("x", repeat("\u3042", 300) + ",x," + repeat("\u3042", 300)).size() == 3 * 155 + 3 + 2 * 3);
  }

  TEST_CASE("white space and control characters are one space") {
    CHECK(snippet("b", "\\n a\\t\\u0001\\u0085 b \\r\\n") == "a b");
  }
}

}  // namespace
}  // namespace govlog
