#!/usr/bin/env python3
"""Measures `govlog serve` with wrk beside the specification's own stack behind the simplest Python server, and beside a bare Beast echo of the same bytes.

    bench/rest.py build/release [--events 100000] [--seconds 4] [--oracle DIR] [--out docs/benchmarks.md]

Timeline, impact, coverage and append at 1, 8 and 64 connections; MCP's tools/call with 16 in flight; the feed, whole; how long an append takes to be delivered over SSE; what 1,000 connections
cost. wrk has one thread and everything is on one machine, so the columns of one row are to be compared, in one run. Writes the section of the page, or prints it.
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from beside import ORACLE, Oracle, commit, publish

HEAD = "## REST beside the specification's own stack"
HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = (1, 8, 64)


class Server:
    """A process whose first line ends with its port or its address."""

    def __init__(self, command, says=None):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE if says else subprocess.DEVNULL)
        line = (self.process.stderr if says else self.process.stdout).readline().decode()
        self.port = int(line.strip().rsplit(":", 1)[-1])
        self.url = f"http://127.0.0.1:{self.port}"

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def wrk(url, connections, seconds, post=""):
    """Requests a second, p50 and p99 in µs, and bytes of a reply."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "rest.lua", url]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "BENCH_POST": post})
    found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("JSON "))[5:])
    if found["errors"]:
        sys.exit(f"bench/rest.py: {url}: {found}")
    if not found["requests"]:  # none was answered in that time
        return 0, 0, 0
    return found["requests"] / found["us"] * 1e6, found["p50_us"], found["p99_us"]


def length_of(url, post=None, headers=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=post, headers=headers or {}), timeout=60) as reply:
        return len(reply.read())


