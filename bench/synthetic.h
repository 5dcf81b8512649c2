#pragma once
// Made-up events, 511 bytes a line, stores of them, and their bare rows.

#include "engine/database.h"
#include "engine/store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog::bench {

/// Line `index` of a history of `count` events that ends now: 60 actors, 12 event types, half as many entities as events, five events in a
/// hundred written down up to a day late. The same arguments on the same day give the same line, without newline.
std::string synthetic_line(std::uint64_t index, std::uint64_t count, Timestamp now);

/// Writes such a history as NDJSON; memory: one line.
void write_synthetic_file(const std::filesystem::path& path, std::uint64_t count);

/// The store in `directory`; where that is empty, a new one below `scratch` with `count` synthetic events, compacted. It is open for reading.
std::unique_ptr<Store> store_to_read(const std::filesystem::path& directory, const std::filesystem::path& scratch,
                                     std::uint64_t count);

/// Merges every file of the closed store in `directory` into its bottom level, so that what is read and counted does not depend on which
/// compactions had time to run.
void compact_store(const std::filesystem::path& directory);

/// Bytes of each family's table files, of the closed store in `directory`.
std::vector<std::pair<std::string, std::uint64_t>> family_bytes(const std::filesystem::path& directory);

/// The least that a page takes: a new iterator, a seek, so many rows, their bytes copied.
void copy_rows(const Database& raw, Family family, std::string_view from, std::size_t count, std::string& out);

}  // namespace govlog::bench
