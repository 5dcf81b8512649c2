#include "codec/signed_note.h"

#include "codec/hash.h"

#include <doctest/doctest.h>

#include <string>

namespace govlog {
namespace {

// Known keys of golang.org/x/mod/sumdb/note, which has the same format.
constexpr std::string_view kPrivate = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kPublic = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

TEST_SUITE("signed_note") {
  TEST_CASE("keys are read and written as others do") {
    const SigningKey key = parse_signing_key(kPrivate).take();
    CHECK(key.name == "PeterNeumann");
    CHECK(format_key(key) == kPrivate);
    CHECK(format_key(verifier_of(key)) == kPublic);
    CHECK(format_key(parse_verifier_key(std::string(kPublic) + "\n").take()) == kPublic);
  }

  TEST_CASE("a signature made by another program is accepted") {
    Checkpoint note;
    note.text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const std::string signed_root =
        "PeterNeumann\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
        "\xE2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    note.signatures = parse_checkpoint(signed_root)->signatures;
    CHECK(is_signed_by(note, parse_verifier_key(kPublic).take()));
    note.text[0] = 'i';
    CHECK(!is_signed_by(note, parse_verifier_key(kPublic).take()));
  }

  TEST_CASE("what is signed is read back, and nothing else passes") {
    const SigningKey key = make_signing_key("example.org/governance").take();
    const Hash root = sha256("root");
    const std::string note = sign_checkpoint(key, 1000, root);
    CHECK(note.starts_with("example.org/governance\n1000\n"));
    const Checkpoint read = parse_checkpoint(note).take();
    CHECK(read.origin == key.name);
    CHECK(read.size == 1000);
    CHECK(read.root == root);
    CHECK(is_signed_by(read, verifier_of(key)));
    CHECK(!is_signed_by(read, verifier_of(make_signing_key("example.org/governance").take())));
    for (std::size_t i = 0; i < note.size(); ++i) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      const auto other = parse_checkpoint(changed);
      CHECK(!(other.ok() && is_signed_by(*other, verifier_of(key))));
      const auto cut = parse_checkpoint(note.substr(0, i));
      CHECK(!cut.ok());
    }
  }

  TEST_CASE("what is no key is refused") {
    for (const std::string_view text :
         {"", "a", "a+b", "a+b+c", "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
          "PRIVATE+KEY+PeterNeumann+c74f20a3+AoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"})
      CHECK(!parse_signing_key(text).ok());
    CHECK(!parse_signing_key(kPublic).ok());
    CHECK(!parse_verifier_key("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").ok());
    for (const std::string_view name : {"", "a b", "a+b", "a\n"}) CHECK(!make_signing_key(name).ok());
  }
}

}  // namespace
}  // namespace govlog
