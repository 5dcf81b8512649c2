#include "cli/terminal_text.h"

#include "cli/table.h"

#include <doctest/doctest.h>

namespace govlog {

TEST_SUITE("terminal_text") {
  TEST_CASE("what a terminal would obey is written out") {
    CHECK(visible("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(visible("a\nb\tc\r") == "a\\nb\\tc\\r");
    CHECK(visible("\xE2\x80\xAE"
                  "abc") == "\\u202eabc");
    CHECK(visible("\xC2\x9B") == "\\u009b");
    CHECK(visible("\xFF") == "\\xff");
    CHECK(visible(std::string_view("\0", 1)) == "\\x00");
    CHECK(visible("Grüße, 世界 👍") == "Grüße, 世界 👍");
  }

  TEST_CASE("a width is counted in columns") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("Grüße") == 5);
    CHECK(display_width("世界") == 4);
    CHECK(display_width("e\xCC\x81") == 1);
    CHECK(display_width("👍") == 2);
  }

  TEST_CASE("a text that is too long is cut between characters") {
    CHECK(cut("abcdef", 6) == "abcdef");
    CHECK(cut("abcdef", 4) == "abc…");
    CHECK(cut("世界世界", 4) == "世…");
    CHECK(cut("abc", 0) == "");
  }

  TEST_CASE("lines break at spaces, and in a word that is longer than the line") {
    CHECK(wrap("one two three", 8) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrap("", 5) == std::vector<std::string>{""});
    CHECK(wrap("世界", 1) == std::vector<std::string>{"世", "界"});
  }

  TEST_CASE("a status means the same in any case") {
    CHECK(paint_of_status("Accepted") == Paint::kGood);
    CHECK(paint_of_status("superseded") == Paint::kFaint);
    CHECK(paint_of_status("whatever") == Paint::kPlain);
  }

  TEST_CASE("colour is there only when it is asked for") {
    CHECK(Style{true}.paint(Paint::kBad, "no") == "\x1b[31mno\x1b[0m");
    CHECK(Style{false}.paint(Paint::kBad, "no") == "no");
  }
}

TEST_SUITE("table") {
  TEST_CASE("columns are aligned, and the last one is cut to the width") {
    Table table({{"NAME", 20, true, false}, {"N", 5, false, true}, {"TEXT", 0, false, false}});
    table.add({{"a", Paint::kPlain}, {"7", Paint::kPlain}, {"short", Paint::kPlain}});
    table.add({{"bcd", Paint::kPlain}, {"12", Paint::kPlain}, {"a text that does not fit", Paint::kPlain}});
    CHECK(table.render({}, 32) ==
          "NAME   N  TEXT\n"
          "a      7  short\n"
          "bcd   12  a text that does not …\n");
  }

  TEST_CASE("a name that is too wide for its column is given whole") {
    Table table({{"NAME", 4, true, false}, {"TEXT", 0, false, false}});
    table.add({{"abcdefgh", Paint::kPlain}, {"x", Paint::kPlain}});
    table.add({{"ab", Paint::kPlain}, {"y", Paint::kPlain}});
    CHECK(table.render({}, 40) == "NAME  TEXT\nabcdefgh x\nab    y\n");
  }
}

}  // namespace govlog
