#include "api/verify.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/paging.h"
#include "api/run.h"
#include "codec/hash.h"
#include "codec/json_escape.h"
#include "engine/store_copy.h"
#include "query/names.h"

#include <fmt/format.h>

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

Result<VerifyOptions> verify_options(const Arguments& arguments) {
  VerifyOptions options;
  options.fast = argument(arguments, "fast").value_or("false") != "false";
  options.since = integer_argument(arguments, "since").value_or(1);
  if (const auto text = argument(arguments, "expect_root")) options.expected_root = GOVLOG_TRY(parse_expected_root(*text));
  return options;
}

Result<VerifyReport> verify_copy(const ReadView& view, VerifyOptions options) {
  if (view.directory().empty()) return verify_nothing(options);
  const CopyPlace place = GOVLOG_TRY(CopyPlace::make(view.directory()));
  GOVLOG_TRY(view.copy_to(place.store()));
  options.store.directory = place.store();
  options.scratch = place.scratch();
  return verify(options);
}

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

Result<std::string> run_verify(const ReadView& view, Timestamp now, const Arguments& arguments) {
  VerifyOptions options = GOVLOG_TRY(verify_options(arguments));
  if (arguments.contains("known_at")) options.until = GOVLOG_TRY(known_argument({view, now, arguments}));
  const VerifyReport report = GOVLOG_TRY(verify_copy(view, std::move(options)));
  return render_verify(report);
}

}  // namespace govlog
