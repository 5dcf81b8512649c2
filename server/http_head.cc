#include "server/http_head.h"

#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

#include <array>
#include <ostream>

namespace govlog {

namespace {

bool is_token(char c) {
  const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return word || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::size_t> head_end(std::string_view bytes) {
  const std::size_t at = bytes.find("\r\n\r\n");
  if (at == std::string_view::npos) return std::nullopt;
  return at + 4;
}

std::string_view head_fault(std::string_view bytes) {
  if (!bytes.empty() && !is_token(bytes.front())) return "a request begins with its method";
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return "a line of the head ends without CR";
    if (at + 1 < bytes.size() && (bytes[at + 1] == ' ' || bytes[at + 1] == '\t')) return "a header goes on in the next line";
  }
  if (bytes.find('\0') != std::string_view::npos) return "the head holds a NUL";
  return {};
}

std::string_view framing_fault(const HttpRequest& head, bool is_11) {
  const std::string* length = head.header("content-length");
  if (length != nullptr && (head.count("content-length") > 1 || length->find(',') != std::string::npos))
    return "Content-Length is there twice";
  if (!is_11 && head.header("transfer-encoding") != nullptr) return "HTTP/1.0 knows no Transfer-Encoding";
  return {};
}

std::string http_date(std::chrono::system_clock::time_point time) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string_view reason_of(unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

}  // namespace govlog
