#include "engine/term_writer.h"

#include "base/assert.h"
#include "codec/keys.h"
#include "engine/postings.h"
#include "engine/seal.h"
#include "engine/segment_index.h"

#include <rocksdb/write_batch.h>

#include <iterator>
#include <utility>

namespace govlog {

namespace {

void put(const Database& database, rocksdb::WriteBatch& rows, std::string_view key, std::string_view value) {
  const rocksdb::Status status = rows.Put(database.family(Family::kTerms), slice(key), slice(value));
  GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
}

}  // namespace

Status TermWriter::add(const Database& database, const EventView& event, rocksdb::WriteBatch& rows) {
  waiting_.push_back(make_forward_row(event.key(), collector_.collect(event)));
  if (event.position % kSegmentEvents != 0) return Ok{};
  return seal(database, segments_sealed_at(event.position) - 1, rows);
}

Status TermWriter::seal(const Database& database, std::uint32_t segment, rocksdb::WriteBatch& rows) {
  std::vector<ForwardRow> all;
  const Position first = segment_first(segment);
  const Position group_first = waiting_.front().key.position;
  if (group_first > first) all = GOVLOG_TRY(read_forward_rows(database, nullptr, first, group_first - 1));
  for (const ForwardRow& row : all) {
    const rocksdb::Status status = rows.Delete(database.family(Family::kTerms), slice(forward_key(row.key.position)));
    GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
  }
  std::move(waiting_.begin(), waiting_.end(), std::back_inserter(all));
  waiting_.clear();
  seal_segment(segment, all, [&](std::string_view key, std::string_view value) { put(database, rows, key, value); });
  return Ok{};
}

void TermWriter::finish_group(const Database& database, rocksdb::WriteBatch& rows) {
  for (const ForwardRow& row : waiting_) put(database, rows, forward_key(row.key.position), encode_forward(row));
  waiting_.clear();
}

}  // namespace govlog
