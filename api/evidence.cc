#include "api/evidence.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/zip_file.h"
#include "codec/hash.h"
#include "codec/json_escape.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kReadme = R"(Evidence of the change request {}

events.ndjson    its events and those of what belongs to it, as `govlog export` writes them
proofs.ndjson    for each the proof that it is in the log of {} events whose root is {}
root.json        that size and root{}
chain.mmd        what the request touches, as a mermaid diagram
verify-proof.py  checks the proofs with Python's hashlib alone:

    python3 verify-proof.py proofs.ndjson events.ndjson {}:{}

A proof says that the event is in the log with that root. That the root is the right one, and was not made up for this archive, only a copy of it says that somebody noted elsewhere, or its signature.
)";

class Evidence {
 public:
  Evidence(Executor& executor, const EvidenceOptions& options) : executor_(executor), options_(options) {}

  Result<EvidenceReport> run() {
    const std::string root = GOVLOG_TRY(ask("root", {}));
    size_ = json_member(root, "size").value_or("0");
    report_.size = parse_digits(size_, kPositionMax).value_or(0);
    report_.root = parse_hash(json_unescape(json_member(root, "root").value_or(""))).value_or(Hash{});
    GOVLOG_TRY(gather());
    const std::string picture = GOVLOG_TRY(
        ask("chain", {{"change_request", {options_.change_request}}, {"format", {"mermaid"}}, {"known_at", {size_}}}));
    const auto zip = GOVLOG_TRY(ZipFile::create(options_.out));
    GOVLOG_TRY(zip->add("README.txt", readme()));
    GOVLOG_TRY(zip->add("events.ndjson", GOVLOG_TRY(lines())));
    GOVLOG_TRY(zip->add("proofs.ndjson", GOVLOG_TRY(proofs())));
    GOVLOG_TRY(zip->add("root.json", root + '\n'));
    if (options_.key) GOVLOG_TRY(zip->add("checkpoint", sign_checkpoint(*options_.key, report_.size, report_.root)));
    GOVLOG_TRY(zip->add("chain.mmd", picture));
    GOVLOG_TRY(zip->add("verify-proof.py", options_.verifier));
    GOVLOG_TRY(zip->finish());
    report_.events = positions_.size();
    return report_;
  }

 private:
  Result<std::string> ask(std::string_view operation, const Arguments& arguments) {
    ReadReply reply = executor_.read(*find_operation(operation), arguments);
    if (reply.damage) return damage_error(*reply.damage);
    return std::move(reply.answer);
  }

  /// Every item of an answer in pages.
  Status each_item(std::string_view operation, Arguments arguments, const std::function<void(std::string_view)>& visit) {
    arguments["known_at"] = {size_};
    arguments["limit"] = {"1000"};
    for (;;) {
      const std::string page = GOVLOG_TRY(ask(operation, arguments));
      for (JsonCursor item(json_member(page, "items").value_or("[]")); item.next();) visit(item.value());
      const auto cursor = json_member_not_null(page, "next_cursor");
      if (!cursor) return Ok{};
      arguments["cursor"] = {json_unescape(*cursor)};
    }
  }

  void take_position(std::string_view item) {
    if (const auto position = parse_digits(json_member(item, "position").value_or(""), kPositionMax))
      positions_.insert(*position);
  }

  Status gather() {
    std::set<std::pair<std::string, std::string>> entities{{"change_request", options_.change_request}};
    std::string named = "{\"change_request_id\":";
    append_json_string(named, options_.change_request);
    GOVLOG_TRY(each_item("timeline", {{"from", {"0001-01-01"}}, {"contains", {named + "}"}}}, [&](std::string_view item) {
      take_position(item);
      entities.emplace(json_unescape(json_member(item, "entity_type").value_or("")),
                       json_unescape(json_member(item, "entity_id").value_or("")));
    }));
    for (const auto& [type, id] : entities)
      GOVLOG_TRY(each_item("history", {{"entity", {fmt::format("{}/{}", type, id)}}},
                           [this](std::string_view item) { take_position(item); }));
    return Ok{};
  }

  Result<std::string> lines() {
    std::string out;
    for (const Position position : positions_) {
      const ExportPage page = GOVLOG_TRY(executor_.export_page({.from = position, .to = position}));
      if (page.damage) return damage_error(*page.damage);
      out += page.lines;
    }
    return out;
  }

  Result<std::string> proofs() {
    std::string out;
    for (const Position position : positions_) {
      out += GOVLOG_TRY(ask("prove", {{"position", {std::to_string(position)}}, {"at_position", {size_}}}));
      out += '\n';
    }
    return out;
  }

  std::string readme() const {
    const std::string root = format_hash(report_.root);
    const std::string note = options_.key
                                 ? fmt::format("\ncheckpoint       the same, signed with the key {} (C2SP signed note)",
                                               format_key(verifier_of(*options_.key)))
                                 : std::string();
    return fmt::format(kReadme, options_.change_request, report_.size, root, note, report_.size, root);
  }

  Executor& executor_;
  const EvidenceOptions& options_;
  std::string size_;
  EvidenceReport report_;
  std::set<Position> positions_;
};

}  // namespace

Result<EvidenceReport> write_evidence(Executor& executor, const EvidenceOptions& options) {
  return Evidence(executor, options).run();
}

std::string render_evidence(const EvidenceReport& report) {
  std::string out;
  ObjectWriter object(out);
  object.number("events", report.events);
  object.number("size", report.size);
  object.text("root", std::string_view(format_hash(report.root)));
  object.close();
  return out;
}

}  // namespace govlog
