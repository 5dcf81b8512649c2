// Queries of words. Whatever is asked, it is refused for one reason or has words in each term, and an event is matched, and shown by a snippet that may be printed,
// without a crash. The bytes are the query; what follows its first line feed is a text of the event.

#include "base/assert.h"
#include "codec/json_text.h"
#include "codec/snippet.h"
#include "codec/text_query.h"
#include "codec/word_fold.h"
#include "codec/words.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr std::string_view kData =
    R"({"list":["Event sourcing","caf\u00e9 \u2260",{"deep":"STRASSE"}],"n":7,"title":"Replace the monolith"})";

EventView event_of(std::string_view data) {
  EventView event;
  event.data = data;
  event.event_type = "ADRCreated";
  event.entity_type = "adr";
  event.entity_id = "ADR-7";
  event.actor = "tech_lead";
  return event;
}

void check_snippet(std::string_view snippet) {
  std::size_t points = 0;
  for (; !snippet.empty(); ++points) {
    const std::int32_t point = take_point(snippet);
    GOVLOG_ASSERT(point >= 0x20 && (point < 0x7F || point > 0x9F), "U+{:04X}", point);
  }
  GOVLOG_ASSERT(points <= kSnippetPointsMax, "{} code points", points);
}

void check_words(std::string_view text) {
  WordReader reader;
  std::size_t end = 0;
  for (const Word& word : reader.words(text)) {
    GOVLOG_ASSERT(!word.stem.empty() && word.begin < word.end && word.end <= text.size(), "[{}, {})", word.begin, word.end);
    GOVLOG_ASSERT(word.end >= end, "{} after {}", word.end, end);
    end = word.end;
  }
}

void check_event(const TextQuery& query, const EventView& event) {
  const std::string snippet = query.snippet(event);
  check_snippet(snippet);
  GOVLOG_ASSERT(query.matches(event) || snippet.empty(), "{}", snippet);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  const std::size_t line = std::min(all.find('\n'), size);
  const std::string_view text = all.substr(std::min(line + 1, size));
  check_words(text);
  const Result<TextQuery> query = TextQuery::parse(all.substr(0, line));
  if (!query.ok()) {
    GOVLOG_ASSERT(query.error().code == Code::kInvalidArgument, "{}", query.error().message);
    return 0;
  }
  for (const TextAlternative& alternative : query->alternatives()) {
    GOVLOG_ASSERT(!alternative.empty(), "an alternative of {} is empty", query->alternatives().size());
    for (const TextTerm& term : alternative) GOVLOG_ASSERT(!term.stems.empty(), "a term of {} is empty", alternative.size());
  }
  check_event(*query, event_of(kData));
  const std::string data = "{\"text\":" + json_quote(text) + "}";
  check_event(*query, event_of(data));
  check_event(*query, event_of(text));  // as from a disk that errs
  return 0;
}
