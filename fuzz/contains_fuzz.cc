// Containment: the first line is a document, the rest data. Nothing crashes, whatever the data; a document is canonical; each object contains itself; what is contained
// has all terms of the document.

#include "base/assert.h"
#include "codec/canonical.h"
#include "codec/event_terms.h"
#include "codec/json_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

/// Whether an event with `data` has all terms of the document.
bool has_terms(const ContainsQuery& query, std::string_view data) {
  thread_local TermCollector collector;
  EventView event;
  event.data = data;
  const std::vector<EventTerm>& terms = collector.collect(event);
  const std::vector<WantedTerm> wanted = terms_of(query);
  return std::all_of(wanted.begin(), wanted.end(), [&](const WantedTerm& want) {
    return std::any_of(terms.begin(), terms.end(),
                       [&](const EventTerm& term) { return term.tag == want.tag && term.text == want.text; });
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  const std::size_t line = std::min(all.find('\n'), size);
  const std::string_view rest = all.substr(std::min(line + 1, size));
  const Result<ContainsQuery> query = ContainsQuery::parse(all.substr(0, line));
  if (!query.ok()) {
    GOVLOG_ASSERT(query.error().code == Code::kInvalidArgument, "{}", query.error().message);
    return 0;
  }
  const std::string& document = query->document();
  GOVLOG_ASSERT(canonicalize(document, kJsonDepthMax).value() == document, "{}", document);
  const bool object = json_kind(document) == JsonKind::kObject;
  GOVLOG_ASSERT(query->admits(document) == object, "{}", document);
  GOVLOG_ASSERT(!object || has_terms(*query, document), "{}", document);

  (void)query->admits(rest);  // any bytes: only that it comes back
  (void)has_terms(*query, rest);
  const Result<std::string> data = canonicalize(rest, kJsonDepthMax);
  if (data.ok() && query->admits(*data)) GOVLOG_ASSERT(has_terms(*query, *data), "{} in {}", document, *data);
  return 0;
}
