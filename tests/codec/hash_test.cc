#include "codec/hash.h"

#include <doctest/doctest.h>

#include <string>

using namespace govlog;

TEST_SUITE("hash") {
  TEST_CASE("SHA-256 is that of FIPS 180-4") {
    CHECK(format_hash(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(format_hash(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  TEST_CASE("leaves and nodes are told apart by their first byte") {
    CHECK(format_hash(leaf_hash("")) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    CHECK(leaf_hash("abc") == sha256(std::string("\0abc", 4)));
    const Hash left = sha256("l");
    const Hash right = sha256("r");
    std::string text = "\1";
    text.append(reinterpret_cast<const char*>(left.data()), left.size());
    text.append(reinterpret_cast<const char*>(right.data()), right.size());
    CHECK(node_hash(left, right) == sha256(text));
  }

  TEST_CASE("CRC-32C is that of RFC 3720") {
    CHECK(crc32c("") == 0);
    CHECK(crc32c("123456789") == 0xE3069283);
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
  }

  TEST_CASE("XXH64 is that of its specification") {
    CHECK(xxh64("", 0) == 0xEF46'DB37'51D8'E999);
    CHECK(xxh64("abc", 0) == 0x44BC'2CF5'AD77'0999);
    CHECK(xxh64("Nobody inspects the spammish repetition", 0) == 0xFBCE'A83C'8A37'8BF1);
  }
}
