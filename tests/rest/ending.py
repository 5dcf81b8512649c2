#!/usr/bin/env python3
"""ending.py GOVLOG: SIGTERM lets answers in flight finish.

Each time a server is told to end while something is on its way: an export that is read slowly, one that is not read, bodies that are half sent, a body that never
comes, a feed, idle connections. What is in flight is answered whole, nobody else is let in, and the server ends with exit code 0 within its patience of 5 s. The last
line is `N passed, N failed`."""
import json, os, socket, subprocess, sys, tempfile, time, uuid

from served import Checks, CutOff, Served, Stream

GOVLOG = os.path.abspath(sys.argv[1])
EVENTS = 24_000  # of about 1 KiB: more than the system's buffers of a connection take
PATIENCE = 5  # seconds, as docs/rest.md has it
check = Checks()


def event(text):
    return {"id": str(uuid.uuid4()), "event_type": "Noted", "entity_type": "thing", "entity_id": "T", "data": {"text": text}}


class Ending:
    """with Ending(served): SIGTERM on entering; on leaving the server must have ended, or end now, within `seconds` of it."""

    def __init__(self, what, served, seconds):
        self.what, self.served, self.seconds = what, served, seconds

    def __enter__(self):
        self.began = time.monotonic()
        self.served.term()
        end = self.began + 2
        while not self.served.refuses() and time.monotonic() < end:
            time.sleep(0.02)
        check(f"{self.what}: nobody else is let in", self.served.refuses())

    def __exit__(self, *error):
        status = self.served.process.wait(timeout=20)
        took = time.monotonic() - self.began
        check(f"{self.what}: exit 0 within {self.seconds} s", status == 0 and took < self.seconds, status, took)
        self.served.start()


class Post:
    """A POST whose body goes in parts. The server has begun to read it: it asks for it."""

    def __init__(self, served, kind, body):
        self.body = body
        self.socket = socket.create_connection(("127.0.0.1", served.port), timeout=20)
        self.socket.sendall(f"POST /governance/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        check("the server asks for the body", self.socket.recv(100).startswith(b"HTTP/1.1 100"))

    def send(self, first, last):
        self.socket.sendall(self.body[first:last])

    def reply(self):
        """Head and body; the server closes behind them."""
        whole = b""
        while piece := self.socket.recv(65536):
            whole += piece
        self.socket.close()
        head, _, body = whole.partition(b"\r\n\r\n")
        return head, body


def export(served):
    return Stream(served, "/governance/events", {"Accept": "application/x-ndjson"}, receive_bytes=65536)


def slow_reader(served):
    stream = export(served)
    check("an export begins", stream.head() == 200)
    lines = stream.lines()
    positions = [json.loads(next(lines))["position"]]
    with Ending("an export that is read slowly", served, PATIENCE + 1):
        try:
            for line in lines:
                positions.append(json.loads(line)["position"])
                if len(positions) % 1000 == 0:
                    time.sleep(0.05)
        except CutOff as cut:
            check("an export is not cut off", False, cut)
        check("an export that is read slowly is whole", positions == list(range(1, EVENTS + 1)), len(positions))


def stuck_reader(served):
    stream = export(served)
    check("an export begins", stream.head() == 200)
    with Ending("an export that is not read", served, PATIENCE + 1):
        pass
    try:
        count = sum(1 for _ in stream.lines())
        check("an export that was cut off does not look whole", False, count)
    except CutOff:
        check("an export that was cut off does not look whole", True)


def half_sent(served):
    one = event("x" * 5000)
    for what, kind, body, expected in (
        ("an event", "application/json", json.dumps(one).encode(), b"201 Created"),
        ("an import", "application/x-ndjson", b"".join(json.dumps(event("y" * 900)).encode() + b"\n" for _ in range(3000)), b"200 OK"),
    ):
        post = Post(served, kind, body)
        post.send(0, len(body) // 2)
        with Ending(f"{what}, half sent", served, PATIENCE):
            time.sleep(0.5)
            post.send(len(body) // 2, None)
            head, reply = post.reply()
            check(f"{what}, half sent, is answered whole", expected in head and int(head.lower().partition(b"content-length: ")[2].split()[0]) == len(reply), head, reply)
        told = json.loads(reply)
        check(f"{what}, half sent, is kept", told["appended"] == 3000 if "appended" in told else told["id"] == one["id"], told)
        again = Post(served, kind, body)
        again.send(0, None)
        again.socket.shutdown(socket.SHUT_WR)
        head, reply = again.reply()
        told = json.loads(reply)
        check(f"{what}: there once", told["duplicates"] == 3000 if "appended" in told else told["duplicate"], reply)


def never_sent(served):
    post = Post(served, "application/json", json.dumps(event("z")).encode())
    post.send(0, 10)
    with Ending("a body that never comes", served, PATIENCE + 1):
        pass
    check("a body that never comes is not answered as if it had", b" 20" not in post.reply()[0][:20])


def feed(served, store):
    stream = Stream(served, "/governance/events", {"Accept": "text/event-stream", "Last-Event-ID": "0"})
    check("a feed begins", stream.head() == 200)
    seen = []
    last = json.loads(subprocess.run([GOVLOG, "--db", store, "--json", "root"], capture_output=True, check=True).stdout)["size"]
    events = stream.events()
    while not seen or seen[-1] < last:
        if one := next(events):
            seen.append(one[0])
    with Ending("a feed", served, PATIENCE):
        try:
            rest = [one for one in events if one]
            check("a feed ends as it should", not rest and seen == list(range(1, last + 1)), rest)
        except CutOff as cut:
            check("a feed ends as it should", False, cut)


def idle(served):
    idle_ones = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(100)]
    for one in idle_ones[:50]:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        check("they are served", one.recv(1000).startswith(b"HTTP/1.1 200"))
    with Ending("idle connections", served, 3):
        check("idle connections are closed", all(one.recv(10) == b"" for one in idle_ones))


def main():
    with tempfile.TemporaryDirectory(prefix="govlog-ending-") as work:
        store = os.path.join(work, "s")
        lines = b"".join(json.dumps(event("e" * 800)).encode() + b"\n" for _ in range(EVENTS))
        subprocess.run([GOVLOG, "--db", store, "import", "-"], input=lines, check=True, capture_output=True)
        served = Served(GOVLOG, store).start()
        try:
            slow_reader(served)
            stuck_reader(served)
            half_sent(served)
            never_sent(served)
            feed(served, store)
            idle(served)
            check("nothing in flight: exit 0", served.end() == 0)
        finally:
            served.close()
    return check.finish()


if __name__ == "__main__":
    sys.exit(main())
