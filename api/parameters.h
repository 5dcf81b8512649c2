#pragma once
// Words that the tables of operations are written with.

#include "api/operation.h"

#include <string_view>
#include <vector>

namespace govlog {

inline constexpr std::int64_t kTextMaximum = 20'000;  // descriptions, reasons
inline constexpr std::int64_t kIdMaximum = 100;
inline constexpr std::int64_t kTypeMaximum = 50;     // of an entity
inline constexpr std::int64_t kQueryMaximum = 1000;  // of a text query
inline constexpr std::int64_t kReferenceMaximum = 220;
inline constexpr std::int64_t kTimeMaximum = 64;
inline constexpr std::int64_t kCursorMaximum = 2000;
inline constexpr std::int64_t kPageMaximum = 10'000;
inline constexpr std::int64_t kPageDefault = 100;
inline constexpr std::int64_t kIntegerMaximum = 9'007'199'254'740'991;  // 2^53 - 1
inline constexpr std::size_t kFilterItemsMaximum = 50;

Parameter text_parameter(std::string_view name, std::int64_t maximum, std::string_view help);
Parameter typed_parameter(std::string_view name, ParameterType type, std::string_view help);
Parameter choice_parameter(std::string_view name, std::vector<std::string_view> choices, std::string_view help);
Parameter integer_parameter(std::string_view name, std::int64_t minimum, std::int64_t maximum, std::string_view help);

Parameter required(Parameter parameter);
Parameter positional(Parameter parameter);
Parameter repeatable(Parameter parameter, std::size_t items_maximum);
Parameter with_default(Parameter parameter, std::string_view default_text);
Parameter completing(Parameter parameter, std::string_view completes);
Parameter of_face(Parameter parameter);

/// `q` and `contains`: contract 3.
Parameter q_parameter();
Parameter contains_parameter();
/// `known_at`, which every read takes.
Parameter known_at_parameter();
/// `limit` and `cursor`.
Parameter limit_parameter();
Parameter cursor_parameter();

}  // namespace govlog
