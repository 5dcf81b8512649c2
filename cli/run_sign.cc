#include "cli/run.h"

#include "api/arguments.h"
#include "cli/key_file.h"
#include "cli/show.h"
#include "codec/hash.h"
#include "codec/json_escape.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace govlog {

CommandResult run_keygen_command(Session& session) {
  const std::string file = session.argument("file").value_or("");
  auto key = make_signing_key(session.argument("name").value_or(""));
  if (!key.ok()) return key.take_error().with("parameter", "name");
  const std::string shown = format_key(verifier_of(*key));
  GOVLOG_TRY(write_new_file(file + ".pub", shown + '\n', false));
  if (Status written = write_new_file(file, format_key(*key) + '\n', true); !written.ok()) {
    std::error_code ignored;  // a public key without its private one is of no use
    std::filesystem::remove(file + ".pub", ignored);
    return written.error();
  }
  if (session.json()) {
    std::string out = "{\"key\":";
    append_json_string(out, shown);
    session.out.write(out + "}\n");
    return 0;
  }
  session.out.write(shown + '\n');
  note(fmt::format("the private key is in {}, keep it to yourself; {}.pub holds what is printed above, for everybody",
                   visible(file), visible(file)));
  return 0;
}

CommandResult run_root_command(Session& session) {
  const auto file = session.argument("sign");
  if (!file) return run_read_command(session);
  const SigningKey key = GOVLOG_TRY(read_signing_key(*file));
  Arguments arguments = session.invocation.arguments;
  arguments.erase("sign");
  const Operation& operation = *session.invocation.command->operation;
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  const ReadReply reply = GOVLOG_TRY(shared_store(session, StoreUse::kOnce))->read(operation, arguments);
  if (!reply.answer.ok()) return reply.answer.error();
  if (reply.damage)
    return damage_error(*reply.damage, fmt::format("the store {}: nothing was signed", describe(*reply.damage)));
  GOVLOG_TRY(note_absent(session, reply.exists));
  std::string answer = *reply.answer;
  const auto size = parse_digits(json_member(answer, "size").value_or(""), kPositionMax);
  const auto root = parse_hash(json_unescape(json_member(answer, "root").value_or("")));
  if (!size || !root) return Error{Code::kInternal, "the store does not tell a root", {}};
  const std::string signed_note = sign_checkpoint(key, *size, *root);
  if (!session.json()) {
    session.out.write(signed_note);
    return 0;
  }
  answer.pop_back();
  answer += ",\"checkpoint\":";
  append_json_string(answer, signed_note);
  session.out.write(answer + "}\n");
  return 0;
}

}  // namespace govlog
