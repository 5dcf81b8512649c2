#pragma once
// A made-up governance history to measure with: as many events as are wanted, and the same ones on every machine and every day.

#include "base/types.h"

#include <cstdint>
#include <string>

namespace govlog {

/// Stories, one after the other, each of kStoryEvents events: a diagram with eight elements, links between them and to elements of earlier
/// stories, a change request that goes through its states with two assessments, a mitigation and a decision, a second version of the
/// diagram, a validation, and one more event of a layer's coverage, which is the entity that lives through it all. An assessment leads
/// to the head of a line of six elements, so that every change request of a whole story has a chain of five hops.
///
///     const BenchHistory history(10'000);
///     for (std::uint64_t i = 0; i < 10'000; ++i) file << history.line(i) << '\n';
///
/// created_at spreads over the 400 days before end(); three events in a hundred are written down up to a day late. `chance` is any number:
/// the same one picks the same thing.
class BenchHistory {
 public:
  static constexpr std::uint64_t kStoryEvents = 24;
  static constexpr std::uint64_t kStoryNodes = 15;  // of the impact graph: 8 elements, 2 diagram versions, 5 of other labels

  /// `events` > 0.
  explicit BenchHistory(std::uint64_t events);

  /// Event `index` (0 to events - 1) as JSON, without newline: some 400 bytes, no id.
  std::string line(std::uint64_t index) const;

  /// No event happened before or after these.
  static Timestamp begin();
  static Timestamp end();

  /// A change request of the first `stories` stories; `stories` > 0, and all of them are whole.
  static std::string some_change_request(std::uint64_t stories, std::uint64_t chance);
  /// One of the three entities of type coverage, each with an event for every third story.
  static std::string some_layer(std::uint64_t chance);
  static std::string some_actor(std::uint64_t chance);
  static Timestamp some_instant(std::uint64_t chance);
  /// The element that later stories lead to; every history has it.
  static std::string first_element();

 private:
  std::int64_t gap_micros_;
};

}  // namespace govlog
