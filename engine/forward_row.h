#pragma once
// The terms of one event of the open segment, as they wait to be sealed. Private to engine.
//
//   forward row  t, then for each term, sorted by tag and text: length of tag and text as a varint, weight u8, tag u8, text

#include "base/types.h"
#include "codec/event_terms.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace govlog {

struct ForwardRow {
  EventKey key;
  std::string terms;  // as above, without t
};

ForwardRow make_forward_row(const EventKey& key, std::span<const EventTerm> terms);
std::string encode_forward(const ForwardRow& row);
/// Nothing where `bytes` are no forward row.
std::optional<ForwardRow> decode_forward(Position position, std::string_view bytes);

/// Walks the terms of a row that is sound.
///
///     for (ForwardTerms term(row.terms); term.next();) use(term.text(), term.weight());
class ForwardTerms {
 public:
  explicit ForwardTerms(std::string_view terms) : rest_(terms) {}
  bool next();
  /// Tag and text.
  std::string_view text() const { return text_; }
  std::uint8_t weight() const { return weight_; }
  /// Whether everything was read.
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  std::string_view text_;
  std::uint8_t weight_ = 0;
};

}  // namespace govlog
