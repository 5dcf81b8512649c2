#include "engine/term_cursor.h"

#include "codec/keys.h"

namespace govlog {

TermCursor::TermCursor(const Database& database, const rocksdb::Snapshot* snapshot, const WantedTerm& term)
    : rows_(database.iterate(Family::kTerms, snapshot)), prefix_(block_key_prefix(term.tag, term.text, 0)) {}

Status TermCursor::look() {
  if (!rows_->status().ok()) return to_error(rows_->status(), "reading a term");
  here_.reset();
  if (rows_->Valid() && view(rows_->key()).starts_with(prefix_)) here_ = decode_segment(view(rows_->key()));
  return Ok{};
}

void TermCursor::seek(std::uint32_t segment) {
  std::string key = prefix_;
  append_big_endian_32(key, ~segment);
  rows_->Seek(slice(key));
  placed_ = true;
  from_ = segment;
}

Result<const Block*> TermCursor::find(std::uint32_t segment) {
  if (!placed_ || segment > from_) {
    seek(segment);
    GOVLOG_TRY(look());
  } else if (here_ && segment < *here_) {
    from_ = *here_ - 1;
    rows_->Next();
    GOVLOG_TRY(look());
    if (here_ && segment < *here_) {
      seek(segment);
      GOVLOG_TRY(look());
    }
  }
  if (!here_ || *here_ != segment) return nullptr;
  if (decoded_ != segment) {
    auto block = Block::decode(view(rows_->value()));
    if (!block) return Error{Code::kCorruption, "a block of family terms does not decode", {}};
    block_ = *std::move(block);
    decoded_ = segment;
  }
  return &block_;
}

}  // namespace govlog
