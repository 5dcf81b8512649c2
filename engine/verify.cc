#include "engine/verify.h"

#include "base/system_error.h"
#include "codec/event_json.h"
#include "codec/hash.h"
#include "codec/keys.h"
#include "engine/directory.h"
#include "engine/event_reader.h"
#include "engine/log_comparison.h"
#include "engine/opening.h"
#include "engine/table_checksums.h"
#include "engine/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace govlog {

namespace {

constexpr Position kProgressEvery = 4096;

/// The file that a message of RocksDB names: `000012.sst`, `MANIFEST-000004`; empty where it names none.
std::string file_in(std::string_view message) {
  constexpr std::array<std::string_view, 5> kEnds{".sst", ".ldb", ".log", "CURRENT", "HEAD"};
  for (const std::string_view end : kEnds) {
    const std::size_t at = message.find(end);
    if (at == std::string_view::npos) continue;
    std::size_t begin = at;
    while (begin > 0 && message[begin - 1] >= '0' && message[begin - 1] <= '9') --begin;
    if (!end.starts_with('.')) return end == "HEAD" ? "HEAD" : "db/CURRENT";
    return fmt::format("db/{}{}", message.substr(begin, at - begin),
                       end == ".ldb" ? ".sst" : end);  // it tries a former ending last
  }
  const std::size_t manifest = message.find("MANIFEST-");
  return manifest == std::string_view::npos ? std::string() : fmt::format("db/{}", message.substr(manifest, 15));
}

std::string family_in(std::string_view message) {
  for (const std::string_view name : kFamilyNames) {
    if (message.find(fmt::format("family {}", name)) != std::string_view::npos) return std::string(name);
  }
  return {};
}

std::optional<Position> position_in(const Error& error) {
  for (const Detail& detail : error.details) {
    if (detail.name != "position" && detail.name != "from") continue;
    if (const auto* position = std::get_if<std::uint64_t>(&detail.value)) return *position;
  }
  return std::nullopt;
}

class Verification {
 public:
  explicit Verification(const VerifyOptions& options) : options_(options), since_(std::max<Position>(options.since, 1)) {
    report_.root = MerkleFrontier().root();
  }

  Result<VerifyReport> run() {
    const Status opened = look();
    if (!opened.ok()) {
      if (opened.error().code != Code::kCorruption && opened.error().code != Code::kIoError) return opened.error();
      note(opened.error());
      if (options_.expected_root) add({{}, std::nullopt, {}, "no event could be read, so the expected root was not compared"});
      return std::move(report_);
    }
    GOVLOG_TRY(check_files());
    check_heads();
    const bool whole = !options_.fast && since_ <= 1 && options_.until >= report_.events;
    report_.events = std::min(report_.events, options_.until);
    if (since_ > report_.events + 1 && log_is_sound_) {
      return Error{Code::kInvalidArgument,
                   fmt::format("since is {}, and the log ends at position {}{}", since_, report_.events,
                               options_.until == kPositionMax ? "" : " as it was known then"),
                   {}}
          .with("parameter", "since");
    }
    since_ = std::min(since_, report_.events + 1);  // of a log that has lost its end
    GOVLOG_TRY(check_events());
    check_expected_root();
    if (whole && log_is_sound_) GOVLOG_TRY(check_derived());
    return std::move(report_);
  }

 private:
  void add(VerifyProblem problem) {
    if (report_.problems.size() < kVerifyProblemsMax) report_.problems.push_back(std::move(problem));
  }
  void note(const Error& error) { add({family_in(error.message), position_in(error), file_in(error.message), error.message}); }
  void note_event(Position position, std::string problem) {
    log_is_sound_ = false;
    add({"events", position, {}, std::move(problem)});
  }
  void tell(std::string_view stage, std::uint64_t done, std::uint64_t total) const {
    if (options_.progress) options_.progress(stage, done, total);
  }

  Status look() {
    Result<HeadContent> head = HeadFile::read(options_.store.directory / "HEAD", options_.store.env);
    if (!head.ok()) note(head.error());  // the rest can be looked at all the same
    const bool has_head = head.ok();
    if (has_head) head_ = head.take();
    database_ = GOVLOG_TRY(Database::open(options_.store.directory / "db", OpenMode::kReadOnly, options_.store.env));
    const Status manifest = check_manifest(*database_, head_);
    if (!manifest.ok()) note(manifest.error());
    const Status own = has_head ? check_store_id(*database_, head_.store_id) : Status(Ok{});
    if (own.ok()) return own;
    note(own.error());
    head_ = {};  // what it tells is of another log
    return Ok{};
  }

