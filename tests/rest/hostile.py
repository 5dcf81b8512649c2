#!/usr/bin/env python3
"""hostile.py GOVLOG [--requests N] [--idle N] [--stuck N]: what many hostile peers at once do to a good one, and to the server.

One server with 10,000 events, one good client that keeps its connection. Its times are measured when all is quiet, beside a writer, and beside the writer with 1,000 idle
connections and 64 readers of the feed that never read. Then as many connections come as the server takes, and more. Times and their ratios are printed, as a timed test
is none; everything else is asserted: who is refused is told so, who does not read is dropped and resumes without a gap, memory and descriptors, and that slow and broken
bodies are answered and kept once. rest.py has the hostile requests of one connection. The last line is `N passed, N failed`."""
import argparse, json, os, resource, select, socket, struct, subprocess, sys, tempfile, threading, time, uuid

from served import Checks, Client, CutOff, Served, Stream

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("govlog")
parser.add_argument("--requests", type=int, default=1000, help="of each kind, in each of the three measurements")
parser.add_argument("--idle", type=int, default=1000)
parser.add_argument("--stuck", type=int, default=64)
parser.add_argument("--events", type=int, default=10_000)
options = parser.parse_args()
GOVLOG = os.path.abspath(options.govlog)
MEMORY = 64 << 20  # what peers may cost, together
CONNECTIONS = 10_000  # at most, where there are descriptors for them; so many stay for the store:
RESERVE = 256
HEARTBEAT = 15  # seconds
IDLE = 60
DROPPED = 30  # seconds after which a reader that does not read is dropped, and a body that does not come
KINDS = {"GET events/{position}": "/governance/events/77", "GET timeline, 100 events": "/governance/timeline?limit=100", "GET entity": "/governance/entities/thing/T7"}
check = Checks()


def event(number):
    return {"id": str(uuid.uuid4()), "event_type": "Noted", "entity_type": "thing", "entity_id": f"T{number % 500}", "actor": "ana", "data": {"number": number, "text": "x" * 400}}


def eventually(holds, seconds):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def connect(served, source=0):
    """From one of several addresses, as one has too few ports."""
    return socket.create_connection(("127.0.0.1", served.port), timeout=20, source_address=(f"127.0.0.{1 + source // 20_000}", 0))


