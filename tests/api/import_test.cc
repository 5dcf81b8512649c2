#include "api/import.h"
#include "api/local_executor.h"

#include "api/export.h"
#include "tests/api/ask_store.h"

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

namespace govlog {
namespace {

std::string line(int n) {
  return fmt::format(
             R"({{"event_type":"Noted","entity_type":"note","entity_id":"n{}","data":{{"n":{}}},"created_at":"2025-11-01T00:00:00Z"}})",
             n, n) +
         "\n";
}

std::string lines(int count) {
  std::string out;
  for (int n = 1; n <= count; ++n) out += line(n);
  return out;
}

std::string write_file(const TemporaryStore& store, std::string_view name, std::string_view bytes) {
  const std::string path = store.path(name).string();
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string read_file(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

Result<ImportSummary> import_one(TemporaryStore& store, const std::string& path, ImportOptions options = {}) {
  options.clock = [&store] { return store.store().now(); };
  LocalExecutor executor(store.store());
  return import_files(executor, {path}, options);
}

/// `read appended duplicates rejected last_position`, or the error's code, line, appended and last_position.
std::string imported(TemporaryStore& store, const std::string& path, const ImportOptions& options = {}) {
  const auto summary = import_one(store, path, options);
  if (summary.ok()) {
    return fmt::format("{} {} {} {} {}", summary->read, summary->appended, summary->duplicates, summary->rejected,
                       summary->last_position);
  }
  std::string out(code_info(summary.error().code).name);
  for (const Detail& detail : summary.error().details) {
    if (const auto* number = std::get_if<std::uint64_t>(&detail.value)) out += fmt::format(" {}={}", detail.name, *number);
  }
  return out;
}

std::string gzip(std::string_view text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string exported(const TemporaryStore& store, const ExportRange& range = {}) {
  std::string out;
  const Status status = export_events(store.read(), range, [&](std::string_view block) -> Status {
    out += block;
    return Ok{};
  });
  REQUIRE(status.ok());
  return out;
}

TEST_SUITE("import") {
  TEST_CASE("a second import of a file appends nothing") {
    TemporaryStore store;
    const std::string path = write_file(store, "f", lines(2500) + line(1));
    CHECK(imported(store, path) == "2501 2501 0 0 2501");
    CHECK(imported(store, path) == "2501 0 2501 0 2501");
  }

  TEST_CASE("equal lines are told apart by their ordinal, whatever their spacing") {
    TemporaryStore store;
    const std::string spaced =
        R"({ "entity_id":"n1","event_type":"Noted","entity_type":"note","data":{"n":1},"created_at":"2025-11-01T00:00:00Z"})";
    CHECK(imported(store, write_file(store, "a", line(1) + spaced + "\n")) == "2 2 0 0 2");
    CHECK(imported(store, write_file(store, "b", line(1) + line(1) + line(1))) == "3 1 2 0 3");
  }

  TEST_CASE("a line without id gets the UUIDv5 of its canonical text, a newline and its ordinal") {
    TemporaryStore store;
    imported(store, write_file(store, "a", line(1) + line(1)));
    const std::string text =
        R"({"created_at":"2025-11-01T00:00:00Z","data":{"n":1},"entity_id":"n1","entity_type":"note","event_type":"Noted"})";
    std::string buffer;
    CHECK((*store.read().event_at(2, buffer).value()).id == make_uuid_v5(import_namespace(), text + "\n2"));
  }

  TEST_CASE("a byte order mark, CR, blank lines and a missing last newline are no matter") {
    TemporaryStore store;
    std::string text = "\xef\xbb\xbf" + line(1) + "\r\n  \t\n\n" + line(2);
    text.insert(text.size() - 1, "\r");
    CHECK(imported(store, write_file(store, "a", text + line(3).substr(0, line(3).size() - 1))) == "3 3 0 0 3");
    CHECK(imported(store, write_file(store, "b", lines(3))) == "3 0 3 0 3");
    CHECK(imported(store, write_file(store, "empty", "")) == "0 0 0 0 3");
  }

  TEST_CASE("gzip, of several members too, and zstd are known by their first bytes") {
    TemporaryStore store;
    const std::string text = lines(5000);
    CHECK(imported(store, write_file(store, "a", gzip(text))) == "5000 5000 0 0 5000");
    CHECK(imported(store, write_file(store, "b", gzip(text.substr(0, 1000)) + gzip(text.substr(1000)))) ==
          "5000 0 5000 0 5000");
    CHECK(imported(store, write_file(store, "c", zstd(text))) == "5000 0 5000 0 5000");
    CHECK(imported(store, write_file(store, "d", zstd(text.substr(0, 1000)) + zstd(text.substr(1000)))) ==
          "5000 0 5000 0 5000");
  }

  TEST_CASE("a zstd stream may begin with a frame that is skipped") {
    TemporaryStore store;
    const std::string skipped(
        "\x50\x2A\x4D\x18\x04\x00\x00\x00"
        "size",
        12);
    CHECK(imported(store, write_file(store, "a", skipped + zstd(lines(10)))) == "10 10 0 0 10");
  }

  TEST_CASE("what was large enough to be appended can be exported and imported again") {
    TemporaryStore here;
    TemporaryStore there;
    const std::string event = R"({"event_type":"T","entity_type":"thing","entity_id":"x","data":{"a":""}})";
    std::string largest = event;
    largest.insert(event.find("\"\"}}") + 1, std::string((std::size_t{1} << 20) - event.size(), 'x'));
    CHECK(imported(here, write_file(here, "a", largest)) == "1 1 0 0 1");
    CHECK(imported(there, write_file(there, "b", exported(here))) == "1 1 0 0 1");
    CHECK(imported(here, write_file(here, "c", exported(here))) == "1 0 1 0 1");
    largest.insert(largest.size() - 3, "x");
    CHECK(imported(here, write_file(here, "d", largest)).starts_with("too_large"));
  }

  TEST_CASE("of a stream that is cut off or damaged, the lines before stay") {
    TemporaryStore store;
    const std::string packed = gzip(lines(5000));
    const auto cut = import_one(store, write_file(store, "a", packed.substr(0, packed.size() - 4)));
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().code == Code::kInvalidJson);
    CHECK(cut.error().message.find("is cut off; 5000 events were appended before") != std::string::npos);
    CHECK(store.read().log_position() == 5000);
    std::string flipped = zstd(lines(5000));
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x10);
    CHECK(imported(store, write_file(store, "b", flipped)).starts_with("invalid_"));
    CHECK(imported(store, write_file(store, "c", zstd(lines(10)).substr(0, 20))).starts_with("invalid_json"));
  }

  TEST_CASE("a refused line ends the import, and what stands before it is appended") {
    TemporaryStore store;
    CHECK(imported(store, write_file(store, "a", line(1) + "\n" + line(2) + "{\n" + line(3))) ==
          "invalid_json byte=1 line=4 appended=2 last_position=2");
    CHECK(imported(store, write_file(store, "b", "[1]\n")) == "invalid_event line=1 appended=0 last_position=2");
    CHECK(store.read().log_position() == 2);
  }

  TEST_CASE("a line that the log refuses ends the import at that line") {
    TemporaryStore store;
    std::string refused = line(3);
    refused.insert(1, R"("expected_version":5,)");
    const std::string path = write_file(store, "a", lines(2) + "\n" + refused + line(4));
    CHECK(imported(store, path) == "version_conflict actual=0 expected=5 line=4 appended=2 last_position=2");
    CHECK(store.read().log_position() == 2);
  }

  TEST_CASE("skip leaves refused lines out and gives them back verbatim") {
    TemporaryStore store;
    std::string conflict = line(3);
    conflict.insert(1, R"("expected_version":5,)");
    const std::string bad = "{ \xff \r\n";
    ImportOptions options;
    options.skip_errors = true;
    options.rejects_path = store.path("rejects").string();
    CHECK(imported(store, write_file(store, "a", lines(2) + conflict + line(4) + bad + line(5)), options) == "6 4 0 2 4");
    CHECK(read_file(options.rejects_path) == conflict + bad);
  }

  TEST_CASE("a line of over 4 MiB is too_large, given back verbatim, and the next one is read") {
    TemporaryStore store;
    const std::string large = R"({"data":")" + std::string(std::size_t{5} << 20, 'x') + "\n";
    ImportOptions options;
    options.skip_errors = true;
    options.rejects_path = store.path("rejects").string();
    const std::string path = write_file(store, "a", line(1) + large + line(2));
    CHECK(imported(store, path, options) == "3 2 0 1 2");
    CHECK(read_file(options.rejects_path) == large);
    CHECK(imported(store, path) == "too_large line=2 appended=0 last_position=2");
  }

  TEST_CASE("a file that is not there is io_error") {
    TemporaryStore store;
    CHECK(imported(store, store.path("none").string()).starts_with("io_error"));
    CHECK(imported(store, store.path(".").string()).starts_with("io_error"));
  }

  TEST_CASE("progress counts bytes and lines; an import that is stopped ends after the batches that were taken") {
    TemporaryStore store;
    const std::string path = write_file(store, "a", lines(50));
    ImportOptions options;
    options.batch_lines = 10;
    std::vector<std::uint64_t> seen;
    options.progress = [&](const ImportProgress& progress) {
      seen.push_back(progress.lines_read);
      CHECK(progress.bytes_total == lines(50).size());
    };
    options.stop = [] { return true; };
    const auto stopped = import_one(store, path, options);
    REQUIRE(stopped.ok());
    CHECK(seen == std::vector<std::uint64_t>{stopped->read});
    CHECK(stopped->read % 10 == 0);
    CHECK(store.read().log_position() == stopped->appended);
    CHECK(imported(store, path) == fmt::format("50 {} {} 0 50", 50 - stopped->read, stopped->read));
  }

  TEST_CASE("a pipe that gives nothing more can be stopped: whole lines are appended, a part of one is not") {
    TemporaryStore store;
    const std::string path = store.path("pipe").string();
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    std::atomic<bool> written{false};
    std::thread writer([&] {
      std::ofstream pipe(path, std::ios::binary);
      pipe << lines(3) << line(4).substr(0, 20) << std::flush;
      written = true;
      while (written) std::this_thread::yield();
    });
    ImportOptions options;
    options.stop = [&] { return written.load(); };
    CHECK(imported(store, path, options) == "3 3 0 0 3");
    written = false;
    writer.join();
  }

  TEST_CASE("a summary has the contract's members") {
    CHECK(render_import_summary({5, 3, 1, 1, 3, 0.25}) ==
          R"({"read":5,"appended":3,"duplicates":1,"rejected":1,"last_position":3,"seconds":0.250})");
  }

  TEST_CASE("an export imported elsewhere appends the same facts anew") {
    TemporaryStore here;
    TemporaryStore there;
    imported(here, write_file(here, "a", lines(3)));
    there.set_now("2025-12-02T00:00:00Z");
    CHECK(imported(there, write_file(there, "b", exported(here))) == "3 3 0 0 3");
    std::string expected = exported(here);
    for (std::size_t at = 0; (at = expected.find("2025-12-01", at)) != std::string::npos;)
      expected.replace(at, 10, "2025-12-02");
    CHECK(exported(there) == expected);
  }
}

TEST_SUITE("export") {
  TEST_CASE("a range of positions is exported, both ends included, and ends with the log") {
    TemporaryStore store;
    for (const int day : {1, 2, 3}) store.note("note/a", day, "{}");
    const std::string all = exported(store);
    CHECK(std::count(all.begin(), all.end(), '\n') == 3);
    CHECK(exported(store, {2, 2}).starts_with(R"({"position":2,)"));
    CHECK(exported(store, {2, 99}) == all.substr(all.find('\n') + 1));
    CHECK(exported(store, {4, 99}).empty());
    CHECK(exported(store, {3, 2}).empty());
    CHECK(exported(store, {1, 0}).empty());
  }

  TEST_CASE("positions are digits") {
    CHECK(parse_export_range(export_parameters(), {{"from_position", {"2"}}, {"to_position", {"3"}}})->to == 3);
    CHECK(parse_export_range(tail_parameters(), {})->from == 1);
    CHECK_FALSE(parse_export_range(export_parameters(), {{"from_position", {"x"}}}).ok());
    CHECK_FALSE(parse_export_range(export_parameters(), {{"from_position", {"0"}}}).ok());
    CHECK_FALSE(parse_export_range(tail_parameters(), {{"to_position", {"3"}}}).ok());
  }

  TEST_CASE("an error of the sink ends the export") {
    TemporaryStore store;
    store.note("note/a", 1, "{}");
    const Status status = export_events(store.read(), {}, [](std::string_view) -> Status {
      return Error{Code::kIoError, "closed", {}};
    });
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().message == "closed");
  }
}

}  // namespace
}  // namespace govlog
