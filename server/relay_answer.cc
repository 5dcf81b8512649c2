#include "server/relay_answer.h"

#include "api/arguments.h"
#include "api/complete.h"
#include "api/local_executor.h"
#include "api/wire.h"
#include "server/protocol.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

RelayReply relayed_error(const Error& error) {
  RelayReply reply;
  reply.status = static_cast<unsigned>(code_info(error.code).http_status);
  reply.body = render_error(error);
  return reply;
}

RelayReply reply_of(Result<std::string> body) {
  if (!body.ok()) return relayed_error(body.error());
  RelayReply reply;
  reply.body = body.take();
  return reply;
}

Error no_such_route(std::string_view path) {
  return {Code::kNotFound, fmt::format("there is no {}; see /v1/read/timeline, for one", path), {}};
}

/// What the path after `prefix` names; empty where it has another beginning.
std::string_view name_after(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string_view();
}

class Answer {
 public:
  Answer(Store& store, const RelayRequest& request)
      : store_(store), executor_(store, request.options), request_(request), target_(request.target) {}

  RelayReply run() {
    if (!request_.protocol.empty() && request_.protocol != kProtocol) return relayed_error(other_version());
    auto arguments = decode_arguments(request_.post && is_form() ? request_.body : query());
    if (!arguments.ok()) return relayed_error(arguments.error());
    RelayReply reply = route(*arguments);
    if (const auto damage = store_.damage()) reply.headers.emplace_back(kDamageHeader, encode_damage(*damage));
    return reply;
  }

 private:
  std::string_view path() const { return target_.substr(0, target_.find('?')); }
  std::string_view query() const { return target_.substr(std::min(target_.size(), path().size() + 1)); }
  bool is_form() const { return name_after(path(), "/v1/append").empty() && path() != "/v1/append"; }

  Error other_version() const {
    return Error{
        Code::kLocked,
        fmt::format("the store is open in {} (protocol {}), which cannot talk with {} (protocol {}): use the same version for "
                    "both, or end the other",
                    program_name(), kProtocol, request_.program.empty() ? "this program" : request_.program, request_.protocol),
        {}};
  }

  RelayReply route(const Arguments& arguments) {
    if (const std::string_view name = name_after(path(), "/v1/read/"); !name.empty()) return read(name, arguments);
    if (path() == "/v1/events") return events(arguments);
    if (path() == "/v1/complete") return complete(arguments);
    const std::string_view write = name_after(path(), "/v1/write/");
    if (write.empty() && is_form()) return relayed_error(no_such_route(path()));
    if (!request_.post) return relayed_error({Code::kInvalidArgument, fmt::format("{} takes POST alone", path()), {}});
    if (!write.empty()) return this->write(write, arguments);
    return path() == "/v1/append" ? append() : append_in_turn();
  }

  RelayReply read(std::string_view name, const Arguments& arguments) {
    const Operation* operation = find_operation(name);
    if (operation == nullptr) return relayed_error(no_such_route(path()));
    RelayReply reply = reply_of(executor_.read(*operation, arguments, request_.watch).answer);
    if (reply.status == 200 && asks_for_picture(arguments)) reply.content_type = "text/plain; charset=utf-8";
    return reply;
  }

  RelayReply write(std::string_view name, const Arguments& arguments) {
    const auto all = write_operations();
    const auto operation =
        std::find_if(all.begin(), all.end(), [&](const WriteOperation& known) { return known.name == name; });
    if (operation == all.end()) return relayed_error(no_such_route(path()));
    const auto receipts = executor_.write(*operation, arguments);
    return receipts.ok() ? reply_of(render_receipts(*receipts)) : relayed_error(receipts.error());
  }

  RelayReply append() {
    auto batches = parse_batches(request_.body, store_.now());
    if (!batches.ok()) return relayed_error(batches.error());
    std::vector<Event> batch;
    if (!batches->empty()) batch = std::move(batches->front());
    const auto receipts = executor_.append(std::move(batch));
    return receipts.ok() ? reply_of(render_receipts(*receipts)) : relayed_error(receipts.error());
  }

  RelayReply append_in_turn() {
    const auto batches = parse_batches(request_.body, store_.now());
    if (!batches.ok()) return relayed_error(batches.error());
    const auto receipts = executor_.append_in_turn(*batches);
    return receipts.ok() ? reply_of(render_receipts_in_turn(*receipts)) : relayed_error(receipts.error());
  }

  RelayReply events(const Arguments& arguments) {
    const auto position = [&](std::string_view name, Position otherwise) {
      return parse_digits(argument(arguments, name).value_or(""), kPositionMax).value_or(otherwise);
    };
    ExportRange range{.from = position("from_position", 1), .to = position("to_position", kPositionMax)};
    range.page_bytes = std::min<std::size_t>(range.page_bytes, position("page_bytes", range.page_bytes));
    auto page = executor_.export_page(range);
    if (!page.ok()) return relayed_error(page.error());
    RelayReply reply = reply_of(std::move(page->lines));
    reply.content_type = "application/x-ndjson";
    reply.headers.emplace_back(kNextHeader, std::to_string(page->next));
    reply.headers.emplace_back(kLogPositionHeader, std::to_string(page->log_position));
    return reply;
  }

  RelayReply complete(const Arguments& arguments) {
    const auto source = find_completion_source(argument(arguments, "source").value_or(""));
    if (!source) return relayed_error(argument_error("source", "source is not one that can be completed"));
    CompletionQuery query{.source = *source,
                          .narrow = argument(arguments, "narrow").value_or(""),
                          .prefix = argument(arguments, "prefix").value_or("")};
    query.limit = parse_digits(argument(arguments, "limit").value_or(""), 10'000).value_or(query.limit);
    const auto completion = executor_.complete(query);
    return completion.ok() ? reply_of(render_completion(*completion)) : relayed_error(completion.error());
  }

  Store& store_;
  LocalExecutor executor_;
  const RelayRequest& request_;
  std::string_view target_;
};

}  // namespace

RelayReply answer_relay(Store& store, const RelayRequest& request) { return Answer(store, request).run(); }

}  // namespace govlog
