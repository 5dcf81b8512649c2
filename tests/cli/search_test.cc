#include "codec/json_text.h"
#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("search_command") {
  TEST_CASE("the words may stand apart, and what was found is shown with its place") {
    const Shell shell;
    REQUIRE(shell
                .run("govlog adr new A --title 'Event sourcing' --decision 'We keep every event' --actor ana --at "
                     "2025-11-04T00:00:00Z")
                .exit_code == 0);
    for (const std::string line :
         {"govlog search event sourcing", "govlog search 'event sourcing'", "govlog search --q='sourced events'"}) {
      const Ran ran = shell.run(line);
      CHECK(ran.exit_code == 0);
      CHECK(contains(ran.out, "adr/A  ADRCreated  2025-11-04 00:00  by ana\n  Event sourcing\n"));
    }
    CHECK(shell.run("govlog --json search event").out == shell.run("govlog --json search --q event").out);
  }

  TEST_CASE("nothing found, and nothing asked, are told") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title One").exit_code == 0);
    CHECK(contains(shell.run("govlog search nowhere").err, "no event matches"));
    CHECK(shell.run("govlog search").exit_code == 2);
    CHECK(shell.run("govlog search -- -one").exit_code == 0);
    CHECK(contains(shell.run("govlog search '\"\"'").err, "q"));
    CHECK(contains(shell.run("govlog search -one").err, "words that begin with - stand after --"));
    CHECK(shell.run("govlog search ''").exit_code == 2);
    CHECK(shell.run("govlog --json timeline --q ''").out == shell.run("govlog --json timeline").out);
    CHECK(shell.run("govlog --json list --q ''").out == shell.run("govlog --json list").out);
    CHECK(contains(shell.run("govlog search one --known-at 0").err, "no event had been written down"));
  }

  TEST_CASE("a cursor alone goes on with the first page's question") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title One && govlog adr new B --title One").exit_code == 0);
    std::string first = shell.run("govlog --json search one --limit 1").out;
    first.pop_back();  // the newline
    const std::string cursor(json_unescape(json_member(first, "next_cursor").value_or("\"\"")));
    const Ran second = shell.run("govlog --json search --cursor '" + cursor + "'");
    CHECK_MESSAGE(second.exit_code == 0, second.err);
    CHECK(contains(second.out, R"("entity_id":"A")"));
    CHECK(shell.run("govlog --json search --cursor nonsense").exit_code == 2);
  }
}

}  // namespace govlog
