#include "cli/run.h"

#include "api/arguments.h"
#include "api/evidence.h"
#include "cli/key_file.h"
#include "cli/verifier.h"

#include <fmt/format.h>

namespace govlog {

CommandResult run_evidence_command(Session& session) {
  constexpr std::string_view kPrefix = "change_request/";
  EvidenceOptions options;
  const std::string given = session.argument("change_request").value_or("");
  const bool typed = given.starts_with(kPrefix);
  options.change_request = typed ? given.substr(kPrefix.size()) : given;
  options.out = session.argument("out").value_or("");
  if (options.out == "-")
    return argument_error("out", "--out is a file, and - is none: evidence is not written to standard output");
  GOVLOG_TRY(check_outside_stores(options.out.string(), "out"));
  options.verifier = proof_verifier();
  if (const auto file = session.argument("sign")) options.key = GOVLOG_TRY(read_signing_key(*file));
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kOnce));
  auto report = write_evidence(*store, options);
  if (!report.ok() && report.error().code == Code::kNotFound && typed) {  // it may be an id with such a beginning
    options.change_request = given;
    if (auto whole = write_evidence(*store, options); whole.ok()) report = std::move(whole);
  }
  if (!report.ok()) return report.take_error();
  if (session.json())
    session.out.write(render_evidence(*report) + '\n');
  else
    session.out.write(fmt::format("{}: {} of a log of {}, each with its proof\n", visible(options.out.string()),
                                  counted(report->events, "event", "events"), report->size));
  return 0;
}

}  // namespace govlog
