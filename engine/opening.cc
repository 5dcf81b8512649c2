#include "engine/opening.h"

#include "base/system_error.h"
#include "codec/hash.h"
#include "codec/keys.h"
#include "codec/uuid.h"
#include "engine/directory.h"
#include "engine/store_copy.h"
#include "engine/tree.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include <cerrno>
#include <cstdio>

namespace govlog {

namespace {

constexpr std::string_view kStoreIdKey = "store_id";

/// The position at which all families stand; kCorruption where they stand apart.
Result<Position> common_head(const Database& database) {
  std::optional<Position> common;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto row = GOVLOG_TRY(database.get(static_cast<Family>(i), kFamilyHeadKey, nullptr));
    std::string_view bytes = row ? std::string_view(*row) : std::string_view();
    const auto position = take_big_endian_64(bytes);
    if (!position) return Error{Code::kCorruption, fmt::format("family {} has lost its head", kFamilyNames[i]), {}};
    if (common && *common != *position) {
      return Error{Code::kCorruption,
                   fmt::format("family {} stands at position {}, the others at {}", kFamilyNames[i], *position, *common),
                   {}}
          .with("from", std::min(*common, *position) + 1)
          .with("to", std::max(*common, *position));
    }
    common = position;
  }
  return *common;
}

Status check_root(const Database& database, const HeadContent& head) {
  const MerkleFrontier tree = GOVLOG_TRY(load_frontier(database, head.position));
  if (tree.root() == head.root) return Ok{};
  return Error{Code::kCorruption,
               fmt::format("the hash tree over the first {} events has the root {}, the file HEAD says {}", head.position,
                           format_hash(tree.root()), format_hash(head.root)),
               {}}
      .with("position", head.position);
}

}  // namespace

Result<bool> is_store(const Database& database, const Uuid& id) {
  const auto row = GOVLOG_TRY(database.get(Family::kMeta, kStoreIdKey, nullptr));
  if (!row) return Error{Code::kCorruption, "family meta has lost the store's id", {}};
  return *row == id_key(id);
}

Status check_store_id(const Database& database, const Uuid& expected) {
  if (!GOVLOG_TRY(is_store(database, expected))) return Error{Code::kCorruption, "the file HEAD belongs to another store", {}};
  return Ok{};
}

Status check_manifest(const Database& database, const HeadContent& head) {
  const ManifestExtent read = database.manifest().read();
  for (const ManifestNote& note : {head.manifest, head.other_manifest}) {
    if (note.database == 0 || note.database != database.identity()) continue;
    if (note.extent.number != read.number || note.extent.bytes <= read.bytes) continue;
    const std::string file = fmt::format("db/MANIFEST-{:06}", read.number);
    return Error{
        Code::kCorruption,
        fmt::format(
            "the file {} is damaged at byte {}, of at least {}: what it tells of table files is not all; `govlog rebuild` "
            "makes a new one where the log is whole",
            file, read.bytes, note.extent.bytes),
        {}}
        .with("file", file);
  }
  return Ok{};
}

