// One thread reads and parses ahead, the caller's appends.
#include "api/import.h"

#include "api/import_lines.h"
#include "api/json_writer.h"
#include "base/system_error.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace govlog {

namespace {

/// Batches on their way from the thread that parses to the one that appends. They are taken by the dozen: a large group costs a store less.
class BatchQueue {
 public:
  /// False where nobody takes batches any more.
  bool put(ImportBatch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || batches_.size() < kBatchesMaximum; });
    if (closed_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  /// As many as there is room for, fewer where the next ones are not there in a moment; at least one.
  std::deque<ImportBatch> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !batches_.empty(); });
    changed_.wait_for(lock, kMoment, [&] { return batches_.size() == kBatchesMaximum || batches_.back().last; });
    std::deque<ImportBatch> batches = std::exchange(batches_, {});
    changed_.notify_all();
    return batches;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t kBatchesMaximum = 16;
  static constexpr std::chrono::milliseconds kMoment{50};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ImportBatch> batches_;
  bool closed_ = false;
};

/// Parses a file ahead of whoever calls next(); its thread ends with it, within a line.
class ParseAhead {
 public:
  explicit ParseAhead(std::unique_ptr<ImportLines> lines)
      : thread_([queue = &queue_, lines = std::move(lines)] {
          for (bool last = false; !last;) {
            ImportBatch batch = next_of(*lines);
            last = batch.last;
            if (!queue->put(std::move(batch))) return;
          }
        }) {}
  ~ParseAhead() {
    queue_.close();
    thread_.join();
  }
  ParseAhead(const ParseAhead&) = delete;
  ParseAhead& operator=(const ParseAhead&) = delete;

  std::deque<ImportBatch> next() { return queue_.take(); }

 private:
  static ImportBatch next_of(ImportLines& lines) {
    try {
      return lines.next();
    } catch (const std::exception& thrown) {
      ImportBatch failed;
      failed.fault = exception_error(thrown);
      failed.last = true;
      return failed;
    }
  }

  BatchQueue queue_;
  std::thread thread_;
};

