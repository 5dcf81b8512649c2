// A stream of bytes from an MCP host, cut into lines and served: whatever comes, every line that goes back is one JSON-RPC message.
#include "api/arguments.h"
#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "mcp/connection.h"
#include "mcp/line_buffer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

/// Judges arguments as a store would, and answers something of the right shape.
class FakeExecutor final : public Executor {
 public:
  using Executor::read;
  ReadReply read(const Operation& operation, const Arguments& arguments, const ReadWatch&) override {
    const Status checked = check_arguments(operation.parameters, arguments);
    if (!checked.ok()) return {checked.error(), std::nullopt, true};
    return {std::string(R"({"items":[],"next_cursor":null,"log_position":0})"), std::nullopt, true};
  }
  Result<std::vector<Receipt>> write(const WriteOperation& operation, const Arguments& arguments) override {
    GOVLOG_TRY(check_arguments(operation.parameters, arguments));
    return std::vector<Receipt>(1);
  }
  Result<std::vector<Receipt>> append(std::vector<Event>) override { return std::vector<Receipt>(); }
  Result<std::vector<std::vector<Receipt>>> append_in_turn(std::span<const std::vector<Event>>) override {
    return std::vector<std::vector<Receipt>>();
  }
  Result<ExportPage> export_page(const ExportRange&) override { return ExportPage{}; }
  Result<Completion> complete(const CompletionQuery& query) override { return Completion{{query.prefix}, 1}; }
};

void check_message(std::string_view json) {
  GOVLOG_ASSERT(json_member(json, "jsonrpc") == R"("2.0")", "{}", json);
  const bool reply = json_member(json, "result") || json_member(json, "error");
  GOVLOG_ASSERT(reply != json_member(json, "method").has_value(), "{}", json);
}

void check_line(const std::string& line) {
  GOVLOG_ASSERT(line.find('\n') == std::string::npos, "{}", line);
  const auto json = compact_json(line, 1000);
  GOVLOG_ASSERT(json.ok(), "{}", line);
  if (json_kind(*json) == JsonKind::kArray) {
    for (JsonCursor item(*json); item.next();) check_message(item.value());
  } else {
    check_message(*json);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static FakeExecutor executor;
  static const McpServer server(executor, {});
  static WorkQueue queue(1);
  McpConnection connection(server, queue, nullptr, check_line);
  LineBuffer lines(
      {.line = [&](std::string_view line) { connection.receive(line); }, .too_long = [&] { connection.refuse_long_line(); }},
      4096);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  lines.add(bytes.substr(0, size / 2));
  lines.add(bytes.substr(size / 2));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  GOVLOG_ASSERT(queue.wait(WorkQueue::WaitFor::kEverything, deadline), "{} bytes", size);
  connection.close();
  return 0;
}
