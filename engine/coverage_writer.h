#pragma once
// Keeps the rows of engine/coverage_rows.h right with each append. Private to engine; one thread at a time.
//
// Where everything that an append begins or ends of an element comes after all that was known of it, the element's head row tells what changes.
// Else its steps are told by the graph before and after, and the difference is added: so it is with events that came late.

#include "base/result.h"
#include "engine/coverage_rows.h"
#include "engine/database.h"
#include "graph/claims.h"
#include "graph/coverage.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rocksdb {
class WriteBatch;
}

namespace govlog {

/// Gives the open graph; where `needed` is false, null if it is not open.
using GraphSource = std::function<Result<std::shared_ptr<ImpactGraph>>(bool needed)>;

/// The log's last position before and after an append.
struct LogGrowth {
  Position before = 0;
  Position after = 0;
};

class CoverageWriter {
 public:
  /// Adds to `rows` what `changes` make of the rows in `database`, and `changes` to the graph where it is open. `growth`: without
  /// and with them. O(changes), and O(declarations and links) for each element that needs the graph. kCorruption, kIoError.
  Status add(const Database& database, const GraphChanges& changes, const GraphSource& source, const LogGrowth& growth,
             rocksdb::WriteBatch& rows);

 private:
  /// Something that begins or ends.
  struct Boundary {
    EventKey at;
    int links = 0;
    const PropertyClaim* declared = nullptr;
    EventKey since;  // of `declared`
  };
  /// An element that is touched.
  struct Element {
    std::vector<Boundary> boundaries;
    bool needs_graph = false;
    ElementHead before;
    ElementHead after;
  };
  using Elements = std::unordered_map<std::string_view, Element>;
  /// What one element adds to a layer at one instant.
  struct Step {
    Layer layer;
    Timestamp at;
    CoverageSum sum;
  };

  static Elements gather(const GraphChanges& changes);
  static Status load_head(const Database& database, std::string_view id, Element& element);
  static void sort_boundaries(Element& element);
  void step(std::string_view id, Element& element);
  void ask_graph(const GraphView& graph, std::string_view id, Element& element, bool is_after);
  static void put_element(const Database& database, std::string_view id, const Element& element, rocksdb::WriteBatch& rows);
  Status put_steps(const Database& database, rocksdb::WriteBatch& rows);
  Status add_to_row(const Database& database, const std::string& key, const CoverageSum& added, rocksdb::WriteBatch& rows);

  std::vector<Step> steps_;                                  // of this group
  std::unordered_map<std::string, CoverageSum> known_sums_;  // some of the rows on disk
};

}  // namespace govlog
