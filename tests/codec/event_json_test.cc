#include "codec/event_json.h"

#include "codec/time.h"
#include "codec/uuid.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <variant>
#include <vector>

using namespace govlog;

namespace {

const Timestamp kRead = parse_rfc3339("2025-11-15T10:00:00Z").value();

/// What parse_event says, as text: "ok", or the code and the pointer.
std::string verdict(std::string_view json, const EventLimits& limits = {}) {
  const Result<Event> event = parse_event(json, kRead, limits);
  if (event.ok()) return "ok";
  std::string out(code_info(event.error().code).name);
  for (const Detail& detail : event.error().details) {
    if (detail.name == "pointer") out += " " + std::get<std::string>(detail.value);
  }
  return out;
}

/// An event of an unknown type, with further members or with one of its own replaced.
std::string event_with(const std::string& members) {
  return R"({"event_type":"Noted","entity_type":"thing","entity_id":"T-1","data":{},)" + members + "}";
}

std::string event_text(const std::string& event_type, const std::string& entity_type, const std::string& entity_id) {
  return fmt::format(R"({{"event_type":{},"entity_type":{},"entity_id":{},"data":{{}}}})", event_type, entity_type, entity_id);
}

std::string event_with_data(const std::string& data) {
  return R"({"event_type":"Noted","entity_type":"thing","entity_id":"T-1","data":)" + data + "}";
}

std::string quoted(std::size_t count, std::string_view of) {
  std::string out = "\"";
  for (std::size_t i = 0; i < count; ++i) out += of;
  return out + "\"";
}

std::string nested(int depth) {
  std::string out;
  for (int i = 1; i < depth; ++i) out += R"({"a":)";
  out += "{}";
  return out.append(static_cast<std::size_t>(depth - 1), '}');
}

struct RefusedEvent {
  std::string json;
  std::string verdict;
};

void check_refused(const std::vector<RefusedEvent>& cases) {
  for (const RefusedEvent& c : cases) {
    CAPTURE(c.json.substr(0, 300));
    CHECK(verdict(c.json) == c.verdict);
  }
}

}  // namespace

