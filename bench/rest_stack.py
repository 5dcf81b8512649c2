#!/usr/bin/env python3
"""The specification's own stack behind the simplest HTTP server that Python has, for bench/rest.py.

    bench/rest_stack.py ORACLE_DIRECTORY        prints its port, and ends when its standard input does

A thread a connection. Questions share one connection to PostgreSQL, so that NetworkX's graph is built once; who appends has one of its own. GET /timeline, /impact?element=, /coverage; POST /append takes one event.
"""
import http.server
import json
import sys
import threading
import urllib.parse
import uuid
from datetime import datetime, timezone
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])
from govoracle import ask, store  # noqa: E402  where it stands is told on the command line

DEFAULTS = {"known_at": None, "at": None, "layer": None, "relations": None, "limit": 1000, "depth": 5, "label": "Element", "semantics": "seed-fast", "direction": "upstream"}
TIMELINE = {"begin": None, "to": None, "actor": None, "event_type": None, "entity_type": None, "entity_id": None, "q": None, "contains": None, "order": "desc", "cursor": None, "semantics": "contract"}
INSERT = "INSERT INTO governance_events (id, event_type, entity_type, entity_id, actor, data) VALUES (%s, %s, %s, %s, %s, %s)"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one piece, or the second waits for the peer's delayed acknowledgement

    questions = None
    own = None

    def finish(self):
        if self.own:
            self.own.close()
        super().finish()

    def log_message(self, *arguments):
        pass

    def reply(self, answer, status=200):
        body = json.dumps(answer, ensure_ascii=False, default=ask.plain).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        where = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(where.query))
        if "limit" in query:
            query["limit"] = int(query["limit"])
        operation = where.path.strip("/")
        options = SimpleNamespace(**{**DEFAULTS, **(TIMELINE if operation == "timeline" else {}), **query})
        self.reply(ask.ask(Handler.questions, operation, options, datetime.now(timezone.utc)))

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        event_id = str(uuid.uuid4())
        self.own = self.own or store.connect()
        store.execute(self.own, INSERT, (event_id, event["event_type"], event["entity_type"], event["entity_id"], event.get("actor"), json.dumps(event["data"])))
        self.reply({"id": event_id}, 201)


def main():
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    Handler.questions = store.connect()
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
