#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("prove_command") {
  TEST_CASE("a stranger's verifier accepts what is proved, and refuses what was changed") {
    const Shell shell;
    for (int i = 0; i < 5; ++i) REQUIRE(shell.run("govlog adr new A" + std::to_string(i) + " --title T").exit_code == 0);
    const std::string verify = "/usr/bin/env python3 \"$GOVLOG_SOURCE/scripts/verify-proof.py\" ";
    REQUIRE(shell
                .run("govlog export > events; for i in 1 2 3 4 5; do govlog --json prove $i; done > proofs; "
                     "govlog --json prove 2 --at-position 3 >> proofs")
                .exit_code == 0);
    CHECK(shell.run("head -5 proofs > all; " + verify + "all events $(govlog root --json | cut -d'\"' -f6)").out ==
          "5 hold, 0 do not\n");
    CHECK(shell.run(verify + "proofs events").out == "6 hold, 0 do not\n");
    CHECK(shell
              .run("govlog --json prove --consistency 3 5 > later; govlog --json prove --consistency 4 5 >> later; " + verify +
                   "later -")
              .out == "2 hold, 0 do not\n");
    const Ran changed = shell.run("sed 's/\"T\"/\"U\"/' events > others; " + verify + "proofs others");
    CHECK(changed.exit_code == 1);
    CHECK(contains(changed.out, "0 hold, 6 do not\n"));
  }

  TEST_CASE("a position is judged as a position, also one below zero") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    for (const std::string position : {"-1", "0", "2"}) {
      const Ran ran = shell.run("govlog --json prove " + position);
      CHECK(ran.exit_code == 2);
      CHECK_MESSAGE(contains(ran.err, R"("parameter":"position")"), ran.err);
    }
  }

  TEST_CASE("a stranger's verifier vouches for no line that it has not seen proved") {
    const Shell shell;
    for (int i = 0; i < 3; ++i) REQUIRE(shell.run("govlog adr new A" + std::to_string(i) + " --title T").exit_code == 0);
    const std::string verify = "/usr/bin/env python3 \"$GOVLOG_SOURCE/scripts/verify-proof.py\" ";
    REQUIRE(shell.run("govlog export > events; for i in 1 2; do govlog --json prove $i; done > proofs").exit_code == 0);
    CHECK(shell.run(verify + "proofs events").out == "1 of 3 lines of events have no proof here\n2 hold, 0 do not\n");
    for (const std::string root : {"''", ":", "3:", "abc"}) CHECK(shell.run(verify + "proofs events " + root).exit_code == 1);
    const Ran twice = shell.run("(head -1 events | sed 's/\"T\"/\"U\"/'; cat events) > two; " + verify + "proofs two");
    CHECK(twice.exit_code == 1);
    CHECK(contains(twice.err, "position 1 is there twice"));
    const Ran erased = shell.run(
        "printf '{\"position\":1,\"leaf\":\"%s\",\"erased\":{}}\\n' $(head -1 proofs | grep -o '\"leaf\":\"[0-9a-f]*' | cut "
        "-c9-) > e; "
        "sed -n 2p events >> e; " +
        verify + "proofs e");
    CHECK(erased.out == "2 hold, 0 do not\n");
    const std::string odd =
        R"(printf '%s\n' '{"from":0,"to":0,"from_root":"","to_root":"","path":[]}' '{"from":true,"to":true,"from_root":"","to_root":"","path":[]}' '[]' > odd; )";
    CHECK(contains(shell.run(odd + verify + "odd -").out, "0 hold, 3 do not\n"));
    CHECK(contains(shell.run("echo '[]' > list; " + verify + "proofs list").err, "verify-proof.py: "));
  }

  TEST_CASE("what cannot be proved is told") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    for (const std::string line :
         {"prove", "prove 2", "prove 0", "prove x", "prove 1 1", "prove --consistency 1", "prove --consistency 2 1",
          "prove --consistency 1 1 --at-position 1", "root --at-position 2"}) {
      const Ran ran = shell.run("govlog " + line);
      CHECK(ran.exit_code == 2);
      CHECK(ran.out.empty());
    }
    CHECK(contains(shell.run("govlog root").err, "govlog verify --expect-root 1:"));
    CHECK(contains(shell.run("govlog prove 1").out, "leaf        "));
  }
}

}  // namespace govlog
