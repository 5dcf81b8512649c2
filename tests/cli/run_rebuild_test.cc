#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("run_rebuild") {
  TEST_CASE("a store is rebuilt and checked") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title One; govlog adr status A accepted").exit_code == 0);
    const std::string before = shell.run("govlog --json replay A").out;
    const std::string rows = R"({"events":2,"ok":true,"families":{"positions":2,"ids":2,"entities":2,"terms":2,)";
    CHECK(shell.run("govlog --json rebuild --check").out.starts_with(rows));
    CHECK(shell.run("govlog --json rebuild").out.starts_with(rows));
    CHECK(shell.run("govlog rebuild").out.ends_with("made again from 2 events\n"));
    CHECK(shell.run("govlog --json replay A").out == before);
    CHECK_FALSE(std::filesystem::exists(shell.store() / "rebuild"));
    CHECK(shell.run("govlog --json rebuild --db nowhere").out == "{\"events\":0,\"ok\":true,\"families\":{}}\n");
  }
}

}  // namespace govlog
