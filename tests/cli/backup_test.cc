#include "api/backup_manifest.h"
#include "run_govlog.h"

#include <string>

namespace govlog {
namespace {

std::string root(const Shell& shell, const std::string& store) {
  return shell.run("govlog --db " + store + " --json root").out;
}

TEST_SUITE("backup_command") {
  TEST_CASE("each point of a backup can be gone back to, exactly") {
    const Shell shell;
    append_notes(shell, 5);
    const std::string first = root(shell, "store");
    CHECK(contains(shell.run("govlog backup kept").out, "backup 1: 5 events added"));
    append_notes(shell, 3);
    const std::string second = root(shell, "store");
    CHECK(contains(shell.run("govlog --json backup kept").out, R"("added":3)"));
    CHECK(contains(shell.run("govlog backup kept").out, "nothing new since backup 2"));
    REQUIRE(shell.run("govlog --db a restore kept --backup 1; govlog --db b restore kept").exit_code == 0);
    CHECK(root(shell, "a") == first);
    CHECK(root(shell, "b") == second);
    CHECK(shell.run("govlog --db b export").out == shell.run("govlog export").out);
    CHECK(shell.run("govlog --db b verify").exit_code == 0);
    append_notes(shell, 1);
    CHECK(contains(shell.run("govlog backup kept --keep 1; govlog backup kept --list").out, "3 "));
    CHECK(shell.run("govlog --db c restore kept --backup 2").exit_code == 3);
    CHECK(shell.run("zstdcat kept/*.ndjson.zst 2>/dev/null || echo none").exit_code == 0);
  }

  TEST_CASE("a restored log goes on in the same backup, and another log is refused") {
    const Shell shell;
    append_notes(shell, 4);
    REQUIRE(shell.run("govlog backup kept && govlog --db again restore kept").exit_code == 0);
    REQUIRE(shell.run("govlog --db again adr new A --title T").exit_code == 0);
    CHECK(contains(shell.run("govlog --db again --json backup kept").out, R"("added":1)"));
    const Ran behind = shell.run("govlog --json backup kept");
    CHECK(behind.exit_code == 2);
    CHECK(contains(behind.err, "has lost some"));
    REQUIRE(shell.run("govlog adr new B --title T && govlog adr new C --title T").exit_code == 0);
    CHECK(contains(shell.run("govlog backup kept").err, "backup of another log"));
    CHECK(shell.run("govlog backup kept --verify").exit_code == 0);
  }

  TEST_CASE("what is refused leaves nothing where it was to be") {
    const Shell shell;
    append_notes(shell, 4);
    REQUIRE(shell.run("mkdir keys empty; touch keys/mine; govlog backup kept").exit_code == 0);
    const Ran inside = shell.run("cd store && govlog --db . backup sub");
    CHECK(inside.exit_code == 2);
    CHECK(contains(inside.err, "lie within each other"));
    CHECK(shell.run("govlog backup keys").exit_code == 2);
    CHECK(shell.run("govlog --db new restore /etc/passwd").exit_code == 7);
    CHECK(shell.run("govlog --db empty restore /etc/passwd").exit_code == 7);
    CHECK(shell.run("govlog --db new restore kept --expect-root 2:" + std::string(64, '0')).exit_code == 7);
    CHECK(shell.run("ls -A keys empty; ls store").out == "empty:\n\nkeys:\nmine\nFORMAT\nHEAD\ndb\nlock\n");
    CHECK(shell.run("ls -d new").exit_code != 0);
    CHECK(shell.run("mkdir theirs; echo words > theirs/lock; govlog --db theirs restore /etc/passwd").exit_code == 7);
    CHECK(shell.run("cat theirs/lock").out == "words\n");
  }

  TEST_CASE("damage to a backup is noticed, and nothing is restored from it") {
    const Shell shell;
    append_notes(shell, 50);
    REQUIRE(shell.run("govlog backup kept").exit_code == 0);
    for (const std::string damage :
         {"printf x | dd of=kept/000001.ndjson.zst bs=1 seek=60 conv=notrunc", "truncate -s -9 kept/000001.ndjson.zst",
          "rm kept/000001.ndjson.zst", "sed -i 's/\"position\":50/\"position\":49/' kept/backup.json",
          "truncate -s -1 kept/backup.json"}) {
      REQUIRE(shell.run("rm -rf kept other; mkdir kept; govlog backup kept; " + damage + " 2>/dev/null").exit_code == 0);
      const Ran checked = shell.run("govlog --json backup kept --verify");
      CHECK_MESSAGE((checked.exit_code == 7 || checked.exit_code == 8), damage);
      const Ran restored = shell.run("govlog --db other restore kept");
      CHECK_MESSAGE((restored.exit_code == 7 || restored.exit_code == 8), damage);
      CHECK(shell.run("test -e other/FORMAT").exit_code != 0);
    }
  }

  TEST_CASE("a point whose root is not that of its events is told of, and not restored, though every checksum is right") {
    const Shell shell;
    append_notes(shell, 5);
    REQUIRE(shell.run("govlog backup kept").exit_code == 0);
    append_notes(shell, 3);
    REQUIRE(shell.run("govlog backup kept").exit_code == 0);
    BackupManifest manifest = read_manifest(shell.directory() / "kept").value();
    manifest.backups[0].root = manifest.backups[1].root;
    shell.write("kept/backup.json", render_manifest(manifest));
    const Ran checked = shell.run("govlog --json backup kept --verify");
    CHECK(checked.exit_code == 7);
    CHECK(contains(checked.out, "backup 1: its events have the root"));
    const Ran restored = shell.run("govlog --db other restore kept --backup 1");
    CHECK(restored.exit_code == 7);
    CHECK(contains(restored.err, "that of backup 1"));
    CHECK(shell.run("test -e other/FORMAT").exit_code != 0);
    CHECK(shell.run("govlog --db other restore kept --backup 2").exit_code == 0);
  }

  TEST_CASE("a point of an empty log hides none of those after it") {
    const Shell shell;
    REQUIRE(shell.run("govlog restore - < /dev/null && govlog backup kept").exit_code == 0);
    for (int i = 0; i < 2; ++i) {
      append_notes(shell, 2);
      REQUIRE(shell.run("govlog backup kept && govlog backup kept --verify").exit_code == 0);
    }
    const BackupManifest sound = read_manifest(shell.directory() / "kept").value();
    REQUIRE(sound.backups.size() == 3);
    for (const std::size_t wrong : {0, 1}) {
      BackupManifest manifest = sound;
      manifest.backups[wrong].root = Hash{};
      shell.write("kept/backup.json", render_manifest(manifest));
      CHECK(contains(shell.run("govlog --json backup kept --verify").out, "its events have the root"));
    }
  }

  TEST_CASE("a manifest that gives a segment another's name is not followed") {
    const Shell shell;
    append_notes(shell, 3);
    REQUIRE(shell.run("govlog backup kept").exit_code == 0);
    BackupManifest manifest = read_manifest(shell.directory() / "kept").value();
    manifest.segments[0].file = "000002.ndjson.zst";
    shell.write("kept/backup.json", render_manifest(manifest));
    append_notes(shell, 3);
    REQUIRE(shell.run("mv kept/000001.ndjson.zst kept/000002.ndjson.zst; cp kept/000002.ndjson.zst before").exit_code == 0);
    CHECK(shell.run("govlog backup kept").exit_code == 7);
    CHECK(shell.run("cmp kept/000002.ndjson.zst before").exit_code == 0);
  }

  TEST_CASE("a backup that has lost its manifest, or a segment, is not written to") {
    const Shell shell;
    append_notes(shell, 3);
    REQUIRE(
        shell
            .run(
                "govlog backup kept; cp -r kept lost; rm lost/backup.json; cp -r kept cut; truncate -s 9 cut/000001.ndjson.zst")
            .exit_code == 0);
    CHECK(contains(shell.run("govlog --json backup lost").err, "\"parameter\":\"directory\""));
    CHECK(shell.run("cmp kept/000001.ndjson.zst lost/000001.ndjson.zst").exit_code == 0);
    for (const std::string what : {"backup cut", "backup cut --verify", "--db other restore cut"})
      CHECK(shell.run("govlog " + what).exit_code == 7);
    CHECK(shell.run("mkdir -p odd/backup.json; govlog backup odd --list").exit_code == 8);
    CHECK(shell.run("rm cut/backup.json; mkfifo cut/backup.json; govlog backup cut --list").exit_code == 7);
  }

  TEST_CASE("points are forgotten where nothing is new, too") {
    const Shell shell;
    append_notes(shell, 2);
    REQUIRE(shell.run("govlog backup kept").exit_code == 0);
    append_notes(shell, 2);
    REQUIRE(shell.run("govlog backup kept && govlog backup kept --keep 1").exit_code == 0);
    CHECK_FALSE(contains(shell.run("govlog --json backup kept --list").out, "\"id\":1"));
    CHECK(contains(shell.run("govlog backup kept --verify").out, "every line is there"));
  }

  TEST_CASE("where there is no store nothing is backed up, and no root that was noted holds") {
    const Shell shell;
    CHECK(shell.run("govlog --db nowhere backup kept").exit_code == 3);
    CHECK(shell.run("test -e kept").exit_code != 0);
    CHECK(shell.run("govlog --db nowhere verify").exit_code == 0);
    CHECK(shell.run("govlog --db nowhere verify --expect-root 1:" + std::string(64, 'a')).exit_code == 7);
    append_notes(shell, 2);
    CHECK(contains(shell.run("govlog --json verify --since 4").err, "\"parameter\":\"since\""));
    CHECK(shell.run("govlog verify --since 3").exit_code == 0);
  }

  TEST_CASE("a directory that holds a .new of somebody's is not empty") {
    const Shell shell;
    append_notes(shell, 1);
    CHECK(shell.run("govlog backup kept; mkdir -p full/.new; echo dear >full/.new/letter; govlog --db full restore kept")
              .exit_code == 2);
    CHECK(shell.run("cat full/.new/letter").out == "dear\n");
  }

  TEST_CASE("where a backup may not go is told") {
    const Shell shell;
    append_notes(shell, 1);
    REQUIRE(shell.run("mkdir full && touch full/file").exit_code == 0);
    for (const std::string directory : {"store", "store/in", ".", "full", "''"})
      CHECK(shell.run("govlog backup " + directory).exit_code == 2);
    CHECK(shell.run("govlog backup full --list").exit_code == 3);
    CHECK(shell.run("govlog backup kept --keep 0").exit_code == 2);
    CHECK(contains(shell.run("govlog --db nowhere backup kept2").err, "no store at"));
  }

  TEST_CASE("an export is restored as it was, or not at all") {
    const Shell shell;
    append_notes(shell, 6);
    REQUIRE(shell.run("govlog export > lines; gzip -k lines").exit_code == 0);
    const std::string expected = shell.run("govlog --json root --at-position 4 | sed 's/.*root\":\"//;s/\".*//'").out;
    const std::string at_4 = " --expect-root 4:" + expected.substr(0, 64);
    CHECK(contains(shell.run("govlog --db a restore lines" + at_4).out, "6 events restored into"));
    CHECK(root(shell, "a") == root(shell, "store"));
    CHECK(shell.run("govlog --db b restore - < lines.gz && govlog --db b export | cmp - lines").exit_code == 0);
    const Ran other = shell.run("govlog --db c restore lines --expect-root 4:" + std::string(64, '0'));
    CHECK(other.exit_code == 7);
    CHECK(contains(other.err, "nothing was restored"));
    CHECK(shell.run("govlog --db c restore lines --expect-root 9:" + std::string(64, '0')).exit_code == 7);
    for (const std::string damage : {"sed 3d", "sed '3s/words/word/;3s/position/positions/'", "sed '3s/:/: /'",
                                     "sed '4s/\"version\":4/\"version\":5/'", "tac", "sed '3s/\"Noted.*/x/'"}) {
      const Ran ran = shell.run(damage + " lines | govlog --db d --json restore -");
      CHECK_MESSAGE(ran.exit_code == 7, damage);
      CHECK_MESSAGE(contains(ran.err, R"("line":)"), ran.err);
    }
    CHECK(shell.run("printf '{\"position\":1,\"leaf\":\"00\",\"erased\":{}}\\n' | govlog --db d --json restore -")
              .err.find("unsupported_format") != std::string::npos);
    CHECK(shell.run("govlog --db a restore lines").exit_code == 2);
    CHECK(shell.run("govlog --db d restore nowhere").exit_code == 8);
    CHECK(contains(shell.run("sed '3s/:/: /' lines | govlog --db d restore -").err, "written in another way"));
    CHECK(contains(shell.run("sed '3s/\"version\":3,//' lines | govlog --db d restore -").err, "version is missing"));
    CHECK(
        contains(shell.run("sed '3s/\"position\":3/\"position\":-3/' lines | govlog --db d restore -").err, "position is -3"));
    CHECK(shell.run("govlog --db d restore lines && govlog --db d verify").exit_code == 0);
  }

  TEST_CASE("of two backups into one place at once each is made, or told to wait") {
    const Shell shell;
    append_notes(shell, 50);
    for (int i = 0; i < 5; ++i) {
      const Ran both = shell.run("govlog backup kept > one & govlog adr new A" + std::to_string(i) +
                                 " --title T > made & govlog backup kept > other; a=$?; wait %1; b=$?; wait %2; "
                                 "echo $((a < b ? a : b)) $((a < b ? b : a)) $?");
      const bool both_made = both.out == "0 0 0\n";
      CHECK_MESSAGE((both_made || (both.out == "0 6 0\n" && contains(both.err, "another backup into kept is running"))),
                    (both.out + both.err));
      CHECK(shell.run("govlog backup kept --verify").exit_code == 0);
    }
    CHECK(shell.run("govlog backup kept && govlog --db again restore kept").exit_code == 0);
    CHECK(root(shell, "again") == root(shell, "store"));
  }

  TEST_CASE("the limits of an append are none of a restore's") {
    const Shell shell;
    std::string deep;
    for (int i = 0; i < 500; ++i) deep += R"({"a":)";
    deep += std::string(2000, '7') + "e123456789012" + std::string(500, '}');
    append_notes(shell, 1);
    shell.write("deep", deep);
    REQUIRE(shell.run(R"(govlog export | sed "s/\"data\":{[^}]*}/\"data\":$(cat deep)/" > line)").exit_code == 0);
    CHECK(contains(shell.run("cat line").out, R"("data":{"a":{"a":)"));
    CHECK(shell.run("govlog --db other import line").exit_code == 2);
    CHECK(shell.run("govlog --db d restore line && govlog --db d verify && govlog --db d export | cmp - line").exit_code == 0);
    CHECK(contains(shell.run("govlog --db d --json replay n").out, "7e123456789012}}}"));
    CHECK(shell
              .run("govlog --db d rebuild && govlog --db d backup kept && govlog --db e restore kept && "
                   "govlog --db e export | cmp - line")
              .exit_code == 0);
  }
}

}  // namespace
}  // namespace govlog
