// Batches of events, and events written as text.
#include "codec/event_json.h"

#include "codec/time.h"
#include "codec/uuid.h"

#include <doctest/doctest.h>

#include <string>
#include <variant>

using namespace govlog;

namespace {

const Timestamp kReadAt = parse_rfc3339("2025-11-15T10:00:00Z").value();

std::string with_data(const std::string& data) {
  return R"({"event_type":"Noted","entity_type":"thing","entity_id":"T-1","data":)" + data + "}";
}

}  // namespace

TEST_SUITE("event_batch") {
  TEST_CASE("a batch is an array of events, or one event") {
    const ParsedBatch one = parse_batch(with_data("{}"), kReadAt, {}).value();
    CHECK_FALSE(one.array);
    CHECK(one.events.size() == 1);
    const ParsedBatch two = parse_batch("[" + with_data("{}") + " , " + with_data(R"({"a":1})") + "]\n", kReadAt, {}).value();
    CHECK(two.array);
    REQUIRE(two.events.size() == 2);
    CHECK(two.events[1].data == R"({"a":1})");
    const ParsedBatch empty = parse_batch(" [ ] ", kReadAt, {}).value();
    CHECK(empty.array);
    CHECK(empty.events.empty());
  }

  TEST_CASE("the first bad event of a batch is told with its place") {
    std::string text = "[" + with_data("{}");
    for (int i = 0; i < 998; ++i) text += "," + with_data("{}");
    const Error error = parse_batch(text + "," + with_data("[]") + "]", kReadAt, {}).error();
    CHECK(error.code == Code::kInvalidEvent);
    REQUIRE(error.details.size() == 2);
    CHECK(std::get<std::string>(error.details[0].value) == "/data");
    CHECK(error.details[1].name == "line");
    CHECK(std::get<std::uint64_t>(error.details[1].value) == 1000);
  }

  TEST_CASE("an array in a batch is no event") {
    const Error error = parse_batch("[[]]", kReadAt, {}).error();
    CHECK(error.code == Code::kInvalidEvent);
  }

  TEST_CASE("bad text in a batch is told with its place") {
    const Error error = parse_batch("[" + with_data("{}") + R"(,{"data":01}])", kReadAt, {}).error();
    CHECK(error.code == Code::kInvalidJson);
    CHECK(std::get<std::uint64_t>(error.details.back().value) == 2);
  }

  TEST_CASE("an array that does not end is invalid") {
    for (const std::string text : {"[", "[{}", "[{},", "[]]", "[] x", "[{}]{}"}) {
      CAPTURE(text);
      const Result<ParsedBatch> batch = parse_batch(text, kReadAt, {});
      REQUIRE_FALSE(batch.ok());
      CHECK(batch.error().code == Code::kInvalidJson);
    }
    CHECK_FALSE(parse_batch("[,]", kReadAt, {}).ok());
    CHECK_FALSE(parse_batch("[" + with_data("{}") + ",]", kReadAt, {}).ok());
  }

  TEST_CASE("a batch over the limits is too large") {
    std::string text = "[" + with_data("{}");
    for (int i = 1; i < 10'000; ++i) text += "," + with_data("{}");
    CHECK(parse_batch(text + "]", kReadAt, {}).value().events.size() == 10'000);
    CHECK(parse_batch(text + "," + with_data("{}") + "]", kReadAt, {}).error().code == Code::kTooLarge);
    CHECK(parse_batch("[" + std::string(64 << 20, ' '), kReadAt, {}).error().code == Code::kTooLarge);
    CHECK(parse_batch(with_data("{}") + std::string(4 << 20, ' '), kReadAt, {}).error().code == Code::kTooLarge);
  }

  TEST_CASE("an event is written in the contract's order") {
    EventView event;
    event.position = 42;
    event.id = parse_uuid("0198c0de-89ab-7def-8123-456789abcdef").value();
    event.version = 3;
    event.event_type = "Noted";
    event.entity_type = "thing";
    event.entity_id = "T\"1";
    event.data = R"({"a":1.0})";
    event.metadata = "{}";
    event.created_at = kReadAt;
    event.recorded_at = {kReadAt.micros + 1};
    std::string out = "> ";
    append_event_json(out, event);
    CHECK(out == R"(> {"position":42,"id":"0198c0de-89ab-7def-8123-456789abcdef","event_type":"Noted","entity_type":"thing",)"
                 R"("entity_id":"T\"1","version":3,"actor":null,"data":{"a":1.0},"metadata":{},)"
                 R"("created_at":"2025-11-15T10:00:00.000000Z","recorded_at":"2025-11-15T10:00:00.000001Z"})");
    event.actor = "";
    std::string with_state;
    append_event_json(with_state, event, R"({"s":1})");
    CHECK(with_state.find(R"("actor":"",)") != std::string::npos);
    CHECK(with_state.ends_with(R"("recorded_at":"2025-11-15T10:00:00.000001Z","state":{"s":1}})"));
    CHECK(parse_event(out.substr(2), kReadAt, {}).ok());
  }

  TEST_CASE("a token as text is a string or null") {
    const auto as_text = [](std::string_view token) {
      std::string out;
      append_as_text(out, token);
      return out;
    };
    CHECK(as_text("") == "null");
    CHECK(as_text("null") == "null");
    CHECK(as_text(R"("a\nb")") == R"("a\nb")");
    CHECK(as_text("1.0") == R"("1.0")");
    CHECK(as_text("true") == R"("true")");
    CHECK(as_text(R"({"a":["b"]})") == R"("{\"a\":[\"b\"]}")");
  }
}
