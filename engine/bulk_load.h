#pragma once
// Large groups as finished table files. Private to engine.
//
// An import's rows need neither a log nor a memtable: they are sorted family by family, written as table files, and put into place by one
// edit of the MANIFEST, which is atomic over the families (RocksDB's IngestExternalFiles).

#include "base/result.h"
#include "engine/database.h"

#include <filesystem>

namespace rocksdb {
class WriteBatch;
}

namespace govlog {

/// Adds `rows` to `database`, all of them or none, durable when it returns. Files are made below `scratch`, which is emptied before and after.
/// Memtables are flushed first: rows that stood in the log alone, below newer ones in files, would leave a hole where the log loses its end.
/// kIoError, kCorruption: whether the rows are there shows when the database is opened again. Nobody else may write meanwhile. O(n log n) a family.
Status bulk_load(const Database& database, const rocksdb::WriteBatch& rows, const std::filesystem::path& scratch);

}  // namespace govlog