  Status check_files() {
    return check_tables(
        *database_,
        [this](const TableProblem& problem) {
          add({problem.family, std::nullopt, fmt::format("db/{}", problem.file), problem.problem});
        },
        [this](std::uint64_t done, std::uint64_t total) { tell("files", done, total); });
  }

  /// The log's last position; of family events, whose rows are what counts.
  void check_heads() {
    std::optional<Position> last;
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
      const auto row = database_->get(static_cast<Family>(i), kFamilyHeadKey, nullptr);
      if (!row.ok()) {
        note(row.error());
        continue;
      }
      std::string_view bytes = *row ? std::string_view(**row) : std::string_view();
      const auto position = take_big_endian_64(bytes);
      const std::string family(kFamilyNames[i]);
      if (!position) add({family, std::nullopt, {}, "has lost its head"});
      if (position && static_cast<Family>(i) == Family::kEvents) report_.events = *position;
      if (position && last && *position != *last)
        add({family,
             std::min(*position, *last) + 1,
             {},
             fmt::format("stands at position {}, those before it at {}", *position, *last)});
      if (position) last = *position;
    }
    if (report_.events < head_.position) {
      note(damage_error({report_.events + 1, head_.position}));
      log_is_sound_ = false;
    }
  }

  Status check_events() {
    auto begun = load_frontier(*database_, since_ - 1);
    if (!begun.ok() && begun.error().code != Code::kCorruption) return begun.error();
    if (!begun.ok()) {
      note(begun.error());
      log_is_sound_ = false;
      return Ok{};
    }
    tree_ = begun.take();
    places_ = database_->iterate(Family::kPositions, nullptr);
    rows_ = database_->iterate(Family::kEvents, nullptr);
    nodes_ = database_->iterate(Family::kTiles, nullptr);
    places_->Seek(position_key(tree_.size() + 1));
    for (Position position = tree_.size() + 1; position <= report_.events; ++position) {
      if (report_.problems.size() >= kVerifyProblemsMax) return Ok{};
      if (position % kProgressEvery == 0 && options_.stop && options_.stop()) return given_up();
      check_event(position);
      if (tree_.size() < position) return Ok{};  // without a leaf the tree cannot go on
      if (position % kProgressEvery == 0 || position == report_.events) tell("events", position, report_.events);
    }
    report_.root = tree_.root();
    return Ok{};
  }

  void check_event(Position position) {
    if (!places_->Valid() || view(places_->key()) != position_key(position)) {
      const std::string reason = places_->status().ok() ? "is missing" : places_->status().ToString();
      log_is_sound_ = false;
      add({"positions", position, file_in(reason), reason});
      return;
    }
    std::string_view value = view(places_->value());
    const auto time = take_time_key(value);
    Hash kept{};
    if (!time || value.size() != kept.size()) {
      log_is_sound_ = false;
      add({"positions", position, {}, "does not decode"});
      return;
    }
    std::copy(value.begin(), value.end(), kept.begin());
    places_->Next();
    const auto event = seek_event(*rows_, EventKey{*time, position}, buffer_);
    if (!event.ok()) {
      log_is_sound_ = false;
      add({"events", position, file_in(event.error().message), event.error().message});
    } else {
      line_.clear();
      append_event_json(line_, *event);
      if (leaf_hash(line_) != kept)
        note_event(position, "is not the event whose hash the tree has: it was changed after it was appended");
    }
    tree_.append(kept);
    for_completed_tiles(tree_,
                        [&](std::uint8_t level, std::uint64_t index, const Hash& hash) { check_node(level, index, hash); });
    if (position == head_.position && tree_.root() != head_.root)
      note_event(position, fmt::format("ends a log with the root {}, the file HEAD noted {}", format_hash(tree_.root()),
                                       format_hash(head_.root)));
    const auto& expected = options_.expected_root;
    if (expected && expected->size == position && tree_.root() != expected->root) note_expected(tree_.root());
  }

