#include "query/resolve.h"

#include "query/known_at.h"
#include "query/names.h"
#include "tests/query/temporary_store.h"

#include <doctest/doctest.h>

namespace govlog {
namespace {

std::string resolved(const TemporaryStore& store, std::string_view text, Position known = kPositionMax) {
  const auto entity = resolve_entity(store.read(), text, known);
  return entity.ok() ? entity->entity_type + " " + entity->entity_id : std::string(code_info(entity.error().code).name);
}

TEST_SUITE("resolve") {
  TEST_CASE("a text is a type and an id where there is such an entity, else an id") {
    TemporaryStore store;
    for (const std::string_view entity : {"adr/ADR-7", "diagram/D/main", "a/b", "x/a/b"}) store.note(entity, 1, "{}");
    CHECK(resolved(store, "adr/ADR-7") == "adr ADR-7");
    CHECK(resolved(store, "ADR-7") == "adr ADR-7");
    CHECK(resolved(store, "D/main") == "diagram D/main");
    CHECK(resolved(store, "diagram/D/main") == "diagram D/main");
    CHECK(resolved(store, "a/b") == "a b");
    CHECK(resolved(store, "x/a/b") == "x a/b");
  }

  TEST_CASE("an id that several types have is ambiguous and lists them") {
    TemporaryStore store;
    store.note("adr/shared", 1, "{}");
    store.note("note/shared", 1, "{}");
    const auto entity = resolve_entity(store.read(), "shared", 2);
    REQUIRE_FALSE(entity.ok());
    CHECK(entity.error().code == Code::kAmbiguousEntity);
    CHECK(std::get<std::vector<std::string>>(entity.error().details.at(0).value) == std::vector<std::string>{"adr", "note"});
    CHECK(resolved(store, "shared", 1) == "adr shared");
  }

  TEST_CASE("an old answer keeps its entity when the pair came later") {
    TemporaryStore store;
    store.note("x/a/b", 1, "{}");
    store.note("a/b", 1, "{}");
    CHECK(resolved(store, "a/b", 0) == "a b");
    CHECK(resolved(store, "a/b", 1) == "x a/b");
    CHECK(resolved(store, "a/b", 2) == "a b");
  }

  TEST_CASE("an element is a pair like others, whatever another type's id or another element's is") {
    TemporaryStore store;
    store.append(
        R"({"event_type":"DiagramVersionCreated","entity_type":"diagram","entity_id":"D","data":{"layer":"b","elements":[{"id":"x"},{"id":"element/x"}]},"created_at":"2025-11-01T00:00:00Z"})");
    store.note("n/element/x", 2, "{}");
    store.note("n/element/z", 3, "{}");
    store.append(
        R"({"event_type":"DiagramVersionCreated","entity_type":"diagram","entity_id":"E","data":{"layer":"b","elements":[{"id":"z"}]},"created_at":"2025-11-04T00:00:00Z"})");
    CHECK(resolved(store, "x") == "element x");
    CHECK(resolved(store, "element/x") == "element x");
    CHECK(resolved(store, "element/element/x") == "element element/x");
    CHECK(resolved(store, "element/x", 1) == "element x");
    CHECK(resolved(store, "element/z", 3) == "n element/z");
    CHECK(resolved(store, "element/z", 4) == "element z");
    CHECK(resolved(store, "element/nothing") == "not_found");
    const auto whole_id = resolve_entity(store.read(), "element/x", kPositionMax, EntityText::kId);
    CHECK(whole_id.value().entity_type == "n");
    CHECK(resolve_entity(store.read(), "element/element/x", kPositionMax, EntityText::kId).error().code == Code::kNotFound);
    CHECK(resolve_entity(store.read(), "n/element/x", kPositionMax, EntityText::kPair).value().entity_type == "n");
    CHECK(resolve_entity(store.read(), "element/y", kPositionMax, EntityText::kPair).error().code == Code::kNotFound);
  }

  TEST_CASE("an unknown entity is not_found and tells the nearest three") {
    TemporaryStore store;
    for (const std::string_view entity : {"adr/ADR-1", "adr/ADR-2", "adr/ADR-17", "note/far away from it"})
      store.note(entity, 1, "{}");
    const auto entity = resolve_entity(store.read(), "adr-7", 4);
    REQUIRE_FALSE(entity.ok());
    CHECK(entity.error().message == "no event ever named adr-7; nearest: adr/ADR-1, adr/ADR-17, adr/ADR-2");
    CHECK(require_entity(store.read(), {"adr", "ADR-1"}).ok());
    CHECK(require_entity(store.read(), {"note", "ADR-1"}).error().message ==
          "no event ever named note/ADR-1; nearest: note/far away from it");
  }

  TEST_CASE("in an empty store nothing is near") {
    TemporaryStore store;
    CHECK(resolve_entity(store.read(), "x", 0).error().message == "no event ever named x");
  }

  TEST_CASE("known_at is a position in digits or a time") {
    TemporaryStore store;
    store.note("note/a", 1, "{}");
    store.set_now("2025-12-02T00:00:00Z");
    store.note("note/a", 2, "{}");
    const ReadView view = store.read();
    CHECK(resolve_known_at(view, "0", store.now()).value() == 0);
    CHECK(resolve_known_at(view, "2", store.now()).value() == 2);
    CHECK(resolve_known_at(view, "1d", store.now()).value() == 1);
    CHECK(resolve_known_at(view, "now", store.now()).value() == 2);
    CHECK(resolve_known_at(view, "2025-11-30", store.now()).value() == 0);
    for (const std::string_view text : {"3", "99999999999999999999999", "x", "-1", "", "+1"}) {
      CHECK_MESSAGE(resolve_known_at(view, text, store.now()).error().code == Code::kInvalidArgument, text);
    }
    CHECK(head_version_at(view, {"note", "a"}, 0).value() == 0);
    CHECK(head_version_at(view, {"note", "a"}, 1).value() == 1);
    CHECK(head_version_at(view, {"note", "a"}, 2).value() == 2);
  }

  TEST_CASE("the distance of two names is counted in single changes, up to a bound") {
    CHECK(edit_distance("kitten", "sitting", 10) == 3);
    CHECK(edit_distance("", "abc", 10) == 3);
    CHECK(edit_distance("same", "same", 0) == 0);
    CHECK(edit_distance("abcdef", "uvwxyz", 2) == 3);
  }

  TEST_CASE("a name is cut between code points") {
    const std::string text = std::string(119, 'x') + "é";
    CHECK(shorten(text) == std::string(119, 'x'));
    CHECK(shorten("é") == "é");
  }
}

}  // namespace
}  // namespace govlog
