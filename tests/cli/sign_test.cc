#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("sign_command") {
  TEST_CASE("a signed root holds for as long as the log extends it") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T && govlog keygen example.org/log key").exit_code == 0);
    CHECK(shell.run("stat -c %a key").out == "600\n");
    CHECK(shell.run("cat key.pub").out.starts_with("example.org/log+"));
    CHECK(shell.run("govlog root --sign key").err.empty());
    CHECK(contains(shell.run("cp key shown; chmod 644 shown; govlog root --sign shown").err, "others may read"));
    const Ran note = shell.run("govlog root --sign key | tee note");
    CHECK(note.out.starts_with("example.org/log\n1\n"));
    CHECK(contains(shell.run("govlog --json root --sign key").out, R"("log_position":1,"checkpoint":"example.org/log\n1\n)"));
    REQUIRE(shell.run("govlog adr new B --title T").exit_code == 0);
    CHECK(shell.run("govlog verify --checkpoint note --key key.pub").exit_code == 0);
    CHECK(contains(shell.run("govlog verify --checkpoint note").err, "without --key"));
    REQUIRE(shell.run("govlog --db other adr new C --title T").exit_code == 0);
    CHECK(shell.run("govlog --db other verify --checkpoint note --key key.pub").exit_code == 7);
    CHECK(shell.run("sed 's/^1$/2/' note > changed; govlog verify --checkpoint changed --key key.pub").exit_code == 7);
    CHECK(shell.run("govlog keygen example.org/log other.key; govlog verify --checkpoint note --key other.key.pub").exit_code ==
          7);
  }

  TEST_CASE("a log that has lost events is not signed") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T && govlog keygen k key && cp /dev/null store/HEAD").exit_code == 0);
    const Ran ran = shell.run("govlog root --sign key");
    CHECK(ran.exit_code == 7);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, "nothing was signed"));
  }

  TEST_CASE("no private key is left without its public one") {
    const Shell shell;
    for (const std::string name : {"a b", "a+b",
                                   "a\xC2\xA0"
                                   "b",
                                   "a\xE3\x80\x80"
                                   "b",
                                   "a\xFF"
                                   "b"})  // no-break and ideographic space
      CHECK(shell.run("govlog keygen '" + name + "' odd").exit_code == 2);
    CHECK(shell.run("touch k.pub; govlog keygen example.org/log k").exit_code == 2);
    CHECK(shell.run("test -e k").exit_code != 0);
    CHECK(shell.run("rm k.pub; touch k; govlog keygen example.org/log k").exit_code == 2);
    CHECK(shell.run("test -e k.pub").exit_code != 0);
  }

  TEST_CASE("what is no key and no note is refused, and no key is overwritten") {
    const Shell shell;
    REQUIRE(shell.run("govlog adr new A --title T && govlog keygen k key && govlog root --sign key > note").exit_code == 0);
    const std::string before = shell.run("cat key").out;
    for (const std::string line :
         {"keygen k key", "keygen 'a b' key2", "keygen k", "root --sign note", "root --sign key.pub", "verify --checkpoint key",
          "verify --checkpoint note --key key", "verify --key key.pub", "verify --checkpoint note --expect-root 1:00"})
      CHECK_MESSAGE(shell.run("govlog " + line).exit_code == 2, line);
    CHECK(shell.run("govlog root --sign nowhere").exit_code == 8);
    CHECK(shell.run("cat key").out == before);
  }
}

}  // namespace govlog
