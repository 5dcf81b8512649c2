#include "codec/hash.h"
#include "codec/json_text.h"
#include "codec/merkle.h"
#include "tests/api/ask_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace govlog {
namespace {

void fill(TemporaryStore& store, int events) {
  for (int i = 0; i < events; ++i)
    store.append(fmt::format(R"({{"event_type":"Noted","entity_type":"note","entity_id":"n","data":{{"i":{}}}}})", i));
}

std::string member(const std::string& answer, std::string_view name) {
  return std::string(json_member(answer, name).value_or("nothing"));
}

TEST_SUITE("proof") {
  TEST_CASE("the root is the hash tree's over the lines of the export") {
    TemporaryStore store;
    fill(store, 600);
    MerkleFrontier tree;
    for (int position = 0; position <= 600; ++position) {
      if (position > 0) tree.append(leaf_hash(ask(store, "event", {{"event", {std::to_string(position)}}})));
      if (position % 37 != 0 && position < 590) continue;
      CHECK(ask(store, "root", {{"at_position", {std::to_string(position)}}}) ==
            fmt::format(R"({{"size":{},"root":"{}","log_position":600}})", position, format_hash(tree.root())));
    }
    CHECK(ask(store, "root", {}) == ask(store, "root", {{"at_position", {"600"}}}));
  }

  TEST_CASE("a proof leads from an event's line to the root") {
    TemporaryStore store;
    fill(store, 3);
    const std::string proof = ask(store, "prove", {{"position", {"3"}}});
    const Hash left =
        node_hash(leaf_hash(ask(store, "event", {{"event", {"1"}}})), leaf_hash(ask(store, "event", {{"event", {"2"}}})));
    const Hash leaf = leaf_hash(ask(store, "event", {{"event", {"3"}}}));
    CHECK(proof == fmt::format(R"({{"position":3,"size":3,"leaf":"{}","path":["{}"],"root":"{}","log_position":3}})",
                               format_hash(leaf), format_hash(left), format_hash(node_hash(left, leaf))));
    CHECK(member(ask(store, "prove", {{"position", {"1"}}, {"at_position", {"1"}}}), "path") == "[]");
    CHECK(ask(store, "consistency", {{"from", {"2"}}, {"to", {"3"}}}) ==
          fmt::format(R"({{"from":2,"to":3,"from_root":"{}","to_root":"{}","path":["{}"],"log_position":3}})",
                      format_hash(left), format_hash(node_hash(left, leaf)), format_hash(leaf)));
  }

  TEST_CASE("an empty log has a root, and nothing to prove") {
    TemporaryStore store;
    CHECK(member(ask(store, "root", {}), "root") == "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"");
    CHECK(code_of(store, "prove", {{"position", {"1"}}}) == "invalid_argument");
  }

  TEST_CASE("positions out of range are refused, and which parameter gave them is told") {
    TemporaryStore store;
    fill(store, 3);
    const auto parameter = [&](std::string_view operation, const Arguments& arguments) {
      CHECK(code_of(store, operation, arguments) == "invalid_argument");
      const std::string error = ask(store, operation, arguments);
      return member(member(member(error, "error"), "details"), "parameter");
    };
    CHECK(parameter("root", {{"at_position", {"4"}}}) == "\"at_position\"");
    CHECK(parameter("prove", {{"position", {"0"}}}) == "\"position\"");
    CHECK(parameter("prove", {{"position", {"4"}}}) == "\"position\"");
    CHECK(parameter("prove", {{"position", {"3"}}, {"at_position", {"2"}}}) == "\"at_position\"");
    CHECK(parameter("prove", {{"position", {"3"}}, {"at_position", {"4"}}}) == "\"at_position\"");
    CHECK(parameter("consistency", {{"from", {"0"}}, {"to", {"2"}}}) == "\"from\"");
    CHECK(parameter("consistency", {{"from", {"3"}}, {"to", {"2"}}}) == "\"to\"");
    CHECK(parameter("consistency", {{"from", {"1"}}, {"to", {"4"}}}) == "\"to\"");
  }
}

}  // namespace
}  // namespace govlog
