#!/usr/bin/env python3
"""live_copy.py [--rounds N] [--seed N]: what somebody gets who copies a store with `cp -r` while it is written to.

Each round copies the directory of a store, file by file in any order, while a server appends to it. The copy is refused with an error of the contract, or tells
that its end is missing (`damaged`), or is whole: what it answers is the beginning of the log, line for line, and it is never short of what its `HEAD` tells. It is never
misread. The store itself has every acknowledged event in the end. GOVLOG names the program. The last line is `N passed, N failed`."""
import json, os, random, shutil, sys, threading

from rounds import Server, Wrong, demand, govlog, make_event, play_rounds

REFUSALS = {"corruption", "io_error", "unsupported_format"}


class Writer(threading.Thread):
    """Appends through a server until it is told to stop."""

    def __init__(self, store, randomness):
        super().__init__()
        self.server, self.random = Server(store), randomness
        self.acknowledged, self.stopping, self.error = {}, threading.Event(), None

    def run(self):
        try:
            while not self.stopping.is_set():
                event = make_event(self.random, self.random.choice((100, 3000, 60_000)))
                receipt, error = self.server.call("store_governance_event", event)
                demand(error is None, "an append was answered:", error)
                self.acknowledged[event["id"]] = receipt["position"]
        except Wrong as error:
            self.error = error

    def end(self):
        self.stopping.set()
        self.join()
        self.server.end()
        if self.error:
            raise self.error


def copy_tree(source, target, randomness):
    """As `cp -r`, in any order; files that go away meanwhile are passed over."""
    names = [os.path.join(at, name) for at, _, files in os.walk(source) for name in files if name != "sock"]
    randomness.shuffle(names)
    for name in names:
        there = os.path.join(target, os.path.relpath(name, source))
        os.makedirs(os.path.dirname(there), exist_ok=True)
        try:
            shutil.copyfile(name, there)
        except FileNotFoundError:
            pass


def look_at(copy):
    """What the copy answers: a word for it, and its log's lines where it has any."""
    ran = govlog(copy, "export")
    lines = ran.stdout.decode().splitlines()
    if ran.returncode == 0:
        return "whole", lines
    error = json.loads(ran.stderr.decode().splitlines()[-1])["error"]
    demand(error["code"] in REFUSALS, "the copy is refused with", error)
    if "from" not in error.get("details", {}):
        return f"refused: {error['code']}", []
    code = govlog(copy, "append", stdin=json.dumps(make_event(random, 40)).encode()).returncode
    demand(code == 7, "a write to a copy that has lost its end exits with", code)
    return "its end is missing", lines


def play(work, randomness, counts):
    store = os.path.join(work, "s")
    writer = Writer(store, randomness)
    writer.start()
    copies = []
    try:
        while len(writer.acknowledged) < 5 and writer.is_alive():
            writer.stopping.wait(0.01)
        for number in range(4):
            copies.append(os.path.join(work, f"copy{number}"))
            copy_tree(store, copies[-1], randomness)
            writer.stopping.wait(randomness.random() / 4)
    finally:
        writer.end()
    ran = govlog(store, "export")
    demand(ran.returncode == 0, "export of the store:", ran.stderr)
    log = ran.stdout.decode().splitlines()
    positions = {event["id"]: event["position"] for event in map(json.loads, log)}
    demand(positions == writer.acknowledged, "the store holds other events than were acknowledged")
    demand(govlog(store, "verify").returncode == 0, "the store does not verify")
    for copy in copies:
        what, lines = look_at(copy)
        counts[what] = counts.get(what, 0) + 1
        demand(lines == log[:len(lines)], "the copy answers with another log than the store's beginning")


if __name__ == "__main__":
    sys.exit(play_rounds(__doc__, play, 10))
