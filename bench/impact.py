#!/usr/bin/env python3
"""Measures impact, chain, coverage, orphans and trend beside the specification's own stack, in one run.

    bench/impact.py build/release [--sizes 10000,100000,1000000] [--file HISTORY.ndjson.gz]… [--oracle DIR] [--out docs/benchmarks.md]

Sizes are events of make-events.py, which hold about as many edges. The stack answers from the graph that NetworkX has in memory (its rebuild is a row of its own) and coverage in its better SQL; Govlog over its Unix
socket with the graph open. Writes the section of the page, or prints it.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from types import SimpleNamespace

from beside import ORACLE, Oracle, Owner, commit, middle, publish, shown

HEAD = "## Impact and coverage beside the specification's own stack"
SLOW_S = 5.0


class History:
    """One log, in both."""

    def __init__(self, build, scratch, name, path, oracle):
        self.name, self.oracle = name, oracle
        self.store = str(scratch / "store")
        govlog = str(build / "govlog")
        begin = time.perf_counter()
        subprocess.run([govlog, "--db", self.store, "import", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.import_s = time.perf_counter() - begin
        oracle.load(path)
        self.owner = Owner(govlog, self.store)
        self.now = oracle.ask_module.datetime.now(oracle.ask_module.timezone.utc)
        self.rows = []

    def stack(self, operation, **options):
        every = {"known_at": None, "at": None, "layer": None, "relations": None, "limit": 1000, "depth": 5, "label": "Element", "semantics": "seed-fast"}
        begin = time.perf_counter()
        answer = self.oracle.ask_module.ask(self.oracle.connection, operation, SimpleNamespace(**{**every, **options}), self.now)
        took = (time.perf_counter() - begin) * 1e6
        if "error" in answer:
            sys.exit(f"bench/impact.py: {operation}: {answer['error']}")
        return took, answer

    def pair(self, title, operation, arguments, stack_operation, options, note="", pairs=9):
        self.owner.ask(SimpleNamespace(name=title, operation=operation, arguments=arguments))
        theirs = [self.stack(stack_operation, **options)[0]]
        ours = []
        for _ in range(pairs):
            ours.append(self.owner.ask(SimpleNamespace(name=title, operation=operation, arguments=arguments))[0])
            if theirs[0] < SLOW_S * 1e6:
                theirs.append(self.stack(stack_operation, **options)[0])
        self.rows.append((title, middle(ours), middle(theirs[1:] or theirs), note))

    def nodes(self):
        """The widest hub, the element of median reach, the busiest change request, and the median event's time."""
        from govoracle import graph as g  # stands where the oracle does
        begin = time.perf_counter()
        graph = self.oracle.ask_module.graph_at(self.oracle.connection, None)
        self.rebuild_us = (time.perf_counter() - begin) * 1e6
        self.edges = graph.number_of_edges()
        linked = sorted(key for key in graph if key[0] == "Element" and (graph._succ[key] or graph._pred[key]))
        reach = lambda key, direction: len(g.distances(graph, key, direction, 5, g.default_relations(key[0]))) - 1
        sample = sorted(random.Random(1).sample(linked, min(101, len(linked))), key=lambda key: reach(key, "upstream"))
        hub = max([*sorted(linked, key=graph.degree, reverse=True)[:10], sample[-1]], key=lambda key: reach(key, "upstream"))
        requests = [key for key in graph if key[0] == "ChangeRequest"]
        request = max(requests, key=graph.degree)[1] if requests else None
        past = self.oracle.store.rows(self.oracle.connection, "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY created_at) FROM governance_events")[0][0]
        layer = self.oracle.store.rows(self.oracle.connection, "SELECT data->>'layer' FROM governance_events WHERE event_type = 'DiagramVersionCreated' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        return (hub[1], reach(hub, "upstream")), (sample[len(sample) // 2][1], reach(sample[len(sample) // 2], "upstream")), request, past.isoformat(), layer[0][0] if layer else None

    def measure(self):
        hub, median, request, past, layer = self.nodes()
        impact = lambda element, **more: ({"element": element, "direction": "upstream", **more}, {"element": element, "direction": "upstream", **more})
        for title, (element, count) in (("impact of 5 hops, the widest hub", hub), ("impact of 5 hops, the node of median reach", median)):
            ours, theirs = impact(element)
            self.pair(title, "impact", ours, "impact", theirs, f"reaches {count:,}")
        ours, theirs = impact(hub[0], at=past)
        self.pair("the hub as of the median event", "impact", ours, "impact", theirs, "NetworkX: its rebuild left out")
        if request:
            self.pair("chain of the busiest change request", "chain", {"change_request": request}, "impact-chain", {"change_request": request})
        self.pair("coverage", "coverage", {}, "coverage", {})
        if layer:
            self.pair("orphans of the largest layer, 100", "orphans", {"layer": layer, "limit": 100}, "orphans", {"layer": layer, "limit": 100})
        self.pair("trend of 30 days", "trend", {}, "trend", {"period": "30d", "bucket": "day"}, pairs=3)
        self.rows.append(("rebuild of the graph", None, self.rebuild_us, "Govlog: kept with each append"))
        self.owner.end()


def report(histories):
    lines = [HEAD, "", f"`bench/impact.py`, {time.strftime('%Y-%m-%d')}, commit {commit()}, load average {os.getloadavg()[0]:.1f} at the end. Wall clock of whole answers, in turns, medians: Govlog over its Unix socket, the stack in"
             " the process that holds the NetworkX graph, with PostgreSQL on its own socket."]
    for history in histories:
        lines += ["", f"### {history.name}, {history.edges:,} edges", "", "| | Govlog | PostgreSQL, NetworkX | times | |", "| --- | --- | --- | --- | --- |"]
        for title, ours, theirs, note in history.rows:
            lines.append(f"| {title} | {shown(ours, '–')} | {shown(theirs)} | {f'{theirs / ours:,.0f}' if ours else ''} | {note} |")
    return lines + [""]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--sizes", type=lambda text: sorted(map(int, text.split(","))), default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--file", action="append", type=pathlib.Path, default=[], help="a history of its own, also .gz")
    parser.add_argument("--oracle", type=pathlib.Path, default=ORACLE)
    parser.add_argument("--out", type=pathlib.Path, help="the page whose section is written anew (printed otherwise)")
    options = parser.parse_args()
    if not (options.oracle / "oracle.py").exists():
        sys.exit(f"bench/impact.py: {options.oracle} does not hold the specification's stack, and this measures nothing else")
    oracle = Oracle(options.oracle)
    histories = []
    for what in [*options.sizes, *options.file]:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=options.build) as scratch:
            scratch, path = pathlib.Path(scratch), what
            if isinstance(what, int):
                path = scratch / "events.ndjson"
                with open(path, "wb") as file:
                    day = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())
                    subprocess.run([sys.executable, options.oracle / "make-events.py", str(what), "1", "--now", day], stdout=file, check=True)
            name = f"{what:,} events" if isinstance(what, int) else what.name.split(".")[0]
            history = History(options.build.resolve(), scratch, name, path, oracle)
            history.measure()
            histories.append(history)
            print(f"  {name}: done", file=sys.stderr, flush=True)
    publish(options.out, HEAD, report(histories))


if __name__ == "__main__":
    main()
