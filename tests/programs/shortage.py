#!/usr/bin/env python3
"""shortage.py [--rounds N] [--seed N]: a machine that gives less than is needed, or forbids it.

Each round limits one thing of a process (descriptors, threads, the size of a file, memory) to some figure, and has it ask, write, import, rebuild, verify, back up,
restore, or serve a store, over MCP and over HTTP. It answers as if nothing was limited, or with `io_error`; only of memory it may die, and it never hangs. Then, in each
round, the store lies on a read-only medium, is asked by another user, and has its lock taken away while it is served. Whatever was acknowledged is in the log once, what
was unknown is there once when it is sent again, and `verify` finds nothing. Needs root, to mount and to become the users that it works as. GOVLOG names the program.
The last line is `N passed, N failed`."""
import contextlib, http.client, json, os, resource, shutil, signal, subprocess, sys, threading

from rounds import GOVLOG, Server, Wrong, demand, make_event, play_rounds

ANSWERS_WITHIN = 20
OWNER = 20_000 + os.getpid() % 20_000  # who nobody else is, since threads are counted by user
OTHER = OWNER + 20_000
QUESTIONS = (["timeline", "--limit", "50"], ["list"], ["coverage"], ["orphans"], ["stats"], ["search", "word"], ["export"], ["root"], ["history", "thing/T1"], ["at", "thing/T1"],
             ["verify", "--fast"], ["verify", "--since", "20"])
LIMITS = {"descriptors": (resource.RLIMIT_NOFILE, lambda r: r.randrange(3, 60)),
          "threads": (resource.RLIMIT_NPROC, lambda r: r.randrange(1, 60)),
          "file size": (resource.RLIMIT_FSIZE, lambda r: int(2 ** r.uniform(0, 22))),
          "memory": (resource.RLIMIT_AS, lambda r: int(2 ** r.uniform(24.5, 29)))}
DEATHS = (-signal.SIGABRT, -signal.SIGSEGV)  # of too little memory; the second one while the kernel makes the process
OF_TIME = ("at", "next_cursor", "seconds")


def become(user):
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def without_now(text):
    """An answer, or the log's lines, without what tells when it was asked."""
    if b"\n" in text.rstrip(b"\n"):
        return text
    answer = json.loads(text or b"null")
    return {name: value for name, value in answer.items() if name not in OF_TIME} if isinstance(answer, dict) else answer


def error_of(text):
    """The code of what a command says on standard error; "none" where it says nothing of the kind."""
    try:
        return json.loads(text.decode().splitlines()[-1])["error"]["code"]
    except (IndexError, KeyError, TypeError, ValueError):
        return "none"


