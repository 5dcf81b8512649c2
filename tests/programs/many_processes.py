#!/usr/bin/env python3
"""many_processes.py [--seed N] [--processes N] [--lines N] [--writes N] [--rounds N] [--kill-every SECONDS]: many processes, one store.

Eight `govlog mcp` and two loops of the command line write to one store at once; then the same while the process that owns the store is killed again and
again; then rounds of start, write, kill. A write whose process died is made again with the same event id. Afterwards the log is held against a
plain list: each event once, positions and versions without a gap, each receipt true; no process runs on, and nothing that was left hinders the next one.
GOVLOG names the program. The last line is `N passed, N failed`."""
import argparse, glob, json, os, random, shutil, signal, subprocess, sys, tempfile, threading, time, uuid

LINES_WAIT = 30  # seconds after which an answer is given up
SERVES_WITHIN = 5  # seconds after the owner's death
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--processes", type=int, default=8)
parser.add_argument("--lines", type=int, default=2, help="loops of the command line beside them")
parser.add_argument("--writes", type=int, default=100, help="of each of them")
parser.add_argument("--rounds", type=int, default=20, help="of start, write, kill")
parser.add_argument("--kill-every", type=float, default=2.0)
parser.add_argument("--keep", action="store_true", help="leave the stores where they are")
options = parser.parse_args()
GOVLOG = os.path.abspath(os.environ.get("GOVLOG", "build/release/govlog"))
passed = failed = 0
printing = threading.Lock()


def check(what, holds, *values):
    global passed, failed
    with printing:
        if holds:
            passed += 1
            return
        failed += 1
        print(what, *(f"\n    {str(value)[:1000]}" for value in values), flush=True)


class Died(Exception):
    """The process went away before it answered."""


