#include "codec/words.h"

#include "tests/support/repeat.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace govlog {
namespace {

/// Stems with a space between them.
std::string stems(std::string_view text) {
  WordReader reader;
  std::string out;
  for (const std::string_view stem : reader.stems(text)) out.append(out.empty() ? "" : " ").append(stem);
  return out;
}

/// What stands in the text where each word was found, each in brackets.
std::string places(std::string_view text) {
  WordReader reader;
  std::string out;
  for (const Word& word : reader.words(text)) out += fmt::format("[{}]", text.substr(word.begin, word.end - word.begin));
  return out;
}

TEST_SUITE("words") {
  TEST_CASE("a word is a run of letters, digits and _") {
    CHECK(stems("") == "");
    CHECK(stems(" .,;-— ") == "");
    CHECK(stems("ADR-7: svc_ledger (v2)") == "adr 7 svc_ledger v2");
    CHECK(stems("tech_lead@example.org") == "tech_lead exampl org");
    CHECK(stems(std::string("nul\0byte", 8)) == "nul byte");
  }

  TEST_CASE("words are stemmed, whatever their language, and none is left out") {
    CHECK(stems("Ledgers ledger LEDGER") == "ledger ledger ledger");
    CHECK(stems("decided deciding decision") == "decid decid decis");
    CHECK(stems("the an or not") == "the an or not");
    CHECK(stems("Entscheidungen") == "entscheidungen");
  }

  TEST_CASE("texts that are canonically equivalent have the same words") {
    CHECK(stems("caf\u00e9") == stems("cafe\u0301"));
    CHECK(stems("\u1e69") == stems("s\u0307\u0323"));
    CHECK(stems("\uac01") == stems("\u1100\u1161\u11a8"));
    CHECK(stems("\u212b") == stems("A\u030a"));
  }

  TEST_CASE("case is folded fully") {
    CHECK(stems("STRASSE Stra\u00dfe STRA\u1e9eE") == "strass strass strass");
    CHECK(stems("\u00c9QUIPE \u00e9quipe E\u0301quipe") == "\u00e9quip \u00e9quip \u00e9quip");
    CHECK(stems("\u03a3\u0391\u03a3 \u03c3\u03b1\u03c2") == "\u03c3\u03b1\u03c3 \u03c3\u03b1\u03c3");
    CHECK(stems("\ufb01ne") == stems("fine"));
  }

  TEST_CASE("a mark counts with what it stands on") {
    CHECK(stems("a = b \u2260 c") == "a b c");
    CHECK(stems("a =\u0338 b") == "a b");
    CHECK(stems("\u0338") == "\u0338");
    WordReader reader;
    CHECK(reader.stems("\u0338").size() == 1);
    CHECK(reader.stems("=\u0338").empty());
  }

  TEST_CASE("letters and digits of all scripts make words, other numbers and signs do not") {
    CHECK(stems("\u65e5\u672c\u8a9e\u3001\u904b\u7528") == "\u65e5\u672c\u8a9e \u904b\u7528");
    CHECK(stems("\u0663\u0664") == "\u0663\u0664");
    CHECK(stems("x\u00b2 \u2167 \U0001f4a5") == "x");
    CHECK(stems("it\u2019s \u201cfine\u201d") == "it s fine");
  }

  TEST_CASE("what is malformed parts words") {
    CHECK(stems("a\xff"
                "b") == "a b");
    CHECK(stems("a\xc3") == "a");
    CHECK(stems("\xed\xa0\x80x") == "x");
  }

  TEST_CASE("words know where they stand") {
    CHECK(places("Two Ledgers, ADR-7.") == "[Two][Ledgers][ADR][7]");
    CHECK(places("caf\u00e9\u2014Stra\u00dfe \u2260 \u201cx\u201d") == "[caf\u00e9][Stra\u00dfe][x]");
    CHECK(places("e\u0301a\u0301-b") == "[e\u0301a\u0301][b]");
  }

  TEST_CASE("a word gives the same stem when it comes again") {
    WordReader reader;
    const std::string text = "Governance gouvern\u00e9 GOUVERN\u00c9 7 governance";
    const std::vector<std::string_view>& first = reader.stems(text);
    const std::vector<std::string> kept(first.begin(), first.end());
    const std::vector<std::string_view>& second = reader.stems(text);
    CHECK(kept == std::vector<std::string>(second.begin(), second.end()));
    CHECK(kept == std::vector<std::string>{"govern", "gouvern\u00e9", "gouvern\u00e9", "7", "govern"});
  }

  TEST_CASE("more words than are kept are all right") {
    WordReader reader;
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += fmt::format("w{}s ", i);
    for (int round = 0; round < 2; ++round) {
      const std::vector<std::string_view>& stems = reader.stems(text);
      REQUIRE(stems.size() == 20'000);
      CHECK(stems.front() == "w0s");
      CHECK(stems.back() == "w19999s");
    }
  }

  TEST_CASE("long words are read in linear time, and stay as they are over 1000 bytes") {
    CHECK(stems(repeat("a", 900) + "ing") == repeat("a", 900));
    CHECK(stems(repeat("a", 1100) + "ing") == repeat("a", 1100) + "ing");
    CHECK(stems(repeat("A", 1 << 20)).size() == 1 << 20);
    CHECK(stems(repeat("\u00c9", 1 << 19)).size() == 1 << 20);
    CHECK(stems("a" + repeat("\u0301\u0323", 1 << 18)).size() > 1 << 20);
  }
}

}  // namespace
}  // namespace govlog