class Round:
    def __init__(self, work, program, randomness, counts):
        self.program, self.random, self.counts = program, randomness, counts
        self.place = os.path.join(work, "place")
        os.mkdir(self.place)
        os.chown(self.place, OWNER, OWNER)
        self.store, self.backup = os.path.join(self.place, "s"), os.path.join(self.place, "bk")
        self.acknowledged = {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def govlog(self, *words, store=None, stdin=b"", limit=None, user=OWNER):
        try:
            return subprocess.run([self.program, "--db", store or self.store, "--json", *words], input=stdin, capture_output=True, timeout=ANSWERS_WITHIN,
                                  preexec_fn=self.before(limit, user))
        except subprocess.TimeoutExpired:
            raise Wrong("no answer in", ANSWERS_WITHIN, "s:", words) from None

    def before(self, limit=None, user=OWNER):
        def act():
            become(user)
            if limit is not None:
                which, value = limit
                resource.setrlimit(LIMITS[which][0], (value, value))
        return act

    def done(self, *words, **how):
        ran = self.govlog(*words, **how)
        demand(ran.returncode == 0, "without a limit:", words, ran.returncode, ran.stdout, ran.stderr)
        return ran.stdout

    def keep(self, events, **how):
        """Sends events, which may be there already, without a limit."""
        receipts = json.loads(self.done("append", stdin=json.dumps(events).encode(), **how))
        demand([receipt["id"] for receipt in receipts] == [event["id"] for event in events], "receipts:", receipts)
        for receipt in receipts:
            self.acknowledged[receipt["id"]] = receipt["position"]

    def play(self):
        self.file = os.path.join(self.place, "lines.ndjson")
        with open(self.file, "w") as file:
            file.writelines(json.dumps(make_event(self.random, 120)) + "\n" for _ in range(self.random.choice((40, 1500, 9000))))
        self.done("import", self.file)
        request = {**make_event(self.random, 99), "event_type": "ChangeRequestCreated", "entity_type": "change_request", "entity_id": "CR-1", "data": {"title": "One"}}
        self.keep([request])
        for line in self.done("export").decode().splitlines():
            event = json.loads(line)
            self.acknowledged[event["id"]] = event["position"]
        self.done("backup", self.backup)
        for what in ("descriptors", "threads"):
            for most in self.random.sample(range(3 if what == "descriptors" else 1, 40), 3):
                self.few(what, most)
        for what in LIMITS:
            self.limited(what)
            self.judge(what)
        self.read_only()
        self.others()
        self.without_lock()
        self.judge("places")

    def limit(self, what):
        return what, LIMITS[what][1](self.random)

    def code(self, words, ran, limit):
        """The error's code; None where there was none; "died" of too little memory."""
        if ran.returncode < 0:
            demand(limit[0] == "memory" and ran.returncode in DEATHS, limit, words, "ended by signal", -ran.returncode, ran.stderr)
            return "died"
        if ran.returncode == 0:
            return None
        code = error_of(ran.stderr)
        demand(code == "io_error", limit, words, "ended with", ran.returncode, ran.stdout, ran.stderr)
        return code

    def few(self, what, most):
        """An event may be kept or not, and the store is called damaged nowhere."""
        event = make_event(self.random, 99)
        text = json.dumps(event).encode()
        for words in (["append"], ["verify"], ["timeline"], ["evidence", "CR-1", "--out", os.path.join(self.place, "e.zip")]):
            ran = self.govlog(*words, stdin=text, limit=(what, most))
            self.count(f"few {what}: {words[0]} {self.code(words, ran, (what, most)) or 'done'}")
        if os.path.exists(os.path.join(self.place, "e.zip")):
            os.remove(os.path.join(self.place, "e.zip"))
        self.keep([event])

    def limited(self, what):
        words = list(self.random.choice(QUESTIONS))
        expected = self.done(*words)
        limit = self.limit(what)
        ran = self.govlog(*words, limit=limit)
        code = self.code(words, ran, limit)
        demand(code is not None or without_now(ran.stdout) == without_now(expected), limit, words, "answered otherwise:", ran.stdout)
        self.count(f"{what}: question {code or 'answered'}")
        self.append(what)
        self.other_command(what)
        self.served(what)
        self.served_over_http(what)

    def append(self, what):
        limit = self.limit(what)
        events = [make_event(self.random, 60_000) for _ in range(3)]
        ran = self.govlog("append", stdin=json.dumps(events).encode(), limit=limit)
        self.count(f"{what}: append {self.code(['append'], ran, limit) or 'kept'}")
        receipts = json.loads(ran.stdout) if ran.returncode == 0 else []
        self.keep(events)
        demand(all(self.acknowledged[receipt["id"]] == receipt["position"] for receipt in receipts), limit, "receipts that did not hold:", receipts)

    def other_command(self, what):
        limit, new = self.limit(what), os.path.join(self.place, "new")
        words, store = self.random.choice(((("rebuild",), self.store), (("rebuild", "--check"), self.store), (("verify",), self.store), (("backup", self.backup), self.store), (("restore", self.backup), new),
                                           (("import", self.file), new)))
        ran = self.govlog(*words, store=store, limit=limit)
        code = self.code(words, ran, limit)
        self.count(f"{what}: {words[0]} {code or 'done'}")
        if code is not None:
            self.done(*words, store=store)
        if store == new:
            demand(json.loads(self.done("verify", store=new))["ok"], "verify after", words)
            shutil.rmtree(new)
        demand(json.loads(self.done("backup", self.backup, "--verify"))["ok"], "the backup after", words)

    def ended(self, process, limit, status):
        """A process that serves has ended, which it may for want of what is limited, telling so."""
        said = process.stderr.read()
        told = status > 0 and (error_of(said) == "io_error" or b"io_error" in said or b"the system refuses" in said or b"too little memory" in said)
        demand(status == 0 or told or (limit[0] == "memory" and status in DEATHS), limit, "the server ended with", status, said)

    def served(self, what):
        """One process that goes on after what failed."""
        limit = self.limit(what)
        server = Server(self.store, program=self.program, before=self.before(limit))
        sent = []
        for _ in range(4):
            sent.append(make_event(self.random, 20_000))
            try:
                receipt, error = server.call("store_governance_event", sent[-1])
                _, unanswered = server.call("query_timeline", {"limit": 3})
            except (Wrong, BrokenPipeError):
                self.count(f"{what}: server ended")
                break
            demand(error is None or "io_error" in error, limit, "an append was answered:", error)
            demand(unanswered is None or "io_error" in unanswered, limit, "a question was answered:", unanswered)
            self.count(f"{what}: served append {'kept' if error is None else 'io_error'}")
            if error is None:
                self.acknowledged[sent[-1]["id"]] = receipt["position"]
        with contextlib.suppress(BrokenPipeError):
            server.process.stdin.close()
        self.ended(server.process, limit, server.process.wait(timeout=ANSWERS_WITHIN))
        self.keep_as_told(sent)

    def keep_as_told(self, sent):
        before = {event["id"]: self.acknowledged.get(event["id"]) for event in sent}
        self.keep(sent)
        for one, position in before.items():
            demand(position in (None, self.acknowledged[one]), "acknowledged at", position, "and found at", self.acknowledged[one])

    def served_over_http(self, what):
        limit = self.limit(what)
        process = subprocess.Popen([self.program, "--db", self.store, "--json", "serve", "--listen", "127.0.0.1:0", "--quiet"], stderr=subprocess.PIPE, preexec_fn=self.before(limit))
        timer = threading.Timer(ANSWERS_WITHIN * 3, process.kill)
        timer.start()
        begun = process.stderr.readline()
        sent = []
        if begun.startswith(b"listening on "):
            port = int(begun.decode().rsplit(":", 1)[1])
            for kind, size in (("event", 1), ("batch", 30), ("import", 2), ("import", 150)):
                events = [make_event(self.random, 6000) for _ in range(size)]
                sent += events
                self.post(port, kind, events, limit)
            process.send_signal(signal.SIGTERM)
            self.ended(process, limit, process.wait(timeout=ANSWERS_WITHIN))
        else:
            status = process.wait(timeout=ANSWERS_WITHIN)
            demand((status > 0 and error_of(begun) == "io_error") or (what == "memory" and status in DEATHS), limit, "no server:", status, begun)
            self.count(f"{what}: no HTTP server")
        timer.cancel()
        if sent:
            self.keep_as_told(sent)

    def post(self, port, kind, events, limit):
        """Answered, refused with io_error, or cut off; with receipts they are kept."""
        lines = kind == "import"
        body = "".join(json.dumps(event) + "\n" for event in events) if lines else json.dumps(events[0] if kind == "event" else events)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)
        try:
            connection.request("POST", "/governance/events", body.encode(), {"Content-Type": "application/x-ndjson" if lines else "application/json"})
            reply = connection.getresponse()
            text = reply.read()
        except TimeoutError:
            raise Wrong(limit, "no answer in", ANSWERS_WITHIN, "s:", kind) from None
        except (OSError, http.client.HTTPException) as cut:
            self.count(f"{limit[0]}: POST {kind} cut off")
            demand(limit[0] != "file size", limit, kind, "cut off:", repr(cut))
            return
        finally:
            connection.close()
        self.count(f"{limit[0]}: POST {kind} {reply.status}")
        if reply.status >= 300:
            demand(reply.status in (500, 503), limit, kind, reply.status, text)
            demand(reply.status == 503 or json.loads(text)["error"]["code"] == "io_error", limit, kind, reply.status, text)
        elif not lines:
            answer = json.loads(text)
            for receipt in [answer] if kind == "event" else answer["receipts"]:
                self.acknowledged[receipt["id"]] = receipt["position"]

    def read_only(self):
        subprocess.run(["mount", "--bind", self.place, self.place], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", self.place], check=True)
        try:
            self.questions_alone("a read-only medium", "io_error", OWNER)
        finally:
            subprocess.run(["umount", self.place], check=True)

    def others(self):
        """The store of one user, asked by another."""
        self.questions_alone("another's store", "forbidden", OTHER)
        os.chmod(os.path.join(self.store, "db"), 0o700)
        ran = self.govlog("timeline", user=OTHER)
        demand(error_of(ran.stderr) == "forbidden", "without permission to read:", ran.stderr)
        os.chmod(os.path.join(self.store, "db"), 0o755)

    def questions_alone(self, where, refusal, user):
        for words in QUESTIONS:
            demand(without_now(self.govlog(*words, user=user).stdout) == without_now(self.done(*words)), words, "on", where)
        verified = self.govlog("verify", user=user)
        demand(verified.returncode == 0, "verify on", where, verified.stdout, verified.stderr)
        new = os.path.join(self.place, "new")
        for words, store in ((("append",), self.store), (("rebuild",), self.store), (("backup", self.backup), self.store), (("append",), new), (("restore", self.backup), new)):
            ran = self.govlog(*words, store=store, stdin=json.dumps(make_event(self.random, 99)).encode(), user=user)
            demand(ran.returncode > 0 and error_of(ran.stderr) == refusal, words, "on", where, ran.returncode, ran.stderr)
        self.count(f"{where}: {len(QUESTIONS)} questions, 5 refusals")

    def without_lock(self):
        """Somebody takes the file `lock` away under a server: then there are not two who write."""
        server = Server(self.store, program=self.program, before=self.before())
        for _ in range(3):
            event = make_event(self.random, 99)
            receipt, error = server.call("store_governance_event", event)
            demand(error is None or "io_error" in error or "locked" in error, "the server without its lock:", error)
            if error is None:
                self.acknowledged[event["id"]] = receipt["position"]
            event = make_event(self.random, 99)
            ran = self.govlog("append", stdin=json.dumps(event).encode())
            code = error_of(ran.stderr) if ran.returncode else None
            demand(code in (None, "io_error", "locked"), "beside a server without its lock:", ran.stderr)
            if code is None:
                self.acknowledged[event["id"]] = json.loads(ran.stdout)["position"]
            self.count(f"without lock: {code or 'kept'}")
            if os.path.exists(os.path.join(self.store, "lock")):
                os.remove(os.path.join(self.store, "lock"))
        server.process.stdin.close()
        server.process.wait(timeout=ANSWERS_WITHIN)

    def judge(self, what):
        events = [json.loads(line) for line in self.done("export").decode().splitlines()]
        positions = {event["id"]: event["position"] for event in events}
        demand(len(positions) == len(events) == len(self.acknowledged), what, ": events in the log", len(events), "ids", len(positions), "of", len(self.acknowledged))
        demand(positions == self.acknowledged, what, ": the log is not what was acknowledged")
        self.done("verify")
        demand(set(os.listdir(self.place)) == {"s", "bk", "lines.ndjson"}, "left behind:", os.listdir(self.place))
        demand(set(os.listdir(self.store)) <= {"FORMAT", "HEAD", "db", "lock", "graph"}, "left behind in the store:", os.listdir(self.store))


def left_out():
    return None if os.geteuid() == 0 else "it needs root"


def play(work, randomness, counts):
    os.chmod(work, 0o755)
    program = shutil.copy(GOVLOG, os.path.join(work, "govlog"))  # where every user may run it
    Round(work, program, randomness, counts).play()


if __name__ == "__main__":
    sys.exit(play_rounds(__doc__, play, 20, left_out))
