#!/usr/bin/env python3
"""rest.py GOVLOG SAMPLE GUIDE: every route of `govlog serve` through a real socket.

A server is started on a store into which SAMPLE, lines of events, was imported. Reads must equal what the command line answers with --json, byte for byte but for `at`;
writes are looked up afterwards; what is wrong must be refused as the contract says. Each command of GUIDE, a page of documentation, must do what it says. The last line is `N passed, N failed`."""
import gzip, hashlib, http.client, json, os, re, socket, subprocess, sys, tempfile, threading, time, uuid

from served import Checks

GOVLOG, SAMPLE, GUIDE = (os.path.abspath(argument) for argument in sys.argv[1:4])
check = Checks()


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Server:
    def __init__(self, store, *words, env=None):
        self.process = subprocess.Popen([GOVLOG, "--db", store, "serve", "--listen", "127.0.0.1:0", *words], stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        line = self.process.stderr.readline().decode()
        if not line.startswith("listening on "):
            raise SystemExit(f"no server: {line}")
        self.port = int(line.rsplit(":", 1)[1])
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def ask(self, method, path, body=None, headers=None, timeout=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, body=body, headers=headers or {}, encode_chunked=True)
        reply = Reply(connection.getresponse())
        connection.close()
        return reply

    def get(self, path, headers=None):
        return self.ask("GET", path, headers=headers)

    def raw(self, data, wait=10, half_close=False):
        """What comes back for these bytes until the server closes, or for `wait` seconds."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as peer:
            peer.sendall(data)
            if half_close:
                peer.shutdown(socket.SHUT_WR)
            out = b""
            try:
                while piece := peer.recv(65536):
                    out += piece
            except (TimeoutError, ConnectionResetError):
                return out, False
            return out, True

    def end(self):
        self.process.terminate()
        code = self.process.wait(timeout=10)
        self.reader.join(timeout=10)
        return code


def govlog(store, *words):
    ran = subprocess.run([GOVLOG, "--db", store, "--json", *words], capture_output=True, timeout=20)
    return ran.stdout.decode().rstrip("\n")


def without_clock(text):
    """`at` where none was given, and scores of cursors, are the clock's."""
    return re.sub(r'("(?:at|next_cursor)":"|as of )[-0-9A-Za-z:._+/=]*', r"\1", text)


READS = [
    ("/governance/timeline?from=1990-01-01&limit=7", ["timeline", "--from", "1990-01-01", "--limit", "7"]),
    ("/governance/timeline?from=1990-01-01&actor=ana&actor=ben&order=asc", ["timeline", "--from", "1990-01-01", "--actor", "ana", "--actor", "ben", "--order", "asc"]),
    ("/governance/search?q=decision+OR+ledger", ["search", "decision OR ledger"]),
    ("/governance/analytics?from=1990-01-01", ["analytics", "--from", "1990-01-01"]),
    ("/governance/entities?limit=5", ["list", "--limit", "5"]),
    ("/governance/entities/adr", ["list", "--entity-type", "adr"]),
    ("/governance/coverage", ["coverage"]),
    ("/governance/coverage/orphans", ["orphans"]),
    ("/governance/coverage/trend?period=7d&bucket=day", ["trend", "--period", "7d", "--bucket", "day"]),
    ("/governance/events/1", ["event", "1"]),
    ("/governance/proofs/root", ["root"]),
    ("/governance/proofs/root?at_position=3", ["root", "--at-position", "3"]),
    ("/governance/proofs/inclusion/2", ["prove", "2"]),
    ("/governance/proofs/consistency?from=2&to=5", ["prove", "--consistency", "2", "5"]),
]


def reads(server, store):
    entities = {}
    for item in json.loads(govlog(store, "list", "--limit", "1000"))["items"]:
        entities.setdefault(item["entity_type"], item["entity_id"])
    kind, one = ("adr", entities["adr"]) if "adr" in entities else next(iter(entities.items()))
    request = entities["change_request"]
    nodes = json.loads(govlog(store, "chain", request))
    element = (nodes["affected"] or nodes["related"])[0]["id"] if (nodes["affected"] or nodes["related"]) else None
    more = [
        (f"/governance/entities/{kind}/{one}", ["at", f"{kind}/{one}"]),
        (f"/governance/entities/{kind}/{one}/history", ["history", f"{kind}/{one}"]),
        (f"/governance/entities/{kind}/{one}/replay", ["replay", f"{kind}/{one}"]),
        (f"/governance/replay/{one}", ["replay", one]),
        (f"/governance/replay/{one}?entity_type={kind}", ["replay", f"{kind}/{one}"]),
        (f"/governance/time-travel/{one}?at=2026-01-01", ["at", one, "--at", "2026-01-01"]),
        (f"/governance/change-requests/{request}/history", ["history", f"change_request/{request}"]),
        (f"/governance/impact-chain/{request}", ["chain", request]),
        (f"/governance/diff?from={kind}/{one}@1&to={kind}/{one}@now", ["diff", "--from", f"{kind}/{one}@1", "--to", f"{kind}/{one}@now"]),
    ]
    if element:
        more += [(f"/governance/impact/{element}?depth=2&direction=both", ["impact", element, "--depth", "2", "--direction", "both"]),
                 (f"/governance/impact/{element}?format=mermaid", ["impact", element, "--format", "mermaid"]),
                 (f"/governance/path?from={element}&to={element}", ["path", "--from", element, "--to", element]),
                 (f"/governance/why?from={element}&to={element}", ["why", "--from", element, "--to", element])]
    for path, words in READS + more:
        reply, told = server.get(path), govlog(store, *words)
        check(f"GET {path} is what {' '.join(words)} tells", reply.status == 200 and without_clock(reply.body.decode().rstrip("\n")) == without_clock(told), reply.status, reply.body, told)
        head = server.ask("HEAD", path)
        check(f"HEAD {path} is GET without a body", head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) > 0, head.status)
    packed = server.get("/governance/timeline?from=1990-01-01&limit=100", {"Accept-Encoding": "gzip"})
    plain = server.get("/governance/timeline?from=1990-01-01&limit=100")
    check("gzip where it is asked for", packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body)
    options = server.ask("OPTIONS", "/governance/events")
    check("OPTIONS tells the methods", options.status == 204 and options.headers["Allow"] == "GET, HEAD, POST, OPTIONS", options.headers)
    related = server.get(f"/governance/change-requests/{request}/history?include=related").json["items"]
    own = server.get(f"/governance/change-requests/{request}/history").json["items"]
    keys = [(event["created_at"], event["position"]) for event in related]
    check("related history holds the history, in event order", keys == sorted(keys) and {e["position"] for e in own} <= {e["position"] for e in related} and len(related) >= len(own))
    naming = {e["position"] for e in map(json.loads, govlog(store, "export").splitlines()) if e["data"].get("change_request_id") == request}
    check("and every event that names the change request", naming <= {e["position"] for e in related}, naming)


