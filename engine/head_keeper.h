#pragma once
// HEAD while a store is open for writing: what was acknowledged, and how much of its database's MANIFEST was synced. Private to engine.

#include "base/result.h"
#include "engine/database.h"
#include "engine/head_file.h"

#include <filesystem>
#include <memory>
#include <mutex>

namespace govlog {

class HeadKeeper {
 public:
  /// Of the store in `directory`, whose database this is. `env` as in HeadFile.
  static Result<std::unique_ptr<HeadKeeper>> open(const std::filesystem::path& directory, std::shared_ptr<Database> database,
                                                  rocksdb::Env* env);

  /// Writes what is acknowledged; what it tells of the MANIFEST is added here. It outlives this process, and after the next sync() a power cut. Threads: any.
  Status note(const HeadContent& content);

  /// Makes it durable, and notes first what has grown since. Costs nothing where nothing did. Threads: any.
  Status sync();

 private:
  HeadKeeper(std::unique_ptr<HeadFile> file, std::shared_ptr<Database> database)
      : file_(std::move(file)), database_(std::move(database)) {}
  Status write();
  ManifestNote manifest() const { return {database_->identity(), database_->manifest().synced()}; }

  std::mutex mutex_;
  std::unique_ptr<HeadFile> file_;
  std::shared_ptr<Database> database_;
  HeadContent content_;
  bool written_ = false;  // since the last sync
};

}  // namespace govlog
