#include "engine/careful_env.h"

#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace govlog;

namespace {

std::filesystem::path manifest_of(const StoreFixture& fixture) {
  for (const auto& entry : std::filesystem::directory_iterator(fixture.directory() / "db")) {
    if (entry.path().filename().string().starts_with("MANIFEST-")) return entry.path();
  }
  return {};
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Cuts the MANIFEST of a new store at each of its records, from the last to the first; each must be refused. How many are because of what HEAD notes of it.
int cuts_told_by_head() {
  StoreFixture fixture;
  StoreOptions options = fixture.options();
  options.bulk_events = 2;
  for (int life = 0; life < 2; ++life)
    (void)Store::open_for_writing(options).take()->append({noted("a", "{}"), noted("b", "{}"), noted("c", "{}")}).value();
  const std::filesystem::path manifest = manifest_of(fixture);
  const std::string bytes = read_bytes(manifest);
  int told_by_head = 0;
  for (std::size_t size = bytes.size() - 1; size > 0; size = sound_log_bytes(std::string_view(bytes).substr(0, size - 1))) {
    std::ofstream(manifest, std::ios::binary | std::ios::trunc) << bytes.substr(0, size);
    const auto opened = Store::open_for_reading(fixture.options());
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == Code::kCorruption);
    told_by_head += opened.error().message.contains("of at least") ? 1 : 0;
  }
  return told_by_head;
}

}  // namespace

TEST_SUITE("careful env") {
  TEST_CASE("a log file is sound up to its last whole record, whatever follows") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    const std::string bytes = read_bytes(manifest_of(fixture));
    REQUIRE(bytes.size() > 100);
    CHECK(sound_log_bytes(bytes) == bytes.size());
    CHECK(sound_log_bytes(bytes + std::string(1000, '\0')) == bytes.size());
    CHECK(sound_log_bytes(bytes + std::string(40'000, 'x')) == bytes.size());
    CHECK(sound_log_bytes("") == 0);
    std::size_t before = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::size_t sound = sound_log_bytes(std::string_view(bytes).substr(0, size));
      CHECK(sound <= size);
      CHECK(sound >= before);
      before = sound;
    }
  }

  TEST_CASE("a store whose MANIFEST has an end that was never synced opens, with all that was acknowledged") {
    StoreFixture fixture;
    StoreOptions options = fixture.options();
    options.bulk_events = 2;
    for (int i = 0; i < 5; ++i) {
      const auto store = Store::open_for_writing(options).take();
      (void)store->append({noted("a", "{}"), noted("b", "{}"), noted("c", "{}")}).value();
    }
    const std::string before = exported(fixture.read()->read());
    // A record of ten bytes whose checksum does not hold, and another behind it: RocksDB takes that for no mere end.
    const std::string torn = std::string("\x01\x02\x03\x04\x0A\x00\x01", 7) + std::string(10, 'x');
    std::ofstream(manifest_of(fixture), std::ios::binary | std::ios::app) << torn << torn;
    CHECK(exported(fixture.read()->read()) == before);
    const auto store = Store::open_for_writing(options).take();
    CHECK_FALSE(store->damage());
    CHECK(store->append(batch_of(noted("a", "{}"))).value()[0].position == 16);
  }

  TEST_CASE(
      "a MANIFEST that ends before what was synced is refused, since it has forgotten table files; a rebuild makes another") {
    StoreFixture fixture;
    for (int life = 0; life < 2; ++life) (void)fixture.write()->append({noted("a", "{}"), noted("b", "{}")}).value();
    const std::string before = exported(fixture.read()->read());
    const std::filesystem::path manifest = manifest_of(fixture);
    const std::string bytes = read_bytes(manifest);
    for (const std::size_t at : {bytes.size() - 1, bytes.size() / 2}) {
      std::string damaged = bytes;
      damaged[at] ^= 1;
      std::ofstream(manifest, std::ios::binary | std::ios::trunc) << damaged;
      const Error error = Store::open_for_reading(fixture.options()).error();
      CHECK(error.code == Code::kCorruption);
      CHECK(error.message.contains("MANIFEST"));
      CHECK(Store::open_for_writing(fixture.options()).error().code == Code::kCorruption);
      CHECK(read_bytes(manifest) == damaged);
    }
    std::ofstream(manifest, std::ios::binary | std::ios::trunc) << bytes;
    CHECK(exported(fixture.read()->read()) == before);
  }

  TEST_CASE("a MANIFEST that ends early at any record is refused, also where what is left would open as an older log") {
    // Whether there is a record that RocksDB itself does not miss depends on when it wrote its tables: most stores have one.
    int told_by_head = 0;
    for (int round = 0; round < 20 && told_by_head == 0; ++round) told_by_head += cuts_told_by_head();
    CHECK(told_by_head > 0);
  }

  TEST_CASE("nothing is noted of the MANIFEST of another database that has the same number") {
    StoreFixture fixture;
    (void)fixture.write()->append(batch_of(noted("a", "{}"))).value();
    std::ofstream(fixture.directory() / "db/IDENTITY") << "another";
    std::filesystem::resize_file(manifest_of(fixture), read_bytes(manifest_of(fixture)).size() - 1);
    const auto opened = Store::open_for_reading(fixture.options());
    if (!opened.ok()) CHECK_FALSE(opened.error().message.contains("of at least"));
  }
}
