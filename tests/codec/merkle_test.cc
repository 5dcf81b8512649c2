#include "codec/merkle.h"

#include "codec/hash.h"
#include "tests/support/naive_merkle.h"

#include <doctest/doctest.h>

#include <bit>
#include <span>
#include <string>
#include <vector>

using namespace govlog;

namespace {}  // namespace

TEST_SUITE("merkle") {
  TEST_CASE("the root is that of the RFC's recursion for every size") {
    const std::vector<Hash> leaves = make_leaves(300);
    MerkleFrontier frontier;
    CHECK(frontier.root() == naive_root({}));
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
      frontier.append(leaves[size - 1]);
      CHECK(frontier.size() == size);
      CHECK(frontier.root() == naive_root(std::span(leaves).first(size)));
    }
  }

  TEST_CASE("the roots are those of the known vectors of Certificate Transparency") {
    const std::vector<std::string> inputs = {"",
                                             std::string(1, '\0'),
                                             "\x10",
                                             "\x20\x21",
                                             "\x30\x31",
                                             "\x40\x41\x42\x43",
                                             "\x50\x51\x52\x53\x54\x55\x56\x57",
                                             "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    MerkleFrontier frontier;
    std::vector<std::string> roots;
    for (const std::string& input : inputs) {
      frontier.append(leaf_hash(input));
      roots.push_back(format_hash(frontier.root()));
    }
    CHECK(roots[0] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    CHECK(roots[1] == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    CHECK(roots[2] == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
    CHECK(roots[7] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  }

  TEST_CASE("a tree of whole subtrees has the root of its leaves") {
    const std::vector<Hash> leaves = make_leaves(13);
    MerkleFrontier frontier;
    frontier.append_subtree(naive_root(std::span(leaves).first(8)), 8);
    frontier.append_subtree(naive_root(std::span(leaves).subspan(8, 4)), 4);
    frontier.append(leaves[12]);
    CHECK(frontier.size() == 13);
    CHECK(frontier.root() == naive_root(leaves));
  }

  TEST_CASE("each complete subtree that ends with the last leaf can be asked for") {
    const std::vector<Hash> leaves = make_leaves(64);
    MerkleFrontier frontier;
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
      frontier.append(leaves[size - 1]);
      for (std::size_t of = 1; size % of == 0; of *= 2) {
        CHECK(frontier.last_subtree(of) == naive_root(std::span(leaves).subspan(size - of, of)));
      }
    }
  }
}