def etags(server):
    travel = server.get("/governance/entities?limit=1").json["items"][0]
    path = f"/governance/entities/{travel['entity_type']}/{travel['entity_id']}"
    reply = server.get(path)
    tag = reply.headers["ETag"]
    check("time travel bears its version", tag == f'"{reply.json["head_version"]}"', tag)
    again = server.get(path, {"If-None-Match": tag})
    check("304 where nothing changed", again.status == 304 and again.body == b"", again.status)
    check("no ETag at an instant", server.get(path + "?at=2026-01-01").headers["ETag"] is None)
    event = server.get("/governance/events/1")
    line = server.get("/governance/events?limit=1", {"Accept": "application/x-ndjson"}).body.rstrip(b"\n")
    check("an event bears its leaf hash", event.headers["ETag"] == f'"{hashlib.sha256(bytes(1) + line).hexdigest()}"', event.headers["ETag"])


def writes(server, store):
    made = server.ask("POST", "/governance/change-requests", {"change_request_id": "CR-REST", "title": "By REST", "actor": "ana"})
    check("POST change-requests", made.status == 201 and made.json["version"] == 1, made.status, made.body)
    check("one that exists is a conflict", (lambda r: r.status == 409 and r.code == "version_conflict")(server.ask("POST", "/governance/change-requests", {"change_request_id": "CR-REST", "title": "Again"})))
    key = str(uuid.uuid4())
    patched = [server.ask("PATCH", "/governance/change-requests/CR-REST", {"priority": "high"}, {"Idempotency-Key": key}) for _ in range(2)]
    check("PATCH, and again with the same key", [r.status for r in patched] == [201, 200] and patched[1].json["duplicate"], [r.body for r in patched])
    check("PATCH of an unknown one", server.ask("PATCH", "/governance/change-requests/NONE-7", {"priority": "high"}).status == 404)
    stale = server.ask("PATCH", "/governance/change-requests/CR-REST", {"priority": "low"}, {"If-Match": '"1"'})
    check("If-Match of an old version is 412", stale.status == 412 and stale.code == "version_conflict", stale.status, stale.body)
    check("If-Match that is none is 400", server.ask("PATCH", "/governance/change-requests/CR-REST", {"priority": "low"}, {"If-Match": "x"}).status == 400)
    fresh = server.ask("POST", "/governance/change-requests/CR-REST/status", {"status": "approved"}, {"If-Match": '"2"'})
    check("If-Match of the right one", fresh.status == 201 and fresh.json["version"] == 3, fresh.body)
    check("the id stands in the path alone", server.ask("POST", "/governance/change-requests/CR-REST/status", {"status": "x", "change_request_id": "CR-REST"}).status == 400)
    for header, value in (("If-Match", '"3"'), ("Idempotency-Key", key)):
        out, _ = server.raw(f"PATCH /governance/change-requests/CR-REST HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{header}: {value}\r\n{header}: {value}\r\nContent-Length: 18\r\nConnection: close\r\n\r\n".encode() + b'{"priority":"low"}')
        check(f"{header} twice is 400", out.startswith(b"HTTP/1.1 400"), out[:200])
    key, event = str(uuid.uuid4()), {"event_type": "Noted", "entity_type": "note", "entity_id": "N-KEY", "data": {}}
    kept = [server.ask("POST", "/governance/events", event, {"Idempotency-Key": key}) for _ in range(2)]
    check("POST events with a key, and again", [r.status for r in kept] == [201, 200] and [r.json["id"] for r in kept] == [key, key], [r.body for r in kept])
    for what, body, value in (("of several events", [event, event], key), ("that is no UUID", event, "x"), ("beside another id", {**event, "id": str(uuid.uuid4())}, key)):
        check(f"a key {what} is 400", server.ask("POST", "/governance/events", body, {"Idempotency-Key": value}).status == 400)
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    traced = server.ask("POST", "/governance/change-requests", {"change_request_id": "CR-TRACE", "title": "Traced", "metadata": {"client": "mine/1"}}, {"traceparent": trace, "User-Agent": "rest/1"})
    check("what the caller did not say of itself is filled in", server.get(f"/governance/events/{traced.json['position']}").json["metadata"] == {"client": "mine/1", "traceparent": trace}, traced.body)
    check("POST adrs", server.ask("POST", "/governance/adrs", {"adr_id": "ADR-REST", "title": "By REST", "status": "proposed", "fields": {"weight": 0.10}}).status == 201)
    check("POST adrs/…/status", server.ask("POST", "/governance/adrs/ADR-REST/status", {"status": "accepted"}).status == 201)
    check("fields are kept as they were written", '"weight":0.1' in govlog(store, "at", "adr/ADR-REST"))
    check("POST diagrams/…/versions", server.ask("POST", "/governance/diagrams/D-REST/versions", {"version": "1", "layer": "technical", "elements": [{"id": "svc-rest"}]}).status == 201)
    check("POST traceability-links", server.ask("POST", "/governance/traceability-links", {"from_element": "svc-rest", "to_element": "cap-rest", "link_type": "REALIZES"}).status == 201)
    gone = server.ask("DELETE", "/governance/traceability-links/svc-rest%7CREALIZES%7Ccap-rest")
    check("DELETE of a link", gone.status in (200, 201), gone.status, gone.body)
    check("…is an event", json.loads(govlog(store, "timeline", "--limit", "1"))["items"][0]["event_type"] == "TraceabilityLinkRemoved")

    event = {"id": str(uuid.uuid4()), "event_type": "Noted", "entity_type": "thing", "entity_id": "a/b c%", "data": {"n": 12345678901234567890, "x": "é"}}
    one = [server.ask("POST", "/governance/events", event) for _ in range(2)]
    check("POST of an event, and again", [r.status for r in one] == [201, 200] and one[1].json["duplicate"], [r.body for r in one])
    check("its id is percent-decoded once", server.get("/governance/entities/thing/a%2Fb%20c%25").json["entity_id"] == "a/b c%")
    check("numbers are kept", b"12345678901234567890" in server.get("/governance/entities/thing/a%2Fb%20c%25").body)
    batch = server.ask("POST", "/governance/events", [{**event, "id": str(uuid.uuid4())} for _ in range(3)])
    check("POST of an array", batch.status == 201 and len(batch.json["receipts"]) == 3, batch.body)
    before = server.get("/governance/proofs/root").json["size"]
    half = server.ask("POST", "/governance/events", [{**event, "id": str(uuid.uuid4())}, {"event_type": "X"}])
    check("an array is kept together or not at all", half.status == 400 and half.json["error"]["details"]["line"] == 2 and server.get("/governance/proofs/root").json["size"] == before, half.body)
    lines = "".join(json.dumps({**event, "id": str(uuid.uuid4())}) + "\n" for _ in range(2500))
    stream = server.ask("POST", "/governance/events", lines.encode(), {"Content-Type": "application/x-ndjson"})
    check("NDJSON is an import", stream.status == 200 and stream.json["appended"] == 2500 and stream.json["read"] == 2500, stream.body)
    chunks = server.ask("POST", "/governance/events", iter([lines[:100].encode(), lines[100:5000].encode(), lines[5000:].encode()]), {"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"})
    check("…in chunks, and again", chunks.json["duplicates"] == 2500, chunks.body)
    stopped = server.ask("POST", "/governance/events", b'{"event_type":"N","entity_type":"t","entity_id":"i","data":{}}\nrubbish\n', {"Content-Type": "application/x-ndjson"})
    check("a bad line stops it", stopped.status == 400 and stopped.json["error"]["details"]["line"] == 2 and stopped.json["error"]["details"]["appended"] == 1, stopped.body)
    skipped = server.ask("POST", "/governance/events?on_error=skip", b'rubbish\n{"event_type":"N","entity_type":"t","entity_id":"j","data":{}}\n', {"Content-Type": "application/x-ndjson"})
    check("…or is left out", skipped.status == 200 and skipped.json["rejected"] == 1 and skipped.json["appended"] == 1, skipped.body)


