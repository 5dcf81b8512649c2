#include "cli/command.h"
#include "run_govlog.h"
#include "tests/cli/widest_line.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

namespace {}  // namespace

TEST_SUITE("program") {
  TEST_CASE("what goes wrong has the contract's exit code and error") {
    struct Case {
      std::string line;
      int exit_code;
      std::string code;
      std::string detail;
    };
    const Shell shell;
    REQUIRE(shell
                .run("govlog adr new ADR-1 --title One --status proposed --actor ana --event-id "
                     "018f0000-0000-7000-8000-000000000001")
                .exit_code == 0);
    const std::vector<Case> cases{
        {"govlog --json timelin", 2, "invalid_argument", "command"},
        {"govlog --json timeline --limt 3", 2, "invalid_argument", "limt"},
        {"govlog --json timeline --limit 0", 2, "invalid_argument", "limit"},
        {"govlog --json timeline --limit 10001", 2, "invalid_argument", "limit"},
        {"govlog --json timeline --from 7x", 2, "invalid_argument", "from"},
        {"govlog --json timeline --order up", 2, "invalid_argument", "order"},
        {"govlog --json timeline --cursor rubbish", 2, "invalid_argument", "cursor"},
        {"govlog --json timeline --known-at 99", 2, "invalid_argument", "known_at"},
        {"govlog --json history ADR-9", 3, "not_found", "nearest"},
        {"govlog --json diff ADR-1@1 ADR-1@7", 3, "not_found", ""},
        {"echo '{' | govlog --json append", 2, "invalid_json", "\"byte\":"},
        {"printf '' | govlog --json append", 2, "invalid_json", "\"byte\":0"},
        {"echo '[{},' | govlog --json append", 2, "invalid_json", "\"byte\":5"},
        {"echo '{}' | govlog --json append", 2, "invalid_event", "pointer"},
        {"govlog --json append --type T --entity nothing --data '{}'", 2, "invalid_argument", "entity"},
        {"govlog --json append --type T --entity a/b --data '{\"a\":1,\"a\":2}'", 2, "invalid_json", ""},
        {"govlog --json append --type T --entity a/b --data '{}' --at 2999-01-01T00:00:00Z", 2, "future_timestamp", ""},
        {"govlog --json adr new ADR-1 --title Two --event-id 018f0000-0000-7000-8000-000000000001", 4, "id_conflict", ""},
        {"govlog --json append --type T --entity adr/ADR-1 --data '{}' --expected-version 7", 4, "version_conflict", "actual"},
        {"govlog --json stats --db out", 7, "unsupported_format", ""},
        {"govlog --json import missing.ndjson", 8, "io_error", "file"},
        {"govlog --json adr new A --title T --event-id x", 2, "invalid_event", "\"parameter\":\"event_id\""},
        {"govlog --json adr new A --title T --at x", 2, "invalid_event", "\"parameter\":\"created_at\""},
        {"govlog --json adr new A --title T --metadata '[]'", 2, "invalid_event", "\"parameter\":\"metadata\""},
        {"govlog --json adr new '' --title T", 2, "invalid_argument", "\"parameter\":\"adr_id\""},
        {"govlog --json link add --from '' --to b", 2, "invalid_argument", "\"parameter\":\"from_element\""},
        {"govlog --json adr new A --title T --fields '{\"actor\":1}'", 2, "invalid_argument", "\"parameter\":\"fields\""},
        {"govlog --json=1 stats", 2, "invalid_argument", "json"},
        {"govlog --json --db", 2, "invalid_argument", "\"parameter\":\"db\""},
        {"govlog --json timeline --limit=$'\\xff'", 2, "invalid_argument", "limit"},
        {"govlog --json at nothing --db nowhere", 3, "not_found", ""},
        {"GOVLOG_DB= govlog --json stats", 2, "invalid_argument", "db"},
        {"unset GOVLOG_DB HOME; govlog --json stats", 2, "invalid_argument", "db"},
        {"govlog --json adr status ADR-1 accepted --durability=never", 2, "invalid_argument", "durability"},
    };
    for (const Case& c : cases) {
      const Ran ran = shell.run(c.line);
      CAPTURE(c.line);
      CAPTURE(ran.err);
      if (c.code == "unsupported_format") {
        CHECK(ran.exit_code != 0);  // a file is no store; which code says so is the engine's to test
        continue;
      }
      CHECK(ran.exit_code == c.exit_code);
      CHECK(ran.out.empty());
      CHECK(ran.err.starts_with("{\"error\":{\"code\":\"" + c.code + "\""));
      CHECK(ran.err.find('\n') == ran.err.size() - 1);
      if (!c.detail.empty()) CHECK(contains(ran.err, c.detail));
    }
  }

  TEST_CASE("people get a sentence instead, and a hint") {
    const Shell shell;
    CHECK(shell.run("govlog timelin").err == "govlog: unknown command timelin; did you mean timeline?\n");
    CHECK(shell.run("govlog history ADR-1 --db nowhere").exit_code == 3);
  }

  TEST_CASE("every command has help, found quickly and without a store") {
    const Shell shell;
    const Ran overview = shell.run("govlog --help");
    CHECK(overview.exit_code == 0);
    for (const Command& command : commands()) {
      CAPTURE(command.name);
      CHECK(contains(overview.out, command.name));
      const Ran help = shell.run("govlog " + command.name + " --help");
      CHECK(help.exit_code == 0);
      CHECK(contains(help.out, "usage: govlog " + command.name));
    }
    CHECK(shell.run("govlog --version").out.starts_with("govlog "));
    CHECK_FALSE(std::filesystem::exists(shell.store()));
  }

  TEST_CASE("a store that is not there reads as an empty one, and nothing is made") {
    const Shell shell;
    const Ran ran = shell.run("govlog timeline --json");
    CHECK(ran.exit_code == 0);
    CHECK(ran.out == "{\"items\":[],\"next_cursor\":null,\"log_position\":0}\n");
    CHECK(contains(ran.err, "no store at"));
    CHECK(shell.run("govlog cr update CR-1 --status approved").exit_code == 3);
    CHECK(shell.run("echo '[{]' | govlog append").exit_code == 2);
    CHECK(shell.run("govlog import missing.ndjson").exit_code == 8);
    CHECK(shell.run("govlog import /dev/null").exit_code == 0);
    CHECK(shell.run("echo rubbish | govlog import -").exit_code == 2);
    CHECK_FALSE(std::filesystem::exists(shell.store()));
  }

  TEST_CASE("the store is the flag's, else the variable's, else the nearest .govlog upwards, else the user's") {
    const Shell shell;
    CHECK(shell
              .run("mkdir -p a/b/.govlog a/b/c; cd a/b/c; unset GOVLOG_DB; rmdir ../.govlog; govlog --db ../.govlog adr new A "
                   "--title T")
              .exit_code == 0);
    CHECK(contains(shell.run("cd a/b/c; unset GOVLOG_DB; govlog --json stats").out, "\"events\":1"));
    CHECK(contains(shell.run("cd a/b/c; govlog --json stats").out, "\"events\":0"));
    CHECK(shell.run("unset GOVLOG_DB; HOME=$PWD/home govlog adr new A --title T").exit_code == 0);
    CHECK(std::filesystem::exists(shell.directory() / "home/.local/share/govlog"));
    CHECK(shell.run("unset GOVLOG_DB; XDG_DATA_HOME=$PWD/data govlog adr new A --title T").exit_code == 0);
    CHECK(std::filesystem::exists(shell.directory() / "data/govlog"));
  }

  TEST_CASE("events go in by name and come out by question") {
    const Shell shell;
    CHECK(contains(
        shell.run("govlog adr new ADR-1 --title 'Use RocksDB' --status proposed --actor ana --at 2025-01-01T00:00:00Z").out,
        "recorded adr/ADR-1 version 1, position 1"));
    CHECK(shell.run("GOVLOG_ACTOR=bo govlog --json adr status ADR-1 accepted").exit_code == 0);
    CHECK(shell.run("govlog adr new ADR-2 --title 'Use two' --status proposed").exit_code == 0);
    CHECK(contains(shell.run("govlog --json adr supersede ADR-1 --by ADR-2").out, "\"receipts\":["));
    CHECK(shell.run("govlog cr new CR-1 --title T --impacts a --impacts b").exit_code == 0);
    CHECK(shell.run("govlog cr update CR-1 --priority high").exit_code == 0);
    CHECK(shell.run("govlog cr status CR-1 approved --reason fine").exit_code == 0);
    CHECK(shell.run("govlog diagram add D-1 --layer technical --elements '[{\"id\":\"a\"}]'").exit_code == 0);
    CHECK(shell.run("govlog link add --from a --to b --type REALIZES").exit_code == 0);
    CHECK(shell.run("govlog link rm --from a --to b --type REALIZES").exit_code == 0);
    CHECK(contains(shell.run("govlog --json at adr/ADR-1").out, "\"status\":\"superseded\""));
    CHECK(contains(shell.run("govlog --json history ADR-1").out, "\"actor\":\"bo\""));
    CHECK(contains(shell.run("govlog timeline").out, "change_request/CR-1"));
    CHECK(contains(shell.run("govlog list --entity-type adr").out, "adr/ADR-1"));
    CHECK(contains(shell.run("govlog diff ADR-1@1 ADR-1@2").out, "- status: proposed\n+ status: accepted\n"));
    CHECK(contains(shell.run("govlog replay ADR-1").out, "+ status: accepted"));
    CHECK(contains(shell.run("govlog at ADR-1 --at 2025-06-01").out, "title   Use RocksDB"));
    CHECK(contains(shell.run("govlog stats").out, "ADRStatusChanged"));
  }

  TEST_CASE("an export that is imported elsewhere and exported again holds the same facts") {
    const Shell shell;
    shell.write("in.ndjson",
                "{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{\"n\":1.0}}\n\n"
                "{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"2\",\"data\":{}}\n");
    CHECK(contains(shell.run("govlog --json import in.ndjson").out, "\"appended\":2"));
    CHECK(contains(shell.run("govlog --json import - <in.ndjson").out, "\"appended\":0,\"duplicates\":2"));
    CHECK(shell
              .run("govlog export >e1; govlog --db other import e1; govlog --db other export >e2; cut -d, -f1-9 e1 >a; cut -d, "
                   "-f1-9 e2 >b; cmp a b")
              .exit_code == 0);
    CHECK(shell.run("govlog tail --from-position 2 | wc -l").out == "1\n");
    CHECK(shell.run("govlog export --from-position 2 --to-position 9 | wc -l").out == "1\n");
  }

  TEST_CASE("a refused line ends an import, or is skipped and kept") {
    const Shell shell;
    shell.write("in.ndjson",
                "{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{}}\nrubbish\n"
                "{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"2\",\"data\":{}}\n");
    const Ran stopped = shell.run("govlog --json import in.ndjson");
    CHECK(stopped.exit_code == 2);
    CHECK(contains(stopped.err, "\"line\":2"));
    CHECK(contains(stopped.err, "\"appended\":1"));
    const Ran skipped = shell.run("govlog --json import --on-error=skip --rejects no.ndjson in.ndjson; echo $?; cat no.ndjson");
    CHECK(contains(skipped.out, "\"read\":3,\"appended\":1,\"duplicates\":1,\"rejected\":1"));
    CHECK(contains(skipped.out, "\n0\nrubbish\n"));
  }

  TEST_CASE("refused lines never overwrite what is imported, and say what stands where they cannot be kept") {
    const Shell shell;
    shell.write("in.ndjson", "{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{}}\nrubbish\n");
    const Ran over = shell.run(
        "cp in.ndjson before; govlog --json import --rejects ./in.ndjson in.ndjson; cmp before in.ndjson && echo kept");
    CHECK(contains(over.err, "\"parameter\":\"rejects\""));
    CHECK(over.out == "kept\n");
    CHECK(contains(shell.run("govlog --json import --rejects store/HEAD in.ndjson").err, "\"parameter\":\"rejects\""));
    const Ran full = shell.run("govlog --json import --rejects /dev/full in.ndjson");
    CHECK(full.exit_code == 8);
    CHECK(contains(full.err, "\"line\":2,\"appended\":1,\"last_position\":1"));
  }

  TEST_CASE("an interrupted import keeps the whole lines that it has read") {
    const Shell shell;
    const Ran ran = shell.run(
        "mkfifo pipe; \"$GOVLOG\" import - <pipe & exec 3>pipe; "
        "echo '{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{}}' >&3; printf '{\"event' >&3; "
        "until grep -q '^SigCgt:.*[2367abef]$' /proc/$!/status; do sleep 0.05; done; kill -INT $!; "  // SIGINT is caught
        "wait $!; echo \"exit $?\"; govlog export | wc -l");
    CHECK(contains(ran.out, "exit 130\n1\n"));
  }

  TEST_CASE("values may begin with a dash") {
    const Shell shell;
    CHECK(shell.run("govlog adr new -1 --title -T --actor=--x").exit_code != 1);
    CHECK(
        contains(shell.run("govlog adr new A --title -T --actor=--x >/dev/null; govlog --json at A").out, "\"title\":\"-T\""));
    CHECK(contains(shell.run("govlog adr new -- -A --title T; govlog adr new --title T -- -A; govlog --json at -- -A").out,
                   "-A"));
  }

  TEST_CASE("a store is made in a directory that is there, whose permissions stay; what a broken making left is replaced") {
    const Shell shell;
    const Ran ran = shell.run(
        "mkdir -m 750 kept; mkdir -p kept/.new/db; echo torn >kept/.new/HEAD; govlog --db kept/ adr new A --title T; stat -c "
        "%a "
        "kept; ls -A kept");
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, "750\nFORMAT\nHEAD\ndb\nlock\n"));
    CHECK(contains(shell.run("cd kept; govlog --db . --json stats").out, "\"events\":1"));
  }

  TEST_CASE("a file that may not grow is io_error, and the store opens again") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    const Ran ran = shell.run("(ulimit -f 0; govlog --json adr status A accepted; echo $?) 2>&1 | cat");
    CHECK(ran.out.starts_with("{\"error\":{\"code\":\"io_error\""));
    CHECK(ran.out.ends_with("\n8\n"));
    CHECK(shell.run("govlog adr status A accepted").exit_code == 0);
  }

  TEST_CASE("a retry of a supersession appends nothing, whatever has happened since") {
    const Shell shell;
    const std::string supersede = "govlog --json adr supersede O --by N --event-id 00000000-0000-4000-8000-000000000007; ";
    CHECK(shell
              .run("govlog adr new O --title T; govlog adr new N --title T --supersedes O; " + supersede +
                   "govlog append --type ADRUpdated --entity adr/N --data '{\"supersedes\":null}'")
              .exit_code == 0);
    CHECK(contains(shell.run(supersede).out, "\"duplicate\":true"));
    CHECK(contains(shell.run("govlog --json stats").out, "\"events\":4"));
  }

  TEST_CASE("errors in a batch say which event, also to people") {
    const Shell shell;
    const Ran ran =
        shell.run("echo '[{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{}},{}]' | govlog append");
    CHECK(contains(ran.err, "event 2 of the batch: event_type is missing"));
  }

  TEST_CASE("a long text is shown as fast as it is long") {
    const Shell shell;
    const Ran ran = shell.run(
        "{ printf '{\"event_type\":\"X\",\"entity_type\":\"t\",\"entity_id\":\"1\",\"data\":{\"a\":\"'; "
        "head -c 1000000 /dev/zero | tr '\\0' x; printf '\"}}'; } | govlog append && govlog at t/1 | grep -c xxxx");
    CHECK(contains(ran.out, "\n13334\n"));
  }

  TEST_CASE("colour is for terminals, or for who asks") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T --status accepted").exit_code == 0);
    CHECK_FALSE(contains(shell.run("govlog list").out, "\x1b["));
    CHECK(contains(shell.run("govlog list --color always").out, "\x1b[32maccepted"));
    CHECK(contains(shell.run("NO_COLOR=1 govlog --color=always list").out, "\x1b["));
    CHECK_FALSE(contains(shell.run("govlog --color always --json list").out, "\x1b["));
  }

  TEST_CASE("stored text cannot command the terminal, and rows fit 80 columns") {
    const Shell shell;
    shell.write(
        "in.ndjson",
        R"({"event_type":"ADRCreated","entity_type":"adr","entity_id":"A","data":{"title":"x\u001b[2Jy\u202ez","description":"a long description that certainly does not fit into the eighty columns of a terminal"}})");
    REQUIRE(shell.run("govlog import in.ndjson").exit_code == 0);
    for (const std::string line : {"govlog list", "govlog timeline", "govlog history A", "govlog replay A", "govlog at A"}) {
      const Ran ran = shell.run(line);
      CAPTURE(ran.out);
      CHECK(ran.exit_code == 0);
      CHECK_FALSE(contains(ran.out, "\x1b"));
      CHECK_FALSE(contains(ran.out, "\xE2\x80\xAE"));
      CHECK(widest_line(ran.out) <= 80);
    }
  }

  TEST_CASE("a reader that goes away is no error, a full disk is one") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    CHECK(shell.run("{ govlog export; echo $? >code; } | true; cat code").out == "0\n");
    CHECK(shell.run("govlog timeline >&-").exit_code == 0);
    const Ran full = shell.run("govlog --json stats >/dev/full");
    CHECK(full.exit_code == 8);
    CHECK(contains(full.err, "io_error"));
  }

  TEST_CASE("a store that lost events answers from what is left, says so, and takes no more") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T; cp -r store less; govlog adr status A accepted; cp store/HEAD less/HEAD")
                .exit_code == 0);
    const Ran read = shell.run("govlog --db less --json stats");
    CHECK(read.exit_code == 7);
    CHECK(contains(read.out, "\"damaged\":{\"from\":2,\"to\":2}}"));
    CHECK(contains(read.err, "{\"error\":{\"code\":\"corruption\""));
    CHECK(shell.run("govlog --db less export >left; code=$?; wc -l <left; exit $code").exit_code == 7);
    CHECK(contains(shell.run("govlog --db less event 2").err, "has lost the events at positions 2 to 2"));
    CHECK(shell.run("govlog --db less adr new B --title T").exit_code == 7);
    CHECK(shell.run("govlog --db less adr status nothing accepted").exit_code == 7);  // what is not found may be what was lost
    CHECK(shell.run("echo rubbish | govlog --db less append").exit_code == 7);
    CHECK(shell.run("echo rubbish | govlog --db less import -").exit_code == 7);
  }

  TEST_CASE("nothing found is said, and what to do next") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    const Ran ran = shell.run("govlog timeline --actor nobody");
    CHECK(ran.exit_code == 0);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, "--from=0001-01-01"));
    REQUIRE(shell.run("govlog adr new B --title T").exit_code == 0);
    CHECK(contains(shell.run("govlog list --limit 1").err, "--cursor="));
  }

  TEST_CASE("completion offers commands, flags and what the store holds, and never fails") {
    const Shell shell;
    CHECK(shell.run("govlog __complete tim").out == "timeline\n");
    CHECK(contains(shell.run("govlog __complete cr ''").out, "status\n"));
    CHECK(shell.run("govlog __complete timeline --lim").out == "--limit\n");
    CHECK(shell.run("govlog __complete timeline --order=a").out == "--order=asc\n");
    CHECK(shell.run("govlog __complete history A").out.empty());
    CHECK_FALSE(std::filesystem::exists(shell.store()));
    REQUIRE(shell.run("govlog adr new ADR-7 --title T --actor ana").exit_code == 0);
    CHECK(shell.run("govlog __complete history A").out == "ADR-7\n");
    CHECK(shell.run("govlog __complete history adr/").out == "adr/ADR-7\n");
    CHECK(shell.run("govlog __complete adr status ''").out == "ADR-7\n");
    CHECK(shell.run("govlog __complete timeline --actor ''").out == "ana\n");
    CHECK(shell.run("govlog __complete timeline --event-type ''").out == "ADRCreated\n");
    CHECK(shell.run("GOVLOG_DB=/dev/null govlog __complete history x").exit_code == 0);
    for (const std::string name : {"bash", "zsh", "fish"})
      CHECK(contains(shell.run("govlog completion " + name).out, "__complete"));
    CHECK(shell.run("govlog completion bash >c.bash; bash -n c.bash").exit_code == 0);
  }

  TEST_CASE("the demo shows our own history, and leaves nothing behind") {
    const Shell shell;
    const Ran ran = shell.run("mkdir tmp; TMPDIR=$PWD/tmp govlog demo; code=$?; ls tmp; exit $code");
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, "ADR-0001"));
    CHECK(contains(ran.out, "superseded"));
    CHECK(ran.out.ends_with("lists all commands.\n"));
    CHECK_FALSE(std::filesystem::exists(shell.store()));
  }

  TEST_CASE("a pager that waits, or an import that gets nothing, keeps nobody from the store") {
    const Shell shell;
    CHECK(shell.run("govlog cr new CR-1 --title one").exit_code == 0);
    CHECK(shell
              .run("mkfifo idle; sleep 60 > idle & hold=$!; govlog import idle & import=$!; sleep 0.3; "
                   "timeout 5 \"$GOVLOG\" cr new CR-2 --title two && timeout 5 \"$GOVLOG\" stats; code=$?; kill $hold $import; "
                   "wait; "
                   "exit $code")
              .exit_code == 0);
    CHECK(shell
              .run("govlog export | { sleep 0.5; cat >/dev/null; } & sleep 0.2; timeout 5 \"$GOVLOG\" cr new CR-3 --title "
                   "three; wait")
              .exit_code == 0);
    CHECK(contains(shell.run("test ! -e \"$GOVLOG_DB/sock\" && govlog stats --json").out, R"("events":3)"));
  }

  TEST_CASE("two writers at once both write, and each event is there once") {
    const Shell shell;
    CHECK(shell
              .run("w() { for i in 1 2 3 4 5 6 7 8; do govlog cr new \"$1-$i\" --title t || exit 1; done; }; w a & w b & wait "
                   "%1 && wait %2")
              .exit_code == 0);
    CHECK(shell.run("govlog export | sort -u | wc -l").out == "16\n");
  }

  TEST_CASE("tail --follow gives what others append meanwhile") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T").exit_code == 0);
    const Ran ran =
        shell.run("govlog tail --follow | head -n 2 >lines & govlog adr status A accepted >/dev/null; wait; wc -l <lines");
    CHECK(ran.out == "2\n");
  }
}

}  // namespace govlog
