#include "api/arguments.h"

#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace govlog {

namespace {

const Parameter* find_parameter(std::span<const Parameter> parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

Error unknown_parameter(std::span<const Parameter> parameters, std::string_view name) {
  if (!count_code_points(name)) return argument_error(name, "a parameter's name is no valid UTF-8");
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) {
    if (!parameter.of_face) names.push_back(parameter.name);
  }
  const std::string_view nearest = nearest_name(name, names);
  if (!nearest.empty())
    return argument_error(name, fmt::format("unknown parameter {}; did you mean {}?", shorten(name), nearest));
  return argument_error(name, fmt::format("unknown parameter {}; there are: {}", shorten(name), fmt::join(names, ", ")));
}

Status check_length(const Parameter& parameter, std::string_view value) {
  const std::size_t code_points = count_code_points(value).value_or(0);
  const auto maximum = static_cast<std::size_t>(parameter.maximum);
  if (maximum == 0 || code_points <= maximum) return Ok{};
  return argument_error(parameter.name, fmt::format("{} has {} characters, at most {}", parameter.name, code_points, maximum));
}

Status check_integer(const Parameter& parameter, std::string_view value) {
  const auto number = parse_digits(value, static_cast<std::uint64_t>(parameter.maximum));
  if (!number || *number < static_cast<std::uint64_t>(parameter.minimum)) {
    return argument_error(parameter.name, fmt::format("{} is {}, expected an integer from {} to {}", parameter.name,
                                                      shorten(value), parameter.minimum, parameter.maximum));
  }
  return Ok{};
}

Status check_choice(const Parameter& parameter, std::string_view value) {
  if (std::find(parameter.choices.begin(), parameter.choices.end(), value) != parameter.choices.end()) return Ok{};
  return argument_error(parameter.name, fmt::format("{} is {}, expected one of {}", parameter.name, shorten(value),
                                                    fmt::join(parameter.choices, ", ")));
}

Status check_value(const Parameter& parameter, std::string_view value) {
  if (!count_code_points(value)) return argument_error(parameter.name, fmt::format("{} is no valid UTF-8", parameter.name));
  if (parameter.required && value.empty())
    return argument_error(parameter.name, fmt::format("{} is empty: {}", parameter.name, parameter.help));
  if (parameter.type == ParameterType::kInteger) return check_integer(parameter, value);
  GOVLOG_TRY(check_length(parameter, value));
  if (parameter.type == ParameterType::kChoice) return check_choice(parameter, value);
  return Ok{};
}

Status check_values(const Parameter& parameter, const std::vector<std::string>& values) {
  if (!parameter.repeatable && values.size() > 1) {
    return argument_error(parameter.name, fmt::format("{} is given {} times, expected once", parameter.name, values.size()));
  }
  if (parameter.items_maximum != 0 && values.size() > parameter.items_maximum) {
    return argument_error(parameter.name, fmt::format("{} is given {} times, at most {}", parameter.name, values.size(),
                                                      parameter.items_maximum));
  }
  for (const std::string& value : values) GOVLOG_TRY(check_value(parameter, value));
  return Ok{};
}

}  // namespace

Error argument_error(std::string_view parameter, std::string message) {
  const std::string_view name = count_code_points(parameter) ? shorten(parameter) : "?";
  return Error{Code::kInvalidArgument, std::move(message), {{"parameter", std::string(name)}}};
}

Status check_arguments(std::span<const Parameter> parameters, const Arguments& arguments) {
  for (const auto& [name, values] : arguments) {
    const Parameter* parameter = find_parameter(parameters, name);
    if (parameter == nullptr) return unknown_parameter(parameters, name);
    GOVLOG_TRY(check_values(*parameter, values));
  }
  if (arguments.contains("cursor")) return Ok{};  // it bears what the first page was given
  for (const Parameter& parameter : parameters) {
    const auto given = arguments.find(parameter.name);
    if (parameter.required && (given == arguments.end() || given->second.empty())) {
      return argument_error(parameter.name, fmt::format("{} is missing: {}", parameter.name, parameter.help));
    }
  }
  return Ok{};
}

std::optional<std::string> argument(const Arguments& arguments, std::string_view name) {
  const auto given = arguments.find(name);
  if (given == arguments.end() || given->second.empty()) return std::nullopt;
  return given->second.front();
}

std::vector<std::string> argument_list(const Arguments& arguments, std::string_view name) {
  const auto given = arguments.find(name);
  return given == arguments.end() ? std::vector<std::string>() : given->second;
}

std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t maximum) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || number > maximum) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> integer_argument(const Arguments& arguments, std::string_view name) {
  const auto text = argument(arguments, name);
  return text ? parse_digits(*text, std::numeric_limits<std::uint64_t>::max()) : std::nullopt;
}

std::optional<std::size_t> count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned>(static_cast<unsigned char>(text[index])); };
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || length > text.size() - i) return std::nullopt;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80U) return std::nullopt;
    }
    // Overlong forms, surrogates, and what lies beyond U+10FFFF, by the second byte (RFC 3629 section 4).
    if ((lead == 0xE0 && byte(i + 1) < 0xA0) || (lead == 0xED && byte(i + 1) > 0x9F)) return std::nullopt;
    if ((lead == 0xF0 && byte(i + 1) < 0x90) || (lead == 0xF4 && byte(i + 1) > 0x8F)) return std::nullopt;
    i += length;
  }
  return count;
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names) {
  std::string_view nearest;
  std::size_t least = 3;  // two slips at most; further names are no help
  for (const std::string_view candidate : names) {
    const std::size_t distance = edit_distance(name, candidate, least);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace govlog
