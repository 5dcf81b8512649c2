#include "engine/postings.h"

#include "engine/forward_row.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace govlog;

namespace {

std::vector<Posting> every(std::uint32_t step) {
  std::vector<Posting> postings;
  for (std::uint32_t rank = 0; rank < kSegmentEvents; rank += step) {
    postings.push_back({static_cast<std::uint16_t>(rank), static_cast<std::uint8_t>(1 + rank % 200)});
  }
  return postings;
}

}  // namespace

TEST_SUITE("postings") {
  TEST_CASE("blocks come back as they were, sparse and dense, with weights and without") {
    for (const std::uint32_t step : {1u, 2u, 7u, 9u, 4000u}) {
      const std::vector<Posting> postings = every(step);
      const Block made(postings);
      for (const bool weighted : {false, true}) {
        const auto back = Block::decode(encode_block(postings, weighted));
        REQUIRE(back.has_value());
        for (std::uint32_t rank = 0; rank < kSegmentEvents; ++rank) CHECK(back->ranks().next(rank) == made.ranks().next(rank));
        CHECK(back->weights() == (weighted ? made.weights() : std::vector<std::uint8_t>()));
        CHECK(back->greatest_weight() == (weighted ? made.greatest_weight() : 0));
      }
    }
    CHECK(encode_block(every(1), false).size() == 3 + kSegmentEvents / 8);
  }

  TEST_CASE("blocks that are cut or too long do not decode") {
    for (const bool weighted : {false, true}) {
      for (const std::uint32_t step : {1u, 9u, 4000u}) {
        const std::string block = encode_block(every(step), weighted);
        for (std::size_t size = 0; size < block.size(); ++size) CHECK_FALSE(Block::decode(block.substr(0, size)));
        CHECK_FALSE(Block::decode(block + "x"));
      }
    }
    CHECK_FALSE(Block::decode(std::string_view("\0\0\0", 3)));
    CHECK_FALSE(Block::decode(std::string_view("\4\0\1\0", 4)));
  }

  TEST_CASE("sets are united, intersected and told apart") {
    RankSet low = RankSet::first(100);
    CHECK(low.count() == 100);
    CHECK(RankSet::first(kSegmentEvents).count() == kSegmentEvents);
    low.remove_all(RankSet::first(99));
    CHECK(low.next(0) == 99);
    low.insert_all(RankSet::first(1));
    CHECK(low.contains(0));
    low.keep_only(RankSet::first(64));
    CHECK(low.count() == 1);
  }

  TEST_CASE("ranks are walked both ways") {
    const RankSet ranks = Block(every(1000)).ranks();
    CHECK(ranks.next(1) == 1000);
    CHECK(ranks.previous(999) == 0);
    CHECK(ranks.previous(4095) == 4000);
    CHECK_FALSE(ranks.next(4001));
  }

  TEST_CASE("a column keeps times and places, in order or not") {
    std::vector<EventKey> in_order;
    std::vector<EventKey> mixed;
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
      in_order.push_back({{40 - static_cast<std::int64_t>(rank)}, 4100 - rank});
      mixed.push_back({{40 - static_cast<std::int64_t>(rank)}, 4097 + rank});
    }
    const SegmentSummary rising{4, true, {37}, {40}};
    const SegmentSummary shuffled{4, false, {37}, {40}};
    CHECK(decode_column_piece(encode_column_piece(in_order, 1, true), 0, rising, 1) == in_order);
    CHECK(decode_column_piece(encode_column_piece(mixed, 1, false), 0, shuffled, 1) == mixed);
    CHECK_FALSE(decode_column_piece(encode_column_piece(in_order, 1, true), 1, rising, 1));
    CHECK_FALSE(decode_column_piece("short", 0, rising, 1));
  }

  TEST_CASE("a forward row keeps its terms") {
    const std::vector<EventTerm> terms{{'a', 0, ""}, {'e', 0, "ADRCreated"}, {'w', 200, "ledger"}};
    const auto row = decode_forward(9, encode_forward(make_forward_row({{-5}, 9}, terms)));
    REQUIRE(row.has_value());
    CHECK(row->key == EventKey{{-5}, 9});
    std::vector<std::string> back;
    for (ForwardTerms term(row->terms); term.next();)
      back.push_back(std::string(term.text()) + ":" + std::to_string(term.weight()));
    CHECK(back == std::vector<std::string>{"a:0", "eADRCreated:0", "wledger:200"});
  }

  TEST_CASE("a forward row that is cut does not decode") {
    const std::vector<EventTerm> terms{{'e', 0, "ADRCreated"}};
    const std::string bytes = encode_forward(make_forward_row({{-5}, 9}, terms));
    for (std::size_t size = 9; size < bytes.size(); ++size) CHECK_FALSE(decode_forward(9, bytes.substr(0, size)));
  }
}
