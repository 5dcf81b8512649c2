#include "server/http_parser.h"

#include "codec/ascii.h"
#include "server/http_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <iterator>

namespace govlog {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

/// A body as it comes, whose taker empties it; nothing is reserved for what a peer only announces.
struct PieceBody {
  using value_type = std::string;
  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, beast::error_code& failed) { failed = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, beast::error_code& failed) {
      failed = {};
      std::size_t count = 0;
      for (const auto buffer : beast::buffers_range(buffers)) {
        body_.append(static_cast<const char*>(buffer.data()), buffer.size());
        count += buffer.size();
      }
      return count;
    }
    void finish(beast::error_code& failed) { failed = {}; }

   private:
    value_type& body_;
  };
};

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

HttpFault fault_of(const beast::error_code& failed) {
  if (!failed || failed == http::error::need_more) return {};
  if (failed == http::error::header_limit) return {431, "the head is too long"};
  return {400, failed.message()};
}

}  // namespace

class HttpParser::Impl {
 public:
  Impl() {
    parser.header_limit(kHeadBytesMax);
    parser.body_limit(boost::none);
  }
  http::request_parser<PieceBody> parser;
};

HttpParser::HttpParser() : impl_(std::make_unique<Impl>()) {}
HttpParser::~HttpParser() = default;

HttpFault HttpParser::put_head(std::string& input) {
  beast::error_code failed;
  const std::size_t end = head_end(input).value_or(0);
  const std::size_t used = impl_->parser.put(boost::asio::buffer(input.data(), end), failed);
  if (const HttpFault fault = fault_of(failed); fault.status != 0) return fault;
  if (used != end || !impl_->parser.is_header_done()) return {400, "the head does not end where its empty line is"};
  const auto encodings = impl_->parser.get().equal_range(http::field::transfer_encoding);
  for (auto field = encodings.first; field != encodings.second; ++field) {
    if (!beast::iequals(field->value(), "chunked") || std::next(encodings.first) != encodings.second)
      return {400, "Transfer-Encoding is something else than chunked"};
  }
  input.erase(0, used);
  return {};
}

void HttpParser::fill(HttpRequest& request) const {
  const auto& head = impl_->parser.get();
  request.method = text(head.method_string());
  request.target = text(head.target());
  for (const auto& field : head) {
    request.headers.emplace_back(lower_case(text(field.name_string())), text(field.value()));
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!request.target.starts_with(scheme)) continue;
    const std::size_t slash = std::min(request.target.find_first_of("/?", scheme.size()), request.target.size());
    std::erase_if(request.headers, [](const auto& header) { return header.first == "host"; });
    request.headers.emplace_back("host", request.target.substr(scheme.size(), slash - scheme.size()));
    request.target.erase(0, slash);
    if (!request.target.starts_with('/')) request.target.insert(0, "/");
    break;
  }
}

HttpFault HttpParser::put_body(std::string& input, std::string& body) {
  beast::error_code failed;
  const std::size_t used = impl_->parser.put(boost::asio::buffer(input), failed);
  input.erase(0, used);
  std::string& piece = impl_->parser.get().body();
  body += piece;
  piece.clear();
  return fault_of(failed);
}

bool HttpParser::is_done() const { return impl_->parser.is_done(); }
bool HttpParser::keep_alive() const { return impl_->parser.is_header_done() && impl_->parser.keep_alive(); }
bool HttpParser::speaks_11() const { return impl_->parser.is_header_done() && impl_->parser.get().version() == 11; }
bool HttpParser::expects_continue() const { return beast::iequals(impl_->parser.get()[http::field::expect], "100-continue"); }
std::optional<std::uint64_t> HttpParser::length() const {
  const auto length = impl_->parser.content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace govlog
