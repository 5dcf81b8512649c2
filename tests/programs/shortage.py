#!/usr/bin/env python3
"""shortage.py [--rounds N] [--seed N]: a machine that gives less than is needed, or forbids it.

Each round limits one thing of a process (descriptors, the size of a file, memory) to some figure, and has it ask, write, import, rebuild, verify, back up, restore, or
serve a store. It answers as if nothing was limited, or with `io_error`; only of memory it may die, and it never hangs. Then, in each round, the store lies on a
read-only medium, belongs to somebody else, and has its lock taken away while it is served. Whatever was acknowledged is in the log once, what was unknown is
there once when it is sent again, and `verify` finds nothing. Needs root, to mount and to become another user. GOVLOG names the program.
The last line is `N passed, N failed`."""
import argparse, json, os, random, resource, shutil, subprocess, sys, tempfile

from full_disk import GOVLOG, Server, Wrong, demand, make_event

ANSWERS_WITHIN = 20
NOBODY = 65534
QUESTIONS = (["timeline", "--limit", "50"], ["list"], ["coverage"], ["orphans"], ["stats"], ["search", "word"], ["export"], ["root"], ["history", "thing/T1"], ["at", "thing/T1"])
LIMITS = {"descriptors": (resource.RLIMIT_NOFILE, lambda r: r.randrange(3, 60)),
          "file size": (resource.RLIMIT_FSIZE, lambda r: int(2 ** r.uniform(0, 22))),
          "memory": (resource.RLIMIT_AS, lambda r: int(2 ** r.uniform(24.5, 29)))}


def without_now(text):
    """An answer, or the log's lines, without what tells the time at which it was asked."""
    if b"\n" in text.rstrip(b"\n"):
        return text
    answer = json.loads(text or b"null")
    return {name: value for name, value in answer.items() if name not in ("at", "next_cursor")} if isinstance(answer, dict) else answer


