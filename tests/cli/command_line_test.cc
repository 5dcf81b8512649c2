#include "cli/command_line.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace govlog {

namespace {

using Words = std::vector<std::string>;

Invocation parsed(const Words& words) {
  auto line = parse_command_line(words);
  REQUIRE_MESSAGE(line.ok(), (line.ok() ? "" : line.error().message));
  REQUIRE(std::holds_alternative<Invocation>(*line));
  return std::get<Invocation>(line.take());
}

std::string refusal(const Words& words) {
  const auto line = parse_command_line(words);
  REQUIRE_FALSE(line.ok());
  CHECK(line.error().code == Code::kInvalidArgument);
  return line.error().message;
}

std::string one(const Invocation& invocation, std::string_view name) { return invocation.arguments.find(name)->second.at(0); }

}  // namespace

TEST_SUITE("command_line") {
  TEST_CASE("global flags stand before and after the command") {
    for (const Words& words : std::vector<Words>{
             {"--db", "d", "--json", "stats"}, {"stats", "--json", "--db=d"}, {"--json", "stats", "--db", "d"}}) {
      const Invocation invocation = parsed(words);
      CHECK(invocation.command->name == "stats");
      CHECK(invocation.globals.directory == "d");
      CHECK(invocation.globals.json);
    }
  }

  TEST_CASE("a value is taken as it stands, whatever it looks like") {
    CHECK(one(parsed({"timeline", "--actor=-x"}), "actor") == "-x");
    CHECK(one(parsed({"timeline", "--actor="}), "actor").empty());
    CHECK(one(parsed({"timeline", "--actor", ""}), "actor").empty());
    CHECK(one(parsed({"timeline", "--actor", "[a,b]"}), "actor") == "[a,b]");
    CHECK(one(parsed({"timeline", "--actor=a=b"}), "actor") == "a=b");
    CHECK(one(parsed({"timeline", "--actor", "@1"}), "actor") == "@1");
    CHECK(one(parsed({"history", "--", "--odd-id"}), "entity") == "--odd-id");
  }

  TEST_CASE("repeatable flags are repeated, others are not") {
    CHECK(parsed({"timeline", "--actor", "a", "--actor=b"}).arguments.at("actor") == Words{"a", "b"});
    CHECK(refusal({"timeline", "--limit", "1", "--limit", "2"}) == "--limit is given 2 times, at most once");
    CHECK(refusal({"--json", "stats", "--json"}) == "--json is given 2 times, at most once");
  }

  TEST_CASE("diff takes its versions as arguments and as flags") {
    for (const Words& words :
         std::vector<Words>{{"diff", "A@1", "A@2"}, {"diff", "--from", "A@1", "--to", "A@2"}, {"diff", "--to=A@2", "A@1"}}) {
      const Invocation invocation = parsed(words);
      CHECK(one(invocation, "from") == "A@1");
      CHECK(one(invocation, "to") == "A@2");
    }
  }

  TEST_CASE("commands of two words") {
    const Invocation invocation = parsed({"cr", "--json", "status", "CR-7", "approved", "--reason", "board"});
    CHECK(invocation.command->name == "cr status");
    CHECK(one(invocation, "change_request_id") == "CR-7");
    CHECK(one(invocation, "status") == "approved");
    CHECK(refusal({"cr"}) == "cr needs one of: new, update, status");
    CHECK(refusal({"cr", "nwe"}) == "unknown command cr nwe, it is one of: new, update, status; did you mean cr new?");
  }

  TEST_CASE("unknown names are refused with the nearest one") {
    CHECK(refusal({"timelin"}) == "unknown command timelin; did you mean timeline?");
    CHECK(refusal({"timeline", "--limt", "3"}) == "unknown flag --limt of timeline; did you mean --limit?");
    CHECK(refusal({"timeline", "--event_type=x"}) == "unknown flag --event_type of timeline; did you mean --event-type?");
    CHECK(refusal({"timeline", "--color=alwys"}) ==
          "--color is alwys, it is one of: auto, always, never; did you mean always?");
    CHECK(refusal({"timeline", "--durability=async"}) ==
          "unknown flag --durability of timeline; `govlog help timeline` lists them");
    CHECK(refusal({"timeline", "-1x"}) == "unknown flag -1x of timeline; `govlog help timeline` lists them");
    CHECK(refusal({"--limit", "3", "timeline"}) ==
          "unknown flag --limit before the command; flags of a command stand after it");
  }

  TEST_CASE("missing and superfluous words are refused") {
    CHECK(refusal({"timeline", "--limit"}) == "--limit needs a value, and one that begins with -- is given as --limit=VALUE");
    CHECK(refusal({"timeline", "--actor", "--json"}) ==
          "--actor needs a value, and one that begins with -- is given as --actor=VALUE");
    CHECK(refusal({"stats", "--json=yes"}) == "--json takes no value");
    CHECK(refusal({"history"}) == "history needs ENTITY; `govlog help history` shows how");
    CHECK(refusal({"history", "a", "b"}) == "b is an argument too many for history; flags begin with --");
    CHECK(refusal({"--db=", "stats"}) == "--db is empty, it is the directory of the store");
  }

  TEST_CASE("help and version win over what else is wrong with the line") {
    CHECK(std::get<HelpRequest>(*parse_command_line(Words{"timeline", "--help", "--limit"})).topic == "timeline");
    CHECK(std::get<HelpRequest>(*parse_command_line(Words{"help", "cr", "new"})).topic == "cr new");
    CHECK(std::get<HelpRequest>(*parse_command_line(Words{"cr", "-h"})).topic == "cr");
    CHECK(std::get<HelpRequest>(*parse_command_line(Words{})).topic.empty());
    CHECK(std::holds_alternative<VersionRequest>(*parse_command_line(Words{"--version"})));
    CHECK(refusal({"help", "tail-log"}).starts_with("unknown command tail-log"));
  }
}

}  // namespace govlog