def cloud_events(server):
    given = {"specversion": "1.0", "type": "Noted", "source": "/ci", "subject": "thing/CE-1", "id": "build 7", "time": "2026-01-02T03:04:05Z", "actor": "ci",
             "traceid": "abc", "datacontenttype": "application/json", "data": {"n": 0.1}}
    kind = {"Content-Type": "application/cloudevents+json"}
    first, second = (server.ask("POST", "/governance/events", json.dumps(given).encode(), kind) for _ in range(2))
    check("a CloudEvent, and again", first.status == 201 and second.status == 200, first.body, second.body)
    event = server.get(f"/governance/events/{first.json['id']}").json
    check("…is an event", (event["event_type"], event["entity_type"], event["entity_id"], event["actor"], event["created_at"]) == ("Noted", "thing", "CE-1", "ci", "2026-01-02T03:04:05.000000Z"), event)
    check("…whose metadata keep the rest", event["metadata"] == {"source": "/ci", "id": "build 7", "traceid": "abc"}, event["metadata"])
    back = server.get(f"/governance/events/{first.json['id']}", {"Accept": "application/cloudevents+json"})
    check("…and a CloudEvent again", back.json == {**given, "time": "2026-01-02T03:04:05.000000Z"} and back.headers["Content-Type"] == "application/cloudevents+json", back.body)
    page = server.get("/governance/events?limit=50", {"Accept": "application/cloudevents-batch+json"})
    sent = server.ask("POST", "/governance/events", page.body, {"Content-Type": "application/cloudevents-batch+json"})
    check("a page of them, sent back, says nothing new", len(page.json) == 50 and sent.status == 200 and all(r["duplicate"] for r in sent.json["receipts"]), sent.body)
    batch = server.ask("POST", "/governance/events", json.dumps([given, {**given, "id": str(uuid.uuid4())}]).encode(), {"Content-Type": "application/cloudevents-batch+json"})
    check("a batch of them", batch.status == 201 and [r["duplicate"] for r in batch.json["receipts"]] == [True, False], batch.body)
    for wrong in ({**given, "specversion": "0.3"}, {**given, "subject": "none"}, {k: v for k, v in given.items() if k != "id"}, {**given, "data_base64": "AA=="}, [given]):
        check("what is none is refused", server.ask("POST", "/governance/events", json.dumps(wrong).encode(), kind).status == 400, wrong)


