#include "api/verify.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/paging.h"
#include "api/run.h"
#include "codec/hash.h"
#include "codec/json_escape.h"
#include "codec/time.h"
#include "engine/directory.h"
#include "engine/store_copy.h"
#include "engine/temporary_directory.h"
#include "query/names.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace govlog {

Result<ExpectedRoot> parse_expected_root(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto size = parse_digits(text.substr(0, colon), kPositionMax);
  const auto root = parse_hash(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  if (size && root) return ExpectedRoot{*size, *root};
  return argument_error(
      "expect_root",
      fmt::format("{} is no expected root: give N:HEX, a size and 64 hexadecimal digits, as `govlog root` tells both",
                  shorten(text)));
}

namespace {

/// `fast`, `since` and `expect_root`. kInvalidArgument with `details.parameter`.
Result<VerifyOptions> verify_options(const Arguments& arguments, const ReadWatch& watch) {
  VerifyOptions options;
  options.progress = watch.progress;
  options.stop = watch.stop;
  options.fast = argument(arguments, "fast").value_or("false") != "false";
  options.since = integer_argument(arguments, "since").value_or(1);
  if (const auto text = argument(arguments, "expect_root")) options.expected_root = GOVLOG_TRY(parse_expected_root(*text));
  return options;
}

/// As it lies, while nobody may write to it.
Result<VerifyReport> verify_in_place(const StoreOptions& store, VerifyOptions options) {
  const DirectoryLock lock = GOVLOG_TRY(DirectoryLock::acquire(store.directory, false, store.lock_wait_ms));
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(failed);
  const TemporaryDirectory place = GOVLOG_TRY(TemporaryDirectory::make(failed ? "/tmp" : parent, "govlog-verify"));
  options.store = store;
  options.scratch = place.path() / "scratch";
  return verify(options);
}

/// What `view` shows.
Result<VerifyReport> verify_view(const ReadView& view, VerifyOptions options) {
  const std::filesystem::path directory = view.directory();
  if (directory.empty()) return verify_nothing(options);
  if (::access(directory.c_str(), W_OK) != 0) {
    StoreOptions store;
    store.directory = directory;
    return verify_in_place(store, std::move(options));
  }
  const CopyPlace place = GOVLOG_TRY(CopyPlace::make(directory));
  const Status copied = view.copy_to(place.store());
  if (!copied.ok() && copied.error().code == Code::kCorruption) return verify_failure(copied.error());
  GOVLOG_TRY(copied);
  options.store.directory = place.store();
  options.scratch = place.scratch();
  return verify(options);
}

/// `{"ok","events","root","problems":[{"family","position","file","problem"}],"log_position"}`.
std::string render_verify(const VerifyReport& report) {
  std::string out;
  ObjectWriter object(out);
  object.boolean("ok", report.problems.empty());
  object.number("events", report.events);
  object.text("root", std::string_view(format_hash(report.root)));
  append_array(object.begin("problems"), report.problems, [](std::string& into, const VerifyProblem& problem) {
    ObjectWriter item(into);
    item.text("family", problem.family.empty() ? std::nullopt : std::optional(problem.family));
    item.number("position", problem.position);
    item.text("file", problem.file.empty() ? std::nullopt : std::optional(problem.file));
    item.text("problem", std::string_view(as_utf8(problem.problem)));
    item.close();
  });
  object.number("log_position", report.events);
  object.close();
  return out;
}

}  // namespace

Result<std::string> run_verify(const ReadView& view, Timestamp now, const Arguments& arguments, const ReadWatch& watch) {
  VerifyOptions options = GOVLOG_TRY(verify_options(arguments, watch));
  if (arguments.contains("known_at")) options.until = GOVLOG_TRY(known_argument({view, now, arguments}));
  return render_verify(GOVLOG_TRY(verify_view(view, std::move(options))));
}

Result<std::string> run_verify_unopened(const StoreOptions& store, const Arguments& arguments, const ReadWatch& watch) {
  VerifyOptions options = GOVLOG_TRY(verify_options(arguments, watch));
  const std::string known = argument(arguments, "known_at").value_or("");
  if (known.find_first_not_of("0123456789") != std::string::npos) {  // else a position, which nobody can judge here
    const auto time = parse_time_parameter(known, system_clock_now());
    if (!time.ok()) return argument_error("known_at", fmt::format("known_at: {}", time.error().message));
  }
  return render_verify(GOVLOG_TRY(verify_in_place(store, std::move(options))));
}

}  // namespace govlog
