// The library's face in tests/cases/run.py: questions on standard input, one a line, each answered by the library on a store that is open here.
//
//   {"ask":"timeline","arguments":{"limit":["2"]},"text":""}     arguments as the table of operations has them, texts
//   {"ask":"append","arguments":{},"text":"[…]"}                 the text is an event, an array of them, or (import) lines
//
// The answer is one line: the operation's JSON, or the error's. A picture comes as a JSON string.

#include "api/export.h"
#include "api/import.h"
#include "api/local_executor.h"
#include "codec/json_text.h"
#include "tests/support/json_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace govlog::testing {
namespace {

constexpr std::string_view kHelp =
    "cases: asks the library.\n"
    "  cases DIR           answers the questions on standard input from the store in DIR, which is made where there is none\n"
    "  cases --operations  prints the name of every operation, one a line\n";

/// What the library has beside its two tables.
constexpr std::array<std::string_view, 4> kOthers{"append", "import", "export", "tail"};

struct Question {
  std::string operation;
  Arguments arguments;
  std::string text;
};

Question read_question(const std::string& line) {
  const auto json = parse_json(line);
  GOVLOG_ASSERT(json && json->find("ask") && json->find("arguments") && json->find("text"), "no question: {}", line);
  Question question{.operation = json->find("ask")->text, .arguments = {}, .text = json->find("text")->text};
  for (const auto& [name, values] : json->find("arguments")->members) {
    std::vector<std::string>& texts = question.arguments[name];
    for (const Json& value : values.items) texts.push_back(value.text);
  }
  return question;
}

Result<std::string> run_import(Store& store, const std::string& text) {
  const int file = ::memfd_create("import", MFD_CLOEXEC);
  GOVLOG_ASSERT(file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "no memory file");
  LocalExecutor executor(store);
  const auto summary = import_files(executor, {fmt::format("/proc/self/fd/{}", file)}, {});
  ::close(file);
  return summary.ok() ? Result<std::string>(render_import_summary(*summary)) : summary.error();
}

/// The lines as an array.
Result<std::string> run_export(const Store& store, const Question& question) {
  const auto parameters = question.operation == "tail" ? tail_parameters() : export_parameters();
  const ExportRange range = GOVLOG_TRY(parse_export_range(parameters, question.arguments));
  std::string out = "[";
  GOVLOG_TRY(export_events(store.read(), range, [&](std::string_view lines) -> Status {
    out += lines;
    return Ok{};
  }));
  std::replace(out.begin(), out.end(), '\n', ',');
  if (out.back() == ',') out.pop_back();
  return out + ']';
}

Result<std::string> run(Store& store, const Question& question) {
  if (const Operation* operation = find_operation(question.operation))
    return run_operation(*operation, store, question.arguments);
  const auto writes = write_operations();
  const auto write = std::ranges::find(writes, question.operation, &WriteOperation::name);
  if (write != writes.end()) return render_write(*write, GOVLOG_TRY(run_write(*write, store, question.arguments)));
  if (question.operation == "append") return append_json(store, question.text);
  if (question.operation == "import") return run_import(store, question.text);
  if (question.operation == "export" || question.operation == "tail") return run_export(store, question);
  return Error{Code::kInternal, fmt::format("the library has no operation {}", question.operation), {}};
}

std::string answer(Store& store, const Question& question) {
  Result<std::string> answered = run(store, question);
  if (!answered.ok()) return render_error(answered.error());
  if (!asks_for_picture(question.arguments)) return answered.take();
  std::string quoted;
  append_json_string(quoted, *answered);
  return quoted;
}

void print_operations() {
  for (const Operation& operation : operations()) std::cout << operation.name << '\n';
  for (const WriteOperation& operation : write_operations()) std::cout << operation.name << '\n';
  for (const std::string_view name : kOthers) std::cout << name << '\n';
}

int answer_all(const std::string& directory) {
  auto opened = Store::open_for_writing({.directory = directory});
  if (!opened.ok()) {
    std::cerr << "cases: " << opened.error().message << '\n';
    return 1;
  }
  const std::unique_ptr<Store> store = opened.take();
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(*store, read_question(line)) << '\n' << std::flush;
  return 0;
}

}  // namespace
}  // namespace govlog::testing

int main(int argc, char** argv) {
  const std::string argument = argc == 2 ? argv[1] : "--help";
  if (argument == "--help") {
    std::cout << govlog::testing::kHelp;
    return argc == 2 ? 0 : 2;
  }
  if (argument != "--operations") return govlog::testing::answer_all(argument);
  govlog::testing::print_operations();
  return 0;
}
