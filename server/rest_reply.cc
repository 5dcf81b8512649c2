#include "server/rest_reply.h"

#include "api/gzip.h"
#include "api/operation.h"
#include "codec/json_text.h"
#include "server/http_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kPackedFrom = 1024;  // below that, packing costs more than it spares

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// `body`: an error as contract section 4 has it.
HttpReply problem_reply(std::string body, unsigned status) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.body.pop_back();
  reply.body += fmt::format(R"(,"type":"about:blank","title":"{}","status":{}}})", reason_of(status), status);
  if (status == 503) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

}  // namespace

HttpReply error_reply(const Error& error, unsigned status) {
  return problem_reply(render_error(error), status != 0 ? status : static_cast<unsigned>(code_info(error.code).http_status));
}

HttpReply failure_reply(HttpFailure failure, std::string_view message) {
  struct Row {
    std::string_view code;
    unsigned status;
  };
  static constexpr std::array<Row, 5> kRows{{{"unauthorized", 401},
                                             {"method_not_allowed", 405},
                                             {"unsupported_media_type", 415},
                                             {"timeout", 408},
                                             {"overloaded", 503}}};
  const Row& row = kRows[static_cast<std::size_t>(failure)];
  std::string body = fmt::format(R"({{"error":{{"code":"{}","message":)", row.code);
  append_json_string(body, message);
  return problem_reply(body + R"(,"details":{}}})", row.status);
}

HttpReply json_reply(std::string body, unsigned status) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

bool accepts(std::string_view header, std::string_view type) {
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view item = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    if (!same_word(trimmed(item.substr(0, semicolon)), type)) continue;
    const std::string_view parameters = item.substr(semicolon);
    const std::size_t quality = parameters.find("q=0");
    const bool never =
        quality != std::string_view::npos && parameters.find_first_of("123456789", quality) == std::string_view::npos;
    if (!never) return true;
  }
  return false;
}

void pack(const HttpRequest& request, HttpReply& reply) {
  if (reply.body.size() < kPackedFrom) return;
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  const std::string* encodings = request.header("accept-encoding");
  if (encodings == nullptr || !(accepts(*encodings, "gzip") || accepts(*encodings, "*"))) return;
  reply.body = gzip(reply.body);
  reply.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace govlog