class Rest:
    def __init__(self, options, scratch):
        self.options, self.rows = options, []
        govlog = options.build / "govlog"
        self.store = scratch / "store"
        path = scratch / "events.ndjson"
        with open(path, "wb") as file:
            subprocess.run([sys.executable, options.oracle / "make-events.py", str(options.events), "1", "--now", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())], stdout=file, check=True)
        subprocess.run([govlog, "--db", self.store, "import", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        oracle = Oracle(options.oracle)
        oracle.load(path)
        rows = oracle.store.rows(oracle.connection, "SELECT data->>'to_element', count(*) FROM governance_events WHERE event_type = 'TraceabilityLinkAdded' GROUP BY 1 ORDER BY 2 DESC, 1")
        self.element = rows[len(rows) // 2][0]
        self.ours = Server([govlog, "serve", "--db", self.store, "--listen", "127.0.0.1:0", "--quiet"], says=True)
        self.stack = Server(["/usr/bin/python3", HERE / "rest_stack.py", options.oracle])

    def row(self, title, ours, stack, connections, post=""):
        url = self.ours.url + ours
        echo = Server([self.options.build / "bench" / "http_echo", str(self.reply_bytes(url, post))])
        seconds = self.options.seconds
        bare = wrk(echo.url + "/", connections, seconds, post)
        found = wrk(url, connections, seconds, post)
        again = wrk(echo.url + "/", connections, seconds, post)
        if stack and not post:
            length_of(self.stack.url + stack)  # what it keeps is made once
        theirs = wrk(self.stack.url + stack, connections, seconds if post or "timeline" in title else 3 * seconds, post) if stack else None
        echo.end()
        self.rows.append((title, connections, found, theirs, (bare[0] + again[0]) / 2))
        print(f"  {title}, {connections}: {found[0]:,.0f}/s", file=sys.stderr, flush=True)

    def reply_bytes(self, url, post):
        if post == "append":
            return 150
        if post == "mcp":
            return 6000
        return length_of(url)

    def measure(self):
        for connections in CONNECTIONS:
            self.row("timeline, 20 items", "/governance/timeline?limit=20", "/timeline?limit=20", connections)
        for connections in CONNECTIONS:
            self.row("impact of 5 hops", f"/governance/impact/{self.element}?direction=upstream", f"/impact?element={self.element}&direction=upstream", connections)
        for connections in CONNECTIONS:
            self.row("coverage", "/governance/coverage", "/coverage", connections)
        self.row("MCP tools/call of a timeline, 16 in flight", "/mcp", None, 16, "mcp")
        self.lines = [self.feed(), *self.memory(), self.delivery()]
        for connections in CONNECTIONS:
            self.row("append, acknowledged on disk", "/governance/events", "/append", connections, "append")

    def end(self):
        self.ours.end()
        self.stack.end()

    def feed(self):
        best = (0, 0)
        for _ in range(3):
            begin, size, events = time.perf_counter(), 0, 0
            request = urllib.request.Request(self.ours.url + "/governance/events?after=0", headers={"Accept": "application/x-ndjson"})
            with urllib.request.urlopen(request, timeout=120) as reply:
                while piece := reply.read(1 << 20):
                    size += len(piece)
                    events += piece.count(b"\n")
            took = time.perf_counter() - begin
            best = max(best, (events / took, size / took))
        return f"- The whole feed as NDJSON: {best[0]:,.0f} events/s, {best[1] / 1e6:,.0f} MB/s (best of three; the client is Python)."

    def resident(self):
        status = pathlib.Path(f"/proc/{self.ours.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def memory(self):
        before = self.resident()
        peers = []
        for _ in range(1000):
            peer = socket.create_connection(("127.0.0.1", self.ours.port))
            peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            peer.recv(4096)
            peers.append(peer)
        after = self.resident()
        for peer in peers:
            peer.close()
        return [f"- 1,000 connections that were answered once and are kept alive: {after - before:,} KiB more than {before // 1024:,} MiB, {(after - before) / 1000:.1f} KiB each."]

    def delivery(self):
        """From the first byte of an append's request to its event at an SSE reader's."""
        feed = socket.create_connection(("127.0.0.1", self.ours.port))
        feed.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with urllib.request.urlopen(self.ours.url + "/governance/proofs/root") as reply:
            end = json.load(reply)["size"]
        feed.sendall(b"GET /governance/events?after=%d HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n" % end)
        feed.recv(65536)
        writer = socket.create_connection(("127.0.0.1", self.ours.port))
        writer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        delivered, acknowledged = [], []
        for number in range(300):
            body = json.dumps({"event_type": "Noted", "entity_type": "Bench", "entity_id": f"SSE-{number}", "data": {}}).encode()
            begin = time.perf_counter()
            writer.sendall(b"POST /governance/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            writer.recv(65536)
            acknowledged.append(time.perf_counter() - begin)
            said = b""
            while b"SSE-%d\"" % number not in said:
                said += feed.recv(65536)
            delivered.append(time.perf_counter() - begin)
        feed.close()
        writer.close()
        of = lambda times, share: sorted(times)[int(len(times) * share)] * 1e3
        return (f"- An append to its event at an SSE reader, 300 one after the other: {of(delivered, 0.5):.2f} ms (p99 {of(delivered, 0.99):.2f} ms) from the request's first byte; acknowledged after {of(acknowledged, 0.5):.2f} ms"
                f" (p99 {of(acknowledged, 0.99):.2f} ms).")


def report(rest, options):
    lines = [HEAD, "", f"`bench/rest.py`, {time.strftime('%Y-%m-%d')}, commit {commit()}, {options.events:,} events, load average {os.getloadavg()[0]:.1f} at the end. wrk with one thread beside the servers on two cores. The"
             " stack: PostgreSQL and NetworkX behind Python's `http.server`, a thread a connection; its graph was built before. The echo: Boost.Beast on one thread, the same bytes back without looking.", "",
             "| | connections | Govlog: requests/s | p50 | p99 | the stack: requests/s | p50 | times | of the bare echo's |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    ms = lambda us: f"{us / 1000:,.2f} ms"
    for title, connections, ours, theirs, bare in rest.rows:
        stack = f"{theirs[0]:,.1f} | {ms(theirs[1])} | {ours[0] / theirs[0]:,.0f}" if theirs and theirs[0] else f"none in {3 * options.seconds} s | | " if theirs else " | | "
        lines.append(f"| {title} | {connections} | {ours[0]:,.0f} | {ms(ours[1])} | {ms(ours[2])} | {stack} | {ours[0] / bare:.0%} |")
    return lines + ["", *rest.lines, ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--oracle", type=pathlib.Path, default=ORACLE)
    parser.add_argument("--out", type=pathlib.Path, help="the page whose section is written anew (printed otherwise)")
    options = parser.parse_args()
    if not (options.oracle / "oracle.py").exists():
        sys.exit(f"bench/rest.py: {options.oracle} does not hold the specification's stack, and this measures nothing else")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.build) as scratch:
        rest = Rest(options, pathlib.Path(scratch))
        try:
            rest.measure()
        finally:
            rest.end()
    lines = report(rest, options)
    publish(options.out, HEAD, lines)


if __name__ == "__main__":
    main()
