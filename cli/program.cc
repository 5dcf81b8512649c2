#include "cli/program.h"

#include "cli/command_line.h"
#include "cli/complete.h"
#include "cli/help.h"

namespace govlog {
namespace {

int finish(Output& out, const CommandResult& result, bool json) {
  // What was said so far comes before what went wrong.
  const Status flushed = out.flush();
  if (!result.ok()) {
    report_error(result.error(), json);
    return code_info(result.error().code).cli_exit;
  }
  if (!flushed.ok()) {
    report_error(flushed.error(), json);
    return code_info(flushed.error().code).cli_exit;
  }
  return *result;
}

CommandResult run_invocation(const Invocation& invocation, Output& out) {
  const Style style = invocation.globals.json ? Style{} : choose_style(invocation.globals.color);
  Session session{.invocation = invocation, .out = out, .style = style, .width = output_width(), .now = system_clock_now()};
  return invocation.command->run(session);
}

CommandResult run_words(std::span<const std::string> words, Output& out) {
  ParsedLine parsed = GOVLOG_TRY(parse_command_line(words));
  if (std::holds_alternative<VersionRequest>(parsed)) {
    out.write(render_version());
  } else if (const auto* help = std::get_if<HelpRequest>(&parsed)) {
    out.write(render_help(help->topic, choose_style(ColorChoice::kAuto), output_width()));
  } else {
    return run_invocation(std::get<Invocation>(parsed), out);
  }
  return 0;
}

}  // namespace

int run_program(std::span<const std::string> words) {
  Output out;
  if (!words.empty() && words[0] == "__complete") {
    for (const std::string& candidate : complete(words.subspan(1))) out.write(candidate + '\n');
    (void)out.flush();  // a completion that cannot be shown is no error
    return 0;
  }
  return finish(out, run_words(words, out), asks_for_json(words));
}

}  // namespace govlog
