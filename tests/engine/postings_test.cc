#include "engine/postings.h"

#include <doctest/doctest.h>

using namespace govlog;

namespace {

RankSet every(std::uint32_t step) {
  RankSet ranks;
  for (std::uint32_t rank = 0; rank < kSegmentEvents; rank += step) ranks.insert(rank);
  return ranks;
}

}  // namespace

TEST_SUITE("postings") {
  TEST_CASE("blocks come back as they were, sparse and dense") {
    for (const std::uint32_t step : {1u, 2u, 7u, 9u, 4000u}) {
      const RankSet ranks = every(step);
      const auto back = decode_block(encode_block(ranks));
      REQUIRE(back.has_value());
      for (std::uint32_t rank = 0; rank < kSegmentEvents; ++rank) CHECK(back->next(rank) == ranks.next(rank));
    }
    CHECK(encode_block(every(1)).size() == 3 + kSegmentEvents / 8);
  }

  TEST_CASE("blocks that are cut or too long do not decode") {
    const std::string block = encode_block(every(9));
    CHECK_FALSE(decode_block(block.substr(0, block.size() - 1)));
    CHECK_FALSE(decode_block(block + "x"));
    CHECK_FALSE(decode_block(""));
  }

  TEST_CASE("ranks are walked both ways") {
    const RankSet ranks = every(1000);
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
    const auto rising = SegmentColumn::open(encode_column(in_order, 1, true), {4, true, {37}, {40}}, 1);
    const auto shuffled = SegmentColumn::open(encode_column(mixed, 1, false), {4, false, {37}, {40}}, 1);
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
      CHECK(rising->at(rank) == in_order[rank]);
      CHECK(shuffled->at(rank) == mixed[rank]);
    }
    CHECK_FALSE(rising->at(4));
    CHECK_FALSE(SegmentColumn::open("short", {4, true, {37}, {40}}, 1));
  }

  TEST_CASE("a forward row keeps its terms") {
    const ForwardRow row{{{-5}, 9}, {{'a', ""}, {'e', "ADRCreated"}}};
    const auto back = decode_forward(9, encode_forward(row));
    REQUIRE(back.has_value());
    CHECK(back->key == row.key);
    CHECK(back->terms == row.terms);
  }
}
