#include "engine/graph_checkpoint.h"

#include "base/huge_pages.h"
#include "codec/hash.h"
#include "codec/keys.h"
#include "engine/bulk_load.h"
#include "graph/checkpoint.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr char kCheckpointFormat = 1;
constexpr std::size_t kPieceBytes = 128 << 10;
constexpr std::size_t kLogBytesMax = 1 << 20;  // larger ones go into table files

Error damaged(std::string_view what) {
  return {Code::kCorruption, fmt::format("the checkpoint of the graph is damaged: {}", what), {}};
}

struct Header {
  Position position = 0;
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;
};

/// Nothing where there is none that we could read.
Result<std::optional<Header>> read_header(const Database& database, const rocksdb::Snapshot* snapshot) {
  const auto row = GOVLOG_TRY(database.get(Family::kViews, graph_piece_key(0), snapshot));
  if (!row || row->empty() || row->front() != kCheckpointFormat) return std::optional<Header>{};
  std::string_view bytes = std::string_view(*row).substr(1);
  const auto position = take_big_endian_64(bytes);
  const auto size = take_big_endian_64(bytes);
  const auto crc = take_big_endian_32(bytes);
  if (!position || !size || !crc || !bytes.empty()) return damaged("its first row does not decode");
  return std::optional<Header>({*position, *size, *crc});
}

}  // namespace

Result<Position> checkpoint_position(const Database& database, const rocksdb::Snapshot* snapshot) {
  const auto header = GOVLOG_TRY(read_header(database, snapshot));
  return header ? header->position : Position{0};
}

Result<std::shared_ptr<ImpactGraph>> load_checkpoint(const Database& database, const rocksdb::Snapshot* snapshot,
                                                     Position position) {
  const auto header = GOVLOG_TRY(read_header(database, snapshot));
  if (!header) return std::shared_ptr<ImpactGraph>();
  if (header->position > position) return damaged(fmt::format("it is of position {}, behind the log", header->position));
  std::string bytes;
  bytes.reserve(std::min<std::uint64_t>(header->bytes, 1 << 30));
  prefer_huge_pages(bytes.data(), bytes.capacity());
  const auto rows = database.iterate(Family::kViews, snapshot);
  std::uint32_t piece = 1;
  for (rows->Seek(graph_piece_key(piece)); rows->Valid() && view(rows->key()) == graph_piece_key(piece); rows->Next()) {
    bytes += view(rows->value());
    if (bytes.size() > header->bytes) break;
    ++piece;
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading the checkpoint of the graph");
  if (bytes.size() != header->bytes) return damaged("it is not as long as its first row says");
  if (crc32c(bytes) != header->crc) return damaged("its checksum does not hold");
  auto graph = decode_checkpoint(bytes, header->position);
  if (!graph) return damaged("it does not decode");
  return graph;
}

Status store_checkpoint(const Database& database, const GraphView& graph, const std::filesystem::path& scratch) {
  const std::string bytes = encode_checkpoint(graph);
  rocksdb::WriteBatch rows(0, 0, 8, 0);
  rocksdb::ColumnFamilyHandle* family = database.family(Family::kViews);
  std::string header(1, kCheckpointFormat);
  append_big_endian_64(header, graph.position());
  append_big_endian_64(header, bytes.size());
  append_big_endian_32(header, crc32c(bytes));
  rocksdb::Status status = rows.Put(family, graph_piece_key(0), header);
  std::uint32_t piece = 1;
  for (std::size_t at = 0; at < bytes.size() && status.ok(); at += kPieceBytes, ++piece) {
    status = rows.Put(family, graph_piece_key(piece), slice(std::string_view(bytes).substr(at, kPieceBytes)));
  }
  const auto old = database.iterate(Family::kViews, nullptr);
  for (old->Seek(graph_piece_key(piece)); old->Valid() && is_graph_piece_key(view(old->key())) && status.ok(); old->Next()) {
    status = rows.Delete(family, old->key());
  }
  if (status.ok() && bytes.size() > kLogBytesMax) return bulk_load(database, rows, scratch);
  rocksdb::WriteOptions durable;
  durable.sync = true;
  durable.protection_bytes_per_key = 8;
  if (status.ok()) status = database.db().Write(durable, &rows);
  return status.ok() ? Status(Ok{}) : Status(to_error(status, "writing the checkpoint of the graph"));
}

}  // namespace govlog