def feed(server, store):
    log = govlog(store, "export").splitlines()
    after, seen = 0, []
    while True:
        page = server.get(f"/governance/events?after={after}&limit=700").json
        seen += page["items"]
        if page["next_after"] == after:
            break
        after = page["next_after"]
    check("the feed in pages is the log", seen == [json.loads(line) for line in log])
    check("the feed as NDJSON is the export", server.get("/governance/events", {"Accept": "application/x-ndjson"}).body.decode().splitlines() == log)
    check("after is behind it", server.get("/governance/events?after=5", {"Accept": "application/x-ndjson"}).body.decode().splitlines() == log[5:])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"/governance/events?after={len(log)}", headers={"Accept": "text/event-stream", "Last-Event-ID": str(len(log) - 2)})
    response = connection.getresponse()
    check("an event stream", response.status == 200 and response.headers["Content-Type"] == "text/event-stream")

    def next_event():
        fields = {}
        while (line := response.readline().decode().rstrip("\n")) or not fields:
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
        return int(fields["id"]), fields["data"]

    check("Last-Event-ID wins over after", [next_event() for _ in range(2)] == [(len(log) - 1, log[-2]), (len(log), log[-1])])
    started = time.monotonic()
    subprocess.run([GOVLOG, "--db", store, "append", "--type", "Noted", "--entity", "thing/live", "--data", "{}"], capture_output=True, check=True)
    position, line = next_event()
    check("an append comes at once", position == len(log) + 1 and json.loads(line)["entity_id"] == "live" and time.monotonic() - started < 8, position)
    connection.close()
    check("a Last-Event-ID beyond the log is 400", server.get("/governance/events", {"Accept": "text/event-stream", "Last-Event-ID": str(10**9)}).status == 400)
    check("a Last-Event-ID that is none is 400", server.get("/governance/events", {"Accept": "text/event-stream", "Last-Event-ID": "x"}).status == 400)