class Round:
    def __init__(self, work, randomness):
        self.random = randomness
        self.place = os.path.join(work, "place")
        os.mkdir(self.place)
        self.store = os.path.join(self.place, "s")
        self.counts, self.acknowledged = {}, {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def govlog(self, *words, store=None, stdin=b"", before=None):
        try:
            return subprocess.run([GOVLOG, "--db", store or self.store, "--json", *words], input=stdin, capture_output=True, timeout=ANSWERS_WITHIN, preexec_fn=before)
        except subprocess.TimeoutExpired:
            raise Wrong("no answer in", ANSWERS_WITHIN, "s:", words) from None

    def done(self, *words, **how):
        ran = self.govlog(*words, **how)
        demand(ran.returncode == 0, "without a limit:", words, ran.returncode, ran.stdout, ran.stderr)
        return ran.stdout

    def play(self):
        lines = "".join(json.dumps(make_event(self.random, 2000)) + "\n" for _ in range(self.random.choice((40, 1500, 9000))))
        self.file = os.path.join(self.place, "lines.ndjson")
        with open(self.file, "w") as file:
            file.write(lines)
        self.done("import", self.file)
        for line in self.done("export").decode().splitlines():
            event = json.loads(line)
            self.acknowledged[event["id"]] = event["position"]
        self.done("backup", os.path.join(self.place, "bk"))
        for most in self.random.sample(range(3, 48), 8):
            self.few_descriptors(most)
        for what in LIMITS:
            for _ in range(4):
                self.limited(what)
            self.judge(what)
        self.read_only()
        self.others()
        self.without_lock()
        self.judge("places")

    def limit(self, what):
        which, draw = LIMITS[what]
        value = draw(self.random)
        return value, lambda: resource.setrlimit(which, (value, value))

    def code(self, what, words, ran):
        """The error's code; None where there was none; "died" of too little memory."""
        if ran.returncode < 0:
            demand(what == "memory" and ran.returncode in (-6, -11), words, "ended by signal", -ran.returncode, ran.stderr)
            return "died"
        if ran.returncode == 0:
            return None
        if not ran.stderr.endswith(b"}\n"):
            demand(what == "memory", words, ran.returncode, ran.stderr)  # the loader had no room for the program
            return "died"
        code = json.loads(ran.stderr.decode().splitlines()[-1])["error"]["code"]
        demand(code == "io_error", words, "is answered with", ran.stderr)
        return code

    def few_descriptors(self, most):
        """An event may be kept or not, and the store is called damaged nowhere."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        text = json.dumps(make_event(self.random, 99)).encode()
        for words in (["append"], ["verify"], ["timeline"]):
            ran = self.govlog(*words, stdin=text, before=limit)
            self.count(f"few descriptors: {words[0]} {self.code('descriptors', [*words, most], ran) or 'done'}")
        receipt = json.loads(self.done("append", stdin=text))
        self.acknowledged[receipt["id"]] = receipt["position"]

    def limited(self, what):
        words = list(self.random.choice(QUESTIONS))
        expected = self.done(*words)
        value, limit = self.limit(what)
        ran = self.govlog(*words, before=limit)
        code = self.code(what, words, ran)
        demand(code is not None or without_now(ran.stdout) == without_now(expected), what, value, words, "answered otherwise:", ran.stdout)
        self.count(f"{what}: question {code or 'answered'}")
        self.append(what)
        self.other_command(what)
        self.served(what)

    def append(self, what):
        value, limit = self.limit(what)
        events = [make_event(self.random, 60_000) for _ in range(3)]
        text = json.dumps(events).encode()
        ran = self.govlog("append", stdin=text, before=limit)
        code = self.code(what, ["append", what, value], ran)
        self.count(f"{what}: append {code or 'kept'}")
        receipts = json.loads(ran.stdout if code is None else self.done("append", stdin=text))
        demand(len(receipts) == 3, "receipts:", receipts)
        for receipt in receipts:
            self.acknowledged[receipt["id"]] = receipt["position"]

    def other_command(self, what):
        value, limit = self.limit(what)
        new = os.path.join(self.place, "new")
        words, store = self.random.choice(((("rebuild",), self.store), (("verify",), self.store), (("backup", os.path.join(self.place, "bk")), self.store),
                                           (("restore", os.path.join(self.place, "bk")), new), (("import", self.file), new)))
        ran = self.govlog(*words, store=store, before=limit)
        code = self.code(what, [*words, what, value], ran)
        self.count(f"{what}: {words[0]} {code or 'done'}")
        if code is not None:
            self.done(*words, store=store)
        if store == new:
            demand(json.loads(self.done("verify", store=new))["ok"], "verify after", words)
            shutil.rmtree(new)
        demand(json.loads(self.done("backup", os.path.join(self.place, "bk"), "--verify"))["ok"], "the backup after", words)

    def served(self, what):
        """One process that goes on after what failed."""
        value, limit = self.limit(what)
        server = Server(self.store, before=limit)
        for _ in range(5):
            event = make_event(self.random, 20_000)
            try:
                receipt, error = server.call("store_governance_event", event)
                asked, unanswered = server.call("query_timeline", {"limit": 3})
            except (Wrong, BrokenPipeError):
                demand(what != "file size" and server.process.wait() not in (-9,), "the server ended with", server.process.wait(), server.process.stderr.read())
                self.count(f"{what}: server ended")
                break
            finally:
                self.unknown = event
            demand(error is None or "io_error" in error, "an append was answered:", what, value, error)
            demand(unanswered is None or "io_error" in unanswered, "a question was answered:", what, value, unanswered)
            self.count(f"{what}: served append {'kept' if error is None else 'io_error'}")
            if error is None:
                self.acknowledged[event["id"]] = receipt["position"]
        server.process.stdin.close()
        server.process.wait(timeout=ANSWERS_WITHIN)
        receipt = json.loads(self.done("append", stdin=json.dumps(self.unknown).encode()))
        self.acknowledged[receipt["id"]] = receipt["position"]

    def read_only(self):
        subprocess.run(["mount", "--bind", self.place, self.place], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", self.place], check=True)
        try:
            self.questions_alone("a read-only medium", {"io_error"}, None)
        finally:
            subprocess.run(["umount", self.place], check=True)

    def others(self):
        """The store of one user, asked by another."""
        become = lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY))
        self.questions_alone("another's store", {"forbidden"}, become)
        os.chmod(os.path.join(self.store, "db"), 0o700)
        ran = self.govlog("timeline", before=become)
        demand(json.loads(ran.stderr)["error"]["code"] == "forbidden", "without permission to read:", ran.stderr)
        os.chmod(os.path.join(self.store, "db"), 0o755)

    def questions_alone(self, where, refusals, before):
        for words in QUESTIONS:
            demand(without_now(self.govlog(*words, before=before).stdout) == without_now(self.done(*words)), words, "on", where)
        verified = self.govlog("verify", before=before)
        demand(verified.returncode == 0, "verify on", where, verified.stdout, verified.stderr)
        new = os.path.join(self.place, "new")
        for words, store in ((("append",), self.store), (("rebuild",), self.store), (("backup", os.path.join(self.place, "bk")), self.store), (("append",), new),
                             (("restore", os.path.join(self.place, "bk")), new)):
            ran = self.govlog(*words, store=store, stdin=json.dumps(make_event(self.random, 99)).encode(), before=before)
            demand(ran.returncode != 0 and json.loads(ran.stderr.splitlines()[-1])["error"]["code"] in refusals, words, "on", where, ran.returncode, ran.stderr)
        self.count(f"{where}: 10 questions, 5 refusals")

    def without_lock(self):
        """Somebody takes the file `lock` away under a server: then there are not two who write."""
        server = Server(self.store)
        for _ in range(3):
            event = make_event(self.random, 99)
            receipt, error = server.call("store_governance_event", event)
            demand(error is None or "io_error" in error or "locked" in error, "the server without its lock:", error)
            if error is None:
                self.acknowledged[event["id"]] = receipt["position"]
            event = make_event(self.random, 99)
            ran = self.govlog("append", stdin=json.dumps(event).encode())
            code = json.loads(ran.stderr.splitlines()[-1])["error"]["code"] if ran.returncode else None
            demand(code in (None, "io_error", "locked"), "beside a server without its lock:", ran.stderr)
            if code is None:
                self.acknowledged[event["id"]] = json.loads(ran.stdout)["position"]
            self.count(f"without lock: {code or 'kept'}")
            os.path.exists(os.path.join(self.store, "lock")) and os.remove(os.path.join(self.store, "lock"))
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--keep", action="store_true", help="leave the place of a failing round")
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    if os.geteuid() != 0:
        print("left out: it needs root\n0 passed, 0 failed")
        return 0
    counts, passed, failed = {}, 0, 0
    for number in range(options.rounds):
        work = tempfile.mkdtemp(prefix="govlog-shortage-")
        os.chmod(work, 0o755)
        round_ = Round(work, random.Random(options.seed + number))
        try:
            round_.play()
            passed += 1
        except Wrong as error:
            failed += 1
            print(f"round {number} (--seed {options.seed + number} --rounds 1): {error}", flush=True)
            if options.keep:
                print("left in", work)
                continue
        shutil.rmtree(work, ignore_errors=True)
        for what, count in round_.counts.items():
            counts[what] = counts.get(what, 0) + count
    print(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