Status fill_empty_database(const Database& database, const Uuid& store_id) {
  rocksdb::WriteBatch rows;
  const std::string position = position_key(0);
  rocksdb::Status status = rows.Put(database.family(Family::kMeta), slice(kStoreIdKey), id_key(store_id));
  for (std::size_t i = 0; i < kFamilyCount && status.ok(); ++i) {
    const bool views = static_cast<Family>(i) == Family::kViews;
    status = rows.Put(database.family(static_cast<Family>(i)), slice(kFamilyHeadKey), views ? position + position : position);
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (status.ok()) status = database.db().Write(durable, &rows);
  return status.ok() ? Status(Ok{}) : Status(to_error(status, "making the store"));
}

Result<std::shared_ptr<Database>> create_database(const std::filesystem::path& directory, const StoreOptions& options,
                                                  const Uuid& store_id) {
  std::shared_ptr<Database> database = GOVLOG_TRY(Database::open(directory, OpenMode::kCreate, options.env));
  GOVLOG_TRY(fill_empty_database(*database, store_id));
  return database;
}

Status check_room(const StoreOptions& options, std::uint64_t wanted, std::string_view what) {
  std::uint64_t free_bytes = 0;
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  if (!env->GetFreeSpace(options.directory.string(), &free_bytes).ok()) return Ok{};  // a file system that cannot tell
  wanted += kFreeBytesMin;
  if (free_bytes >= wanted) return Ok{};
  return Error{Code::kDiskFull,
               fmt::format("{} MB are free below {}, {} are wanted for {}; nothing was changed, make room and try again",
                           free_bytes >> 20, options.directory.string(), (wanted >> 20) + 1, what),
               {}};
}

Result<std::shared_ptr<Database>> open_for_appends(const StoreOptions& options) {
  GOVLOG_TRY(remove_leftovers(options.directory));
  remove_left_copies(options.directory);
  return std::shared_ptr<Database>(GOVLOG_TRY(Database::open(options.directory / "db", OpenMode::kReadWrite, options.env)));
}

namespace {

/// What the family heads tell: the last position, and how many entities there are.
Status read_heads(Inspection& inspection) {
  inspection.position = GOVLOG_TRY(common_head(*inspection.database));
  const std::string row = GOVLOG_TRY(inspection.database->get(Family::kViews, kFamilyHeadKey, nullptr)).value_or("");
  std::string_view bytes = row;
  (void)take_big_endian_64(bytes);  // the position; common_head has read it
  const auto entities = take_big_endian_64(bytes);
  if (!entities) return Error{Code::kCorruption, "the head of family views does not decode", {}};
  inspection.entities = *entities;
  return Ok{};
}

}  // namespace

Result<Inspection> inspect(const StoreOptions& options) {
  Inspection out;
  Result<HeadContent> head = HeadFile::read(options.directory / "HEAD", options.env);
  bool lost = !head.ok() && head.error().code == Code::kCorruption;
  if (!head.ok() && !lost) return head.take_error();
  if (!lost) out.head = head.take();
  out.database = GOVLOG_TRY(Database::open(options.directory / "db", OpenMode::kReadOnly, options.env));
  GOVLOG_TRY(check_manifest(*out.database, out.head));
  lost = lost || !GOVLOG_TRY(is_store(*out.database, out.head.store_id));  // another store's HEAD tells nothing of this one
  GOVLOG_TRY(read_heads(out));
  if (lost) {
    out.head = {};
    out.damage = Damage{out.position + 1, 0};
    return out;
  }
  if (out.position < out.head.position) {
    out.damage = Damage{out.position + 1, out.head.position};
    return out;
  }
  GOVLOG_TRY(check_root(*out.database, out.head));
  return out;
}

Status make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) return Ok{};
  return system_error(error.value(), fmt::format("making {}", directory.string()));
}

Result<std::filesystem::path> begin_fresh(const std::filesystem::path& directory) {
  const std::filesystem::path fresh = directory / kFreshName;
  std::error_code error;
  for (const std::string_view leftover : {kFreshName, std::string_view("HEAD"), std::string_view("db")}) {
    if (!error) std::filesystem::remove_all(directory / leftover, error);
  }
  if (!error) std::filesystem::create_directory(fresh, error);
  if (error) return system_error(error.value(), fmt::format("making {}", fresh.string()));
  return fresh;
}

Status finish_fresh(const std::filesystem::path& directory, const HeadContent& head, rocksdb::Env* env) {
  const std::filesystem::path fresh = directory / kFreshName;
  (void)GOVLOG_TRY(HeadFile::create(fresh / "HEAD", head, env));
  (void)GOVLOG_TRY(write_format(fresh));
  GOVLOG_TRY(sync_directory(fresh));
  for (const char* name : {"HEAD", "db", "FORMAT"}) {  // FORMAT makes it a store, so it is last
    if (std::rename((fresh / name).c_str(), (directory / name).c_str()) != 0) {
      return system_error(errno, fmt::format("putting {} into {}", name, directory.string()));
    }
    (void)GOVLOG_TRY(sync_directory(directory));
  }
  std::error_code error;
  std::filesystem::remove_all(fresh, error);  // an empty directory that is left does no harm
  return sync_directory(directory / "..");
}

Status create_store(const StoreOptions& options) {
  const HeadContent head{make_uuid_v7(options.clock()), 0, MerkleFrontier().root(), {}};
  const std::filesystem::path fresh = GOVLOG_TRY(begin_fresh(options.directory));
  (void)GOVLOG_TRY(create_database(fresh / "db", options, head.store_id));
  return finish_fresh(options.directory, head, options.env);
}

}  // namespace govlog
