// `serve`: the log over HTTP.

#include "cli/run.h"

#include "api/arguments.h"
#include "cli/key_file.h"
#include "cli/output.h"
#include "server/serving.h"

#include <fmt/format.h>
#include <unistd.h>

#include <pthread.h>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <mutex>

namespace govlog {
namespace {

struct Listen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7420;
};

/// `HOST:PORT`, `[V6]:PORT`, or one of the two.
Result<Listen> parse_listen(const std::string& text) {
  Listen listen;
  const std::size_t colon = text.rfind(':');
  const bool bare_v6 = colon != std::string::npos && text.find(':') != colon && !text.starts_with('[');
  std::string host = colon == std::string::npos || bare_v6 ? text : text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!host.empty()) listen.address = host;
  if (colon == std::string::npos || bare_v6) return listen;
  const auto port = parse_digits(std::string_view(text).substr(colon + 1), 65'535);
  if (!port) return argument_error("listen", fmt::format("{} has no port, expected ADDRESS:PORT such as 127.0.0.1:7420", text));
  listen.port = static_cast<std::uint16_t>(*port);
  return listen;
}

std::optional<std::string> flag_or_variable(const Session& session, std::string_view flag, const char* variable) {
  if (const auto given = session.argument(flag)) return given;
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

/// Itself, or what the file behind an @ holds, without the blanks around it.
Result<std::string> token_text(std::string_view flag, const std::string& given) {
  std::string token = given;
  if (given.starts_with('@')) token = GOVLOG_TRY(read_small_text(given.substr(1), flag));
  const std::size_t first = token.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return argument_error(flag, "the token is empty");
  return token.substr(first, token.find_last_not_of(" \t\r\n") - first + 1);
}

Result<Tokens> read_tokens(const Session& session) {
  Tokens tokens;
  if (const auto file = session.argument("tokens")) GOVLOG_TRY(tokens.add_file(*file));
  if (const auto token = flag_or_variable(session, "token", "GOVLOG_TOKEN"))
    tokens.add("token", Role::kWrite, GOVLOG_TRY(token_text("token", *token)));
  if (const auto token = flag_or_variable(session, "read_token", "GOVLOG_READ_TOKEN"))
    tokens.add("reader", Role::kRead, GOVLOG_TRY(token_text("read_token", *token)));
  return tokens;
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

/// One line on standard error, whole.
void log_line(const std::string& line) {
  const std::string text = line + '\n';
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

CommandResult run_serve_command(Session& session) {
  const Listen listen = GOVLOG_TRY(parse_listen(session.argument("listen").value_or("127.0.0.1:7420")));
  HttpServerOptions options{.address = listen.address, .port = listen.port};
  options.certificate = session.argument("tls_cert").value_or("");
  options.key = session.argument("tls_key").value_or("");
  if (options.certificate.empty() != options.key.empty())
    return argument_error("tls_cert", "--tls-cert and --tls-key go together");
  Tokens tokens = GOVLOG_TRY(read_tokens(session));
  if (!is_loopback(listen.address) && tokens.empty())
    return argument_error("listen",
                          fmt::format("{} can be reached from other machines, so a token is needed: give --tokens FILE, "
                                      "--token or --read-token, or listen on 127.0.0.1",
                                      visible(listen.address)));
  const sigset_t signals = ending_signals();
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread; it fails for bad arguments alone

  const std::unique_ptr<Executor> executor = GOVLOG_TRY(shared_store(session, StoreUse::kWhole));
  const ReadReply opened = executor->read(*find_operation("root"), {});
  if (!opened.answer.ok()) return opened.answer.error();
  const auto serving =
      GOVLOG_TRY(Serving::begin(*executor, GOVLOG_TRY(store_directory(session)), options,
                                {.hosts = HostCheck(listen.address, session.argument_list("allow_host")),
                                 .tokens = std::move(tokens),
                                 .log = session.argument("quiet") ? std::function<void(std::string)>() : log_line}));
  const bool v6 = listen.address.find(':') != std::string::npos;
  log_line(fmt::format("listening on {}://{}{}{}:{}", options.certificate.empty() ? "http" : "https", v6 ? "[" : "",
                       listen.address, v6 ? "]" : "", serving->port()));
  GOVLOG_TRY(note_absent(session, opened.exists));
  int signal = 0;
  (void)::sigwait(&signals, &signal);
  (void)::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // another one ends at once
  return 0;
}

}  // namespace govlog
