#include "tests/support/ask.h"

#include "codec/event_json.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace govlog::testing {
namespace {

constexpr std::size_t kShownBytes = 600;

std::string show(const Arguments& arguments) {
  std::string out;
  for (const auto& [name, values] : arguments) {
    for (const std::string& value : values) out += fmt::format(" --{}={}", name, value);
  }
  return out;
}

std::string difference_of(const std::string& got, const std::string& want) {
  const std::size_t at = static_cast<std::size_t>(std::ranges::mismatch(got, want).in1 - got.begin());
  const std::size_t from = at < 80 ? 0 : at - 80;
  return fmt::format("they differ at byte {}\n  got  …{}\n  want …{}", at, got.substr(from, kShownBytes),
                     want.substr(std::min(from, want.size()), kShownBytes));
}

const Operation& operation_of(const Query& query) {
  const Operation* operation = find_operation(query.operation);
  GOVLOG_ASSERT(operation != nullptr, "{}", query.operation);
  return *operation;
}

/// Takes out what the reference does not know, and what stands apart. A sentence where it is not as it must be.
std::optional<std::string> strip(Json& body, const Json& expected) {
  const Json* position = body.find("log_position");
  if (position == nullptr || position->text != expected.find("log_position")->text) {
    return fmt::format("log_position is {}, expected {}", position == nullptr ? "missing" : position->text,
                       expected.find("log_position")->text);
  }
  body.erase("log_position");
  for (const std::string_view name : {"bytes_on_disk", "format_version"}) body.erase(name);
  return std::nullopt;
}

std::string text_of(const QueryText& q) {
  std::string out;
  for (const auto& terms : q) {
    if (!out.empty()) out += " OR ";
    for (const QueryTerm& term : terms) {
      const bool phrase = term.words.find(' ') != std::string::npos;
      out += fmt::format("{}{} ", term.wanted ? "" : "-", phrase ? '"' + term.words + '"' : term.words);
    }
  }
  return out;
}

}  // namespace

Arguments to_arguments(const Query& query) {
  Arguments out;
  const auto add_all = [&](const std::string& name, const std::vector<std::string>& values) {
    if (!values.empty()) out[name] = values;
  };
  const auto add_time = [&](const std::string& name, const std::optional<Timestamp>& time) {
    if (time) out[name] = {format_time(*time)};
  };
  add_all("event_type", query.event_types);
  add_all("entity_type", query.entity_types);
  add_all("entity_id", query.entity_ids);
  add_all("actor", query.actors);
  add_all("status", query.statuses);
  add_all("layer", query.layers);
  add_time("from", query.from);
  add_time("to", query.to);
  add_time("at", query.at);
  add_time("known_at", query.known_time);
  if (query.known_position) out["known_at"] = {std::to_string(*query.known_position)};
  if (query.ascending) out["order"] = {"asc"};
  if (!query.q.empty()) out["q"] = {text_of(query.q)};
  if (query.contains) out["contains"] = {query.contains->plain()};
  if (query.operation == "search" && !query.best_first) out["order"] = {"newest"};
  if (!query.entity.empty()) out["entity"] = {query.entity};
  if (query.operation == "trend") {
    out["bucket"] = {query.bucket};
    out["period"] = {query.bucket == "hour" ? "6h" : query.bucket == "day" ? "5d" : "3w"};
  }
  if (query.operation == "impact" || query.operation == "chain") {
    out[query.operation == "impact" ? "element" : "change_request"] = {query.entity};
    out.erase("entity");
    out["depth"] = {std::to_string(query.depth)};
    out["limit"] = {std::to_string(query.limit)};
  }
  if (query.operation == "impact") {
    out["label"] = {query.label};
    out["direction"] = {query.direction};
  }
  if (query.operation == "path" || query.operation == "why") {
    out["from_label"] = {query.label};
    out["to_label"] = {query.to_label};
  }
  add_all("relations", query.relations);
  if (!query.from_ref.empty()) out["from"] = {query.from_ref};
  if (!query.to_ref.empty()) out["to"] = {query.to_ref};
  return out;
}

