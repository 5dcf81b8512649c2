#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("verify_command") {
  TEST_CASE("a sound store is told to be so, also while another process has it open") {
    const Shell shell;
    const Ran absent = shell.run("govlog --json verify");
    CHECK(absent.exit_code == 0);
    CHECK(contains(absent.out, R"({"ok":true,"events":0,"root":"e3b0c442)"));
    append_notes(shell, 300);
    CHECK(contains(shell.run("govlog verify").out, "no problem found"));
    CHECK(contains(shell.run("govlog verify --fast --json").out, R"({"ok":true,"events":300,)"));
    CHECK(contains(shell.run("govlog verify --since 290 --json").out, R"("problems":[],"log_position":300})"));
    const Ran beside = shell.run(
        "{ echo "
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"create_change_request\",\"arguments\":"
        "{\"change_request_id\":\"CR-1\",\"title\":\"t\"}}}'; sleep 2; } | govlog mcp > /dev/null & sleep 1; govlog verify "
        "--json; wait");
    CHECK(contains(beside.out, R"({"ok":true,"events":301,)"));
    CHECK(shell.run("ls store | grep copy").out.empty());
  }

  TEST_CASE("an expected root holds for as long as the log extends it") {
    const Shell shell;
    append_notes(shell, 5);
    const std::string noted = shell.run("govlog --json root | sed 's/.*root\":\"//;s/\".*//'").out.substr(0, 64);
    append_notes(shell, 5);
    for (const std::string flags : {"", " --fast", " --since 8"}) {
      CHECK(shell.run("govlog verify --expect-root 5:" + noted + flags).exit_code == 0);
      CHECK(shell.run("govlog verify --expect-root 4:" + noted + flags).exit_code == 7);
    }
    const Ran beyond = shell.run("govlog --json verify --expect-root 11:" + noted);
    CHECK(beyond.exit_code == 7);
    CHECK(contains(beyond.out, R"({"ok":false,"events":10)"));
    for (const std::string& bad :
         {std::string("5"), std::string("5:"), "x:" + noted, "5:" + noted + "0", "-5:" + noted, ":" + noted})
      CHECK(shell.run("govlog verify --expect-root=" + bad).exit_code == 2);
  }

  TEST_CASE("a changed byte of a table is found, and its file named") {
    const Shell shell;
    append_notes(shell, 200);
    REQUIRE(shell.run("govlog rebuild").exit_code == 0);  // puts all of it into tables
    REQUIRE(shell.run("f=$(ls -S store/db/*.sst | head -1); printf '\\377' | dd of=$f bs=1 seek=1000 conv=notrunc 2>/dev/null")
                .exit_code == 0);
    const Ran ran = shell.run("govlog verify --json");
    CHECK(ran.exit_code == 7);
    CHECK(contains(ran.out, R"("file":"db/0)"));
    CHECK(contains(shell.run("govlog verify").out, "checksum"));
  }

  TEST_CASE("lost files are problems, not errors") {
    const Shell shell;
    append_notes(shell, 200);
    REQUIRE(shell.run("govlog rebuild").exit_code == 0);
    REQUIRE(shell.run("rm $(ls -S store/db/*.sst | head -1)").exit_code == 0);
    const Ran ran = shell.run("govlog verify --json");
    CHECK(ran.exit_code == 7);
    CHECK(contains(ran.out, R"({"ok":false,"events":0,"root":"e3b0c442)"));  // none of them was read
    CHECK(contains(ran.out, "the table file db/0"));
    CHECK(contains(ran.out, ".sst, of which its MANIFEST tells, is missing"));
    CHECK(contains(shell.run("govlog verify --json --expect-root 1:" + std::string(64, '0')).out, "was not compared"));
    CHECK(shell.run("govlog verify --known-at 12").exit_code == 7);
    for (const std::string bad : {"--known-at soon", "--since none", "--expect-root 1"})
      CHECK(shell.run("govlog verify " + bad).exit_code == 2);
  }

  TEST_CASE("an append that meets damage says corruption, not that the disk failed") {
    const Shell shell;
    append_notes(shell, 100);
    REQUIRE(shell.run("govlog cr new CR-1 --title T --impacts E && govlog rebuild").exit_code == 0);
    const Ran ran = shell.run(
        "for f in store/db/*.sst; do rm -rf x; cp -r store x; t=x/db/${f##*/}; "
        "printf '\\377\\377' | dd of=$t bs=1 seek=$(($(stat -c %s $t) / 4)) conv=notrunc 2>/dev/null; "
        "govlog --db x --json cr new CR-2 --title T --impacts E; echo $?; done");
    CHECK(contains(ran.out, "\n7\n"));
    CHECK_FALSE(contains(ran.out, "\n8\n"));
    CHECK_FALSE(contains(ran.err, "io_error"));
  }

  TEST_CASE("the root is that of the events which it names, wherever it began") {
    const Shell shell;
    for (int i = 0; i < 6; ++i) REQUIRE(shell.run("govlog adr new A" + std::to_string(i) + " --title T").exit_code == 0);
    for (const std::string since : {"", " --since 2", " --since 4", " --fast --since 4"}) {
      const Ran ran = shell.run("govlog --json verify --known-at 3" + since);
      const Ran root = shell.run("govlog --json root --at-position 3 | cut -d, -f2");
      CHECK(ran.exit_code == 0);
      CHECK(contains(ran.out, root.out.substr(0, root.out.size() - 1)));
    }
    for (const std::string beyond : {"--since 5 --known-at 3", "--since 2 --known-at 0", "--since 8", "--since 8 --fast"}) {
      const Ran ran = shell.run("govlog --json verify " + beyond);
      CHECK(ran.exit_code == 2);
      CHECK(contains(ran.err, R"("parameter":"since")"));
    }
  }

  TEST_CASE("a log that has lost its end is told as that, wherever it begins") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T; cp -r store less; govlog adr status A accepted; cp store/HEAD less/HEAD")
                .exit_code == 0);
    const std::string root = shell.run("govlog --json root --at-position 1 | cut -d, -f2").out;
    for (const std::string since : {"1", "2", "3", "9"}) {
      const Ran ran = shell.run("govlog --db less --json verify --since " + since);
      CHECK(ran.exit_code == 7);
      CHECK(contains(ran.out, root.substr(0, root.size() - 1)));
      CHECK_FALSE(contains(ran.out, "hash tree"));
      CHECK(contains(ran.err, R"("from":2,"to":2)"));
    }
  }

  TEST_CASE("with another store's HEAD a store answers from what it has, and takes no more") {
    const Shell shell;
    REQUIRE(shell
                .run("govlog adr new A --title T; for i in 1 2 3; do govlog --db other adr new B$i --title T; done; "
                     "cp -r store mixed; cp other/HEAD mixed/HEAD")
                .exit_code == 0);
    const Ran verified = shell.run("govlog --db mixed --json verify");
    CHECK(verified.exit_code == 7);
    CHECK(contains(verified.out, R"({"ok":false,"events":1,)"));
    CHECK(contains(verified.out, "belongs to another store"));
    CHECK(contains(shell.run("govlog --db mixed --json stats").out, R"("damaged":{"from":2,"to":null}})"));
    CHECK(shell.run("govlog --db mixed export 2>/dev/null").out == shell.run("govlog export").out);
    for (const std::string head : {"other/HEAD", "/dev/null"}) {
      REQUIRE(shell.run("cp " + head + " mixed/HEAD").exit_code == 0);
      for (const std::string write : {"adr new C --title T", "rebuild", "rebuild --check"}) {
        const Ran refused = shell.run("govlog --db mixed --json " + write);
        CHECK(refused.exit_code == 7);
        CHECK_MESSAGE(contains(refused.err, R"("details":{"from":2,"to":null}})"), refused.err);
      }
    }
  }

  TEST_CASE("one that is interrupted leaves no copy behind, and what one that was killed left goes with the next append") {
    const Shell shell;
    REQUIRE(
        shell
            .run(
                R"(for i in $(seq 20000); do echo '{"event_type":"N","entity_type":"t","entity_id":"e'$i'","data":{"n":'$i'}}'; done | )"
                "govlog import -")
            .exit_code == 0);
    CHECK(shell.run("timeout --preserve-status -s INT 0.2 govlog verify; ls store").out == "FORMAT\nHEAD\ndb\nlock\n");
    (void)shell.run("timeout -s KILL 0.2 govlog verify");
    CHECK(shell.run("govlog adr new A --title T >/dev/null; ls store").out == "FORMAT\nHEAD\ndb\nlock\n");
  }
}

}  // namespace govlog