def refusals(server):
    wrong = [
        ("GET", "/nowhere", None, {}, 404, "not_found"),
        ("GET", "/governance/timeline/", None, {}, 404, "not_found"),
        ("GET", "/governance/../etc/passwd", None, {}, 404, "not_found"),
        ("GET", "/governance/entities/adr/..%2f..%2fetc", None, {}, 404, "not_found"),
        ("GET", "/governance/entities/adr/%zz", None, {}, 400, "invalid_argument"),
        ("POST", "/governance/timeline", "{}", {}, 405, "method_not_allowed"),
        ("DELETE", "/governance/events", None, {}, 405, "method_not_allowed"),
        ("GET", "/governance/timeline?form=7d", None, {}, 400, "invalid_argument"),
        ("GET", "/governance/timeline?limit=0", None, {}, 400, "invalid_argument"),
        ("GET", "/governance/timeline?limit=1&limit=2", None, {}, 400, "invalid_argument"),
        ("GET", "/governance/replay/x?entity_is=id", None, {}, 400, "invalid_argument"),
        ("GET", "/governance/events/none", None, {}, 400, "invalid_argument"),
        ("GET", "/governance/events/999999", None, {}, 404, "not_found"),
        ("GET", "/governance/impact/nothing-here", None, {}, 404, "not_found"),
        ("GET", "/governance/proofs/inclusion/0", None, {}, 400, "invalid_argument"),
        ("POST", "/governance/events", "{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST", "/governance/events", "{}", {}, 415, "unsupported_media_type"),
        ("POST", "/governance/events", "{", {"Content-Type": "application/json"}, 400, "invalid_json"),
        ("POST", "/governance/events", b"\xff", {"Content-Type": "application/json"}, 400, "invalid_json"),
        ("POST", "/governance/change-requests", "[]", {"Content-Type": "application/json"}, 400, "invalid_argument"),
        ("POST", "/governance/change-requests", '{"titel":"x"}', {"Content-Type": "application/json"}, 400, "invalid_argument"),
        ("POST", "/governance/adrs", b"x" * (5 << 20), {"Content-Type": "application/json"}, 413, "too_large"),
        ("GET", "/healthz", None, {"Host": "evil.example"}, 403, "forbidden"),
        ("GET", "/healthz", None, {"Origin": "http://evil.example"}, 403, "forbidden"),
        ("GET", "/nowhere", None, {"Origin": "null"}, 403, "forbidden"),
        ("GET", "/healthz", None, {"Host": "localhost:1", "Origin": "http://127.0.0.1:9"}, 200, None),
        ("GET", "/healthz", None, {"Host": "[::1]:7420"}, 200, None),
    ]
    for method, path, body, headers, status, code in wrong:
        reply = server.ask(method, path, body, headers)
        check(f"{method} {path} {headers} is {status}", reply.status == status and (code is None or (reply.code == code and reply.json["status"] == status and reply.json["title"])), reply.status, reply.body)
    check("405 tells what is allowed", server.ask("POST", "/governance/coverage", "{}").headers["Allow"] == "GET, HEAD, OPTIONS")