def good(client, what):
    """p50 and p99 of each kind, in microseconds."""
    times = {}
    for kind, path in KINDS.items():
        took = []
        for _ in range(options.requests):
            began = time.perf_counter()
            reply = client.get(path)
            took.append(time.perf_counter() - began)
            if reply.status != 200:
                check(f"the good client is served: {what}", False, kind, reply.body)
        took.sort()
        times[kind] = took[len(took) // 2] * 1e6, took[len(took) * 99 // 100] * 1e6
    check(f"the good client is served: {what}", True)
    return times


class Writing(threading.Thread):
    """Appends 20 batches of 10 events a second."""

    def __init__(self, served):
        super().__init__(daemon=True)
        self.client, self.stop, self.count = Client(served), threading.Event(), 0

    def run(self):
        while not self.stop.wait(0.05):
            reply = self.client.ask("POST", "/governance/events", [event(number) for number in range(10)])
            check("appends go on", reply.status == 201, reply.body)
            self.count += 10

    def end(self):
        self.stop.set()
        self.join()
        self.client.close()


def show(measured):
    """Measurements by name, the quiet one first and the one beside a writer second; ratios of p99 to both."""
    print("microseconds: p50, p99, and p99 to that when quiet and to that beside a writer")
    first, second = list(measured.values())[:2]
    for kind in KINDS:
        for name, times in measured.items():
            middle, last = times[kind]
            print(f"    {kind:<26} {name:<32} {middle:>7,.0f} {last:>7,.0f} {last / first[kind][1]:>7.2f} {last / second[kind][1]:>7.2f}")


def resumed(served, stream, last):
    """Positions that a dropped reader has got, and those that it gets when it comes back."""
    seen, dropped = [], False
    try:
        check("the feed is open", stream.head() == 200)
        for one in stream.events():
            if one:
                seen.append(one[0])
            if not one or one[0] >= last:
                break
    except CutOff:
        dropped = True
    stream.close()
    check("who never reads is dropped", dropped, len(seen))
    again = Stream(served, "/governance/events", {"Accept": "text/event-stream", "Last-Event-ID": str(seen[-1] if seen else 0)})
    again.head()
    for one in again.events():
        if one:
            seen.append(one[0])
            if one[0] >= last:
                break
    again.close()
    return seen


def idle_and_stuck(served, client):
    quiet = good(client, "quiet")
    writing = Writing(served)
    writing.start()
    beside = good(client, "beside a writer")
    before, descriptors = served.memory()[0], served.descriptors()
    served.forget_peak()
    idle = [connect(served) for _ in range(options.idle)]
    eventually(lambda: served.descriptors() >= descriptors + len(idle), 10)
    each = (served.memory()[0] - before) / len(idle)
    print(f"{len(idle):,} idle connections: {each / 1024:.1f} KiB each, {each * len(idle) / (1 << 20):.1f} MiB")
    stuck = [Stream(served, "/governance/events", {"Accept": "text/event-stream"}, receive_bytes=4096) for _ in range(options.stuck)]
    began = time.monotonic()
    come = good(client, "while readers that never read come")
    hostile = good(client, "beside idle connections and stuck readers")
    print(f"measured within {time.monotonic() - began:.1f} s of their coming")
    show({"quiet": quiet, "beside a writer": beside, "while hostile readers come": come, "beside them and the idle": hostile})
    check("idle connections are still there", not any(is_over(one) for one in idle))
    dropped = eventually(lambda: served.descriptors() <= descriptors + len(idle), DROPPED + 15)
    check("readers that never read are dropped", dropped, served.descriptors(), descriptors, len(idle))
    print(f"{len(stuck)} readers that never read: dropped within {time.monotonic() - began:.0f} s, {writing.count:,} events were appended meanwhile")
    writing.end()
    peak = served.memory()[1] - before
    print(f"resident: {before / (1 << 20):.1f} MiB before, {peak / (1 << 20):.1f} MiB more at most")
    check("all of them cost 64 MiB at most", peak <= MEMORY, peak)
    client.close()
    last = client.get("/governance/proofs/root").json["size"]
    for stream in stuck:
        seen = resumed(served, stream, last)
        check("a dropped reader resumes without a gap", seen == list(range(1, last + 1)), len(seen), last)
    check("who asks nothing for a minute is cut off", eventually(lambda: all(is_over(one) for one in idle), IDLE + 15 - (time.monotonic() - began)))
    for one in idle:
        one.close()
    # A reader of the feed that has left is noticed by the second heartbeat, which nobody takes.
    check("descriptors are as before", eventually(lambda: served.descriptors() <= descriptors - 1, 2 * HEARTBEAT + 10), served.descriptors(), descriptors)
    print(f"resident after they left: {(served.memory()[0] - before) / (1 << 20):+.1f} MiB")


def is_over(one):
    """Whether the server has closed it; nothing was asked, so nothing is to be read."""
    poll = select.poll()
    poll.register(one, select.POLLIN)
    return bool(poll.poll(0))


def refusal(one):
    answer = b""
    try:
        while piece := one.recv(4096):
            answer += piece
    except ConnectionResetError:
        pass
    one.close()
    return answer


def is_refusal(answer):
    return answer.startswith(b"HTTP/1.1 503") and b"\r\nRetry-After: " in answer and b'"code":"overloaded"' in answer


def too_many(served, store, client):
    with open(f"/proc/{served.process.pid}/limits", encoding="ascii") as file:
        limit = next(int(line.split()[3]) for line in file if line.startswith("Max open files"))
    most = min(limit - RESERVE, CONNECTIONS)
    client.close()  # it may have asked nothing for a minute
    client.get("/healthz")  # its connection is one of them
    before, descriptors = served.memory()[0], served.descriptors()
    served.forget_peak()
    crowd = [connect(served, number) for number in range(most - 1)]
    check("as many connections as there may be", eventually(lambda: served.descriptors() >= most, 20), served.descriptors(), most)
    print(f"{most:,} connections: {(served.memory()[0] - before) / most / 1024:.1f} KiB each")
    refused = [refusal(connect(served)) for _ in range(200)]
    check("one more is told to come back", all(map(is_refusal, refused)), sum(map(is_refusal, refused)), next((one for one in refused if not is_refusal(one)), ""))
    more = [connect(served) for _ in range(150)]
    told = sum(map(is_refusal, map(refusal, more)))
    check("and 150 at once are", told == len(more), told)
    good_times = good(client, "with as many connections as there may be")
    print("the good client meanwhile, p99:", ", ".join(f"{kind} {times[1]:,.0f} us" for kind, times in good_times.items()))
    ran = subprocess.run([GOVLOG, "--db", store, "append", "--type", "Noted", "--entity", "thing/crowded", "--data", "{}"], capture_output=True, timeout=20)
    check("the command line is served beside them", ran.returncode == 0, ran.stderr)
    peak = served.memory()[1] - before
    print(f"resident: {peak / (1 << 20):.1f} MiB more at most")
    check("they cost 64 MiB at most", peak <= MEMORY, peak)
    for one in crowd:
        one.close()
    check("descriptors are as before them", eventually(lambda: served.descriptors() <= descriptors, 20), served.descriptors(), descriptors)
    with connect(served) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        check("there is room again", refusal(one).startswith(b"HTTP/1.1 200"))


def reset_in_post(served):
    """The peer resets its connection a few ms after its request is sent: what was committed stands, and the same again is a duplicate."""
    duplicates = 0
    client = Client(served)
    for number in range(100):
        one = event(number)
        body = json.dumps(one).encode()
        peer = connect(served)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.sendall(b"POST /governance/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        time.sleep(number % 20 / 1000)
        peer.close()
        reply = client.ask("POST", "/governance/events", one)
        check("a retry after a reset is answered", reply.status in (200, 201), reply.body)
        duplicates += reply.status == 200
        again = client.ask("POST", "/governance/events", one)
        check("the event is there once", again.status == 200 and again.json["position"] == reply.json["position"], again.body)
    check("what was committed before the reset stands", duplicates > 0, duplicates)
    print(f"100 connections reset after a POST: {duplicates} events were there")


def slow_bodies(served):
    """They are sent at once and looked at when their time is over."""
    bodies = {}
    for what, kind, more in (("an event", "application/json", b'{"a":'), ("an import", "application/x-ndjson", b'{"event_type":'), ("an MCP message", "application/json", b"{")):
        path = b"/mcp" if "MCP" in what else b"/governance/events"
        bodies[what] = connect(served)
        bodies[what].settimeout(DROPPED + 15)
        bodies[what].sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n" % (path, kind.encode()) + more)
    return time.monotonic(), bodies


def slow_bodies_end(began, bodies):
    for what, one in bodies.items():
        answer = refusal(one)
        check(f"the body of {what} that does not come is 408", answer.startswith(b"HTTP/1.1 408"), answer[:100])
    check("within 30 s", DROPPED - 5 < time.monotonic() - began < DROPPED + 60)


def other_requests(served, last):
    with connect(served) as one:
        asked = [1 + number * 7 % last for number in range(1000)]
        requests = b"".join(b"GET /governance/events/%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % position for position in asked)
        threading.Thread(target=one.sendall, args=(requests,), daemon=True).start()
        file = one.makefile("rb")
        got = []
        for _ in asked:
            length = 0
            while line := file.readline().strip().lower():
                if line.startswith(b"content-length:"):
                    length = int(line.split()[1])
            got.append(json.loads(file.read(length))["position"])
        check("1,000 requests at once are answered in their order", got == asked)
    with connect(served) as one:
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        head = b"POST /governance/change-requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        threading.Thread(target=lambda: one.sendall(head + chunk * 80), daemon=True).start()
        answer = refusal(one)
        check("a body in chunks that grows too long is 413, and closed", answer.startswith(b"HTTP/1.1 413"), answer[:100])


def other_faces(served, store):
    """Peers of MCP over standard input, and of the socket by which other processes share the store."""
    half = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n{"jsonrpc":"2.0","id":2,"method":"pi'
    ran = subprocess.run([GOVLOG, "--db", store, "mcp"], input=half, capture_output=True, timeout=10)
    check("input that ends in the middle of a line: that part is dropped", ran.returncode == 0 and [json.loads(line)["id"] for line in ran.stdout.splitlines()] == [1], ran.returncode, ran.stdout)
    descriptors = served.descriptors()
    relays = [socket.socket(socket.AF_UNIX) for _ in range(20)]
    for relay in relays:
        relay.connect(os.path.join(store, "sock"))
        relay.sendall(b"GET /v1/events?from_position=1 HTTP/1.1\r\nHost: govlog\r\n\r\n")
    ran = subprocess.run([GOVLOG, "--db", store, "append", "--type", "Noted", "--entity", "thing/beside", "--data", "{}"], capture_output=True, timeout=20)
    check("relays that do not read block nobody", ran.returncode == 0, ran.stderr)
    check("and are cut off", eventually(lambda: served.descriptors() <= descriptors, DROPPED + 15), served.descriptors(), descriptors)


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    options.idle = min(options.idle, hard - RESERVE - options.stuck - 100)
    with tempfile.TemporaryDirectory(prefix="govlog-hostile-") as work:
        store = os.path.join(work, "s")
        lines = b"".join(json.dumps(event(number)).encode() + b"\n" for number in range(options.events))
        subprocess.run([GOVLOG, "--db", store, "import", "-"], input=lines, check=True, capture_output=True)
        served = Served(GOVLOG, store).start()
        client = Client(served)
        try:
            good(client, "at first, when nothing is in memory yet")
            floor = served.descriptors()
            other_requests(served, options.events)
            reset_in_post(served)
            slow = slow_bodies(served)
            idle_and_stuck(served, client)
            slow_bodies_end(*slow)
            other_faces(served, store)
            too_many(served, store, client)
            client.close()
            client.get("/healthz")
            check("descriptors are as at first", eventually(lambda: served.descriptors() <= floor, 10), served.descriptors(), floor)
            check("SIGTERM ends it", served.end() == 0)
        finally:
            served.close()
        verified = subprocess.run([GOVLOG, "--db", store, "--json", "verify"], capture_output=True)
        check("verify finds nothing", verified.returncode == 0 and json.loads(verified.stdout)["ok"], verified.stdout)
    return check.finish()


if __name__ == "__main__":
    sys.exit(main())
