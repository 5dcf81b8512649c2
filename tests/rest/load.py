#!/usr/bin/env python3
"""load.py GOVLOG [--minutes M] [--seed N] [--kill-every SECONDS]: every face writes and reads at once, and the server is killed now and then.

Writers append through REST (single events, batches, with If-Match, as imports), through MCP over HTTP (with sessions and without) and by the command line, which asks
the server or has the store to itself while there is none. Others read, or follow the feed and resume it. The server is ended by SIGKILL, or by SIGTERM, which cuts off no
answer. A write that got no answer is made again with the same ids. Afterwards each acknowledged event is in the log once, at the position that its receipt tells, the log
holds nothing that nobody wrote, every reader of the feed saw every position once and in order, with the log's own bytes, and `govlog verify` finds nothing. The last line
is `N passed, N failed`."""
import argparse, array, collections, json, os, random, subprocess, sys, tempfile, threading, time, uuid

from served import Checks, Client, CutOff, NoAnswer, Served, Stream

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("govlog")
parser.add_argument("--minutes", type=float, default=10)
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--kill-every", type=float, default=4, help="seconds from one end of the server to the next, in the mean; 0: never")
options = parser.parse_args()
GOVLOG = os.path.abspath(options.govlog)
IDS = uuid.uuid5(uuid.NAMESPACE_DNS, f"load-{options.seed}")
check = Checks()
counts = collections.Counter()
counting = threading.Lock()
over = threading.Event()


def count(what, number=1):
    with counting:
        counts[what] += number


def id_of(writer, number):
    return str(uuid.uuid5(IDS, f"{writer}/{number}"))


class Worker(threading.Thread):
    """Takes one step after the other until the time is over; the last one is finished."""
    pause = 0.02

    def __init__(self, name, served, store):
        super().__init__(name=name, daemon=True)
        self.served, self.store = served, store
        self.random = random.Random(f"{options.seed}/{name}")
        self.client = Client(served)

    def run(self):
        try:
            while not over.is_set():
                self.step()
                time.sleep(self.random.random() * 2 * self.pause)
        except Exception as error:  # pylint: disable=broad-except
            check(f"{self.name} goes on", False, repr(error))
            raise
        finally:
            self.client.close()

    def answered(self, attempt):
        """What `attempt` gives, however often the server ends meanwhile."""
        while True:
            try:
                reply = attempt()
                if reply.status != 503:
                    return reply
                count("503")
                check(f"{self.name}: a 503 says when to come back", reply.headers["Retry-After"], reply.body)
            except NoAnswer:
                pass
            except CutOff as cut:
                check(f"{self.name}: SIGTERM cuts off no answer", self.served.ends.get(cut.life) == "kill", self.served.ends.get(cut.life))
            count("asked again")
            time.sleep(0.05)


class Writer(Worker):
    def __init__(self, *words):
        super().__init__(*words)
        self.number = 0
        self.receipts = {}  # position by id; None where no receipt tells it

    def make(self, **more):
        self.number += 1
        return {"id": id_of(self.name, self.number), "event_type": "Counted", "entity_type": "counter", "entity_id": f"c{self.random.randrange(40)}",
                "data": {"writer": self.name, "number": self.number, "text": "x" * self.random.randrange(200)}, **more}

    def keep(self, receipts, events=()):
        for receipt in receipts:
            self.receipts[receipt["id"]] = receipt["position"]
            if receipt["duplicate"]:
                count("duplicates, whose receipt had not come")
        if events:
            check(f"{self.name}: a receipt for each", [receipt["id"] for receipt in receipts] == [event["id"] for event in events])
        count(f"acknowledged: {self.kind}", len(receipts))


class Single(Writer):
    kind = "REST, one"

    def step(self):
        event = self.make()
        reply = self.answered(lambda: self.client.ask("POST", "/governance/events", event))
        if check("an append is acknowledged", reply.status in (200, 201), reply.body):
            self.keep([reply.json], [event])


class Batch(Writer):
    kind = "REST, batch"
    pause = 0.1

    def step(self):
        events = [self.make() for _ in range(self.random.randint(2, 60))]
        reply = self.answered(lambda: self.client.ask("POST", "/governance/events", events))
        if check("a batch is acknowledged", reply.status in (200, 201), reply.body):
            receipts = reply.json["receipts"]
            positions = [receipt["position"] for receipt in receipts]
            check("a batch stays together", positions == list(range(positions[0], positions[0] + len(positions))), positions)
            self.keep(receipts, events)


class Matching(Writer):
    """Several of these write to one entity: who comes too late is told so, and looks again."""
    kind = "REST, If-Match"

    def step(self):
        event, tried = self.make(entity_id="contended"), set()

        def attempt():
            seen = self.client.get("/governance/entities/counter/contended")
            version = int(seen.headers["ETag"].strip('"')) if seen.status == 200 else 0
            tried.add(version)
            return self.client.ask("POST", "/governance/events", event, {"If-Match": f'"{version}"'})

        while (reply := self.answered(attempt)).status == 412:
            count("412")
        if check("a write with If-Match is acknowledged", reply.status in (200, 201), reply.body):
            check("If-Match is the version before", reply.json["version"] - 1 in tried, reply.body, tried)
            self.keep([reply.json], [event])


