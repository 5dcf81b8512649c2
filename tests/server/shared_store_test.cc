// Several executors on one store.

#include "codec/event_json.h"
#include "engine/directory.h"
#include "engine/head_watch.h"
#include "tests/server/sharing.h"

#include <fmt/format.h>
#include <poll.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace govlog {
namespace {

// As `rm -rf` again until it is gone: the owner's own threads make and remove files meanwhile.
void remove_under_its_owner(const std::filesystem::path& directory) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::filesystem::exists(directory)) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, error.message());
  }
}

}  // namespace

TEST_SUITE("shared store") {
  TEST_CASE("the second of two works through the first, and each sees what the other wrote") {
    const Directory directory;
    const auto first = shared(directory.store());
    const auto second = shared(directory.store());
    CHECK(create(*first, "CR-1")->front().position == 1);
    const auto receipt = create(*second, "CR-2");
    REQUIRE(receipt.ok());
    CHECK(receipt->front().position == 2);
    CHECK(receipt->front().entity_id == "CR-2");
    CHECK_FALSE(receipt->front().duplicate);
    CHECK(ask(*first, "timeline", {{"from", {"1d"}}}) == ask(*second, "timeline", {{"from", {"1d"}}}));
    CHECK(ask(*second, "at", {{"entity", {"CR-2"}}}).find("as said & done, 100 %") != std::string::npos);
    CHECK(ask(*second, "at", {{"entity", {"CR-9"}}}) == ask(*first, "at", {{"entity", {"CR-9"}}}));
    const auto picture = second->read(*find_operation("chain"), {{"change_request", {"CR-1"}}, {"format", {"dot"}}});
    CHECK(picture.answer->starts_with("//"));
  }

  TEST_CASE("what lasts tells both how far it is, and ends when it is told to") {
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    std::vector<Event> batch(8'192);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].event_type = "Noted";
      batch[i].entity_type = "note";
      batch[i].entity_id = fmt::format("N{}", i);
      batch[i].data = "{}";
    }
    REQUIRE(owner->append(std::move(batch)).ok());
    const Operation& verify = *find_operation("verify");
    for (Executor* store : {static_cast<Executor*>(owner.get()), static_cast<Executor*>(other.get())}) {
      std::string stages;
      const ReadWatch watch{[&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
                              CHECK(done <= total);
                              stages += std::string(stage) + ' ';
                            },
                            {}};
      CHECK(store->read(verify, {}, watch).answer->starts_with(R"({"ok":true)"));
      CHECK(stages.starts_with("files "));
      CHECK(store->read(verify, {}, {{}, [] { return true; }}).answer.error().code == Code::kInternal);
      CHECK(ask(*store, "verify").starts_with(R"({"ok":true)"));
    }
  }

  TEST_CASE("verify answers for a store that cannot be opened or has lost files, whoever has it open") {
    for (const std::string file : {"HEAD", "db/CURRENT"}) {
      CAPTURE(file);
      const Directory directory;
      REQUIRE(create(*shared(directory.store()), "CR-1").ok());
      std::filesystem::resize_file(directory.store() / file, 0);
      if (file == "HEAD") std::filesystem::remove(directory.store() / file);
      for (const bool reads_once : {true, false}) {
        const auto store = shared(directory.store(), reads_once);
        const std::string answer = ask(*store, "verify");
        CHECK_MESSAGE(answer.starts_with(R"({"ok":false,)"), answer);
        CHECK_MESSAGE(answer.find(file) != std::string::npos, answer);
        CHECK(store->read(*find_operation("verify"), {{"since", {"0"}}}).answer.error().code == Code::kInvalidArgument);
      }
    }
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    std::filesystem::remove(directory.store() / "HEAD");
    for (Executor* store : {static_cast<Executor*>(owner.get()), static_cast<Executor*>(other.get())})
      CHECK(ask(*store, "verify").find("HEAD is missing") != std::string::npos);
  }

  TEST_CASE("errors come through as they are") {
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    for (Executor* store : {static_cast<Executor*>(owner.get()), static_cast<Executor*>(other.get())}) {
      const auto conflict = store->write(*find_write_operation("cr new"),
                                         {{"change_request_id", {"CR-1"}}, {"title", {"again"}}, {"expected_version", {"0"}}});
      CHECK(conflict.error().code == Code::kVersionConflict);
      CHECK(render_error(conflict.error()).find("\"actual\":1") != std::string::npos);
      const auto nothing = store->read(*find_operation("timeline"), {{"limit", {"0"}}});
      CHECK(nothing.answer.error().code == Code::kInvalidArgument);
      CHECK(render_error(nothing.answer.error()).find("\"parameter\":\"limit\"") != std::string::npos);
    }
  }

  TEST_CASE("when the owner ends, another takes over, and what had been sent happens once") {
    const Directory directory;
    auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    REQUIRE(create(*other, "CR-2", "0198a000-0000-7000-8000-000000000001").ok());
    owner.reset();
    CHECK_FALSE(std::filesystem::exists(directory.store() / "sock"));
    CHECK(create(*other, "CR-3")->front().position == 3);
    const auto again = create(*other, "CR-2", "0198a000-0000-7000-8000-000000000001");
    CHECK(again->front().duplicate);
    CHECK(last_position(*other) == 3);
    CHECK(std::filesystem::exists(directory.store() / "sock"));
  }

  TEST_CASE("owners come and go under eight writers, and every write is there once") {
    const Directory directory;
    std::mutex mutex;
    std::string failure;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 8; ++writer) {
      writers.emplace_back([&, writer] {
        auto store = shared(directory.store());
        for (int i = 0; i < 20; ++i) {
          if (i % 5 == writer % 5) store = shared(directory.store());  // as if the process had ended
          const auto receipts = create(*store, fmt::format("CR-{}-{}", writer, i));
          if (receipts.ok() && !receipts->front().duplicate) continue;
          const std::lock_guard lock(mutex);
          failure = receipts.ok() ? "a duplicate" : receipts.error().message;
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(failure == "");
    const auto store = shared(directory.store());
    CHECK(last_position(*store) == 160);
    const std::string lines = store->export_page({})->lines;
    std::set<std::string> seen;
    for (int writer = 0; writer < 8; ++writer) {
      for (int i = 0; i < 20; ++i) {
        if (lines.find(fmt::format("\"entity_id\":\"CR-{}-{}\",\"version\":1,", writer, i)) != std::string::npos)
          seen.insert(fmt::format("{} {}", writer, i));
      }
    }
    CHECK(seen.size() == 160);
  }

  TEST_CASE("batches go through, in turn too, each whole or not at all") {
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    const auto event = [](const std::string& id, const std::string& more) {
      return parse_event(
                 R"({"event_type":"Noted","entity_type":"t","entity_id":")" + id + R"(","data":{"n":1.50})" + more + "}",
                 system_clock_now(), EventLimits{})
          .take();
    };
    std::vector<Event> batch;
    batch.push_back(event("a", R"(,"actor":"ana","metadata":{"source":"x"},"created_at":"2025-01-02T03:04:05.678901Z")"));
    batch.push_back(event("b", ""));
    const auto receipts = other->append(batch);
    REQUIRE(receipts.ok());
    CHECK(receipts->size() == 2);
    CHECK(receipts->front().position == 2);
    const std::string line = other->export_page({.from = 2, .to = 2})->lines;
    CHECK(
        line.find(R"("actor":"ana","data":{"n":1.50},"metadata":{"source":"x"},"created_at":"2025-01-02T03:04:05.678901Z")") !=
        std::string::npos);
    std::vector<std::vector<Event>> batches(3);
    batches[0].push_back(event("c", R"(,"id":"0198a000-0000-7000-8000-00000000000a")"));
    batches[1].push_back(event("c", R"(,"id":"0198a000-0000-7000-8000-00000000000b","expected_version":7)"));
    batches[2].push_back(event("d", R"(,"id":"0198a000-0000-7000-8000-00000000000c")"));
    const auto appended = other->append_in_turn(batches);
    REQUIRE(appended.ok());
    CHECK(appended->size() == 1);
    CHECK(last_position(*owner) == 4);
  }

  TEST_CASE("a log is exported page by page, whoever has it open") {
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    for (int i = 0; i < 5; ++i) REQUIRE(create(*owner, fmt::format("CR-{}", i)).ok());
    const auto page = other->export_page({.from = 2, .to = 3});
    REQUIRE(page.ok());
    CHECK(page->next == 4);
    CHECK(page->log_position == 5);
    CHECK(page->lines == owner->export_page({.from = 2, .to = 3})->lines);
    CHECK(other->export_page({.from = 6})->next == 6);
  }

  TEST_CASE("reading makes nothing, and a write that is not sound makes no store") {
    const Directory directory;
    std::filesystem::create_directory(directory.store());
    const auto store = shared(directory.store());
    const ReadReply reply = store->read(*find_operation("timeline"), {});
    CHECK(reply.answer.ok());
    CHECK_FALSE(reply.exists);
    CHECK_FALSE(store->write(*find_write_operation("cr new"), {{"change_request_id", {"CR-1"}}}).ok());
    CHECK(std::filesystem::is_empty(directory.store()));
    CHECK(create(*store, "CR-1").ok());
    CHECK(std::filesystem::exists(directory.store() / "FORMAT"));
  }

  TEST_CASE("who reads once does not keep the store") {
    const Directory directory;
    REQUIRE(create(*shared(directory.store()), "CR-1").ok());
    const auto reader = shared(directory.store(), true);
    CHECK(ask(*reader, "stats").find("\"events\":1") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(directory.store() / "sock"));
    const auto writer = shared(directory.store());
    CHECK(create(*writer, "CR-2").ok());
    CHECK(ask(*reader, "stats").find("\"events\":2") != std::string::npos);
  }

  TEST_CASE("where a store was moved away, or removed, under its owner, all go on with the one that is made in its place") {
    const Directory directory;
    for (const bool removed : {false, true}) {
      auto old = shared(directory.store());
      auto relay = shared(directory.store());
      REQUIRE(create(*old, "CR-old").ok());
      REQUIRE(create(*relay, "CR-old-2").ok());
      if (removed) {
        remove_under_its_owner(directory.store());
      } else {
        std::filesystem::rename(directory.store(), directory.path() / "elsewhere");
      }
      CHECK(create(*old, "CR-1")->front().position == 1);
      CHECK(create(*relay, "CR-2")->front().position == 2);
      CHECK(last_position(*shared(directory.store())) == 2);
      if (!removed) CHECK(last_position(*shared(directory.path() / "elsewhere")) == 2);
      old.reset();
      relay.reset();
      remove_under_its_owner(directory.store());
      remove_under_its_owner(directory.path() / "elsewhere");
    }
  }

  TEST_CASE("changes of status that race each say what the one before them said") {
    const Directory directory;
    const auto owner = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    std::vector<std::thread> writers;
    std::atomic<int> failures = 0;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&, writer] {
        const auto store = shared(directory.store());
        for (int i = 0; i < 5; ++i) {
          const auto receipts = store->write(*find_write_operation("cr status"),
                                             {{"change_request_id", {"CR-1"}}, {"status", {fmt::format("s{}-{}", writer, i)}}});
          if (!receipts.ok()) ++failures;
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(failures == 0);
    const std::string lines = owner->export_page({.from = 2})->lines;
    std::string before;
    std::size_t wrong = 0;
    std::size_t count = 0;
    for (std::size_t at = 0; at < lines.size(); ++count) {
      const std::string line = lines.substr(at, lines.find('\n', at) - at);
      at += line.size() + 1;
      const std::size_t status = line.find(R"("new_status":")") + 14;
      if (!before.empty() && line.find(fmt::format(R"("old_status":"{}")", before)) == std::string::npos) ++wrong;
      before = line.substr(status, line.find('"', status) - status);
    }
    CHECK(count == 20);
    CHECK(wrong == 0);
  }

  TEST_CASE("file systems of a network are refused") {
    CHECK(is_network_file_system(0x6969));
    CHECK_FALSE(is_network_file_system(0xEF53));
    CHECK(check_file_system("/nothing/there").ok());
  }

  TEST_CASE("a watch of a store that is deleted falls silent, and tells when there is one again") {
    const Directory directory;
    {
      const auto store = shared(directory.store());
      REQUIRE(create(*store, "CR-1").ok());
    }
    const auto watch = HeadWatch::begin(directory.store());
    REQUIRE(watch.ok());
    const auto comes_to_rest = [&] {
      for (int i = 0; i < 50; ++i) {
        pollfd descriptor{.fd = (*watch)->descriptor(), .events = POLLIN, .revents = 0};
        if (::poll(&descriptor, 1, 200) == 0) return true;
        (void)(*watch)->clear();
      }
      return false;
    };
    std::filesystem::remove_all(directory.store());
    CHECK(comes_to_rest());
    std::filesystem::create_directory(directory.store().parent_path() / "another");  // beside where it was
    CHECK(comes_to_rest());
    const auto store = shared(directory.store());
    REQUIRE(create(*store, "CR-1").ok());
    pollfd descriptor{.fd = (*watch)->descriptor(), .events = POLLIN, .revents = 0};
    bool grown = false;
    for (int i = 0; i < 50 && !grown && ::poll(&descriptor, 1, 1000) > 0; ++i) grown = (*watch)->clear();
    CHECK(grown);
    CHECK(comes_to_rest());
  }

  TEST_CASE("a watch tells that the log has grown, whoever appended, and of a store that is made") {
    const Directory directory;
    const auto watch = HeadWatch::begin(directory.store());
    REQUIRE(watch.ok());
    const auto told = [&] {
      pollfd descriptor{.fd = (*watch)->descriptor(), .events = POLLIN, .revents = 0};
      bool grown = false;
      while (::poll(&descriptor, 1, 200) > 0) grown = (*watch)->clear() || grown;
      return grown;
    };
    const auto falls_silent = [&] {  // on a busy machine what belongs to an append may come late
      for (int i = 0; i < 50; ++i)
        if (!told()) return true;
      return false;
    };
    CHECK_FALSE(told());
    const auto store = shared(directory.store());
    REQUIRE(create(*store, "CR-1").ok());
    CHECK(told());
    CHECK(falls_silent());
    REQUIRE(create(*store, "CR-2").ok());
    CHECK(told());
    CHECK(falls_silent());
    CHECK(ask(*store, "stats").find("\"events\":2") != std::string::npos);
    CHECK_FALSE(told());
  }
}

}  // namespace govlog
