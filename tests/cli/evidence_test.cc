#include "run_govlog.h"

#include <string>

namespace govlog {

TEST_SUITE("evidence_command") {
  TEST_CASE("an archive tells of a change request, and is checked by the script within it") {
    const Shell shell;
    REQUIRE(shell
                .run("govlog cr new CR-1 --title 'Split the ledger' --impacts svc; govlog cr new CR-2 --title other; "
                     "govlog append --type ImpactAssessmentCreated --entity impact_assessment/IA-1 --data "
                     "'{\"change_request_id\":\"CR-1\",\"risk_level\":3,\"direction\":\"downstream\"}'; govlog append --type "
                     "ImpactAssessmentNoted --entity impact_assessment/IA-1 --data '{\"text\":\"later\"}'; "
                     "govlog cr status CR-1 approved; govlog keygen k key")
                .exit_code == 0);
    const Ran ran = shell.run("govlog --json evidence change_request/CR-1 --out CR-1.zip --sign key");
    CHECK(ran.exit_code == 0);
    CHECK(ran.out.starts_with(R"({"events":4,"size":5,"root":")"));
    const Ran unpacked = shell.run("mkdir e; cd e; python3 -m zipfile -e ../CR-1.zip . && ls");
    CHECK(unpacked.out == "README.txt\nchain.mmd\ncheckpoint\nevents.ndjson\nproofs.ndjson\nroot.json\nverify-proof.py\n");
    CHECK(shell.run("cd e; python3 verify-proof.py proofs.ndjson events.ndjson $(cut -d'\"' -f6 root.json)").out ==
          "4 hold, 0 do not\n");
    CHECK(shell.run("cut -c1-20 e/events.ndjson | grep -c position").out == "4\n");
    CHECK(shell.run("govlog verify --checkpoint e/checkpoint --key key.pub").exit_code == 0);
    CHECK(contains(shell.run("cat e/chain.mmd").out, "Split the ledger"));
  }

  TEST_CASE("what cannot be packed is told, and nothing is left") {
    const Shell shell;
    REQUIRE(shell.run("govlog cr new CR-1 --title one").exit_code == 0);
    CHECK(shell.run("govlog evidence CR-9 --out x.zip").exit_code == 3);
    CHECK(shell.run("touch there; govlog evidence CR-1 --out there").exit_code == 2);
    CHECK(shell.run("govlog evidence CR-1 --out nowhere/x.zip").exit_code == 8);
    CHECK(shell.run("govlog evidence CR-1").exit_code == 2);
    CHECK(shell.run("govlog --db none evidence CR-1 --out x.zip").exit_code == 3);
    CHECK(shell.run("govlog evidence CR-1 --out ''").exit_code == 2);
    CHECK(shell.run("govlog evidence CR-1 --out -").exit_code == 2);
    for (const std::string inside : {"store/bulk", "store/db/x", "./store/../store/y"})
      CHECK(contains(shell.run("govlog evidence CR-1 --out " + inside).err, "lies in the store"));
    CHECK(shell.run("govlog keygen k store/rebuild").exit_code == 2);
    CHECK(shell.run("ls store store/db | grep -e bulk -e x -e y -e rebuild").out.empty());
    CHECK(shell.run("ls").out.find("x.zip") == std::string::npos);
  }

  TEST_CASE("an id that begins like a type is an id where there is no other") {
    const Shell shell;
    REQUIRE(shell.run("govlog cr new change_request/X --title one; govlog cr new Y --title two").exit_code == 0);
    CHECK(contains(shell.run("govlog evidence change_request/X --out x.zip").out, "1 event of a log of 2"));
    CHECK(contains(shell.run("govlog evidence change_request/Y --out y.zip").out, "1 event of a log of 2"));
    CHECK(contains(shell.run("govlog evidence change_request/Z --out z.zip").err, "no event ever named change_request/Z"));
  }

  TEST_CASE("no file of anybody's is touched, and of two that make one archive one does") {
    const Shell shell;
    REQUIRE(shell.run("govlog cr new CR-1 --title one; echo mine > x.zip.new; echo mine > y; ln -s y x.zip.link").exit_code ==
            0);
    const Ran both =
        shell.run("govlog evidence CR-1 --out x.zip & govlog evidence CR-1 --out x.zip; a=$?; wait %1; echo $((a + $?))");
    CHECK(contains(both.out, "2\n"));
    CHECK(shell.run("python3 -m zipfile -t x.zip").out == "Done testing\n");
    CHECK(shell.run("govlog evidence CR-1 --out x.zip.link").exit_code == 2);
    CHECK(shell.run("cat x.zip.new y; ls | grep x.zip").out == "mine\nmine\nx.zip\nx.zip.link\nx.zip.new\n");
  }
}

}  // namespace govlog