class Importer(Writer):
    kind = "REST, import"
    pause = 2

    def step(self):
        events = [self.make() for _ in range(self.random.choice((1, 30, 300, 2500)))]
        body = "".join(json.dumps(event) + "\n" for event in events).encode()
        headers = {"Content-Type": "application/x-ndjson"}
        reply = self.answered(lambda: self.client.ask("POST", "/governance/events", body, headers))
        told = reply.json
        if check("an import is acknowledged", reply.status == 200 and told["appended"] + told["duplicates"] == told["read"] == len(events), reply.body):
            count("duplicates, whose receipt had not come", told["duplicates"])
            self.receipts.update((event["id"], None) for event in events)
            count(f"acknowledged: {self.kind}", len(events))


META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


class Mcp(Writer):
    """A client with a session, or one of 2026-07-28, which needs none."""
    session = None

    @property
    def modern(self):
        return int(self.name[-1]) % 2 == 1

    @property
    def kind(self):
        return "MCP 2026-07-28" if self.modern else "MCP with a session"

    def send(self, method, params):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        if self.modern:
            message["params"] = {**params, "_meta": META}
            return self.client.ask("POST", "/mcp", message, {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": params["name"]})
        if self.session is None:
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "load", "version": "1"}}
            begun = self.client.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello})
            check("a session begins", begun.status == 200, begun.body)
            self.session = {"Mcp-Session-Id": begun.headers["Mcp-Session-Id"]}
            self.client.ask("POST", "/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, self.session)
            count("MCP sessions")
        reply = self.client.ask("POST", "/mcp", message, self.session)
        if reply.status == 404:  # it ended with the server
            self.session = None
            raise NoAnswer
        return reply

    def call(self, tool, arguments):
        while True:
            reply = self.answered(lambda: self.send("tools/call", {"name": tool, "arguments": arguments}))
            if not check("a tool answers", reply.status == 200 and "result" in reply.json, tool, reply.body):
                return None
            result = reply.json["result"]
            if not result.get("isError"):
                return result["structuredContent"]
            if not check("a tool does what it is asked", "[locked]" in result["content"][0]["text"], tool, result["content"]):
                return None
            count("locked")
            time.sleep(0.05)

    def step(self):
        what = self.random.randrange(5)
        if what < 2:
            receipt = self.call("store_governance_event", self.make())
        elif what == 2:
            self.number += 1
            receipt = self.call("create_change_request", {"change_request_id": f"CR {self.name} {self.number}", "title": "Under load", "event_id": id_of(self.name, self.number)})
        else:
            tool, arguments = self.random.choice((("query_timeline", {"limit": 20}), ("query_coverage", {}), ("time_travel", {"entity_id": "contended"}), ("list_entities", {"limit": 20})))
            if tool != "time_travel":
                self.call(tool, arguments)
                count(f"MCP {tool}")
            return
        if receipt:
            self.keep([receipt])


class CommandLine(Writer):
    kind = "command line"
    pause = 0.1

    def step(self):
        event = self.make()
        words = ["append", "--type", event["event_type"], "--entity", f"counter/{event['entity_id']}", "--id", event["id"], "--data", json.dumps(event["data"])]
        while True:
            count("command line, while the server is down" if self.served.process.poll() is not None else "command line, beside the server")
            ran = subprocess.run([GOVLOG, "--db", self.store, "--json", *words], capture_output=True, timeout=60)
            if ran.returncode == 0:
                self.keep([json.loads(ran.stdout)], [event])
                return
            if not check("the command line fails where the store is locked, if at all", ran.returncode == 6, ran.returncode, ran.stderr):
                return
            count("locked")


class Reader(Worker):
    paths = ["/governance/timeline?limit=50", "/governance/entities/counter?limit=20", "/governance/events?limit=20", "/governance/coverage", "/governance/coverage/orphans",
             "/governance/search?q=load&limit=5", "/governance/proofs/root", "/governance/analytics", "/healthz"]

    def step(self):
        path = self.random.choice(self.paths)
        reply = self.answered(lambda: self.client.get(path))
        check("a read is answered", reply.status == 200 and reply.json is not None, path, reply.status, reply.body)
        count("reads by REST")


class Follower(Worker):
    """Reads the feed from its beginning, and resumes it whenever it ends; the second one also leaves of itself."""

    def __init__(self, *words):
        super().__init__(*words)
        self.hashes = array.array("q")
        self.gap = None

    def open(self):
        stream = Stream(self.served, "/governance/events", {"Accept": "text/event-stream", "Last-Event-ID": len(self.hashes)})
        try:
            check("the feed is open", stream.head() == 200)
        except NoAnswer:
            stream.close()
            raise
        count("feeds opened")
        return stream

    def take(self, event):
        if event is None:
            return
        if self.gap is None and event[0] != len(self.hashes) + 1:
            self.gap = f"{event[0]} after {len(self.hashes)}"
        self.hashes.append(hash(event[1]))

    def step(self):
        leaves = self.random.randrange(20000) if self.name[-1] == "1" else 1 << 60
        try:
            stream = self.open()
        except NoAnswer:
            return
        try:
            for number, event in enumerate(stream.events()):
                self.take(event)
                if number == leaves:
                    break
        except CutOff as cut:
            check("SIGTERM ends the feed as it should", self.served.ends.get(cut.life) == "kill", self.served.ends.get(cut.life))
        finally:
            stream.close()

    def catch_up(self):
        """Reads what came while it was away, in the caller's thread."""
        position = Client(self.served).get("/governance/proofs/root").json["size"]
        stream = self.open()
        for event in stream.events():
            self.take(event)
            if len(self.hashes) >= position:
                break
        stream.close()


def end_and_start(served, randomness):
    if randomness.random() < 0.7:
        served.kill()
        count("SIGKILL")
    else:
        began = time.monotonic()
        status = served.end(30)
        check("SIGTERM: exit 0, within the patience", status == 0 and time.monotonic() - began < 10, status, time.monotonic() - began)
        count("SIGTERM")
    check("who is gone is not connected to", served.refuses())
    time.sleep(randomness.random() * 1.0)
    served.start()


def judge(log, writers, followers):
    known = {}  # id: position
    names = {writer.name: writer for writer in writers}
    strange = wrong = 0
    expected = array.array("q")
    for line in log:
        expected.append(hash(line.rstrip(b"\n")))
        position, event = len(expected), json.loads(line)
        if event["event_type"] == "Counted":
            name, number = event["data"]["writer"], event["data"]["number"]
        else:
            _, name, number = event["entity_id"].split(" ")
        strange += name not in names or int(number) > names[name].number or event["id"] != id_of(name, number)
        wrong += event["position"] != position
        known[event["id"]] = position
    check("the log holds nothing that nobody wrote", strange == 0, strange)
    check("positions are dense", wrong == 0, wrong)
    check("each id is there once", len(known) == len(expected), len(expected) - len(known))
    for writer in writers:
        lost = [id for id in writer.receipts if id not in known]
        moved = [id for id, position in writer.receipts.items() if position and known.get(id) not in (position, None)]
        check(f"{writer.name}: no acknowledged event is lost", not lost, len(lost), lost[:3])
        check(f"{writer.name}: each is where its receipt tells", not moved, moved[:3])
        check(f"{writer.name}: it was acknowledged something", writer.receipts)
    for follower in followers:
        check(f"{follower.name}: every position once, in order", follower.gap is None and len(follower.hashes) == len(expected), follower.gap, len(follower.hashes), len(expected))
        check(f"{follower.name}: the bytes of the log", follower.hashes == expected)
        count("events read by feed", len(follower.hashes))
    count("events in the log", len(expected))


def come_to_their_end(workers):
    for worker in workers:
        worker.join(timeout=90)
        check(f"{worker.name} comes to its end", not worker.is_alive())


def run(served, store):
    kinds = [Single, Single, Batch, Matching, Matching, Importer, Mcp, Mcp, CommandLine, CommandLine]
    writers = [kind(f"{kind.__name__}{number}", served, store) for number, kind in enumerate(kinds)]
    followers = [Follower(f"Follower{number}", served, store) for number in range(3)]
    readers = [Reader(f"Reader{number}", served, store) for number in range(2)]
    randomness = random.Random(options.seed)
    for worker in writers + readers + followers:
        worker.start()
    end = time.monotonic() + options.minutes * 60
    while (left := end - time.monotonic()) > 0:
        wait = randomness.uniform(0.3, 2 * options.kill_every - 0.3) if options.kill_every else left
        time.sleep(min(left, wait))
        if options.kill_every and left > wait:
            end_and_start(served, randomness)
    over.set()
    come_to_their_end(writers + readers)
    check("SIGTERM ends it", served.end() == 0)
    come_to_their_end(followers)
    served.start()
    for follower in followers:
        follower.catch_up()
    check("and again", served.end() == 0)
    with subprocess.Popen([GOVLOG, "--db", store, "export"], stdout=subprocess.PIPE) as exported:
        judge(exported.stdout, writers, followers)
    check("export", exported.returncode == 0, exported.returncode)
    verified = subprocess.run([GOVLOG, "--db", store, "--json", "verify"], capture_output=True)
    check("verify finds nothing", verified.returncode == 0 and json.loads(verified.stdout)["ok"], verified.stdout, verified.stderr)


def main():
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="govlog-load-") as work:
        served = Served(GOVLOG, os.path.join(work, "s"))
        try:
            run(served.start(), os.path.join(work, "s"))
        finally:
            served.close()
    for what in sorted(counts):
        print(f"{counts[what]:>9,} {what}")
    return check.finish()


if __name__ == "__main__":
    sys.exit(main())
