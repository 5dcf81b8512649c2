#include "cli/record_commands.h"

#include "cli/run.h"

namespace govlog {
namespace {

Flag file_flag(std::string name, std::string help) {
  Flag flag = value_flag(std::move(name), "FILE", std::move(help));
  flag.completes = "file";
  return flag;
}

void adapt_root(Command& command) {
  command.flags.push_back(file_flag("sign", "print a checkpoint in the form of C2SP, signed with this key of `govlog keygen`"));
  command.examples.emplace_back("root --sign governance.key > checkpoint");
  command.run = run_root_command;
}

void adapt_prove(Command& command) {
  Flag& position = command.flags.front();
  position.repeatable = true;
  position.value_name = "POSITION";
  command.flags.push_back(
      switch_flag("consistency", "of two positions: that the log up to the second begins with the log up to the first"));
  command.run = run_prove_command;
}

void adapt_verify(Command& command) {
  command.flags.front().value_name = "N:HEX";  // of --expect-root
  command.flags.push_back(switch_flag("fast", "checksums and hash tree alone: no index is made again to compare"));
  command.flags.push_back(value_flag("since", "POSITION", "checksums, and events from this position on"));
  command.flags.push_back(
      file_flag("checkpoint", "a signed root, as `govlog root --sign` prints it: does the log still extend it?"));
  command.flags.push_back(file_flag("key", "the public key that must have signed the checkpoint"));
  command.examples.emplace_back("verify --checkpoint checkpoint --key governance.key.pub");
  command.run = run_verify_command;
}

Command backup_command() {
  Flag directory = value_flag("directory", "DIR", "where backups of this log are kept");
  directory.positional = directory.required = true;
  directory.completes = "file";
  return {.name = "backup",
          .summary = "Add what is new in the log to a backup, also while it is written to.",
          .group = Group::kMove,
          .flags = {std::move(directory), value_flag("keep", "N", "forget all points but the newest N"),
                    switch_flag("list", "show what can be gone back to"),
                    switch_flag("verify", "read the whole backup and recompute each root; exit 7 where something is wrong")},
          .examples = {"backup /mnt/backup/governance", "backup /mnt/backup/governance --list",
                       "backup /mnt/backup/governance --verify"},
          .run = run_backup_command};
}

Command restore_command() {
  Flag from = value_flag("from", "FROM", "a backup's directory, or a file of `govlog export`, plain, .gz or .zst");
  from.positional = from.required = true;
  from.completes = "file";
  return {
      .name = "restore",
      .summary = "Make a store from a backup or an export, with positions and times as they were.",
      .group = Group::kMove,
      .flags = {std::move(from), value_flag("backup", "ID", "an earlier point of the backup, as --list shows them"),
                value_flag("expect_root", "N:HEX", "a size and root that were noted; where they differ nothing is restored")},
      .examples = {"--db ~/governance restore /mnt/backup/governance", "--db old restore /mnt/backup/governance --backup 3",
                   "--db copy restore events.ndjson.zst"},
      .run = run_restore_command};
}

Command keygen_command() {
  Flag name = value_flag("name", "NAME", "whose key it is, such as example.org/governance");
  name.positional = name.required = true;
  Flag file = file_flag("file", "where the private key goes; the public one goes beside it, as FILE.pub");
  file.positional = file.required = true;
  return {.name = "keygen",
          .summary = "Make a key to sign roots of the log with (Ed25519).",
          .group = Group::kMore,
          .flags = {std::move(name), std::move(file)},
          .examples = {"keygen example.org/governance governance.key", "root --sign governance.key"},
          .run = run_keygen_command};
}

Command evidence_command() {
  Flag request = value_flag("change_request", "CHANGE_REQUEST", "its id");
  request.positional = request.required = true;
  request.completes = "entity:change_request";
  Flag out = file_flag("out", "the archive to make");
  out.required = true;
  return {
      .name = "evidence",
      .summary = "Pack the events of a change request, with proofs that can be checked without Govlog, into a ZIP archive.",
      .group = Group::kMove,
      .flags = {std::move(request), std::move(out), file_flag("sign", "also sign the root with this key of `govlog keygen`")},
      .examples = {"evidence CR-7 --out CR-7.zip", "evidence change_request/CR-7 --out CR-7.zip --sign governance.key"},
      .run = run_evidence_command};
}

}  // namespace

Flag switch_flag(std::string name, std::string help) {
  Flag flag;
  flag.name = std::move(name);
  flag.help = std::move(help);
  flag.takes_value = false;
  return flag;
}

Flag value_flag(std::string name, std::string value_name, std::string help) {
  Flag flag;
  flag.name = std::move(name);
  flag.value_name = std::move(value_name);
  flag.help = std::move(help);
  return flag;
}

void adapt_record_command(Command& command) {
  if (command.name == "root") adapt_root(command);
  if (command.name == "prove") adapt_prove(command);
  if (command.name == "verify") adapt_verify(command);
}

void add_record_commands(std::vector<Command>& all) {
  all.push_back(backup_command());
  all.push_back(restore_command());
  all.push_back(evidence_command());
  all.push_back(keygen_command());
}

}  // namespace govlog
