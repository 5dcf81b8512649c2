#include "bench/graph_events.h"

#include "api/import.h"
#include "api/local_executor.h"
#include "bench/support.h"
#include "bench/synthetic.h"
#include "engine/graph_of_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog::bench {

namespace {

constexpr std::string_view kLayers[] = {"business", "application", "technical", "data", "motivation"};
constexpr std::string_view kLinkTypes[] = {"TRACES_TO", "TRACES_TO", "TRACES_TO", "REALIZES", "SERVES", "VALIDATES"};
constexpr std::uint64_t kElementsADiagram = 20;
constexpr std::uint64_t kVersionsADiagram = 3;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kBatchesATurn = 16;

/// Appends events in batches, several of them in one turn.
class Appender {
 public:
  explicit Appender(Store& store) : store_(store) {}

  void add(Event event) {
    if (batches_.empty() || batches_.back().size() == kBatch) {
      if (batches_.size() == kBatchesATurn) flush();
      batches_.emplace_back();
    }
    batches_.back().push_back(std::move(event));
  }
  void flush() {
    if (store_.append_in_turn(batches_).size() != batches_.size()) give_up("a batch of made-up events was refused");
    batches_.clear();
  }

 private:
  Store& store_;
  std::vector<std::vector<Event>> batches_;
};

/// Tells the history of `edges` edges, link by link. Of a hundred edges some 91 are links, 6 hang on change requests, 3 lead to earlier versions.
class History {
 public:
  History(std::uint64_t edges, Timestamp now, Appender& out)
      : links_(std::max<std::uint64_t>(edges * 915 / 1000, 100)),
        elements_(std::max<std::uint64_t>(edges / 4, 100)),
        begin_{now.micros - kSpan},
        out_(out) {}

  void tell() {
    const std::uint64_t versions = kVersionsADiagram * elements_ / kElementsADiagram;
    const std::uint64_t requests = std::max<std::uint64_t>(links_ / 183, 1);
    std::uint64_t version = 0;
    std::uint64_t request = 0;
    for (link_ = 0; link_ < links_; ++link_) {
      for (; version * links_ <= link_ * versions; ++version) add_version(version);
      for (; request * links_ <= link_ * requests; ++request) add_request(request);
      add_link();
    }
    out_.flush();
  }

 private:
  static constexpr std::int64_t kSpan = 730 * kMicrosPerDay;

  std::uint64_t chance(std::uint64_t count) { return random_() % count; }
  /// An element that some diagram declares by now; the lower numbers the likelier, the more so the greater `skew`. One in fifty is never named.
  std::string element(double skew) {
    const std::uint64_t known = std::clamp<std::uint64_t>(elements_ * kVersionsADiagram * link_ / links_, 100, elements_);
    const double share = static_cast<double>(random_() >> 11U) * 0x1p-53;
    const auto number = static_cast<std::uint64_t>(static_cast<double>(known) * std::pow(share, skew));
    return element_id(number % 50 == 49 ? number - 1 : number);
  }
  /// Neighbours in number are none in name.
  std::string element_id(std::uint64_t number) const { return fmt::format("svc-{:07}", number * 7919 % elements_); }
  std::string elements(std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = 0; i < count; ++i) out += fmt::format(R"({}"{}")", i == 0 ? "" : ",", element(2));
    return out;
  }
  void add(std::string_view event_type, std::string_view entity_type, std::string entity_id, std::string data) {
    Event event;
    event.event_type = event_type;
    event.entity_type = entity_type;
    event.entity_id = std::move(entity_id);
    event.actor = fmt::format("architect_{}", chance(60));
    event.data = std::move(data);
    const double share = static_cast<double>(link_) / static_cast<double>(links_);
    const auto late = static_cast<std::int64_t>(chance(100) < 2 ? chance(kMicrosPerDay) : 0);
    event.created_at = Timestamp{begin_.micros + static_cast<std::int64_t>(share * static_cast<double>(kSpan)) - late};
    out_.add(std::move(event));
  }

  void add_version(std::uint64_t version) {
    const std::uint64_t diagrams = elements_ / kElementsADiagram;
    const std::uint64_t diagram = version % diagrams;
    std::string listed;
    for (std::uint64_t i = 0; i < kElementsADiagram; ++i) {
      const std::uint64_t number = diagram * kElementsADiagram + i;
      const std::uint64_t moved = chance(40) == 0 ? 1 : 0;
      listed += fmt::format(R"({}{{"id":"{}","layer":"{}","name":"Service {}","type":"component"}})", i == 0 ? "" : ",",
                            element_id(number), kLayers[(number + moved) % std::size(kLayers)], number);
    }
    add("DiagramVersionCreated", "diagram", fmt::format("MAP-{}", diagram),
        fmt::format(R"({{"elements":[{}],"layer":"business","name":"Map {}","version":"{}.0"}})", listed, diagram,
                    version / diagrams + 1));
  }

  void add_request(std::uint64_t request) {
    const std::string id = fmt::format("CR-{}", request);
    const bool wide = request == 0;
    add("ChangeRequestCreated", "change_request", id,
        fmt::format(R"({{"impacts":[{}],"priority":"p{}","status":"proposed","title":"Change {}"}})", elements(wide ? 40 : 4),
                    chance(4), request));
    add("ImpactAssessmentCreated", "impact_assessment", fmt::format("IA-{}", request),
        fmt::format(R"({{"affects":[{}],"change_request_id":"{}","direction":"downstream","effort":"M","risk_level":{}}})",
                    elements(wide ? 40 : 6), id, chance(6)));
    add("ImpactMitigationAdded", "mitigation", fmt::format("MIT-{}", request),
        fmt::format(R"({{"action":"Keep the old way","change_request_id":"{}","status":"open"}})", id));
    add("ChangeRequestStatusChanged", "change_request", fmt::format("CR-{}", chance(request + 1)),
        R"({"new_status":"approved"})");
  }

  void add_link() {
    add("TraceabilityLinkAdded", "trace", fmt::format("T-{}", link_),
        fmt::format(R"({{"from_element":"{}","link_type":"{}","to_element":"{}"}})", element(1.5),
                    kLinkTypes[chance(std::size(kLinkTypes))], element(3)));
    if (link_ % 32 == 0 && link_ > 0) add("TraceabilityLinkRemoved", "trace", fmt::format("T-{}", link_ / 2), "{}");
  }

  std::uint64_t links_;
  std::uint64_t elements_;
  Timestamp begin_;
  Appender& out_;
  std::uint64_t link_ = 0;
  std::mt19937_64 random_{20251126};
};

}  // namespace

GraphStore make_graph_store(const GraphSource& source, const std::filesystem::path& scratch) {
  GraphStore made;
  made.directory = scratch / "store";
  StoreOptions options;
  options.directory = made.directory;
  {
    const std::unique_ptr<Store> store = must(Store::open_for_writing(options));
    if (source.file.empty()) {
      Appender out(*store);
      History(source.edges, store->now(), out).tell();
    } else {
      LocalExecutor executor(*store);
      (void)must(import_files(executor, {source.file}, {}));
    }
    const ReadView view = store->read();
    made.grown_bytes = must(view.graph(view.log_position())).graph->bytes();
  }
  compact_store(made.directory);
  return made;
}

}  // namespace govlog::bench
