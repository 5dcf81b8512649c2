#include "cli/run.h"

#include "cli/command_line.h"
#include "cli/sample.h"
#include "cli/show.h"
#include "codec/event_json.h"
#include "engine/temporary_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace govlog {
namespace {

Result<TemporaryDirectory> make_directory() {
  const char* preferred = std::getenv("TMPDIR");
  Error error;
  for (const std::string& parent :
       {std::string(preferred == nullptr ? "/tmp" : preferred), std::string("/tmp"), std::string(".")}) {
    auto made = TemporaryDirectory::make(parent, "govlog-demo");
    if (made.ok()) return made;
    error = made.take_error();
  }
  return Error{Code::kIoError, error.message + "; set TMPDIR to a directory that can be written", {}};
}

struct Scene {
  std::string_view remark;
  std::vector<std::string> words;
};

std::vector<Scene> scenes() {
  return {
      {"What happened, newest first:", {"timeline", "--from", "2025-01-01", "--limit", "8"}},
      {"Which decisions there were in December 2025, and which are in force now:",
       {"list", "--entity-type", "adr", "--at", "2025-12-01"}},
      {"", {"list", "--entity-type", "adr", "--status", "accepted"}},
      {"The past of one decision, event by event:", {"replay", "ADR-0000"}},
      {"What it looked like on a day:", {"at", "adr/ADR-0001", "--at", "2026-11-25T20:30:00Z"}},
      {"What differs between two versions:", {"diff", "ADR-0001@1", "ADR-0001@2"}},
      {"How well each layer is traced:", {"coverage"}},
      {"What depends on a part, hop by hop:", {"impact", "codec", "--direction", "upstream"}},
  };
}

// The sample's facts have fixed times. A clock that is behind them would have them refused as lying in the future.
Timestamp demo_clock(const std::vector<Event>& events) {
  Timestamp clock = system_clock_now();
  for (const Event& event : events) {
    if (event.created_at) clock = std::max(clock, *event.created_at);
  }
  return clock;
}

Result<std::vector<Event>> parse_sample() {
  std::vector<Event> events;
  for (std::string_view rest = sample_events(); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    events.push_back(GOVLOG_TRY(parse_event(rest.substr(0, end), Timestamp{kTimestampMax.micros / 2}, EventLimits{})));
    rest.remove_prefix(end + 1);
  }
  return events;
}

std::string shell_words(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

Status play(Session& session, const Store& store, const Scene& scene) {
  const ParsedLine line = GOVLOG_TRY(parse_command_line(scene.words));
  const Invocation& invocation = std::get<Invocation>(line);
  const std::string answer = GOVLOG_TRY(run_operation(*invocation.command->operation, store, invocation.arguments));
  if (session.json()) {
    session.out.write(answer + '\n');
    return Ok{};
  }
  session.out.write(scene.remark.empty() ? "\n" : fmt::format("\n{}\n\n", scene.remark));
  session.out.write(session.style.paint(Paint::kBold, fmt::format("$ govlog {}", shell_words(scene.words))) + '\n');
  Screen screen{session.out, session.style, session.width, store.now(), false};
  show_answer(screen, *invocation.command->operation, invocation.arguments, answer);
  return Ok{};
}

}  // namespace

CommandResult run_demo_command(Session& session) {
  std::vector<Event> events = GOVLOG_TRY(parse_sample());
  const std::size_t count = events.size();
  const Timestamp now = demo_clock(events);
  const TemporaryDirectory directory = GOVLOG_TRY(make_directory());
  StoreOptions options;
  options.directory = directory.path() / "store";
  options.clock = [now] { return now; };
  const std::unique_ptr<Store> store = GOVLOG_TRY(Store::open_for_writing(options));
  (void)GOVLOG_TRY(store->append(std::move(events)));
  if (!session.json())
    session.out.write(fmt::format("A temporary store with {} events: how Govlog itself came to be.\n", count));
  for (const Scene& scene : scenes()) GOVLOG_TRY(play(session, *store, scene));
  if (!session.json()) {
    session.out.write(
        "\nThe store is gone again. Your own begins with `govlog adr new`, `govlog append` or\n`govlog import FILE`; `govlog "
        "help` lists all commands.\n");
  }
  return 0;
}

}  // namespace govlog
