#include "api/parameters.h"

#include <utility>

namespace govlog {

namespace {

std::int64_t maximum_of(ParameterType type) {
  switch (type) {
    case ParameterType::kTime:
    case ParameterType::kKnownAt:
      return kTimeMaximum;
    case ParameterType::kEntity:
      return kTypeMaximum + 1 + kIdMaximum;
    case ParameterType::kVersion:
      return kReferenceMaximum;
    case ParameterType::kCursor:
      return kCursorMaximum;
    case ParameterType::kText:
    case ParameterType::kInteger:
    case ParameterType::kChoice:
    case ParameterType::kJson:
      return 0;
  }
  return 0;
}

}  // namespace

Parameter typed_parameter(std::string_view name, ParameterType type, std::string_view help) {
  Parameter parameter;
  parameter.name = name;
  parameter.type = type;
  parameter.help = help;
  parameter.maximum = maximum_of(type);
  return parameter;
}

Parameter text_parameter(std::string_view name, std::int64_t maximum, std::string_view help) {
  Parameter parameter = typed_parameter(name, ParameterType::kText, help);
  parameter.maximum = maximum;
  return parameter;
}

Parameter choice_parameter(std::string_view name, std::vector<std::string_view> choices, std::string_view help) {
  Parameter parameter = typed_parameter(name, ParameterType::kChoice, help);
  parameter.choices = std::move(choices);
  return parameter;
}

Parameter integer_parameter(std::string_view name, std::int64_t minimum, std::int64_t maximum, std::string_view help) {
  Parameter parameter = typed_parameter(name, ParameterType::kInteger, help);
  parameter.minimum = minimum;
  parameter.maximum = maximum;
  return parameter;
}

Parameter required(Parameter parameter) {
  parameter.required = true;
  return parameter;
}

Parameter positional(Parameter parameter) {
  parameter.positional = true;
  return parameter;
}

Parameter repeatable(Parameter parameter, std::size_t items_maximum) {
  parameter.repeatable = true;
  parameter.items_maximum = items_maximum;
  return parameter;
}

Parameter with_default(Parameter parameter, std::string_view default_text) {
  parameter.default_text = default_text;
  return parameter;
}

Parameter completing(Parameter parameter, std::string_view completes) {
  parameter.completes = completes;
  return parameter;
}

Parameter of_face(Parameter parameter) {
  parameter.of_face = true;
  return parameter;
}

Parameter q_parameter() { return text_parameter("q", kQueryMaximum, R"(text: words, "a phrase", -not, OR)"); }

Parameter contains_parameter() {
  return typed_parameter("contains", ParameterType::kJson, R"(what data contains, as JSON: {"status":"accepted"})");
}

Parameter known_at_parameter() {
  return typed_parameter("known_at", ParameterType::kKnownAt, "answer as it was known then: a time, or a position in digits");
}

Parameter limit_parameter() { return with_default(integer_parameter("limit", 1, kPageMaximum, "items on a page"), "100"); }

Parameter cursor_parameter() { return typed_parameter("cursor", ParameterType::kCursor, "next_cursor of the page before"); }

}  // namespace govlog
