"""What benchmarks beside the specification's own stack share: one process of Govlog, one PostgreSQL, and sections of docs/benchmarks.md.

The stack stands in a directory with make-events.py, setup.sh and oracle.py: PostgreSQL with the specification's schema, and NetworkX. Govlog is asked over one connection on the store's
Unix socket, PostgreSQL over one on its own, in turns.
"""
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
ORACLE = ROOT.parent / "shared" / "oracle"


class Owner:
    """A process that has the store open, and one connection to it."""

    def __init__(self, govlog, store):
        self.process = subprocess.Popen([govlog, "--db", store, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        opens = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "time_travel", "arguments": {"entity_id": "none", "entity_type": "none"}}}
        self.process.stdin.write(json.dumps(opens).encode() + b"\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        for _ in range(100):
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.socket.connect(os.path.join(store, "sock"))
                break
            except OSError:
                time.sleep(0.02)

    def ask(self, question):
        form = urllib.parse.urlencode(question.arguments)
        request = f"POST /v1/read/{question.operation} HTTP/1.1\r\nHost: govlog\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
        begin = time.perf_counter()
        self.socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(1 << 20)
        head, body = answer.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        while len(body) < length:
            body += self.socket.recv(1 << 20)
        took = time.perf_counter() - begin
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            sys.exit(f"bench: {question.name}: {body[:300]!r}")
        return took * 1e6, len(json.loads(body).get("items", ()))

    def end(self):
        self.socket.close()
        self.process.stdin.close()
        self.process.wait()


class Oracle:
    """PostgreSQL with the specification's schema."""

    def __init__(self, directory):
        sys.path.insert(0, str(directory))
        from govoracle import ask, store  # where it stands is told on the command line
        self.directory, self.ask_module, self.store = directory, ask, store
        self.start()

    def start(self):
        subprocess.run([self.directory / "setup.sh"], check=True, stdout=subprocess.DEVNULL)
        self.connection = self.store.connect()

    def restart(self):
        self.connection.close()
        subprocess.run([self.directory / "setup.sh", "stop"], check=True, stdout=subprocess.DEVNULL)
        self.start()

    def load(self, path):
        begin = time.perf_counter()
        self.connection.close()
        subprocess.run([self.directory / "oracle.py", "load", "--fresh", "--timeout", "0", path], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - begin
        self.connection = self.store.connect()
        self.store.execute(self.connection, "VACUUM ANALYZE governance_events")
        return took

    def ask(self, question, most_ms=60_000):
        self.store.execute(self.connection, f"SET statement_timeout = {most_ms}")
        begin = time.perf_counter()
        try:
            found = self.store.rows(self.connection, question.sql, question.values)
        except Exception as error:  # the driver's own class is known to the oracle alone
            if "statement timeout" in str(error):
                return None, 0
            raise
        return (time.perf_counter() - begin) * 1e6, len(found)

    def bytes(self):
        return self.store.rows(self.connection, "SELECT pg_total_relation_size('governance_events')")[0][0]


def drop_caches():
    try:
        os.sync()
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


def middle(values):
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def shown(value, limit="> 60 s"):
    if value is None:
        return limit
    if value >= 10_000:
        return f"{value / 1000:,.0f} ms"
    return f"{value / 1000:.1f} ms" if value >= 1000 else f"{value:.0f} µs" if value >= 10 else f"{value:.1f} µs"


def commit():
    return subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()


def publish(page, head, lines):
    """On the page, or printed where there is none."""
    if page:
        put(page, head, lines)
    else:
        print("\n".join(lines))


def put(page, head, lines):
    """In the place of the section of the same head, or before the graph's."""
    old = page.read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(?=## )", old)
    new = "\n".join(lines) + "\n"
    heads = [part.split("\n")[0] for part in parts]
    if head in heads:
        parts[heads.index(head)] = new
    else:
        parts.insert(heads.index("## Graph") if "## Graph" in heads else len(parts), new)
    page.write_text("".join(parts), encoding="utf-8")
