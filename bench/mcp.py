#!/usr/bin/env python3
"""Measures `govlog mcp` over standard input and output, beside bare limits of the same run.

    bench/mcp.py build/release/govlog --events FILE [--idle-events FILE] [--modules DIR]

--events: NDJSON to ask about; --idle-events: the history that an idle owner has open; --modules: a directory whose node_modules hold the official TypeScript SDK
(build/mcp_clients), for the reference server (bench/mcp_reference.mjs). Prints a Markdown section. Every pair of cases is measured in turns, in one run.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


class Server:
    """A process that answers a line with a line."""

    def __init__(self, command, initialize=True, **more):
        self.begun = time.perf_counter_ns()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, **more)
        self.number = 0
        self.rest = b""
        if initialize:
            self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}})
            self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def line(self):
        parts = [self.rest]
        while b"\n" not in parts[-1]:
            part = os.read(self.process.stdout.fileno(), 1 << 20)
            if not part:
                raise SystemExit("bench/mcp.py: the server ended")
            parts.append(part)
        line, self.rest = b"".join(parts).split(b"\n", 1)
        return line

    def ask(self, method, params):
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return json.loads(self.line())

    def call_us(self, tool, arguments):
        self.number += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}).encode() + b"\n"
        begin = time.perf_counter_ns()
        self.process.stdin.write(line)
        answer = self.line()
        took = (time.perf_counter_ns() - begin) / 1000
        if b'"isError":true' in answer[:4000] or b'"error":{' in answer[:200]:
            raise SystemExit(f"bench/mcp.py: {tool} answers {answer[:300]!r}")
        return took, len(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def echo_us(server, size, count):
    line = b"x" * (size - 1) + b"\n"
    took = []
    for _ in range(count):
        begin = time.perf_counter_ns()
        server.process.stdin.write(line)
        server.line()
        took.append((time.perf_counter_ns() - begin) / 1000)
    return took


def percentiles(values):
    values = sorted(values)
    return statistics.median(values), values[min(len(values) - 1, int(0.99 * len(values)))]


def row(name, values, note=""):
    middle, high = percentiles(values)
    print(f"| {name} | {middle:,.0f} | {high:,.0f} | {note} |", flush=True)


def round_trips(govlog, store, modules, calls):
    owner = Server([govlog, "--db", store, "mcp"])
    first = owner.ask("tools/call", {"name": "list_entities", "arguments": {"limit": 1}})["result"]["structuredContent"]["items"][0]
    entity = {"entity_type": first["entity_type"], "entity_id": first["entity_id"]}
    relay = Server([govlog, "--db", store, "mcp"])
    reference = None
    if modules:  # what it imports is looked for from where it stands
        shutil.copy(HERE / "mcp_reference.mjs", modules)
        reference = Server(["node", "mcp_reference.mjs"], cwd=modules)
    echo = Server(["cat"], initialize=False)
    orphans = owner.ask("tools/call", {"name": "query_impact_chain", "arguments": {"change_request_id": "none"}})
    del orphans  # opens the graph
    cases = [("a light tool (time_travel)", "time_travel", entity), ("a heavy tool (query_timeline, 100 events)", "query_timeline", {"from": "3650d"})]
    print("| over standard input and output, in us | p50 | p99 | |\n| --- | --- | --- | --- |")
    seen = {}
    for _ in range(calls):
        for title, tool, arguments in cases:
            for who, server in (("as owner", owner), ("through the relay", relay)):
                took, size = server.call_us(tool, arguments)
                seen.setdefault((title, who), []).append(took)
                seen[title, "bytes"] = size
        if reference:
            seen.setdefault(("reference", ""), []).append(reference.call_us("nothing", {})[0])
        seen.setdefault(("echo", ""), []).extend(echo_us(echo, 200, 1))
    row("bare limit: `cat`, 200 bytes there and back", seen["echo", ""])
    if reference:
        row("a server of the official TypeScript SDK, a tool that answers nothing", seen["reference", ""])
    for title, _, _ in cases:
        for who in ("as owner", "through the relay"):
            row(f"{title}, {who}", seen[title, who], f"{seen[title, 'bytes']:,} bytes")
    writes = {"as owner": [], "through the relay": []}
    for number in range(calls):
        for who, server in (("as owner", owner), ("through the relay", relay)):
            arguments = {"change_request_id": f"bench-{who[:2]}-{number}", "title": "measured"}
            writes[who].append(server.call_us("create_change_request", arguments)[0])
    for who, values in writes.items():
        row(f"an append (create_change_request), {who}", values)
    row("bare limit: fdatasync of 500 bytes appended", sync_us(store, calls))
    for server in (relay, owner, reference, echo):
        if server:
            server.end()


def sync_us(store, count):
    took = []
    path = pathlib.Path(store).parent / "sync"
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            begin = time.perf_counter_ns()
            file.write(b"x" * 500)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter_ns() - begin) / 1000)
    path.unlink()
    return took


def starts(govlog, store, count):
    discover = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}
    first, tool, bare = [], [], []
    for _ in range(count):
        server = Server([govlog, "--db", store, "mcp"], initialize=False)
        server.ask("server/discover", discover)
        first.append((time.perf_counter_ns() - server.begun) / 1000)
        server.call_us("query_timeline", {"limit": 1})
        tool.append((time.perf_counter_ns() - server.begun) / 1000)
        server.end()
        echo = Server(["cat"], initialize=False)
        echo_us(echo, 10, 1)
        bare.append((time.perf_counter_ns() - echo.begun) / 1000)
        echo.end()
    row("bare limit: from starting `cat` to its first line", bare)
    row("from start to the first answer (server/discover)", first)
    row("from start to the first answer from the store (query_timeline)", tool)


def usage(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK"), resident / 1024


def idle(govlog, store, seconds):
    owner = Server([govlog, "--db", store, "mcp"])
    owner.ask("tools/call", {"name": "query_timeline", "arguments": {"limit": 1}})
    relay = Server([govlog, "--db", store, "mcp"])
    relay.ask("tools/call", {"name": "query_timeline", "arguments": {"limit": 1}})
    time.sleep(3)
    before = [usage(server.process)[0] for server in (owner, relay)]
    time.sleep(seconds)
    print(f"\n| idle for {seconds} s | CPU, ms | resident, MiB |\n| --- | --- | --- |")
    for name, server, then in zip(("owner", "relay"), (owner, relay), before):
        cpu, resident = usage(server.process)
        print(f"| {name} | {cpu - then:.0f} | {resident:.0f} |")
    owner.ask("tools/call", {"name": "query_impact", "arguments": {"id": "none"}})
    print(f"| owner with its graph open | | {usage(owner.process)[1]:.0f} |")
    relay.end()
    owner.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("govlog")
    parser.add_argument("--events", required=True)
    parser.add_argument("--idle-events")
    parser.add_argument("--modules", default="")
    parser.add_argument("--calls", type=int, default=500)
    given = parser.parse_args()
    govlog = str(pathlib.Path(given.govlog).resolve())
    scratch = tempfile.mkdtemp(prefix="govlog-bench-mcp-")
    try:
        stores = {}
        for name, file in (("asked", given.events), ("idle", given.idle_events)):
            if file:
                stores[name] = f"{scratch}/{name}"
                subprocess.run([govlog, "--db", stores[name], "import", file], check=True, stdout=sys.stderr)
        print(f"Load average: {os.getloadavg()[0]:.1f}; {given.calls} calls of each, in turns.\n")
        round_trips(govlog, stores["asked"], given.modules and str(pathlib.Path(given.modules).resolve()), given.calls)
        starts(govlog, stores["asked"], 30)
        if "idle" in stores:
            idle(govlog, stores["idle"], 20)
    finally:
        shutil.rmtree(scratch)


main()