std::optional<std::string> Pager::next(const Store& store, std::size_t limit) {
  Arguments arguments = to_arguments(query_);
  if (!cursor_.empty()) arguments["cursor"] = {cursor_};
  static const std::set<std::string> kPaged{"timeline", "search", "list", "history", "replay", "orphans"};
  if (kPaged.contains(query_.operation)) {
    arguments["limit"] = {std::to_string(limit)};
  }
  const Result<std::string> answer = run_operation(operation_of(query_), store, arguments);
  const std::string asked = query_.operation + show(arguments);
  std::optional<std::string> problem;
  if (!answer.ok()) {
    done_ = true;
    const std::string_view code = code_info(answer.error().code).name;
    if (code == expected_.code) return std::nullopt;
    problem = fmt::format("got the error {} ({}), expected {}", code, answer.error().message,
                          expected_.code.empty() ? "an answer" : expected_.code);
  } else if (!expected_.code.empty()) {
    problem = fmt::format("got {}, expected the error {}", answer->substr(0, kShownBytes), expected_.code);
  } else {
    problem = compare(*answer, limit);
  }
  if (problem) return fmt::format("{}: {}", asked, *problem);
  return std::nullopt;
}

std::optional<std::string> Pager::compare(const std::string& text, std::size_t limit) {
  std::optional<Json> got = parse_json(text);
  if (!got) return fmt::format("the answer is no JSON: {}", text.substr(0, kShownBytes));
  Json want = expected_.body;
  if (std::optional<std::string> problem = strip(*got, want)) return problem;
  want.erase("log_position");
  done_ = true;
  if (expected_.paged) {
    const std::size_t count = std::min(limit, expected_.items.size() - given_);
    Json items = Json::array();
    for (std::size_t i = 0; i < count; ++i) items.items.push_back(expected_.items[given_ + i]);
    want.set("items", std::move(items));
    given_ += count;
    done_ = given_ == expected_.items.size();
    if (query_.operation == "search") {  // what a snippet shows, the reference does not know
      for (Json& item : got->find("items")->items) item.erase("snippet");
    }
    const Json* cursor = got->find("next_cursor");
    if (cursor == nullptr) return "next_cursor is missing";
    if (cursor->is(Json::Kind::kNull) != done_) {
      return fmt::format("next_cursor is {}, but {} of {} items are given\n  {}", cursor->plain(), given_,
                         expected_.items.size(), text.substr(0, kShownBytes));
    }
    cursor_ = cursor->text;
    got->erase("next_cursor");
  }
  const std::string left = got->plain();
  const std::string right = want.plain();
  if (left != right) return difference_of(left, right);
  return std::nullopt;
}

std::optional<std::string> differ(const Store& store, const Reference& reference, const Query& query, std::size_t limit) {
  Pager pager(query, reference.answer(query, store.now()));
  while (!pager.done()) {
    if (std::optional<std::string> problem = pager.next(store, limit)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> differ_in_log(const Store& store, const Reference& reference) {
  const ReadView view = store.read();
  if (view.log_position() != reference.last())
    return fmt::format("the log ends at {}, expected {}", view.log_position(), reference.last());
  std::optional<std::string> problem;
  std::size_t seen = 0;
  const Status status = view.scan_positions(1, kPositionMax, [&](const EventView& event) -> Result<bool> {
    std::string line;
    append_event_json(line, event);
    const std::string want = seen < reference.events().size() ? reference.events()[seen].line() : "";
    if (line != want) problem = fmt::format("exported line {}: {}", seen + 1, difference_of(line, want));
    ++seen;
    return !problem;
  });
  if (!status.ok()) return fmt::format("the export failed: {}", status.error().message);
  if (!problem && seen != reference.last()) return fmt::format("the export has {} lines, expected {}", seen, reference.last());
  return problem;
}

}  // namespace govlog::testing
