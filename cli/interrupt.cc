#include "cli/interrupt.h"

#include <csignal>

namespace govlog {
namespace {

volatile std::sig_atomic_t g_held = 0;  // all that a handler may touch

void hold(int signal, SecondSignal second) {
  struct sigaction action {};
  action.sa_handler = [](int number) { g_held = number; };
  // Without SA_RESTART, so that a read that waits for a pipe sees it.
  action.sa_flags = second == SecondSignal::kEndsProgram ? static_cast<int>(SA_RESETHAND) : 0;
  (void)sigaction(signal, &action, nullptr);  // it fails for bad arguments alone
}

}  // namespace

void hold_interrupt(SecondSignal second) { hold(SIGINT, second); }

void hold_ending_signals(SecondSignal second) {
  hold(SIGINT, second);
  hold(SIGTERM, second);
  struct sigaction before {};
  const bool ignored = sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
  if (!ignored) hold(SIGHUP, second);
}

int held_signal() { return g_held; }

}  // namespace govlog
