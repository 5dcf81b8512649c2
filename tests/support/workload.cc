#include "tests/support/workload.h"

#include "codec/uuid.h"
#include "tests/support/json_tree.h"
#include "tests/support/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <thread>

namespace govlog::testing {
namespace {

constexpr std::int64_t kBaseMicros = 1'735'689'600 * kMicrosPerSecond;  // 2025-01-01
constexpr int kRefusalsMax = 5;

void append_until_done(Store& store, const WriterOptions& options, std::uint64_t thread) {
  int refusals = 0;
  for (std::uint64_t sequence = 0; sequence < options.batches && refusals < kRefusalsMax; ++sequence) {
    const BatchName name{options.round, thread, sequence};
    write_line(options.log, fmt::format("try {}\n", name.text()));
    const Result<std::vector<Receipt>> receipts = store.append(make_batch(options.seed, name));
    if (receipts.ok()) {
      std::string line = fmt::format("kept {}", name.text());
      for (const Receipt& receipt : *receipts) line += fmt::format(" {}", receipt.position);
      write_line(options.log, line + "\n");
      refusals = 0;
    } else {
      write_line(options.log, fmt::format("refused {} {}\n", name.text(), code_info(receipts.error().code).name));
      ++refusals;
    }
  }
}

/// Makes an event of the graph of it: few ids, so that links, declarations and impacts come, go and come back.
void make_of_graph(std::mt19937_64& random, Event& event, Json& data) {
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const auto element = [&] { return Json::string(fmt::format("E{}", below(8))); };
  switch (below(6)) {
    case 0:
      event.event_type = below(3) == 0 ? "TraceabilityLinkRemoved" : "TraceabilityLinkAdded";
      event.entity_type = "trace";
      data.set("from_element", element());
      data.set("to_element", element());
      break;
    case 1: {
      event.event_type = "DiagramVersionCreated";
      event.entity_type = "diagram";
      Json elements = Json::array();
      for (std::uint64_t i = below(4); i > 0; --i) {
        Json one = Json::object();
        one.set("id", element());
        if (below(2) == 0) one.set("layer", Json::string(fmt::format("layer {}", below(3))));
        elements.items.push_back(std::move(one));
      }
      data.set("elements", std::move(elements));
      data.set("layer", Json::string(fmt::format("layer {}", below(3))));
      break;
    }
    case 2: {
      event.event_type = "ChangeRequestUpdated";
      event.entity_type = "change_request";
      Json impacts = Json::array();
      for (std::uint64_t i = below(4); i > 0; --i) impacts.items.push_back(element());
      data.set("impacts", std::move(impacts));
      data.set("title", Json::string(fmt::format("title {}", below(3))));
      break;
    }
    case 3:
      event.event_type = "ImpactAssessmentCreated";
      event.entity_type = "impact_assessment";
      data.set("risk_level", Json::number(below(5)));
      break;
    case 4:
      event.event_type = below(2) == 0 ? "ADRCreated" : "ADRStatusChanged";
      event.entity_type = "adr";
      data.set("new_status", Json::string(below(2) == 0 ? "accepted" : "draft"));
      break;
    default:
      event.event_type = "ADRUpdated";
      event.entity_type = "adr";
      data.set("change_request_id", Json::string(fmt::format("T/{}@{}", below(12), below(2))));
      break;
  }
}

}  // namespace

std::string BatchName::text() const { return fmt::format("{}.{}.{}", round, thread, sequence); }

std::optional<BatchName> parse_batch_name(std::string_view text) {
  BatchName name;
  std::istringstream in{std::string(text)};
  char first = 0;
  char second = 0;
  if (!(in >> name.round >> first >> name.thread >> second >> name.sequence) || first != '.' || second != '.')
    return std::nullopt;
  return name;
}

std::vector<Event> make_batch(std::uint64_t seed, const BatchName& name) {
  std::seed_seq mixed{seed, seed >> 32U, name.round, name.thread, name.sequence};
  std::mt19937_64 random(mixed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const std::uint64_t count = below(3) == 0 ? 1 + below(16) : 1;
  std::vector<Event> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    Json data = Json::object();
    data.set("batch", Json::string(name.text()));
    data.set("index", Json::number(i));
    data.set("of", Json::number(count));
    data.set(fmt::format("field_{}", below(6)), Json::number(below(1000)));
    const bool status_changes = below(3) == 0;
    if (status_changes) data.set("new_status", Json::string(fmt::format("status {}", below(4))));
    if (below(4) == 0)
      data.set("description", Json::string(std::string(below(12) == 0 ? 20'000 : 40, static_cast<char>('a' + below(26)))));
    Event event;
    event.id = make_uuid_v5(import_namespace(), fmt::format("{}/{}/{}", seed, name.text(), i));
    event.event_type = status_changes ? "ThingStatusChanged" : below(2) == 0 ? "ThingNoted" : "ThingSeen";
    event.entity_type = below(5) == 0 ? "other" : "thing";
    event.entity_id = fmt::format("T/{}@{}", below(12), below(2));
    if (below(2) == 0) make_of_graph(random, event, data);
    if (below(3) > 0) event.actor = fmt::format("actor {}", below(5));
    event.data = data.canonical();
    event.created_at =
        Timestamp{kBaseMicros + static_cast<std::int64_t>(below(4) == 0 ? below(1'000'000) * 1'000'000 : name.sequence) * 1000};
    out.push_back(std::move(event));
  }
  return out;
}

int run_writer(const WriterOptions& options) {
  Result<std::unique_ptr<Store>> store = Store::open_for_writing(options.store);
  if (!store.ok()) {
    write_line(options.log, fmt::format("unopened {} {}\n", code_info(store.error().code).name, store.error().message));
    return 3;
  }
  if (const std::optional<Damage> damage = (*store)->damage()) {
    write_line(options.log, fmt::format("unopened damaged {} to {}\n", damage->from, damage->to));
    return 3;
  }
  std::vector<std::jthread> threads;
  for (std::uint64_t thread = 0; thread < options.threads; ++thread) {
    threads.emplace_back([&, thread] { append_until_done(**store, options, thread); });
  }
  threads.clear();
  return 0;
}

WriterLog read_writer_log(std::string_view text) {
  WriterLog log;
  std::set<BatchName> open;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    std::string who;
    words >> what >> who;
    if (what == "unopened") log.unopened = line.substr(what.size() + 1);
    const std::optional<BatchName> name = parse_batch_name(who);
    if (!name) continue;
    if (what == "try") open.insert(*name);
    if (what == "kept") {
      for (Position position = 0; words >> position;) log.kept[*name].push_back(position);
      open.erase(*name);
      log.kept_after_refusal = log.kept_after_refusal || !log.refusals.empty();
    }
    if (what == "refused") {
      std::string code;
      words >> code;
      log.refusals.push_back(code);
    }
  }
  log.open.assign(open.begin(), open.end());
  return log;
}

}  // namespace govlog::testing
