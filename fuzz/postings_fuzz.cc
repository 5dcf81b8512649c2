// Bytes as rows of family terms: the first one says of which kind. Whatever decodes is a set of ranks, keys or terms that can be walked, and written again it is the same.

#include "base/assert.h"
#include "engine/forward_row.h"
#include "engine/postings.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

using namespace govlog;

namespace {

void read_block(std::string_view bytes) {
  const auto block = Block::decode(bytes);
  if (!block) return;
  std::vector<Posting> postings;
  for (auto rank = block->ranks().next(0); rank; rank = block->ranks().next(*rank + 1)) {
    const bool weighted = !block->weights().empty();
    postings.push_back({static_cast<std::uint16_t>(*rank), weighted ? block->weights()[postings.size()] : std::uint8_t{0}});
  }
  const auto again = Block::decode(encode_block(postings, !block->weights().empty()));
  GOVLOG_ASSERT(again && again->weights() == block->weights() && again->ranks().count() == postings.size(), "{} bytes",
                bytes.size());
}

void read_forward(std::string_view bytes) {
  const auto row = decode_forward(7, bytes);
  if (!row) return;
  std::size_t terms = 0;
  for (ForwardTerms term(row->terms); term.next();) terms += term.text().size();
  GOVLOG_ASSERT(terms <= bytes.size() && encode_forward(*row) == bytes, "{} bytes", bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      read_block(bytes);
      break;
    case 1:
      read_forward(bytes);
      break;
    case 2:
      (void)decode_summary(bytes);
      break;
    default:
      for (const bool in_order : {false, true}) {
        const SegmentSummary summary{kSegmentEvents, in_order, {0}, {1}};
        const auto keys = decode_column_piece(bytes, 15, summary, 3);
        GOVLOG_ASSERT(!keys || encode_column_piece(*keys, 3, in_order) == bytes, "{} bytes", bytes.size());
      }
  }
  return 0;
}