  void check_node(std::uint8_t level, std::uint64_t index, const Hash& hash) {
    nodes_->Seek(tile_key(level, index));
    const bool there = nodes_->Valid() && view(nodes_->key()) == tile_key(level, index);
    const std::string_view expected(reinterpret_cast<const char*>(hash.data()), hash.size());
    if (there && view(nodes_->value()).ends_with(expected)) return;
    log_is_sound_ = false;
    add({"tiles",
         tree_.size(),
         {},
         fmt::format("node {} of level {} {}", index, level,
                     there                   ? "is not the hash of its leaves"
                     : nodes_->status().ok() ? "is missing"
                                             : nodes_->status().ToString())});
  }

  void check_expected_root() {
    const auto& expected = options_.expected_root;
    if (!expected) return;
    if (expected->size > report_.events) {
      add({{},
           report_.events,
           {},
           fmt::format("the log ends at position {}, and the expected root is of {}", report_.events, expected->size)});
    } else if (expected->size == 0 || expected->size < since_) {  // not passed on the way
      const auto root = subtree_root(*database_, 0, expected->size);
      if (!root.ok()) return note(root.error());
      if (*root != expected->root) note_expected(*root);
    }
  }

  void note_expected(const Hash& root) {
    const ExpectedRoot& expected = *options_.expected_root;
    add({{},
         expected.size,
         {},
         fmt::format("the log up to position {} has the root {}, expected was {}: it is not the log that it was, or another",
                     expected.size, format_hash(root), format_hash(expected.root))});
  }

  Status check_derived() {
    if (report_.events == 0) return Ok{};
    GOVLOG_TRY(check_room(options_.store, database_->bytes_on_disk(), "the second database that indexes are compared with"));
    GOVLOG_TRY(make_directory(options_.scratch));
    const auto anew = GOVLOG_TRY(create_database(options_.scratch / "db", options_.store, head_.store_id));
    ReplayOptions replay_options{.last = report_.events, .scratch = options_.scratch / "bulk"};
    replay_options.progress = [this](Position done) { tell("indexes", done, report_.events); };
    replay_options.stop = options_.stop;
    LogComparison comparison(*database_, report_.events);
    comparison.watch_graph(replay_options);
    const auto replayed = replay(*database_, anew, replay_options);
    if (!replayed.ok()) {
      if (replayed.error().code != Code::kCorruption) return replayed.error();
      note(replayed.error());
      return Ok{};
    }
    for (RowDifference& difference : GOVLOG_TRY(comparison.differences(anew))) {
      std::string file = file_in(difference.problem);
      add({std::move(difference.family), difference.position, std::move(file),
           fmt::format("{} {}", difference.key, difference.problem)});
    }
    return Ok{};
  }

  const VerifyOptions& options_;
  Position since_;  // at most one behind the last event
  VerifyReport report_;
  HeadContent head_;
  std::unique_ptr<Database> database_;
  MerkleFrontier tree_;
  bool log_is_sound_ = true;  // else what is derived from it cannot be told
  std::unique_ptr<rocksdb::Iterator> places_, rows_, nodes_;
  EventBuffer buffer_;
  std::string line_;
};

}  // namespace

Result<VerifyReport> verify(const VerifyOptions& options) {
  const Presence presence = GOVLOG_TRY(look_at_directory(options.store.directory));
  if (presence != Presence::kStore) return verify_nothing(options);
  VerifyReport report = GOVLOG_TRY(Verification(options).run());
  const auto shortage =
      std::ranges::find_if(report.problems, [](const VerifyProblem& problem) { return tells_shortage(problem.problem); });
  if (shortage != report.problems.end()) return Error{Code::kIoError, shortage->problem, {}};
  return report;
}

VerifyReport verify_failure(const Error& error) {
  VerifyReport report;
  report.root = MerkleFrontier().root();
  report.problems.push_back({family_in(error.message), position_in(error), file_in(error.message), error.message});
  return report;
}

VerifyReport verify_nothing(const VerifyOptions& options) {
  VerifyReport report;
  report.exists = false;
  report.root = MerkleFrontier().root();
  const auto& expected = options.expected_root;
  if (expected && (expected->size != 0 || expected->root != report.root))
    report.problems.push_back(
        {{}, std::nullopt, {}, fmt::format("there is no store, and the expected root is of {}", expected->size)});
  return report;
}

}  // namespace govlog
