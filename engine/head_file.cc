#include "engine/head_file.h"

#include "codec/hash.h"
#include "codec/keys.h"
#include "engine/database.h"
#include "engine/place.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace govlog {

namespace {

constexpr std::size_t kSlotBytes = 4096;
constexpr std::string_view kMagic = "govlogHD";
constexpr std::uint32_t kHeadFormat = 2;

std::string encode_slot(const HeadContent& content) {
  std::string bytes(kMagic);
  append_big_endian_32(bytes, kHeadFormat);
  bytes.append(reinterpret_cast<const char*>(content.store_id.bytes.data()), content.store_id.bytes.size());
  append_big_endian_64(bytes, content.position);
  bytes.append(reinterpret_cast<const char*>(content.root.data()), content.root.size());
  append_big_endian_64(bytes, static_cast<std::uint64_t>(content.recorded_at.micros));
  append_big_endian_64(bytes, content.manifest.database);
  append_big_endian_64(bytes, content.manifest.extent.number);
  append_big_endian_64(bytes, content.manifest.extent.bytes);
  append_big_endian_32(bytes, crc32c(bytes));
  bytes.resize(kSlotBytes, '\0');
  return bytes;
}

std::optional<HeadContent> decode_slot(std::string_view bytes) {
  if (bytes.size() != kSlotBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  std::string_view rest = bytes.substr(kMagic.size());
  const std::uint32_t format = *take_big_endian_32(rest);
  if (format != 1 && format != kHeadFormat) return std::nullopt;
  HeadContent content;
  std::copy_n(rest.begin(), 16, content.store_id.bytes.begin());
  rest.remove_prefix(16);
  content.position = *take_big_endian_64(rest);
  std::copy_n(rest.begin(), 32, content.root.begin());
  rest.remove_prefix(32);
  content.recorded_at = {static_cast<std::int64_t>(*take_big_endian_64(rest))};
  if (format > 1) {
    content.manifest.database = *take_big_endian_64(rest);
    content.manifest.extent.number = *take_big_endian_64(rest);
    content.manifest.extent.bytes = *take_big_endian_64(rest);
  }
  const std::string_view checked = bytes.substr(0, kSlotBytes - rest.size());
  if (take_big_endian_32(rest) != crc32c(checked)) return std::nullopt;
  if (rest.find_first_not_of('\0') != std::string_view::npos) return std::nullopt;
  return content;
}

rocksdb::FileSystem& file_system(rocksdb::Env* env) {
  return *(env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem();
}

Error head_error(const rocksdb::IOStatus& status, std::string_view doing) {
  return to_error(status, fmt::format("{} HEAD", doing));
}

/// Both slots as they lie there.
Result<std::string> read_slots(const std::filesystem::path& path, rocksdb::Env* env) {
  if (is_no_file(path)) return Error{Code::kCorruption, "HEAD is no file, so nothing tells what was acknowledged", {}};
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  rocksdb::IOStatus status = file_system(env).NewRandomAccessFile(path.string(), {}, &file, nullptr);
  if (status.IsNotFound() || status.IsPathNotFound()) {
    return Error{Code::kCorruption, "the file HEAD is missing, so nothing tells what was acknowledged", {}};
  }
  if (!status.ok()) return head_error(status, "opening");
  std::string scratch(2 * kSlotBytes, '\0');
  rocksdb::Slice got;
  status = file->Read(0, scratch.size(), {}, &got, scratch.data(), nullptr);
  if (!status.ok()) return head_error(status, "reading");
  std::string bytes = got.ToString();
  bytes.resize(2 * kSlotBytes, '\0');
  return bytes;
}

}  // namespace

Status HeadFile::create(const std::filesystem::path& path, const HeadContent& content, rocksdb::Env* env) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = file_system(env).NewWritableFile(path.string(), {}, &file, nullptr);
  if (!status.ok()) return head_error(status, "making");
  const std::string slot = encode_slot(content);
  status = file->Append(slot, {}, nullptr);
  if (status.ok()) status = file->Append(slot, {}, nullptr);
  if (status.ok()) status = file->Fsync({}, nullptr);
  if (status.ok()) status = file->Close({}, nullptr);
  if (!status.ok()) return head_error(status, "making");
  return Ok{};
}

Result<HeadContent> HeadFile::read(const std::filesystem::path& path, rocksdb::Env* env) {
  const std::string bytes = GOVLOG_TRY(read_slots(path, env));
  const auto first = decode_slot(std::string_view(bytes).substr(0, kSlotBytes));
  const auto second = decode_slot(std::string_view(bytes).substr(kSlotBytes));
  if (!first && !second) {
    return Error{Code::kCorruption, "neither slot of the file HEAD is valid, so nothing tells what was acknowledged", {}};
  }
  if (!first) return *second;
  if (!second) return *first;
  HeadContent newest = first->position >= second->position ? *first : *second;
  newest.other_manifest = first->position >= second->position ? second->manifest : first->manifest;
  return newest;
}

Result<std::unique_ptr<HeadFile>> HeadFile::open(const std::filesystem::path& path, rocksdb::Env* env) {
  const std::string bytes = GOVLOG_TRY(read_slots(path, env));
  const auto first = decode_slot(std::string_view(bytes).substr(0, kSlotBytes));
  const auto second = decode_slot(std::string_view(bytes).substr(kSlotBytes));
  auto head = std::unique_ptr<HeadFile>(new HeadFile());
  // Begin with the slot that tells less; the other stays until the next sync.
  head->slot_ = first && (!second || first->position >= second->position) ? 1 : 0;
  const rocksdb::IOStatus status = file_system(env).NewRandomRWFile(path.string(), {}, &head->file_, nullptr);
  if (!status.ok()) return head_error(status, "opening");
  // The kept slot may be as a killed process left it, never synced.
  const rocksdb::IOStatus synced = head->file_->Sync({}, nullptr);
  if (!synced.ok()) return head_error(synced, "syncing");
  return head;
}

HeadFile::~HeadFile() = default;

Status HeadFile::write(const HeadContent& content) {
  const rocksdb::IOStatus status = file_->Write(slot_ * kSlotBytes, encode_slot(content), {}, nullptr);
  if (!status.ok()) return head_error(status, "writing");
  return Ok{};
}

Status HeadFile::sync() {
  const rocksdb::IOStatus status = file_->Sync({}, nullptr);
  if (!status.ok()) return head_error(status, "syncing");
  slot_ = 1 - slot_;
  return Ok{};
}

}  // namespace govlog
