#include "tests/support/crash_check.h"

#include "codec/event_json.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "tests/support/graph_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace govlog::testing {
namespace {

constexpr std::size_t kProblemsMax = 10;
constexpr std::size_t kQuestions = 12;

}  // namespace

void CrashCheck::problem(std::string text) {
  if (problems_.size() < kProblemsMax) problems_.push_back(std::move(text));
}

void CrashCheck::note(const WriterLog& log) {
  for (const auto& [name, positions] : log.kept) {
    kept_[name] = positions;
    acknowledged_ += positions.size();
  }
  open_ = log.open;
}

std::vector<std::string> CrashCheck::check() {
  problems_.clear();
  const Result<std::unique_ptr<Store>> store = Store::open_for_reading(standing_clock(directory_));
  if (!store.ok()) {
    problem(
        fmt::format("the store does not open for reading: {} ({})", code_info(store.error().code).name, store.error().message));
    return problems_;
  }
  if (const std::optional<Damage> damage = (*store)->damage())
    problem(fmt::format("the store says that {} to {} are lost", damage->from, damage->to));
  if ((*store)->read().log_position() < reference_.last()) {
    problem(fmt::format("the log ends at {}, but was seen to end at {}", (*store)->read().log_position(), reference_.last()));
    return problems_;
  }
  read_log(**store);
  check_batches();
  if (problems_.empty()) check_answers(**store);
  if (auto difference = graph_difference((*store)->read())) problem(*std::move(difference));
  if (auto difference = kept_rows_difference(directory_)) problem(*std::move(difference));
  return problems_;
}

void CrashCheck::read_log(const Store& store) {
  Position expected = 0;
  const Status status = store.read().scan_positions(1, kPositionMax, [&](const EventView& event) -> Result<bool> {
    std::string line;
    append_event_json(line, event);
    if (event.position != ++expected) {
      problem(fmt::format("position {} follows {}", event.position, expected - 1));
      return false;
    }
    if (expected > reference_.last()) {
      adopt(line);
    } else if (line != reference_.events()[expected - 1].line()) {
      problem(fmt::format("the event at {} was {} and is {}", expected, reference_.events()[expected - 1].line(), line));
    }
    return true;
  });
  if (!status.ok()) problem(fmt::format("the log cannot be read: {}", status.error().message));
  if (expected != store.read().log_position())
    problem(fmt::format("{} events are there, log_position is {}", expected, store.read().log_position()));
}

void CrashCheck::adopt(const std::string& line) {
  const std::optional<Json> json = parse_json(line);
  if (!json || !reference_.adopt(*json)) return problem(fmt::format("this line does not follow the ones before it: {}", line));
  const ReferenceEvent& event = reference_.events().back();
  const std::uint64_t version = ++versions_[{event.entity_type, event.entity_id}];
  if (event.version != version)
    problem(fmt::format("position {} has version {}, expected {}", event.position, event.version, version));
  const Json* batch = event.data.find("batch");
  const std::optional<BatchName> name = batch == nullptr ? std::nullopt : parse_batch_name(batch->text);
  if (!name) return problem(fmt::format("nobody appended this: {}", line));
  const std::size_t index = std::strtoul(event.data.find("index")->text.c_str(), nullptr, 10);
  const std::vector<Event> made = make_batch(seed_, *name);
  if (index >= made.size() || index != present_[*name].size())
    return problem(fmt::format("out of its place in its batch: {}", line));
  const Event& want = made[index];
  if (event.id != format_uuid(*want.id) || event.event_type != want.event_type || event.entity_id != want.entity_id ||
      event.entity_type != want.entity_type || event.actor != want.actor || event.data_text != want.data ||
      event.created_at != want.created_at) {
    problem(fmt::format("other content than was appended: {}", line));
  }
  present_[*name].push_back(event.position);
}

