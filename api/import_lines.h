#pragma once
// The lines of one file as events, in batches: the half of an import that needs no store.

#include "api/byte_source.h"
#include "api/line_reader.h"
#include "codec/event.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace govlog {

/// A line and what became of it.
struct ImportLine {
  std::uint64_t number = 0;
  std::variant<Event, Error> parsed;
  std::string raw;                      // kept where refused lines are wanted
  std::shared_ptr<std::FILE> overlong;  // in its place, of a line that is too long to be held
};

struct ImportBatch {
  std::vector<ImportLine> lines;
  std::uint64_t bytes_read = 0;  // of the file, so far
  std::optional<Error> fault;    // of the file, after these lines; nothing follows
  bool last = false;             // of the file
};

struct ImportLinesOptions {
  std::size_t batch_lines = 1000;
  bool keep_raw = false;
  bool stop_at_error = true;  // nothing is read beyond a line that is refused
  std::function<Timestamp()> clock;
  std::function<Status(Event&)> prepare;  // may be empty
  std::function<bool()> stop;             // asked while a pipe gives nothing; true ends the file after its last whole line
};

/// Reads batches of one file. Lines without `id` get the UUIDv5 of their canonical text, a newline, and their ordinal (from 1) among equal
/// lines of the file. Memory: a batch, and 16 bytes and a count for each different line without id.
class ImportLines {
 public:
  static Result<std::unique_ptr<ImportLines>> open(const std::string& path, ImportLinesOptions options);

  ImportBatch next();

 private:
  ImportLines(std::unique_ptr<ByteSource> source, ImportLinesOptions options);
  ImportLine parse(const Line& line);
  Uuid make_id(const std::string& canonical);

  std::unique_ptr<ByteSource> source_;
  ImportLinesOptions options_;
  std::shared_ptr<std::FILE> overlong_;
  LineReader reader_;
  struct UuidHash {
    std::size_t operator()(const Uuid& id) const;
  };
  std::unordered_map<Uuid, std::uint64_t, UuidHash> ordinals_;  // by the id that the first of its kind has
};

}  // namespace govlog