/// The file of refused lines; does nothing where none is wanted.
class Rejects {
 public:
  Status open(const std::string& path, const std::vector<std::string>& inputs) {
    path_ = path;
    if (path.empty()) return Ok{};
    for (const std::string& input : inputs) {
      std::error_code error;
      if (input == "-" || !std::filesystem::equivalent(path, input, error) || error) continue;
      return Error{Code::kInvalidArgument,
                   fmt::format("the rejects would overwrite {}, which is to be imported: name another file", input),
                   {}}
          .with("parameter", "rejects");
    }
    file_.reset(std::fopen(path.c_str(), "we"));
    return file_ ? Status(Ok{}) : failed();
  }
  Status add(const ImportLine& line) {
    if (!file_) return Ok{};
    std::fwrite(line.raw.data(), 1, line.raw.size(), file_.get());
    if (line.overlong) copy(line.overlong.get());
    std::fputc('\n', file_.get());
    return std::fflush(file_.get()) == 0 ? Status(Ok{}) : failed();
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void copy(std::FILE* from) {
    std::rewind(from);
    char buffer[65536];
    for (std::size_t bytes = 0; (bytes = std::fread(buffer, 1, sizeof buffer, from)) > 0;)
      std::fwrite(buffer, 1, bytes, file_.get());
  }
  Error failed() const { return system_error(errno, fmt::format("cannot write {}", path_)); }

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// Whether the error is about one event of a batch, and the others could be appended without it.
bool blames_one_event(Code code) {
  return code == Code::kIdConflict || code == Code::kVersionConflict || code == Code::kInvalidEvent ||
         code == Code::kFutureTimestamp;
}

/// 0-based place in its batch of the event that an append refused.
std::size_t blamed_index(const Error& error, std::size_t events) {
  for (const Detail& detail : error.details) {
    const auto* number = std::get_if<std::uint64_t>(&detail.value);
    if (detail.name == "line" && number != nullptr && *number >= 1 && *number <= events)
      return static_cast<std::size_t>(*number - 1);
  }
  return 0;
}

class Import {
 public:
  Import(Executor& executor, const ImportOptions& options) : executor_(executor), options_(options) {}

  Result<ImportSummary> run(const std::vector<std::string>& files) {
    const auto begin = std::chrono::steady_clock::now();
    GOVLOG_TRY(rejects_.open(options_.rejects_path, files));
    progress_.bytes_total = total_bytes(files);
    for (const std::string& file : files) {
      const bool go_on = GOVLOG_TRY(run_file(file));
      if (!go_on) break;
    }
    (void)::malloc_trim(0);  // what follows needs far less than an import; without this, the allocator keeps it
    summary_.last_position = last_position();
    summary_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return summary_;
  }

 private:
  static std::uint64_t total_bytes(const std::vector<std::string>& files) {
    std::uint64_t total = 0;
    for (const std::string& file : files) {
      const std::uint64_t bytes = file_size_or_zero(file);
      if (file == "-") return 0;
      total += bytes;
    }
    return total;
  }

  Result<bool> run_file(const std::string& file) {
    file_ = !options_.shown_as.empty() ? options_.shown_as : file == "-" ? "stdin" : file;
    const std::uint64_t bytes_before = progress_.bytes_read;
    ImportLinesOptions options;
    options.batch_lines = std::max<std::size_t>(options_.batch_lines, 1);
    options.keep_raw = !options_.rejects_path.empty();
    options.stop_at_error = !options_.skip_errors;
    options.clock = options_.clock;
    options.prepare = options_.prepare;
    options.stop = options_.stop;
    auto lines = ImportLines::open(file, std::move(options));
    if (!lines.ok()) return told(lines.take_error(), 0);
    ParseAhead ahead(lines.take());
    for (bool last = false; !last;) {
      std::deque<ImportBatch> batches = ahead.next();
      last = batches.back().last;
      progress_.bytes_read = bytes_before + batches.back().bytes_read;
      GOVLOG_TRY(append_sound(batches));
      for (ImportBatch& batch : batches) {
        GOVLOG_TRY(append(batch.lines));
        if (batch.fault) return told(std::move(*batch.fault), 0);
      }
      progress_.lines_read = summary_.read;
      if (options_.progress) options_.progress(progress_);
      if (options_.stop && options_.stop()) return false;
    }
    return true;
  }

  /// Appends the batches before the first that has a refused line, with one sync for all, and removes them.
  Status append_sound(std::deque<ImportBatch>& batches) {
    std::vector<std::vector<Event>> sound;
    for (ImportBatch& batch : batches) {
      const bool refused = std::any_of(batch.lines.begin(), batch.lines.end(),
                                       [](const ImportLine& line) { return std::holds_alternative<Error>(line.parsed); });
      if (refused || batch.fault || batch.lines.empty()) break;
      std::vector<Event> events;
      events.reserve(batch.lines.size());
      for (ImportLine& line : batch.lines) events.push_back(std::move(std::get<Event>(line.parsed)));
      sound.push_back(std::move(events));
    }
    if (sound.empty()) return Ok{};
    auto answered = executor_.append_in_turn(sound);
    if (!answered.ok()) return told(answered.take_error(), 0);
    const std::vector<std::vector<Receipt>> appended = answered.take();
    for (const std::vector<Receipt>& receipts : appended) count(receipts);
    for (std::size_t i = appended.size(); i < sound.size(); ++i) {  // the others go back to their lines
      for (std::size_t k = 0; k < sound[i].size(); ++k) batches[i].lines[k].parsed = std::move(sound[i][k]);
    }
    batches.erase(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(appended.size()));
    return Ok{};
  }

  /// Appends what is sound of `lines` as one batch; ends at the first refused line, or leaves refused ones out.
  Status append(std::vector<ImportLine>& lines) {
    std::vector<ImportLine*> sound;
    std::vector<std::pair<ImportLine*, Error>> refused;
    for (ImportLine& line : lines) {
      if (auto* error = std::get_if<Error>(&line.parsed)) {
        refused.emplace_back(&line, std::move(*error));
      } else {
        sound.push_back(&line);
      }
    }
    while (!sound.empty()) {
      // Copies: what is refused is sent again without the event at fault.
      auto receipts = executor_.append(events_of(sound));
      if (receipts.ok()) {
        count(receipts.value());
        break;
      }
      if (!blames_one_event(receipts.error().code)) return told(receipts.take_error(), 0);
      const std::size_t index = blamed_index(receipts.error(), sound.size());
      refused.emplace_back(sound[index], receipts.take_error());
      sound.erase(sound.begin() + static_cast<std::ptrdiff_t>(index),
                  options_.skip_errors ? sound.begin() + static_cast<std::ptrdiff_t>(index) + 1 : sound.end());
    }
    return refuse(std::move(refused));
  }

  Status refuse(std::vector<std::pair<ImportLine*, Error>> refused) {
    std::sort(refused.begin(), refused.end(), [](const auto& a, const auto& b) { return a.first->number < b.first->number; });
    for (auto& [line, error] : refused) {
      ++summary_.read;
      ++summary_.rejected;
      Status kept = rejects_.add(*line);
      if (!kept.ok()) return told(kept.error(), line->number);
      if (!options_.skip_errors) return told(std::move(error), line->number);
    }
    return Ok{};
  }

  static std::vector<Event> events_of(const std::vector<ImportLine*>& lines) {
    std::vector<Event> events;
    events.reserve(lines.size());
    for (const ImportLine* line : lines) events.push_back(std::get<Event>(line->parsed));
    return events;
  }

  void count(const std::vector<Receipt>& receipts) {
    summary_.read += receipts.size();
    for (const Receipt& receipt : receipts) {
      ++(receipt.duplicate ? summary_.duplicates : summary_.appended);
    }
  }

  /// Of the log as it is now.
  Position last_position() const {
    const auto page = executor_.export_page({.from = kPositionMax, .to = kPositionMax});
    return page.ok() ? page->log_position : 0;
  }

  /// The error with where it happened and what stands: `line` 0 where it is about no line.
  Error told(Error error, std::uint64_t line) const {
    std::erase_if(error.details, [](const Detail& detail) { return detail.name == "line" || detail.name == "file"; });
    const std::string_view were = summary_.appended == 1 ? "event was" : "events were";
    const std::string where = line == 0 ? std::string() : fmt::format("{} line {}: ", file_, line);
    error.message = fmt::format("{}{}; {} {} appended before", where, error.message, summary_.appended, were);
    error.details.push_back({"file", file_});
    if (line != 0) error.details.push_back({"line", line});
    error.details.push_back({"appended", summary_.appended});
    error.details.push_back({"last_position", last_position()});
    return error;
  }

  Executor& executor_;
  const ImportOptions& options_;
  Rejects rejects_;
  ImportSummary summary_;
  ImportProgress progress_;
  std::string file_;
};

}  // namespace

Result<ImportSummary> import_files(Executor& executor, const std::vector<std::string>& files, const ImportOptions& options) {
  return Import(executor, options).run(files);
}

std::string render_import_summary(const ImportSummary& summary) {
  std::string out;
  ObjectWriter object(out);
  object.number("read", summary.read);
  object.number("appended", summary.appended);
  object.number("duplicates", summary.duplicates);
  object.number("rejected", summary.rejected);
  object.number("last_position", summary.last_position);
  object.token("seconds", fmt::format("{:.3f}", summary.seconds));
  object.close();
  return out;
}

}  // namespace govlog
