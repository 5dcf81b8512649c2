#pragma once
// Signals that ask a command to end, remembered so that it ends where its files are in order.

#include <cstdint>

namespace govlog {

enum class SecondSignal : std::uint8_t {
  kEndsProgram,  // at once, wherever it is
  kIsHeld,       // as the first: for a command that must clean up, and looks often enough
};

/// From here on SIGINT is held: remembered, and nothing else.
void hold_interrupt(SecondSignal second);

/// SIGINT, SIGTERM and SIGHUP are; a SIGHUP that is ignored (nohup) stays so.
void hold_ending_signals(SecondSignal second);

/// The signal that was held last, 0 where none was.
int held_signal();

/// What a program that a signal ended is said to have exited with.
constexpr int exit_of_signal(int signal) { return 128 + signal; }

}  // namespace govlog
