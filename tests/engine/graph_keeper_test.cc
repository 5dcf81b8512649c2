#include "engine/graph_keeper.h"

#include "codec/keys.h"
#include "engine/database.h"
#include "engine/graph_checkpoint.h"
#include "engine/graph_of_view.h"
#include "graph/checkpoint.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace govlog;

namespace {

Event link(int number, std::optional<std::int64_t> micros = std::nullopt) {
  Event event;
  event.event_type = "TraceabilityLinkAdded";
  event.entity_type = "trace";
  event.entity_id = "L" + std::to_string(number);
  event.data = R"({"from_element":"E)" + std::to_string(number) + R"(","to_element":"E)" + std::to_string(number + 1) + R"("})";
  if (micros) event.created_at = Timestamp{*micros};
  return event;
}

/// A store that keeps its graph with every closing, and tells what it warns of.
class Kept {
 public:
  StoreOptions options() {
    StoreOptions options = fixture.options();
    options.graph_checkpoint_events = 1;
    options.warn = [this](const Error& error) { warnings.push_back(error.message); };
    return options;
  }
  void add(int first, int count) {
    const auto store = Store::open_for_writing(options()).take();
    for (int i = first; i < first + count; ++i) REQUIRE(store->append(batch_of(link(i))).ok());
  }
  std::string graph() {
    const auto store = Store::open_for_reading(options()).take();
    const ReadView view = store->read();
    return encode_checkpoint(view.graph(view.log_position()).take().view);
  }
  std::string folded() {
    const auto store = Store::open_for_reading(options()).take();
    const ReadView view = store->read();
    return encode_checkpoint(GraphView(*fold_graph(view, view.log_position()).take(), view.log_position()));
  }
  void put(std::uint32_t piece, const std::string& value) {
    const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadWrite, nullptr).take();
    REQUIRE(database->db().Put({}, database->family(Family::kViews), graph_piece_key(piece), value).ok());
  }
  Position position() {
    const auto database = Database::open(fixture.directory() / "db", OpenMode::kReadOnly, nullptr).take();
    return checkpoint_position(*database, nullptr).take();
  }

  StoreFixture fixture;
  std::vector<std::string> warnings;
};

}  // namespace

TEST_SUITE("graph keeper") {
  TEST_CASE("a checkpoint and the log behind it give the graph that the log gives") {
    Kept kept;
    kept.add(1, 6);
    CHECK(kept.position() == 6);
    StoreOptions lazy = kept.options();
    lazy.graph_checkpoint_events = 100;
    REQUIRE(Store::open_for_writing(lazy).take()->append({link(7), link(3, 1'000'000)}).ok());
    CHECK(kept.position() == 6);
    CHECK(kept.graph() == kept.folded());
    CHECK(kept.warnings.empty());
  }

  TEST_CASE("a damaged checkpoint is told of, not believed, and written anew by the next writer that opens the graph") {
    Kept kept;
    kept.add(1, 5);
    kept.put(1, "nonsense");
    CHECK(kept.graph() == kept.folded());
    REQUIRE(kept.warnings.size() == 1);
    CHECK(kept.warnings[0].starts_with("the checkpoint of the graph is damaged"));
    {
      const auto store = Store::open_for_writing(kept.options()).take();
      CHECK(store->read().graph(kPositionMax).ok());
    }
    kept.warnings.clear();
    CHECK(kept.graph() == kept.folded());
    CHECK(kept.warnings.empty());
    kept.put(0, std::string("\x01short", 6));
    CHECK(kept.graph() == kept.folded());
    CHECK(kept.warnings.size() == 1);
  }

  TEST_CASE("a checkpoint of another format is as none") {
    Kept kept;
    kept.add(1, 5);
    kept.put(0, "\x09whatever");
    CHECK(kept.position() == 0);
    CHECK(kept.graph() == kept.folded());
    CHECK(kept.warnings.empty());
  }

  TEST_CASE("views taken before the graph was opened, and before it was extended, keep their own answers") {
    StoreFixture fixture;
    const auto store = fixture.write();
    std::vector<ReadView> views;
    std::vector<std::string> seen;
    for (int i = 1; i <= 12; ++i) {
      // Some come late: before all that are there.
      REQUIRE(store->append(batch_of(link(i % 5, i % 3 == 0 ? std::optional<std::int64_t>(i) : std::nullopt))).ok());
      views.push_back(store->read());
      if (i == 4 || i == 8) CHECK(views.back().graph(kPositionMax).ok());  // opens it
    }
    for (const ReadView& view : views) {
      seen.push_back(encode_checkpoint(view.graph(kPositionMax).take().view));
      CHECK(seen.back() == encode_checkpoint(GraphView(*fold_graph(view, view.log_position()).take(), view.log_position())));
    }
    for (int i = 0; i < 20; ++i) REQUIRE(store->append(batch_of(link(i % 4, 5))).ok());
    for (std::size_t i = 0; i < views.size(); ++i)
      CHECK(encode_checkpoint(views[i].graph(kPositionMax).take().view) == seen[i]);
  }

  TEST_CASE("an empty store has an empty graph, whether it is there or not") {
    StoreFixture fixture;
    CHECK(fixture.read()->read().graph(kPositionMax).take().view.size() == 0);
    const auto store = fixture.write();
    CHECK(store->read().graph(kPositionMax).take().view.size() == 0);
    REQUIRE(store->append(batch_of(link(1))).ok());
    CHECK(store->read().graph(kPositionMax).take().view.size() == 2);
  }
}
