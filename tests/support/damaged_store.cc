#include "tests/support/damaged_store.h"

#include "api/operation.h"
#include "codec/event_json.h"
#include "engine/verify.h"
#include "tests/support/ask.h"
#include "tests/support/crash_check.h"
#include "tests/support/process.h"
#include "tests/support/workload.h"

#include <fmt/format.h>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace govlog::testing {
namespace {

/// Whether `error` is one of those by which a store may say that its bytes are wrong.
bool honest(const Error& error) {
  return error.code == Code::kCorruption || error.code == Code::kIoError || error.code == Code::kUnsupportedFormat;
}

bool has_detail(const Error& error, std::string_view name, Position value) {
  return std::ranges::any_of(error.details,
                             [&](const Detail& detail) { return detail.name == name && detail.value == DetailValue(value); });
}

std::string first_of(const VerifyReport& report) {
  const VerifyProblem& first = report.problems.front();
  return fmt::format("{} {} {}: {}", first.family, first.position ? fmt::to_string(*first.position) : "-", first.file,
                     first.problem);
}

}  // namespace

Reference read_reference(const std::filesystem::path& lines) {
  Reference whole;
  std::ifstream in(lines);
  for (std::string line; std::getline(in, line);) (void)whole.adopt(*parse_json(line));
  return whole;
}

int fill_and_be_killed(const std::filesystem::path& directory, std::uint64_t seed, std::uint64_t round, std::uint64_t events) {
  Result<std::unique_ptr<Store>> store = Store::open_for_writing({.directory = directory});
  if (!store.ok()) return 3;
  std::uint64_t kept = 0;
  for (std::uint64_t sequence = 0; kept < events; ++sequence) {
    std::vector<Event> batch = make_batch(seed, {round, 0, sequence});
    batch.resize(std::min<std::size_t>(batch.size(), events - kept));
    kept += batch.size();
    if (!(*store)->append(std::move(batch)).ok()) return 4;
  }
  ::kill(::getpid(), SIGKILL);
  return 5;
}

void flip_bit(const std::filesystem::path& file, std::uint64_t bit) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto at = static_cast<std::streamoff>(bit / 8);
  stream.seekg(at);
  const int byte = stream.get();
  stream.seekp(at);
  stream.put(static_cast<char>(byte ^ (1 << (bit % 8))));
}

void export_lines(const std::filesystem::path& directory, const std::filesystem::path& into) {
  const Result<std::unique_ptr<Store>> opened = Store::open_for_reading({.directory = directory});
  std::ofstream file(into);
  (void)(*opened)->read().scan_positions(1, kPositionMax, [&](const EventView& event) -> Result<bool> {
    std::string line;
    append_event_json(line, event);
    file << line << '\n';
    return true;
  });
}

Verdict DamagedStore::wrong(std::string text) {
  problem_ = std::move(text);
  return kWrong;
}

Verdict DamagedStore::open_and_look() {
  const std::map<std::string, std::string> before = fingerprint(directory_);
  const Verdict reading = look(false);
  if (reading == kWrong) return kWrong;
  if (fingerprint(directory_) != before) return wrong("opening for reading changed a file");
  const Verdict writing = look(true);
  const bool changed = fingerprint(directory_) != before;
  if (writing == kDamaged && changed) return wrong("the damaged store's files were changed");
  if (writing == kRefused && changed) return wrong("the files of a store that does not open were changed");
  return writing;
}

Verdict DamagedStore::read_and_verify(const std::filesystem::path& scratch) {
  problem_.clear();
  const Verdict asked = look(false);
  if (asked == kWrong) return kWrong;
  VerifyOptions options{.store = standing_clock(directory_), .scratch = scratch};
  const Result<VerifyReport> report = verify(options);
  std::filesystem::remove_all(scratch);
  if (!report.ok() && !honest(report.error())) return wrong("verify: " + report.error().message);
  if (report.ok() && report->problems.empty())
    return asked == kWhole ? kWhole : wrong(fmt::format("verify finds nothing, and looking told: {}", problem_));
  problem_ = report.ok() ? first_of(*report) : report.error().message;
  if (report.ok() && report->problems.front().problem.empty()) return wrong("verify does not say what is wrong");
  return asked == kWhole ? kFoundByVerify : asked;
}

Verdict DamagedStore::look(bool writing) {
  const StoreOptions options = standing_clock(directory_);
  Result<std::unique_ptr<Store>> opened = writing ? Store::open_for_writing(options) : Store::open_for_reading(options);
  if (!opened.ok()) {
    if (!honest(opened.error())) return wrong(fmt::format("opening: {}", opened.error().message));
    problem_ = opened.error().message;
    return kRefused;
  }
  Store& store = **opened;
  Reference left = whole_;
  if (const std::optional<Damage> damage = store.damage()) {
    if (damage->to != whole_.last() || damage->from == 0 || damage->from > damage->to)
      return wrong(fmt::format("it tells that {} to {} are lost, of {}", damage->from, damage->to, whole_.last()));
    left.clear();
    for (Position position = 1; position < damage->from; ++position)
      (void)left.adopt(*parse_json(whole_.events()[position - 1].line()));
    return look_at_damaged(store, *damage, left) == kWrong ? kWrong : kDamaged;
  }
  const Verdict answers = look_at_answers(store, left);
  if (answers == kWrong || !writing) return answers;
  Result<std::vector<Receipt>> receipts = store.append(make_batch(1, {99, 0, 0}));
  if (!receipts.ok() && !honest(receipts.error())) return wrong("append: " + receipts.error().message);
  if (receipts.ok() && receipts->front().position != whole_.last() + 1)
    return wrong(fmt::format("the next position is {}", receipts->front().position));
  return answers;
}

Verdict DamagedStore::look_at_damaged(Store& store, const Damage& damage, const Reference& left) {
  const Result<std::vector<Receipt>> receipts = store.append(make_batch(1, {99, 0, 0}));
  if (receipts.ok()) return wrong("a damaged store took an event");
  const Error& error = receipts.error();
  if (error.code != Code::kCorruption)
    return wrong(fmt::format("append: {} ({}), expected corruption", code_info(error.code).name, error.message));
  if (!has_detail(error, "from", damage.from) || !has_detail(error, "to", damage.to))
    return wrong("the error of an append does not tell details.from and details.to");
  const Result<std::string> stats = run_operation(*find_operation("stats"), store, {});
  const std::string told = fmt::format(",\"damaged\":{{\"from\":{},\"to\":{}}}}}", damage.from, damage.to);
  if (!stats.ok() || !stats->ends_with(told)) return wrong("an answer does not say what is damaged");
  return look_at_log(store, left);
}

/// Every exported line that comes is the right one; all come, or an error ends them.
Verdict DamagedStore::look_at_log(const Store& store, const Reference& left) {
  const std::optional<std::string> problem = differ_in_log(store, left);
  if (!problem) return kWhole;
  if (!problem->starts_with("the export failed")) return wrong(*problem);
  problem_ = *problem;
  return kReadErrors;
}

Verdict DamagedStore::look_at_answers(const Store& store, const Reference& left) {
  constexpr std::size_t kQuestions = 8;
  Verdict verdict = look_at_log(store, left);
  if (verdict == kWrong) return verdict;
  for (const std::string& text : ask_at_random(store, left, random_, kQuestions)) {
    if (!text.contains("got the error corruption") && !text.contains("got the error io_error")) return wrong(text);
    problem_ = text;
    verdict = kReadErrors;
  }
  return verdict;
}

}  // namespace govlog::testing
