#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("show_analytics") {
  TEST_CASE("analytics is a row a week, and a line of each count over them") {
    const Shell shell;
    REQUIRE(shell
                .run("govlog adr new A --title One --at 2025-11-04T00:00:00Z; govlog adr new B --title Two --at "
                     "2025-11-18T00:00:00Z; govlog adr status B accepted --at 2025-11-19T00:00:00Z")
                .exit_code == 0);
    const Ran ran = shell.run("govlog analytics --from 2025-01-01");
    CHECK(contains(ran.out, "WEEK        CRS NEW  COMPLETED  ADRS NEW  ACCEPTED  RISK"));
    CHECK(contains(ran.out, "2025-11-17        0          0         1         1     -"));
    CHECK(contains(ran.out, "ACCEPTED   1  ▁ █"));
    CHECK(contains(shell.run("govlog analytics --from 1d").err, "no event in that time"));
  }
}

}  // namespace govlog