def hostile(server):
    good = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    post = b"POST /governance/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    for what, data, status in [
        ("two lengths", post + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        ("the same length twice", post + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
        ("a list of lengths", post + b"Content-Length: 2, 2\r\n\r\n{}", 400),
        ("chunks of HTTP/1.0", post.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        ("length and chunks", post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("a folded header", good + b"X: a\r\n b\r\n\r\n", 400),
        ("bare LF", b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400),
        ("an odd transfer encoding", post + b"Transfer-Encoding: gzip, chunked, x\r\n\r\n", 400),
        ("a negative chunk", post + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n", 400),
        ("a chunk of 17 digits", post + b"Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n{}\r\n", 400),
        ("an endless trailer", post + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + b"T: 1\r\n" * 20000, (400, 431)),
        ("a head of 20 KiB", good + b"X: " + b"a" * 20480 + b"\r\n\r\n", 431),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
        ("CONNECT", b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 405)),
        ("NUL in the head", good + b"X: a\0b\r\n\r\n", 400),
        ("a body that is too long, announced", post + b"Content-Length: 99999999999\r\n\r\n", 413),
    ]:
        out, closed = server.raw(data + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Smuggled: 1\r\n\r\n")
        got = int(out[9:12]) if out.startswith(b"HTTP/1.1 ") else 0
        expected = status if isinstance(status, tuple) else (status,)
        check(f"{what}: {status}, and closed", got in expected and closed and out.count(b"HTTP/1.1 ") == 1, got, closed, out[:300])
    refused = [("no host", b"GET /healthz HTTP/1.1\r\n"), ("two hosts", good + b"Host: localhost\r\n"), ("a host whose port is none", b"GET /healthz HTTP/1.1\r\nHost: localhost:80.evil.example\r\n"),
               ("two origins", good + b"Origin: http://localhost\r\nOrigin: http://evil.example\r\n"), ("an origin whose port is none", good + b"Origin: http://localhost:80.evil.example\r\n")]
    for what, head in refused:
        out, _ = server.raw(head + b"Connection: close\r\n\r\n")
        check(f"{what} is 403", out.startswith(b"HTTP/1.1 403"), out[:60])
    out, _ = server.raw((good + b"\r\n") * 999 + good + b"Connection: close\r\n\r\n", wait=20)
    check("1,000 requests at once are answered in turn", out.count(b"HTTP/1.1 200 OK") == 1000, out.count(b"HTTP/1.1"))
    out, closed = server.raw(good + b"\r\n", half_close=True)
    check("who half-closes gets the whole answer", b"200 OK" in out and b'"status":"ok"' in out and closed, out)
    out, _ = server.raw(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
    check("HTTP/1.0 is answered and closed", out.startswith(b"HTTP/1.1 200") and b"Connection: close" in out, out)
    out, _ = server.raw(b"GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    check("a target that names the host wins over Host", out.startswith(b"HTTP/1.1 200"), out)
    out, _ = server.raw(post + b"Expect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{")
    check("100-continue", out.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400"), out[:100])
    began = time.monotonic()
    out, closed = server.raw(b"GET /healthz HT", wait=30)
    check("a head that does not end is 408 within 10 s", out.startswith(b"HTTP/1.1 408") and closed and 8 < time.monotonic() - began < 25, out[:60], time.monotonic() - began)


def tokens(work, store):
    file = os.path.join(work, "tokens")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        for name, role, token in (("rita", "read", "r-token"), ("wim", "write", "w-token")):
            out.write(f"{name}\t{role} {hashlib.sha256(token.encode()).hexdigest()}\n")
    server = Server(store, "--tokens", file, env={"GOVLOG_READ_TOKEN": "env-token"})
    bearer = lambda token: {"Authorization": f"Bearer {token}"}
    none = server.get("/governance/timeline")
    check("no token is 401", none.status == 401 and none.headers["WWW-Authenticate"].startswith("Bearer") and none.code == "unauthorized")
    check("a wrong one too", server.get("/governance/timeline", bearer("x")).status == 401)
    check("one in the URL is not read", server.get("/governance/timeline?token=r-token").status == 401)
    check("health needs none", server.get("/healthz").status == 200)
    for token in ("r-token", "w-token", "env-token"):
        check(f"{token} reads", server.get("/governance/timeline", bearer(token)).status == 200)
    event = {"event_type": "Noted", "entity_type": "thing", "entity_id": "T", "data": {}}
    refused = server.ask("POST", "/governance/events", event, bearer("r-token"))
    check("a reader does not write", refused.status == 403 and 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"], refused.status)
    kept = server.ask("POST", "/governance/events", event, bearer("w-token"))
    line = server.get(f"/governance/events/{kept.json['position']}", bearer("w-token")).json
    check("the principal is noted, and stands for the actor", line["metadata"]["principal"] == "wim" and line["actor"] == "wim", line)
    forged = server.ask("POST", "/governance/events", {**event, "metadata": {"principal": "boss"}}, bearer("w-token"))
    check("a principal of the caller's own is forbidden", forged.status == 403, forged.body)
    batch = [{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "create_change_request", "arguments": {"change_request_id": "CR-B"}}}]
    answers = server.ask("POST", "/mcp", batch, bearer("r-token")).json
    check("what a reader may not do in an MCP batch is an error of its own id", [(a["jsonrpc"], a["id"], "error" in a) for a in answers] == [("2.0", 1, False), ("2.0", 2, True)], answers)
    made = server.ask("POST", "/governance/adrs", {"adr_id": "ADR-T", "title": "t", "actor": "ana"}, bearer("w-token"))
    line = server.get(f"/governance/events/{made.json['position']}", bearer("w-token")).json
    check("…of a shorthand too, whose actor is what was said", line["metadata"]["principal"] == "wim" and line["actor"] == "ana", line)
    check("…and of NDJSON", server.ask("POST", "/governance/events", json.dumps(event).encode(), {"Content-Type": "application/x-ndjson", **bearer("w-token")}).status == 200)
    server.end()
    check("no token in a log", not any(b"token" in line for line in server.log), server.log[:3])
    os.chmod(file, 0o644)
    ran = subprocess.run([GOVLOG, "--db", store, "serve", "--tokens", file], capture_output=True, timeout=10)
    check("a tokens file that others may read is refused", ran.returncode == 2, ran.stderr)
    ran = subprocess.run([GOVLOG, "--db", store, "serve", "--listen", "0.0.0.0:0"], capture_output=True, timeout=10)
    check("beyond loopback a token is needed", ran.returncode == 2 and b"token" in ran.stderr, ran.stderr)


def others(server):
    document = server.get("/openapi.json").json
    check("OpenAPI", document["openapi"] == "3.1.0" and len(document["paths"]) >= 30)
    page = server.get("/docs")
    check("a page that loads nothing", page.status == 200 and b"<script" not in page.body and b"/governance/timeline" in page.body and "default-src 'none'" in page.headers["Content-Security-Policy"])
    check("ready", server.get("/readyz").json == {"status": "ready"})
    metrics = server.get("/metrics")
    check("metrics", metrics.status == 200 and b"govlog_http_requests_total{" in metrics.body and b"govlog_events " in metrics.body)
    named = server.get("/nothing/there").headers["X-Request-Id"]
    time.sleep(0.2)  # the line is written after the answer
    log = [json.loads(line) for line in server.log]
    check("an answer bears the id of its line in the log", [line["path"] for line in log if line["request_id"] == named] == ["/nothing/there"], named, log[-1])
    check("each request is a line of the log", log and all({"time", "request_id", "method", "path", "status", "bytes", "microseconds"} <= set(line) for line in log))


META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def modern(server, method, params=None, headers=None, **more):
    """A request of protocol version 2026-07-28."""
    name = (params or {}).get("name") or (params or {}).get("uri")
    base = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}
    return server.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 7, "method": method, "params": {**(params or {}), "_meta": META}}, {**base, **(headers or {})}, **more)


def mcp(server, store):
    found = modern(server, "server/discover")
    check("server/discover", found.status == 200 and found.json["result"]["supportedVersions"] == ["2026-07-28"], found.body)
    called = modern(server, "tools/call", {"name": "query_coverage", "arguments": {}})
    check("a tool", called.json["result"]["structuredContent"]["layers"] is not None, called.body)
    for what, reply, status, code in [
        ("another method in the header", modern(server, "tools/list", headers={"Mcp-Method": "prompts/list"}), 400, -32020),
        ("another version in the header", modern(server, "tools/list", headers={"MCP-Protocol-Version": "2025-11-25"}), 400, -32020),
        ("a method that there is not", modern(server, "tools/none"), 404, -32601),
        ("one that is gone", modern(server, "ping"), 404, -32601),
        ("no JSON", server.ask("POST", "/mcp", b"{", {"Content-Type": "application/json"}), 400, -32700),
        ("no message", server.ask("POST", "/mcp", b"1", {"Content-Type": "application/json"}), 400, -32600),
        ("a session that there is not", server.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"Mcp-Session-Id": "x"}), 404, -32001),
    ]:
        check(f"{what}: {code}", reply.status == status and reply.json["error"]["code"] == code, reply.status, reply.body)
    check("GET without a session is 405", server.get("/mcp").status == 405)
    check("no JSON by its type is 415", server.ask("POST", "/mcp", "{}", {"Content-Type": "text/plain"}).status == 415)

    begun = server.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}})
    session = {"Mcp-Session-Id": begun.headers["Mcp-Session-Id"]}
    check("initialize begins a session", begun.json["result"]["protocolVersion"] == "2025-06-18" and len(session["Mcp-Session-Id"]) == 32)
    check("a notification is 202", server.ask("POST", "/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, session).status == 202)
    ask = lambda method, params: server.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 2, "method": method, "params": params}, session)
    check("subscribe", ask("resources/subscribe", {"uri": "govlog://timeline"}).json["result"] == {})
    listening = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    listening.request("GET", "/mcp", headers={**session, "Accept": "text/event-stream"})
    streams = [listening.getresponse()]
    body = json.dumps({"jsonrpc": "2.0", "id": "L", "method": "subscriptions/listen", "params": {"notifications": {"resourceSubscriptions": ["govlog://timeline"]}, "_meta": META}})
    listen = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    listen.request("POST", "/mcp", body, {"Content-Type": "application/json", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"})
    streams.append(listen.getresponse())

    def message(stream):
        while not (line := stream.readline()).startswith(b"data: "):
            pass
        return json.loads(line[6:])

    check("a second stream of a session is 409", server.ask("GET", "/mcp", headers=session).status == 409)
    check("a listen is acknowledged", message(streams[1])["method"] == "notifications/subscriptions/acknowledged")
    subprocess.run([GOVLOG, "--db", store, "append", "--type", "Noted", "--entity", "thing/told", "--data", "{}"], capture_output=True, check=True)
    check("both are told of an append", [message(stream)["params"]["uri"] for stream in streams] == ["govlog://timeline"] * 2)
    progress(server)
    check("DELETE ends the session", server.ask("DELETE", "/mcp", headers=session).status == 204 and server.ask("DELETE", "/mcp", headers=session).status == 404)


def progress(server):
    """verify_log tells a client that asks for it how far it is, before it answers."""
    events = {"Accept": "application/json, text/event-stream"}
    call = lambda meta: {"jsonrpc": "2.0", "id": 8, "method": "tools/call", "params": {"name": "verify_log", "arguments": {}, **meta}}
    data = lambda reply: [json.loads(line[6:]) for line in reply.body.split(b"\n") if line.startswith(b"data: ")]
    for generation, headers, meta in [
        ("2025-11-25", {}, {}),
        ("2026-07-28", {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "verify_log"}, META),
    ]:
        watched = server.ask("POST", "/mcp", call({"_meta": {**meta, "progressToken": "p"}}), {**events, **headers})
        said = data(watched)
        steps = [one["params"]["progress"] for one in said[:-1] if one["method"] == "notifications/progress" and one["params"]["progressToken"] == "p"]
        check(f"{generation}: progress comes as a stream", watched.headers["Content-Type"] == "text/event-stream" and len(said) >= 3 and len(steps) == len(said) - 1, watched.body[:500])
        check(f"{generation}: it grows to 100", steps == sorted(set(steps)) and steps[-1:] == [100], steps)
        check(f"{generation}: the answer comes last", said[-1]["id"] == 8 and said[-1]["result"]["structuredContent"]["ok"], said[-1:])
        plain = server.ask("POST", "/mcp", call({"_meta": meta}), {**events, **headers})
        check(f"{generation}: else it is JSON", plain.headers["Content-Type"] == "application/json" and plain.json["result"]["structuredContent"]["ok"], plain.body[:500])
    batch = server.ask("POST", "/mcp", [call({"_meta": {"progressToken": 1}})], {**events, "MCP-Protocol-Version": "2025-03-26"})
    check("no stream within a batch", batch.json[0]["result"]["structuredContent"]["ok"], batch.body[:500])


def guide(server, store):
    with open(GUIDE, encoding="utf-8") as file:
        blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.S | re.M)
    check("the guide has examples", len(blocks) >= 4)
    for block in blocks:
        for command in block.replace("\\\n", " ").strip().splitlines():
            command = command.replace("127.0.0.1:7420", f"127.0.0.1:{server.port}").replace("curl -sS", "curl -sS -f").replace("/tmp/governance", os.path.join(store, "..", "governance"))
            ran = subprocess.run(["sh", "-c", command.replace("govlog export", f"{GOVLOG} --db {store} export")], capture_output=True, timeout=20)
            check(f"the guide's {command[:90]}", ran.returncode == 0 and (b"export" in command.encode() or ran.stdout), ran.stderr, ran.stdout)


def absent(store):
    server = Server(store)
    check("a store that is not there reads as an empty one", server.get("/governance/timeline").json["items"] == [])
    check("SIGTERM ends it, too", server.end() == 0)
    check("standard error says so, once", len(server.log) > 1 and [line for line in server.log if b"no store" in line] == server.log[:1], server.log)


def main():
    with tempfile.TemporaryDirectory(prefix="govlog-rest-") as work:
        store = os.path.join(work, "s")
        subprocess.run([GOVLOG, "--db", store, "import", SAMPLE], check=True, capture_output=True)
        server = Server(store)
        reads(server, store)
        etags(server)
        writes(server, store)
        cloud_events(server)
        feed(server, store)
        refusals(server)
        hostile(server)
        mcp(server, store)
        guide(server, store)
        others(server)
        check("SIGTERM ends it", server.end() == 0)
        tokens(work, store)
        absent(os.path.join(work, "nowhere"))
    return check.finish()


if __name__ == "__main__":
    sys.exit(main())