class Server:
    """One `govlog mcp`, asked one thing at a time: by initialize, or with a version in each request."""

    def __init__(self, store, modern, *flags):
        self.modern, self.number = modern, 0
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([GOVLOG, "--db", store, "mcp", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        if not modern:
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "many", "version": "1"}}
            self.ask("initialize", hello)
            self.tell("notifications/initialized")

    def send(self, message):
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise Died from error

    def tell(self, method):
        self.send({"jsonrpc": "2.0", "method": method})

    def ask(self, method, params):
        self.number += 1
        if self.modern:
            params = {**params, "_meta": MODERN}
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        timer = threading.Timer(LINES_WAIT, self.process.kill)
        timer.start()
        try:
            while line := self.process.stdout.readline():
                message = json.loads(line)
                if message.get("id") == self.number:
                    return message["result"] if "result" in message else {"isError": True, "content": [{"text": json.dumps(message["error"])}]}
        finally:
            fired = not timer.is_alive()
            timer.cancel()
            if fired:
                check("an answer came in time", False, method, params)
        raise Died

    def call(self, tool, arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """End of input; the process must go by itself."""
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it died with something unread
        try:
            return self.process.wait(timeout=SERVES_WITHIN + 1)
        except subprocess.TimeoutExpired:
            self.kill()
            return "did not end"

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")


def run(store, *words):
    return subprocess.run([GOVLOG, "--db", store, "--json", *words], capture_output=True, text=True, timeout=LINES_WAIT)


# ---- writers -----------------------------------------------------------------------------------------------------------------

class Writer(threading.Thread):
    """Makes its writes one after the other, each until it is acknowledged, and keeps the receipts."""

    def __init__(self, store, name, randomness, kills):
        super().__init__(name=name)
        self.store, self.kills = store, kills
        self.receipts, self.locked, self.again, self.slowest = [], 0, 0, 0.0
        self.events = [self.make_event(name, number, randomness) for number in range(options.writes)]

    @staticmethod
    def make_event(name, number, randomness):
        return {"id": str(uuid.UUID(int=randomness.getrandbits(128), version=4)), "event_type": "Counted", "entity_type": "counter",
                "entity_id": f"c{randomness.randrange(7)}", "data": {"writer": name, "number": number}}

    def run(self):
        for event in self.events:
            while not self.attempt(event):
                self.again += 1
        self.finish()

    def attempt(self, event):
        begin = time.monotonic()
        try:
            receipt, error = self.write(event)
        except Died:
            check(f"{self.name}: nobody dies unless killed", self.kills)
            return False
        self.slowest = max(self.slowest, time.monotonic() - begin)
        if receipt is not None:
            self.receipts.append(receipt)
            return True
        self.locked += 1
        # Whoever was killed may have been answering; nothing else excuses an error.
        check(f"{self.name}: no error is shown", self.kills and "locked" in error, error)
        if self.locked > 100:
            raise RuntimeError(error)
        return False

    def finish(self):
        pass


class ServerWriter(Writer):
    server = None

    def write(self, event):
        if self.server is None:
            self.server = Server(self.store, modern=int(self.name[3:]) % 2 == 1)
        try:
            result = self.server.call("store_governance_event", event)
        except Died:
            self.server.kill()
            self.server = None
            raise
        if result.get("isError"):
            return None, result["content"][0]["text"]
        return result["structuredContent"], None

    def finish(self):
        status = self.server.end()
        check(f"{self.name}: ends with its input", status == 0 or self.kills and status == -signal.SIGKILL, status, self.server.said())


class LineWriter(Writer):
    pid = None

    def write(self, event):
        words = ["append", "--type", event["event_type"], "--entity", f"{event['entity_type']}/{event['entity_id']}", "--id", event["id"],
                 "--data", json.dumps(event["data"])]
        process = subprocess.Popen([GOVLOG, "--db", self.store, "--json", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.pid = process.pid
        out, error = process.communicate(timeout=LINES_WAIT)
        if process.returncode == -signal.SIGKILL:
            raise Died
        return (json.loads(out), None) if process.returncode == 0 else (None, error)


# ---- who owns the store --------------------------------------------------------------------------------------------------------

def processes_of(store):
    """Of this program, with the store among their words; by number."""
    found = set()
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if store.encode() in words and os.path.basename(words[0]) == os.path.basename(GOVLOG).encode():
            found.add(int(path.split("/")[2]))
    return found


def owner_of(store):
    """Who holds a lock on a file of the store."""
    inodes = set()
    for folder, _, names in os.walk(store):
        for name in names:
            try:
                inodes.add(os.stat(os.path.join(folder, name)).st_ino)
            except OSError:
                pass  # gone meanwhile
    ours = processes_of(store)
    with open("/proc/locks") as locks:
        for line in locks:
            fields = line.split()
            if "->" not in fields and fields[3] == "WRITE" and int(fields[5].split(":")[2]) in inodes and int(fields[4]) in ours:
                return int(fields[4])
    return None


class Killer(threading.Thread):
    def __init__(self, store):
        super().__init__()
        self.store, self.killed, self.done = store, 0, threading.Event()

    def run(self):
        while not self.done.wait(options.kill_every):
            owner = owner_of(self.store)
            if owner is not None:
                try:
                    os.kill(owner, signal.SIGKILL)
                    self.killed += 1
                except ProcessLookupError:
                    pass


# ---- what must be true afterwards ------------------------------------------------------------------------------------------------

def export(store):
    ran = run(store, "export")
    check("export succeeds", ran.returncode == 0, ran.stderr)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def check_log(what, store, events, receipts):
    """`events` that were to be written, of which those with a receipt must be there; the log holds nothing else."""
    log = export(store)
    by_id = {event["id"]: event for event in log}
    check(f"{what}: each id is there once", len(by_id) == len(log), len(log) - len(by_id))
    check(f"{what}: nothing else is there", set(by_id) <= {event["id"] for event in events})
    versions = {}
    for number, event in enumerate(log, 1):
        entity = event["entity_type"], event["entity_id"]
        versions[entity] = versions.get(entity, 0) + 1
        if event["position"] != number or event["version"] != versions[entity]:
            check(f"{what}: positions and versions have no gap", False, event, number, versions[entity])
            break
    else:
        check(f"{what}: positions and versions have no gap", True)
    for event in events:
        stored = by_id.get(event["id"])
        if stored is not None and any(stored[key] != value for key, value in event.items()):
            check(f"{what}: what was written is stored", False, event, stored)
    wrong = [receipt for receipt in receipts
             if any(by_id.get(receipt["id"], {}).get(key) != receipt[key] for key in ("id", "position", "version", "recorded_at") if key in receipt)]
    check(f"{what}: each receipt is true", not wrong, wrong[:3])
    return log


def check_left(what, store):
    end = time.monotonic() + SERVES_WITHIN
    while processes_of(store) and time.monotonic() < end:
        time.sleep(0.05)
    check(f"{what}: no process runs on", not processes_of(store), processes_of(store))
    begin = time.monotonic()
    ran = run(store, "stats")
    check(f"{what}: the next process is not hindered", ran.returncode == 0 and time.monotonic() - begin < SERVES_WITHIN, ran.stderr)


# ---- the three runs ----------------------------------------------------------------------------------------------------------------

def at_once(base, randomness, kills):
    what = "with the owner killed" if kills else "at once"
    store = os.path.join(base, "killed" if kills else "at-once")
    writers = [ServerWriter(store, f"mcp{number}", randomness, kills) for number in range(options.processes)]
    writers += [LineWriter(store, f"cli{number}", randomness, kills) for number in range(options.lines)]
    killer = Killer(store)
    begin = time.monotonic()
    for writer in writers:
        writer.start()
    if kills:
        killer.start()
    for writer in writers:
        writer.join()
    seconds = time.monotonic() - begin
    killer.done.set()
    if kills:
        killer.join()
        check(f"{what}: somebody was", killer.killed > 0)
    events = [event for writer in writers for event in writer.events]
    receipts = [receipt for writer in writers for receipt in writer.receipts]
    check_left(what, store)
    log = check_log(what, store, events, receipts)
    check(f"{what}: all were acknowledged and are there", len(receipts) == len(log) == len(events), len(receipts), len(log), len(events))
    slowest = max(writer.slowest for writer in writers)
    check(f"{what}: each call is served within {SERVES_WITHIN} s", slowest < SERVES_WITHIN, slowest)
    print(f"{what}: {len(log)} of {len(events)} writes in {seconds:.1f} s, slowest {slowest * 1000:.0f} ms, {killer.killed} owners killed, "
          f"{sum(writer.again for writer in writers)} made again, {sum(writer.locked for writer in writers)} answered locked", flush=True)
    check_answers(what, store, log)


def check_answers(what, store, log):
    """Two servers and the command line say what the list says."""
    servers = [Server(store, modern) for modern in (False, True)]
    for entity in sorted({event["entity_id"] for event in log}):
        ran = run(store, "history", f"counter/{entity}", "--limit", "20")
        ids = [event["id"] for event in log if event["entity_id"] == entity][:20]
        told = [event["id"] for event in json.loads(ran.stdout)["items"]]
        check(f"{what}: the history of {entity} is the list's", told == ids, told, ids)
        for server in servers:
            answer = server.call("query_entity_history", {"entity_type": "counter", "entity_id": entity, "limit": 20})
            check(f"{what}: every process says the same of {entity}", answer["content"][0]["text"] + "\n" == ran.stdout, answer, ran.stdout)
    for server in servers:
        check(f"{what}: a server ends with its input", server.end() == 0, server.said())


def start_write_kill(base, randomness):
    store = os.path.join(base, "rounds")
    events, receipts = [], []
    for round_number in range(options.rounds):
        servers = [Server(store, modern=round_number % 2 == 1) for _ in range(2)]
        for server in servers:
            for number in range(randomness.randrange(4)):
                events.append(Writer.make_event("round", number, randomness))
                result = server.call("store_governance_event", events[-1])
                check("a write beside a killed process succeeds", not result.get("isError"), result)
                if not result.get("isError"):
                    receipts.append(result["structuredContent"])
        # One more is on its way when they die, and may be there or not.
        events.append(Writer.make_event("last", 0, randomness))
        victim = randomness.choice(servers)
        victim.send({"jsonrpc": "2.0", "id": 9999, "method": "tools/call", "params": {
            "name": "store_governance_event", "arguments": events[-1], **({"_meta": MODERN} if victim.modern else {})}})
        time.sleep(randomness.random() * 0.02)
        for server in randomness.sample(servers, 2):
            server.kill()
    check_left("rounds", store)
    log = check_log("rounds", store, events, receipts)
    print(f"rounds: {options.rounds} of start, write, kill; {len(receipts)} writes acknowledged, {len(log)} in the log", flush=True)


def main():
    print(f"seed {options.seed}", flush=True)
    randomness = random.Random(options.seed)
    base = tempfile.mkdtemp(prefix="govlog-many-")
    try:
        at_once(base, randomness, kills=False)
        at_once(base, randomness, kills=True)
        if options.rounds:
            start_write_kill(base, randomness)
    finally:
        for store in glob.glob(os.path.join(base, "*")):
            for left in processes_of(store):
                os.kill(left, signal.SIGKILL)
        if options.keep:
            print(f"stores are in {base}")
        else:
            shutil.rmtree(base, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


sys.exit(main())
