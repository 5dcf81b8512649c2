#include "server/protocol.h"

#include "api/arguments.h"
#include "base/version.h"

#include <fmt/format.h>
#include <boost/url/encode.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <limits>

namespace govlog {

std::string program_name() { return fmt::format("govlog/{}", kVersion); }

std::string encode_arguments(const Arguments& arguments) {
  std::string form;
  const auto add = [&form](std::string_view text) { form += boost::urls::encode(text, boost::urls::unreserved_chars); };
  const auto begin = [&](std::string_view name) {
    if (!form.empty()) form += '&';
    add(name);
  };
  for (const auto& [name, values] : arguments) {
    if (values.empty()) begin(name);
    for (const std::string& value : values) {
      begin(name);
      form += '=';
      add(value);
    }
  }
  return form;
}

namespace {

/// Names the first parameter that is not URL-encoded.
Error not_encoded(std::string_view form) {
  std::string part;
  do {
    part = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), part.size() + 1));
  } while (!form.empty() && boost::urls::parse_query(boost::core::string_view(part.data(), part.size())));
  return Error{Code::kInvalidArgument,
               "the query is not URL-encoded: a percent sign takes two hex digits",
               {{"parameter", part.substr(0, part.find('='))}}};
}

Result<Arguments> decode(std::string_view form, bool bare_names_have_values) {
  Arguments arguments;
  if (form.empty()) return arguments;
  const std::string terminated(form);  // Boost.URL 1.81 looks for the end of a query behind its last character
  const auto parsed = boost::urls::parse_query(boost::core::string_view(terminated.data(), terminated.size()));
  if (!parsed) return not_encoded(form);
  const boost::urls::encoding_opts options(true);  // a plus sign is a space
  for (const auto& parameter : *parsed) {
    std::vector<std::string>& values = arguments[parameter.key.decode(options)];
    if (parameter.has_value || bare_names_have_values) values.push_back(parameter.value.decode(options));
  }
  return arguments;
}

}  // namespace

Result<Arguments> decode_arguments(std::string_view form) { return decode(form, false); }
Result<Arguments> parse_query(std::string_view query) { return decode(query, true); }

std::string encode_damage(const Damage& damage) { return fmt::format("{}-{}", damage.from, damage.to); }

std::optional<Damage> decode_damage(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_digits(text.substr(0, dash), std::numeric_limits<Position>::max());
  const auto to = parse_digits(text.substr(dash + 1), std::numeric_limits<Position>::max());
  if (!from || !to) return std::nullopt;
  return Damage{*from, *to};
}

}  // namespace govlog
