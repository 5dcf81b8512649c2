#include "engine/forward_row.h"

#include "codec/keys.h"

namespace govlog {

ForwardRow make_forward_row(const EventKey& key, std::span<const EventTerm> terms) {
  ForwardRow row{key, {}};
  std::size_t bytes = 0;
  for (const EventTerm& term : terms) bytes += term.text.size() + 4;
  row.terms.reserve(bytes);
  for (const EventTerm& term : terms) {
    append_varint(row.terms, term.text.size() + 1);
    row.terms.push_back(static_cast<char>(term.weight));
    row.terms.push_back(term.tag);
    row.terms.append(term.text);
  }
  return row;
}

std::string encode_forward(const ForwardRow& row) {
  std::string out;
  append_time_key(out, row.key.created_at);
  out.append(row.terms);
  return out;
}

std::optional<ForwardRow> decode_forward(Position position, std::string_view bytes) {
  const auto time = take_time_key(bytes);
  if (!time) return std::nullopt;
  ForwardTerms terms(bytes);
  while (terms.next()) {
  }
  if (!terms.at_end()) return std::nullopt;
  return ForwardRow{{*time, position}, std::string(bytes)};
}

bool ForwardTerms::next() {
  std::string_view rest = rest_;
  const auto length = take_varint(rest);
  if (!length || *length == 0 || rest.empty() || *length > rest.size() - 1) return false;
  weight_ = static_cast<std::uint8_t>(rest.front());
  text_ = rest.substr(1, *length);
  rest_ = rest.substr(1 + *length);
  return true;
}

}  // namespace govlog