TEST_SUITE("event_json") {
  TEST_CASE("an event's fields are taken") {
    const Event event =
        parse_event(
            R"( {"metadata":{"tool":"t"},"data":{"b":1.0,"a":"\u0041"},"actor":"ana","id":"0198C0DE-89AB-7DEF-8123-456789ABCDEF",
        "event_type":"Noted","entity_type":"thing","entity_id":"T\/1","created_at":"2025-11-15T10:00:00+01:00","expected_version":7} )",
            kRead, {})
            .value();
    CHECK(format_uuid(*event.id) == "0198c0de-89ab-7def-8123-456789abcdef");
    CHECK(event.event_type == "Noted");
    CHECK(event.entity_type == "thing");
    CHECK(event.entity_id == "T/1");
    CHECK(event.actor == "ana");
    CHECK(event.data == R"({"a":"A","b":1.0})");
    CHECK(event.metadata == R"({"tool":"t"})");
    CHECK(format_time(*event.created_at) == "2025-11-15T09:00:00.000000Z");
    CHECK(event.expected_version == 7);
  }

  TEST_CASE("what is left out is absent") {
    const Event event = parse_event(event_with_data("{}"), kRead, {}).value();
    CHECK_FALSE(event.id);
    CHECK_FALSE(event.actor);
    CHECK(event.metadata == "{}");
    CHECK_FALSE(event.created_at);
    CHECK_FALSE(event.expected_version);
  }

  TEST_CASE("an actor may be null, which differs from empty") {
    CHECK_FALSE(parse_event(event_with(R"("actor":null)"), kRead, {}).value().actor);
    CHECK(parse_event(event_with(R"("actor":"")"), kRead, {}).value().actor == "");
  }

  TEST_CASE("the canonical text of the whole line is handed out") {
    std::string canonical;
    CHECK(parse_event(R"({ "position":9, "event_type":"N","entity_type":"t","entity_id":"1","data":{"b":1,"a":2} })", kRead, {},
                      &canonical)
              .ok());
    CHECK(canonical == R"({"data":{"a":2,"b":1},"entity_id":"1","entity_type":"t","event_type":"N","position":9})");
  }

  TEST_CASE("text that is no JSON is invalid_json") {  // numbers as in the list of bad inputs
    const std::vector<std::string> texts = {
        "",                                                // 1
        R"({"event_type":"Noted")",                        // 2
        event_with(""),                                    // 3
        event_with_data("{}") + "x",                       // 4
        event_with_data("{}") + event_with_data("{}"),     // 5
        R"({'event_type':'Noted'})",                       // 6
        event_with("/* c */\"actor\":\"a\""),              // 7
        event_with_data(R"({"a":NaN})"),                   // 8
        event_with_data(R"({"a":01})"),                    // 9
        event_with_data(R"({"a":+1})"),                    // 10
        event_with_data(R"({"a":.5})"),                    // 11
        event_with_data(R"({"a":1.})"),                    // 12
        event_with_data(R"({"a":1e})"),                    // 13
        event_with_data(R"({"a":0x1F})"),                  // 14
        event_with_data("{\"a\":\"\x01\"}"),               // 15
        event_with_data(R"({"a":"\x41"})"),                // 16
        event_with_data(R"({"a":"\ud800"})"),              // 17
        event_with_data("{\"a\":\"\xC0\xAF\"}"),           // 18
        event_with_data("{\"a\":\"\xED\xA0\x80\"}"),       // 19
        event_with_data("{\"a\":\"\xF4\x90\x80\x80\"}"),   // 20
        event_with_data("{\"a\":\"\xE2\x82\"}"),           // 21
        "\xEF\xBB\xBF" + event_with_data("{}"),            // 22
        std::string("{\0\"\0a\0\"\0:\0001\0}\0", 14),      // 23
        event_with_data("{}") + std::string(1, '\0'),      // 24
        event_with_data(R"({"a":1,"a":2})"),               // 25
        event_with_data(R"({"b":[{"a":1,"\u0061":2}]})"),  // 25
        event_with_data("{}").insert(1, R"("data":{},)"),  // 25, of the event itself
        event_with_data(nested(65)),                       // 35
        event_with_data(R"({"a":)" + std::string(1001, '1') + "}"),
        event_with_data(R"({"a":1e1234567890})"),
    };
    for (const std::string& text : texts) {
      CAPTURE(text.substr(0, 300));
      CHECK(verdict(text) == "invalid_json");
    }
  }

  TEST_CASE("text at the limits is taken") {
    check_refused({
        {event_with_data(nested(64)), "ok"},
        {event_with(R"("metadata":)" + nested(64)), "ok"},
        {event_with(R"("metadata":)" + nested(65)), "invalid_json"},
        {event_with_data(R"({"a":)" + std::string(1000, '1') + "}"), "ok"},
        {event_with_data(R"({"a":1e123456789})"), "ok"},
    });
  }

  TEST_CASE("what is no object is no event") {
    check_refused({{"[]", "invalid_event "},
                   {"null", "invalid_event "},
                   {"5", "invalid_event "},
                   {"\"a\"", "invalid_event "},
                   {"{}", "invalid_event /event_type"}});
    CHECK(parse_event("[]", kRead, {}).error().message == "an event is an object, not an array");
  }

  TEST_CASE("an unknown field is named, before all other errors") {
    check_refused({
        {event_with(R"("x":1)"), "invalid_event /x"},
        {event_with(R"("Data":1)"), "invalid_event /Data"},
        {event_with(R"("a/b~c":1)"), "invalid_event /a~1b~0c"},
        {event_with(R"("a\"\n":1)"), "invalid_event /a\"\n"},
        {R"({"id":5,"foo":1})", "invalid_event /foo"},
    });
  }

  TEST_CASE("a name that is close gets a suggestion") {
    CHECK(parse_event(event_with(R"("actr":"a")"), kRead, {}).error().message ==
          "unknown field \"actr\", did you mean \"actor\"?");
    CHECK(parse_event(event_with(R"("createdAt":"a")"), kRead, {}).error().message ==
          "unknown field \"createdAt\", did you mean \"created_at\"?");
    CHECK(parse_event(event_with(R"("colour":"a")"), kRead, {}).error().message ==
          "unknown field \"colour\", expected one of id, event_type, entity_type, entity_id, actor, data, metadata, "
          "created_at, expected_version");
  }

  TEST_CASE("names are 1 to so many code points, without control characters") {
    check_refused({
        {R"({"entity_type":"thing","entity_id":"1","data":{}})", "invalid_event /event_type"},
        {event_text("\"\"", "\"t\"", "\"1\""), "invalid_event /event_type"},
        {event_text(quoted(100, "é"), "\"t\"", "\"1\""), "ok"},
        {event_text(quoted(101, "e"), "\"t\"", "\"1\""), "invalid_event /event_type"},
        {event_text("5", "\"t\"", "\"1\""), "invalid_event /event_type"},
        {R"({"event_type":"N","entity_id":"1","data":{}})", "invalid_event /entity_type"},
        {event_text("\"N\"", "\"\"", "\"1\""), "invalid_event /entity_type"},
        {event_text("\"N\"", quoted(50, "😀"), "\"1\""), "ok"},
        {event_text("\"N\"", quoted(51, "t"), "\"1\""), "invalid_event /entity_type"},
        {event_text("\"N\"", "\"element\"", "\"1\""), "invalid_event /entity_type"},
        {R"({"event_type":"N","entity_type":"t","data":{}})", "invalid_event /entity_id"},
        {event_text("\"N\"", "\"t\"", "\"\""), "invalid_event /entity_id"},
        {event_text("\"N\"", "\"t\"", quoted(100, "日")), "ok"},
        {event_text("\"N\"", "\"t\"", quoted(101, "1")), "invalid_event /entity_id"},
        {event_text("\"N\"", "\"t\"", "[\"1\"]"), "invalid_event /entity_id"},
        {event_with(R"("actor":)" + quoted(100, "a")), "ok"},
        {event_with(R"("actor":)" + quoted(101, "a")), "invalid_event /actor"},
        {event_with(R"("actor":{})"), "invalid_event /actor"},
    });
  }

  TEST_CASE("every character of category Cc is refused in names, and no other") {
    for (const std::string text : {R"(\u0000)", R"(\n)", R"(\u001f)", "\x7f", R"(\u0080)", "\xC2\x85", "\xC2\x9F"}) {
      CAPTURE(text);
      CHECK(verdict(event_text("\"a" + text + "\"", "\"t\"", "\"1\"")) == "invalid_event /event_type");
      CHECK(verdict(event_text("\"N\"", "\"a" + text + "\"", "\"1\"")) == "invalid_event /entity_type");
      CHECK(verdict(event_text("\"N\"", "\"t\"", "\"a" + text + "\"")) == "invalid_event /entity_id");
      CHECK(verdict(event_with(R"("actor":"a)" + text + "\"")) == "invalid_event /actor");
    }
    for (const std::string text : {" ", "\xC2\xA0", "\xE2\x80\xAE", "\xEF\xBB\xBF", "\xC3\x80", "\\\\", "\\\""}) {
      CAPTURE(text);
      CHECK(verdict(event_text("\"N\"", "\"t\"", "\"a" + text + "\"")) == "ok");
    }
    CHECK(parse_event(event_text("\"N\"", "\"t\"", R"("\u0007")"), kRead, {}).error().message ==
          "entity_id is a text with the control character U+0007, expected none in it");
  }

  TEST_CASE("names are kept as they are, without normalisation") {
    CHECK(parse_event(event_text("\"N\"", "\"t\"", "\"\xC3\xA9\""), kRead, {}).value().entity_id == "\xC3\xA9");
    CHECK(parse_event(event_text("\"N\"", "\"t\"", "\"e\xCC\x81\""), kRead, {}).value().entity_id == "e\xCC\x81");
  }

  TEST_CASE("data is required, and it and metadata are objects") {
    check_refused({
        {R"({"event_type":"N","entity_type":"t","entity_id":"1"})", "invalid_event /data"},
        {event_with_data("[]"), "invalid_event /data"},
        {event_with_data("\"{}\""), "invalid_event /data"},
        {event_with(R"("metadata":[])"), "invalid_event /metadata"},
        {event_with(R"("metadata":"x")"), "invalid_event /metadata"},
    });
  }

  TEST_CASE("an id is a UUID in any case, the nil UUID too") {
    check_refused({
        {event_with(R"("id":"00000000-0000-0000-0000-000000000000")"), "ok"},
        {event_with(R"("id":"0198C0DE-89AB-7DEF-8123-456789ABCDEF")"), "ok"},
        {event_with(R"("id":"x")"), "invalid_event /id"},
        {event_with(R"("id":"")"), "invalid_event /id"},
        {event_with(R"("id":"{0198c0de-89ab-7def-8123-456789abcdef}")"), "invalid_event /id"},
        {event_with(R"("id":5)"), "invalid_event /id"},
    });
  }

  TEST_CASE("an expected version is an integer of 0 to 2^53 - 1 in digits") {
    for (const std::string text : {"0", "1", "9007199254740991"})
      CHECK(verdict(event_with(R"("expected_version":)" + text)) == "ok");
    for (const std::string text : {"-1", "-0", "1.5", "1.0", "1e2", "\"3\"", "9007199254740992", "9007199254740993",
                                   "100000000000000000000000", "true", "[1]", "{}"}) {
      CAPTURE(text);
      CHECK(verdict(event_with(R"("expected_version":)" + text)) == "invalid_event /expected_version");
    }
  }

  TEST_CASE("created_at is RFC 3339") {
    for (const std::string text : {"2025-11-15T10:00:00", "2025-11-32T10:00:00Z", "2025-11-15T10:00:60Z",
                                   "2025-11-15T24:00:00Z", "2025-11-15T10:00:00+24:00", "0000-01-01T00:00:00Z",
                                   "9999-12-31T23:59:59-01:00", "2025-11-15 10:00:00Z", "2025-11-15", "24h", "now", ""}) {
      CAPTURE(text);
      CHECK(verdict(event_with(R"("created_at":")" + text + "\"")) == "invalid_event /created_at");
    }
    check_refused({
        {event_with(R"("created_at":"0001-01-01T00:00:00Z")"), "ok"},
        {event_with(R"("created_at":"2025-11-15T09:59:59.0123456789012345678901234567890123456789Z")"), "ok"},
        {event_with(R"("created_at":1763200800)"), "invalid_event /created_at"},
    });
  }

  TEST_CASE("more than 24 hours ahead of the clock is the future") {
    check_refused({
        {event_with(R"("created_at":"2025-11-16T10:00:00Z")"), "ok"},
        {event_with(R"("created_at":"2025-11-16T10:00:00.0000009Z")"), "ok"},
        {event_with(R"("created_at":"2025-11-16T10:00:00.000001Z")"), "future_timestamp /created_at"},
        {event_with(R"("created_at":"9999-12-31T23:59:59Z")"), "future_timestamp /created_at"},
    });
    CHECK(parse_event(event_with(R"("created_at":"9999-12-31T23:59:59Z")"), kTimestampMax, {}).ok());
  }

  TEST_CASE("null is refused in every field but actor") {
    for (const std::string name :
         {"id", "event_type", "entity_type", "entity_id", "data", "metadata", "created_at", "expected_version"}) {
      std::string text = R"({"event_type":"N","entity_type":"t","entity_id":"1","data":{}})";
      const std::size_t at = text.find("\"" + name + "\"");
      if (at == std::string::npos) {
        text.insert(1, "\"" + name + "\":null,");
      } else {
        const std::size_t colon = text.find(':', at);
        text.replace(colon + 1, text.find_first_of(",}", colon) - colon - 1 + (name == "data" ? 1 : 0), "null");
      }
      CAPTURE(text);
      CHECK(verdict(text) == "invalid_event /" + name);
    }
  }

  TEST_CASE("position, version and recorded_at are ignored, whatever they hold") {
    for (const std::string value : {"null", "-1", "\"x\"", "[1,2]", "{\"a\":null}"}) {
      CHECK(verdict(event_with(fmt::format(R"("position":{0},"version":{0},"recorded_at":{0})", value))) == "ok");
    }
  }

  TEST_CASE("a line that stands for an erased event is refused as a later format") {
    check_refused({
        {R"({"position":5,"leaf":"00","erased":{"by":"x"}})", "unsupported_format"},
        {R"({"leaf":"00"})", "invalid_event /leaf"},
        {event_with(R"("erased":{})"), "invalid_event /erased"},
    });
  }

  TEST_CASE("payloads of known types are checked") {
    check_refused({
        {R"({"event_type":"ADRCreated","entity_type":"adr","entity_id":"1","data":{"title":5}})", "invalid_event /data/title"},
        {R"({"event_type":"ADRCreated","entity_type":"ADR","entity_id":"","data":{}})", "invalid_event /entity_type"},
        {R"({"event_type":"ADRStatusChanged","entity_type":"adr","entity_id":"1","data":{"new_status":null},"metadata":[]})",
         "invalid_event /data/new_status"},
    });
  }

  TEST_CASE("of several errors the first in the order of the fields is told") {
    std::string members =
        R"("id":1,"event_type":1,"entity_type":1,"entity_id":1,"actor":1,"data":1,"metadata":1,"created_at":1,"expected_version":"")";
    for (const std::string name :
         {"id", "event_type", "entity_type", "entity_id", "actor", "data", "metadata", "created_at", "expected_version"}) {
      CHECK(verdict("{" + members + "}") == "invalid_event /" + name);
      const std::string bad = "\"" + name + "\":1";
      const std::string good = name == "id"                           ? R"("id":"00000000-0000-0000-0000-000000000000")"
                               : name == "data" || name == "metadata" ? "\"" + name + "\":{}"
                               : name == "created_at"                 ? R"("created_at":"9999-01-01T00:00:00Z")"
                                                                      : "\"" + name + "\":\"x\"";
      if (const std::size_t at = members.find(bad); at != std::string::npos) members.replace(at, bad.size(), good);
    }
    members.replace(members.find(R"("expected_version":"")"), 21, R"("expected_version":0)");
    CHECK(verdict("{" + members + "}") == "future_timestamp /created_at");
  }

  TEST_CASE("an event over the limits is too large") {
    const std::string frame = event_with_data(R"({"a":""})");
    const std::size_t room =
        (std::size_t{1} << 20) - frame.size() + 1;  // frame's members are in another order, its size is the same
    const auto filled = [](std::size_t count) { return event_with_data(R"({"a":")" + std::string(count, 'x') + R"("})"); };
    CHECK(verdict(filled(room - 1)) == "ok");
    CHECK(verdict(filled(room)) == "too_large");
    CHECK(verdict(frame + std::string((std::size_t{4} << 20) - frame.size(), ' ')) == "ok");
    CHECK(verdict(frame + std::string((std::size_t{4} << 20) - frame.size() + 1, ' ')) == "too_large");
    CHECK(verdict(std::string((std::size_t{4} << 20) + 1, '{')) == "too_large");
  }

  TEST_CASE("bad text is told before its canonical size, and that before bad fields") {
    const EventLimits limits{.raw_bytes_max = 100, .canonical_bytes_max = 20};
    CHECK(verdict(R"({"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":})", limits) == "invalid_json");
    CHECK(verdict(R"({"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1})", limits) == "too_large");
    CHECK(verdict(R"({"aaaaaaaa":1})", limits) == "invalid_event /aaaaaaaa");
  }

  TEST_CASE("data is kept as it is") {
    const auto data = [](std::string_view text) {
      return parse_event(event_with_data(std::string(text)), kRead, {}).value().data;
    };
    CHECK(data(R"({"a":[1e400,-0,1.0,1,0.10,12345678901234567890]})") == R"({"a":[1e400,-0,1.0,1,0.10,12345678901234567890]})");
    CHECK(data("{\"a\":\"\\u0000\xE2\x80\xAE\"}") == "{\"a\":\"\\u0000\xE2\x80\xAE\"}");
  }
}
