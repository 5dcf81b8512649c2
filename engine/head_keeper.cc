#include "engine/head_keeper.h"

namespace govlog {

Result<std::unique_ptr<HeadKeeper>> HeadKeeper::open(const std::filesystem::path& directory, std::shared_ptr<Database> database,
                                                     rocksdb::Env* env) {
  std::unique_ptr<HeadFile> file = GOVLOG_TRY(HeadFile::open(directory / "HEAD", env));
  return std::unique_ptr<HeadKeeper>(new HeadKeeper(std::move(file), std::move(database)));
}

Status HeadKeeper::note(const HeadContent& content) {
  const std::lock_guard lock(mutex_);
  content_ = content;
  return write();
}

Status HeadKeeper::sync() {
  const std::lock_guard lock(mutex_);
  const bool told = content_.manifest.database != 0 || written_;  // something was noted at all
  if (told && content_.manifest != manifest()) GOVLOG_TRY(write());
  if (!written_) return Ok{};
  written_ = false;
  return file_->sync();
}

/// With mutex_ held.
Status HeadKeeper::write() {
  written_ = true;
  content_.manifest = manifest();
  return file_->write(content_);
}

}  // namespace govlog
