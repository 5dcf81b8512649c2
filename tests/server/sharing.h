#pragma once
// Executors on one store, as several processes have them.

#include "server/shared_store.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace govlog {

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "govlog-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() {
    std::error_code error;  // An owner that ends may be removing its own files.
    std::filesystem::remove_all(path_, error);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::filesystem::path store() const { return path_ / "store"; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<SharedStore> shared(const std::filesystem::path& directory, bool reads_once = false) {
  SharedStoreOptions options;
  options.store.directory = directory;
  options.reads_once = reads_once;
  options.patience = std::chrono::milliseconds(2000);
  options.answer_patience = std::chrono::milliseconds(5000);
  return std::make_unique<SharedStore>(std::move(options));
}

inline Result<std::vector<Receipt>> create(Executor& store, const std::string& id, const std::string& event_id = {}) {
  Arguments arguments{{"change_request_id", {id}}, {"title", {"as said & done, 100 %"}}};
  if (!event_id.empty()) arguments["event_id"] = {event_id};
  return store.write(*find_write_operation("cr new"), arguments);
}

inline std::string ask(Executor& store, std::string_view operation, const Arguments& arguments = {}) {
  const ReadReply reply = store.read(*find_operation(operation), arguments);
  return reply.answer.ok() ? *reply.answer : reply.answer.error().message;
}

inline Position last_position(Executor& store) {
  return store.export_page({.from = kPositionMax, .to = kPositionMax}).value().log_position;
}

}  // namespace govlog
