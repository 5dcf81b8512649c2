// `govlog mcp` as a host runs it.
#include "run_govlog.h"

#include <string>

namespace govlog {

namespace {

std::string request(int id, std::string_view method, std::string_view params = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + std::string(method) + R"(","params":)" +
         std::string(params) + "}\n";
}

}  // namespace

TEST_SUITE("mcp") {
  TEST_CASE("it answers what it was asked, nothing else, and ends with its input") {
    const Shell shell;
    const Ran nothing = shell.run("govlog mcp </dev/null");
    CHECK(nothing.exit_code == 0);
    CHECK(nothing.out.empty());
    shell.write("lists", request(1, "tools/list") + request(2, "ping"));
    const Ran lists = shell.run("govlog mcp <lists");
    CHECK(lists.exit_code == 0);
    CHECK(contains(lists.out, R"({"jsonrpc":"2.0","id":1,"result":{"tools":[)"));
    CHECK(contains(lists.out, R"({"jsonrpc":"2.0","id":2,"result":{}})"));
    CHECK_FALSE(std::filesystem::exists(shell.store()));
  }

  TEST_CASE("a read that follows a write sees it") {
    const Shell shell;
    shell.write("lines", request(1, "tools/call",
                                 R"({"name":"create_change_request","arguments":{"change_request_id":"CR-7","title":"T"}})") +
                             request(2, "tools/call", R"({"name":"query_timeline"})"));
    const Ran ran = shell.run("{ cat lines; sleep 2; } | GOVLOG_ACTOR=ana govlog mcp");
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, R"("id":1,"result":{"content":)"));
    CHECK(contains(ran.out, R"("structuredContent":{"items":[{"id":)"));
    CHECK(contains(shell.run("govlog --json timeline").out, R"("actor":"ana")"));
    CHECK(contains(shell.run("govlog event 1").out, "  entity_id    CR-7\n"));
    CHECK(contains(shell.run("govlog --json event 1").out,
                   R"("metadata":{"actor_kind":"agent","tool":"create_change_request"})"));
  }

  TEST_CASE("a line that is too long is skipped") {
    const Shell shell;
    shell.write("ping", request(2, "ping"));
    const Ran ran = shell.run("{ head -c 11000000 /dev/zero | tr '\\0' x; echo; cat ping; } | govlog mcp");
    CHECK(ran.exit_code == 0);
    CHECK(ran.out == R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"the line is longer than 10 MiB; it was skipped"}})"
                     "\n"
                     R"({"jsonrpc":"2.0","id":2,"result":{}})"
                     "\n");
  }

  TEST_CASE("a signal ends it, and a reader that went away, and a parent that died") {
    const Shell shell;  // $GOVLOG and not the function, which would run in a shell between
    // One that ended may wait for its new parent to notice.
    const std::string gone =
        "for i in $(seq 50); do "
        "case $(cat /proc/$p/stat 2>/dev/null) in ''|*') Z '*) exit 0;; esac; sleep 0.1; done; kill $p; exit 9";
    CHECK(shell.run("mkfifo in; exec 7<>in; \"$GOVLOG\" mcp <in & p=$!; sleep 1.5; kill -TERM $p; " + gone).exit_code == 0);
    CHECK(shell.run("exec 7<>in; sh -c '\"$GOVLOG\" mcp <in & echo $! >pid; sleep 1.5'; p=$(cat pid); " + gone).exit_code == 0);
    shell.write("pings", request(1, "ping") + request(2, "ping"));
    CHECK(shell
              .run("exec 7<>in; { \"$GOVLOG\" mcp <in & echo $! >pid; } | head -n 1 >first & sleep 1.5; cat pings >in; sleep "
                   "1.5; cat pings >in; "
                   "test -s first || exit 8; p=$(cat pid); " +
                   gone)
              .exit_code == 0);
  }

  TEST_CASE("a store that cannot be opened shows in answers alone") {
    const Shell shell;
    shell.write("store", "no directory");
    shell.write("lines", request(1, "tools/call", R"({"name":"query_timeline"})"));
    const Ran ran = shell.run("{ cat lines; sleep 1; } | govlog mcp");
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, R"("isError":true)"));
  }

  TEST_CASE("an owner whose store was removed harms none that is made in its place") {
    const Shell shell;
    shell.write("create", request(1, "tools/call",
                                  R"({"name":"create_change_request","arguments":{"change_request_id":"CR-1","title":"T"}})"));
    CHECK(
        shell
            .run("mkfifo in; govlog mcp <in >answers & exec 3>in; cat create >&3; "
                 "until [ -s answers ]; do sleep 0.05; done; "
                 "until rm -r \"$GOVLOG_DB\" 2>>rm_errors; do :; done; "  // again where the owner just wrote a file
                 "govlog cr new CR-2 --title two && govlog cr new CR-3 --title three || exit; cat create >&3; exec 3>&-; wait")
            .exit_code == 0);
    CHECK(contains(shell.run("govlog --json stats").out, R"({"events":3,"entities":3)"));
  }

  TEST_CASE("with --read-only writes are refused") {
    const Shell shell;
    shell.write("lines", request(1, "tools/call",
                                 R"({"name":"create_change_request","arguments":{"change_request_id":"CR-7","title":"T"}})"));
    CHECK(contains(shell.run("govlog mcp --read-only <lines").out, "[forbidden]"));
    CHECK_FALSE(std::filesystem::exists(shell.store()));
  }
}

}  // namespace govlog
