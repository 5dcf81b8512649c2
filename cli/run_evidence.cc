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
  options.change_request = session.argument("change_request").value_or("");
  if (options.change_request.starts_with(kPrefix)) options.change_request.erase(0, kPrefix.size());
  options.out = session.argument("out").value_or("");
  options.verifier = proof_verifier();
  if (const auto file = session.argument("sign")) {
    auto key = parse_signing_key(GOVLOG_TRY(read_small_text(*file, "sign")));
    if (!key.ok()) return key.take_error().with("parameter", "sign");
    options.key = key.take();
  }
  const std::unique_ptr<Executor> store = GOVLOG_TRY(shared_store(session, StoreUse::kOnce));
  const EvidenceReport report = GOVLOG_TRY(write_evidence(*store, options));
  if (session.json())
    session.out.write(render_evidence(report) + '\n');
  else
    session.out.write(fmt::format("{}: {} of a log of {}, each with its proof\n", visible(options.out.string()),
                                  counted(report.events, "event", "events"), report.size));
  return 0;
}

}  // namespace govlog
