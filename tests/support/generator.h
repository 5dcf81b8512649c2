#pragma once
// Random events and questions for the model test. The worlds are small, so that ids, versions and instants collide often.

#include "tests/support/reference.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace govlog::testing {

class Generator {
 public:
  Generator(std::uint64_t seed, const Reference& reference, Timestamp now) : random_(seed), reference_(reference), now_(now) {}

  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : random_() % bound; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  /// An event that is new and whose form is right.
  Draft draft();
  std::vector<Draft> batch(std::uint64_t count);
  /// A retry of an event of the log: an equal one, or one that differs in something that counts.
  Draft retry(bool equal);

  /// The text of one event, or of an array: white space, the order of members, escapes and the writing of ids and times are random.
  std::string text(const Draft& draft);
  std::string text(const std::vector<Draft>& batch);

  /// A question whose answer may be an error of the caller's.
  Query query();
  std::size_t limit();

  /// An event's text with something wrong, and the code that it should get.
  struct Broken {
    std::string text;
    std::string code;
  };
  Broken broken();

 private:
  Json value(int depth);
  Json data(const std::string& event_type);
  Json some_ids(const std::vector<std::string>& from);
  Json element();
  void add_graph_fields(const std::string& event_type, Json& data);
  std::string scramble(const Json& json);
  std::string scramble_string(const std::string& text);
  std::string space();
  Timestamp instant();
  std::string entity_text();
  std::string version_ref(const ReferenceEvent& event);
  const ReferenceEvent& any_event() { return reference_.events()[below(reference_.events().size())]; }
  void ask_known(Query& query);
  Query timeline();
  Query search();
  QueryText words();
  Json part_of(const Json& value);
  Query list();
  Query diff();
  Query analytics();
  Query of_graph();
  std::pair<std::string, std::string> any_node();

  std::mt19937_64 random_;
  const Reference& reference_;
  Timestamp now_;
};

}  // namespace govlog::testing