void CrashCheck::check_batches() {
  for (const auto& [name, positions] : present_) {
    const std::size_t count = make_batch(seed_, name).size();
    if (positions.size() != count)
      problem(fmt::format("of batch {} there are {} of {} events", name.text(), positions.size(), count));
    if (positions.back() - positions.front() + 1 != positions.size())
      problem(fmt::format("batch {} is torn apart: {}", name.text(), fmt::join(positions, " ")));
  }
  for (const auto& [name, positions] : kept_) {
    const auto found = present_.find(name);
    if (found == present_.end()) {
      problem(fmt::format("batch {} was acknowledged at {} and is lost", name.text(), fmt::join(positions, " ")));
    } else if (found->second != positions) {
      problem(fmt::format("batch {} was acknowledged at {} and stands at {}", name.text(), fmt::join(positions, " "),
                          fmt::join(found->second, " ")));
    }
  }
}

void CrashCheck::check_answers(const Store& store) {
  for (std::string& text : ask_at_random(store, reference_, random_, kQuestions)) problem(std::move(text));
}

std::vector<std::string> CrashCheck::retry() {
  problems_.clear();
  {
    Result<std::unique_ptr<Store>> store = Store::open_for_writing(standing_clock(directory_));
    if (!store.ok()) {
      problem(fmt::format("the store does not open for writing: {} ({})", code_info(store.error().code).name,
                          store.error().message));
      return problems_;
    }
    for (const BatchName& name : open_) retry_batch(**store, name);
  }
  open_.clear();
  std::vector<std::string> before = problems_;
  std::vector<std::string> after = check();
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

void CrashCheck::retry_batch(Store& store, const BatchName& name) {
  const auto found = present_.find(name);
  std::vector<Position> positions;
  if (found != present_.end()) {
    positions = found->second;
    ++unacknowledged_kept_;
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<std::vector<Receipt>> receipts = store.append(make_batch(seed_, name));
    if (!receipts.ok())
      return problem(
          fmt::format("retry of {}: {} ({})", name.text(), code_info(receipts.error().code).name, receipts.error().message));
    std::vector<Position> got;
    for (const Receipt& receipt : *receipts) {
      got.push_back(receipt.position);
      if (receipt.duplicate == positions.empty())
        problem(fmt::format("retry of {}: duplicate is {}", name.text(), receipt.duplicate));
    }
    if (!positions.empty() && got != positions)
      problem(fmt::format("retry of {} gives {}, expected {}", name.text(), fmt::join(got, " "), fmt::join(positions, " ")));
    positions = got;
  }
  kept_[name] = positions;
}

StoreOptions standing_clock(const std::filesystem::path& directory) {
  return {.directory = directory, .graph_checkpoint_events = 20, .clock = [now = system_clock_now()] { return now; }};
}

std::vector<std::string> ask_at_random(const Store& store, const Reference& reference, std::mt19937_64& random,
                                       std::size_t count) {
  const std::vector<ReferenceEvent>& events = reference.events();
  std::vector<std::string> problems;
  const auto ask = [&](const Query& query) {
    if (std::optional<std::string> text = differ(store, reference, query)) problems.push_back(std::move(*text));
  };
  ask({.operation = "stats"});
  ask({.operation = "timeline", .from = kTimestampYear1, .ascending = true});
  ask({.operation = "list"});
  for (std::size_t i = 0; i < count && !events.empty(); ++i) {
    const ReferenceEvent& event = events[random() % events.size()];
    const std::string entity = event.entity_type + "/" + event.entity_id;
    ask({.operation = i % 2 == 0 ? "history" : "replay", .entity = entity});
    ask({.operation = "at", .at = event.created_at, .entity = entity});
    ask({.operation = "at", .entity = entity});
    ask({.operation = "timeline", .event_types = {event.event_type}, .from = event.created_at});
    ask({.operation = "timeline", .entity_ids = {event.entity_id}, .from = kTimestampYear1, .to = event.created_at});
    ask({.operation = "list", .at = event.created_at, .known_position = event.position});
    ask({.operation = "diff", .from_ref = event.id, .to_ref = entity + "@" + format_time(event.created_at)});
    if (event.actor) ask({.operation = "timeline", .actors = {*event.actor}, .from = kTimestampYear1, .ascending = true});
  }
  return problems;
}

}  // namespace govlog::testing
