#!/usr/bin/env python3
"""every_call.py [--every N] [--seed N] [--only SCENARIO]: each call that changes a file fails, or is the last.

For each of a dozen commands of the program, and each call of the kernel by which it writes, syncs, renames, creates or deletes something, in turn: the call
answers EIO, or ENOSPC, once or from then on, or the program is killed at it. Then the store, its backups and what was to be made are looked at:
nothing acknowledged is lost, no batch is half there, all that is derived equals the log (`govlog verify`), earlier backups are whole, the error is one of the
contract's, and the command, given again, does all that is left to do and leaves nothing behind. GOVLOG names the program. The last line is `N passed, N failed`."""
import argparse, errno, json, multiprocessing, os, random, shutil, subprocess, sys, tempfile, threading, time, uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from syscall_faults import CHANGES, Fault, run, supported  # noqa: E402

GOVLOG = os.path.abspath(os.environ.get("GOVLOG", "build/release/govlog"))
OUTCOMES = {"killed": (None, False), "EIO": (errno.EIO, False), "EIO for good": (errno.EIO, True), "ENOSPC": (errno.ENOSPC, False),
            "ENOSPC for good": (errno.ENOSPC, True)}
ANSWERS_WITHIN = 20  # seconds; the rest of a loaded machine is in it
OF_A_STORE = {"FORMAT", "HEAD", "db", "lock", "graph", "sock"}


class Wrong(Exception):
    pass


def demand(holds, *values):
    if not holds:
        raise Wrong(" ".join(str(value)[:600] for value in values))


# ---- what is written ---------------------------------------------------------------------------------------------------------------

def make_event(number):
    event = {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, str(number))), "event_type": "Noted", "entity_type": "thing", "entity_id": f"T{number % 7}",
             "data": {"number": number, "text": "a word or two about it " * (number % 3)}}
    if number % 4 == 1:
        event.update(event_type="TraceabilityLinkAdded", entity_type="trace", entity_id=f"L{number}",
                     data={"from_element": f"T{number % 7}", "to_element": f"T{(number + 1) % 7}", "link_type": "REALIZES"})
    if number == 3:
        event.update(event_type="ChangeRequestCreated", entity_type="change_request", entity_id="CR-1", data={"title": "Three things"})
    return event


def lines(first, count):
    return "".join(json.dumps(make_event(number)) + "\n" for number in range(first, first + count))


def govlog(store, *words, stdin=None):
    with open(stdin or os.devnull, "rb") as file:
        return subprocess.run([GOVLOG, "--db", store, "--json", *words], stdin=file, capture_output=True, timeout=120)


def done(ran):
    demand(ran.returncode == 0, "without a fault:", ran.args[3:], ran.returncode, ran.stderr)
    return ran.stdout


# ---- what must hold -------------------------------------------------------------------------------------------------------------

def log_of(store):
    return done(govlog(store, "export")).decode().splitlines()


def verified(store):
    ran = govlog(store, "verify")
    demand(ran.returncode == 0, "verify:", ran.returncode, ran.stdout, ran.stderr)


def error_of(ran, codes):
    """The contract's code, None where there was none; of `codes`, with their exits."""
    if ran.status == 0:
        return None
    try:
        code = json.loads(ran.err.decode().splitlines()[-1])["error"]["code"]
    except (ValueError, IndexError, KeyError):
        raise Wrong("no error in JSON but", ran.status, ran.err) from None
    demand((code, ran.status) in codes, "the error is", ran.status, ran.err)
    return code


class Scenario:
    """A command over a copy of `template`, in a place of its own, and what must hold after it."""
    batches = ()  # of ids, in the order in which the log may get them
    kinds = CHANGES  # of calls that fail
    codes = (("io_error", 8), ("disk_full", 8))

    def __init__(self, template):
        self.template = template
        with open(os.path.join(template, "log.ndjson")) as file:
            self.before = file.read().splitlines()

    def command(self, place):
        return ["append"], None

    def store(self, place):
        return os.path.join(place, "s")

    def prepare(self, place):
        shutil.copytree(self.template, place, symlinks=True)

    def names(self):
        """What stands in the place when all is done."""
        return set(os.listdir(self.template))

    def act(self, place, fault):
        words, stdin = self.command(place)
        return run([GOVLOG, "--db", self.store(place), "--json", *words], fault, [place], stdin=stdin, limit=ANSWERS_WITHIN, kinds=self.kinds)

    def acknowledged(self, ran):
        """Ids of which the program said that they are kept."""
        return set()

    def judge(self, place, ran, code):
        self.judge_log(self.store(place), ran, code)

    def judge_log(self, store, ran, code):
        log = log_of(store)
        demand(log[:len(self.before)] == self.before, "the log is not what it was, and", len(log), "long")
        ids = [json.loads(line)["id"] for line in log[len(self.before):]]
        rest = list(ids)
        for batch in self.batches:
            if rest:
                demand(rest[:len(batch)] == batch, "half a batch:", len(ids))
                rest = rest[len(batch):]
        demand(not rest, "more than was written")
        demand(self.acknowledged(ran) <= set(ids), "acknowledged and lost:", self.acknowledged(ran) - set(ids))
        if code == "disk_full":
            self.nothing_kept(ids)
        verified(store)

    def nothing_kept(self, ids):
        demand(not ids, "disk_full, and something is kept")

    def again(self, place):
        words, stdin = self.command(place)
        done(govlog(self.store(place), *words, stdin=stdin))

    def finished(self, place):
        store = self.store(place)
        ids = [json.loads(line)["id"] for line in log_of(store)]
        want = [json.loads(line)["id"] for line in self.before] + [one for batch in self.batches for one in batch]
        demand(ids == want, "after it was given again the log has", len(ids), "events, not", len(want))
        verified(store)

    def clean(self, place):
        demand(set(os.listdir(place)) == self.names(), "left behind:", set(os.listdir(place)) ^ self.names())
        for name in ("s", "r"):
            store = os.path.join(place, name)
            if os.path.isdir(store):
                demand(set(os.listdir(store)) <= OF_A_STORE, "left behind in the store:", os.listdir(store))


class Append(Scenario):
    """One batch, which is there whole or not at all."""
    def __init__(self, template):
        super().__init__(template)
        self.batches = [[make_event(number)["id"] for number in range(1000, 1003)]]

    def command(self, place):
        return ["append"], os.path.join(self.template, "batch.json")

    def acknowledged(self, ran):
        return {receipt["id"] for receipt in json.loads(ran.out)} if ran.out.endswith(b"\n") else set()


class Create(Append):
    """The same into a store that is not there."""
    def __init__(self, template):
        super().__init__(template)
        self.before = []

    def store(self, place):
        return os.path.join(place, "r")

    def names(self):
        return super().names() | {"r"}


class Import(Scenario):
    """Batches of 1,000 lines."""
    file, count, group = "lines.ndjson", 2300, 1000

    def __init__(self, template):
        super().__init__(template)
        ids = [make_event(number)["id"] for number in range(2000, 2000 + self.count)]
        self.batches = [ids[first:first + self.group] for first in range(0, self.count, self.group)]

    def command(self, place):
        return ["import", os.path.join(self.template, self.file)], None

    def acknowledged(self, ran):
        return {one for batch in self.batches for one in batch} if ran.status == 0 else set()

    def nothing_kept(self, ids):
        pass  # batches before the one that was refused stand


class LargeImport(Import):
    """So many that they go into table files at once."""
    file, count = "many.ndjson", 9000


class Backup(Scenario):
    """The source and the earlier points are as they were."""
    points = 1

    def command(self, place):
        return ["backup", os.path.join(place, "bk")], None

    def judge(self, place, ran, code):
        super().judge(place, ran, code)
        backup = os.path.join(place, "bk")
        if self.points > 0 or os.path.exists(os.path.join(backup, "backup.json")):
            there = json.loads(done(govlog(self.store(place), "backup", backup, "--verify")))
            demand(there["ok"] and len(there["backups"]) in (self.points, self.points + 1), "the backup:", there)
            demand(ran.status != 0 or len(there["backups"]) == self.points + 1, "made, and not there:", there)

    def finished(self, place):
        super().finished(place)
        backup = os.path.join(place, "bk")
        there = json.loads(done(govlog(self.store(place), "backup", backup, "--verify")))
        demand(there["ok"] and len(there["backups"]) == self.points + 1, "after it was given again:", there)
        restored = os.path.join(place, "restored")
        done(govlog(restored, "restore", backup))
        demand(log_of(restored) == self.before, "what the backup restores is not the log")
        shutil.rmtree(restored)

    def clean(self, place):
        super().clean(place)
        names = sorted(os.listdir(os.path.join(place, "bk")))
        files = [name for name in names if name.endswith(".ndjson.zst")]
        demand(len(files) == self.points + 1 and set(names) - set(files) == {"backup.json", "lock"}, "left behind in the backup:", names)


class FirstBackup(Backup):
    """Into a directory that is not there."""
    points = 0

    def prepare(self, place):
        super().prepare(place)
        shutil.rmtree(os.path.join(place, "bk"))


class KeepOne(Backup):
    """The one point before is given up when the next is there."""
    def command(self, place):
        return ["backup", os.path.join(place, "bk"), "--keep", "1"], None

    def judge(self, place, ran, code):
        self.judge_log(self.store(place), ran, code)
        there = json.loads(done(govlog(self.store(place), "backup", os.path.join(place, "bk"), "--verify")))
        demand(there["ok"] and len(there["backups"]) >= 1, "the backup:", there)

    def finished(self, place):
        there = json.loads(done(govlog(self.store(place), "backup", os.path.join(place, "bk"), "--verify")))
        demand(there["ok"] and len(there["backups"]) == 1, "after it was given again:", there)

    def clean(self, place):
        Scenario.clean(self, place)


class Restore(Scenario):
    """Nothing is in the place until all of it is."""
    source = "bk"

    def __init__(self, template):
        super().__init__(template)
        self.whole = self.before[:16]

    def store(self, place):
        return os.path.join(place, "r")

    def command(self, place):
        return ["restore", os.path.join(self.template, self.source)], None

    def names(self):
        return super().names() | {"r"}

    def judge(self, place, ran, code):
        there = log_of(self.store(place))
        demand(there in ([], self.whole), "half a log:", len(there))
        demand(ran.status != 0 or there == self.whole, "restored, and not there")

    def again(self, place):
        if not log_of(self.store(place)):
            super().again(place)

    def finished(self, place):
        demand(log_of(self.store(place)) == self.whole, "after it was given again")
        verified(self.store(place))


class RestoreExport(Restore):
    """From lines, enough of them for table files."""
    source = "large-export.ndjson"

    def __init__(self, template):
        super().__init__(template)
        with open(os.path.join(template, self.source)) as file:
            self.whole = file.read().splitlines()


class Rebuild(Scenario):
    """The log stays, and what is derived is whole before and after."""
    def command(self, place):
        return ["rebuild"], None


class Verify(Scenario):
    """Its scratch place fails, not the store."""
    def command(self, place):
        return ["verify"], None


class Evidence(Scenario):
    """The file is whole or not there."""
    def command(self, place):
        return ["evidence", "CR-1", "--out", os.path.join(place, "pack.zip")], None

    def judge(self, place, ran, code):
        super().judge(place, ran, code)
        pack = os.path.join(place, "pack.zip")
        demand(ran.status != 0 or os.path.exists(pack), "made, and not there")
        if os.path.exists(pack):
            self.sound(pack)
            os.remove(pack)

    def sound(self, pack):
        import zipfile
        with zipfile.ZipFile(pack) as file:
            demand(file.testzip() is None, "a broken file under its final name")

    def finished(self, place):
        self.sound(os.path.join(place, "pack.zip"))

    def names(self):
        return super().names() | {"pack.zip"}


class HandOver(Scenario):
    """The owner of the store fails or dies while somebody else writes through it."""
    def act(self, place, fault):
        self.receipts, stop = [], threading.Event()

        def line():
            for number in range(1000, 1040):
                event = make_event(number)
                for _ in range(20):
                    ran = subprocess.run([GOVLOG, "--db", self.store(place), "--json", "append"], input=json.dumps(event).encode(), capture_output=True,
                                         timeout=ANSWERS_WITHIN)
                    if ran.returncode == 0:
                        self.receipts.append(json.loads(ran.stdout)["id"])
                        break
                if stop.is_set():
                    return

        writer = threading.Thread(target=line)
        writer.start()
        ran = run([GOVLOG, "--db", self.store(place), "--json", "mcp"], fault, [place], stdin=os.path.join(self.template, "mcp.jsonl"), limit=ANSWERS_WITHIN)
        stop.set()
        writer.join()
        if ran.status > 0 or fault.error is not None:
            ran.status, ran.err = 0, b""  # its own answers tell the errors; the process goes on
        return ran

    def judge(self, place, ran, code):
        ids = [json.loads(line)["id"] for line in log_of(self.store(place))]
        demand([json.loads(line)["id"] for line in self.before] == ids[:len(self.before)], "the log is not what it was")
        demand(len(set(ids)) == len(ids), "an event is there twice")
        for line in ran.out.decode().splitlines():
            message = json.loads(line) if line.endswith("}") else {}
            receipt = message.get("result", {}).get("structuredContent", {})
            demand("error" not in message, "the server's answer:", line)
            demand("id" not in receipt or receipt["id"] in ids, "acknowledged by the owner and lost:", receipt)
        demand(set(self.receipts) <= set(ids), "acknowledged through the owner and lost:", set(self.receipts) - set(ids))
        demand(self.receipts, "nobody could write")
        verified(self.store(place))

    def again(self, place):
        done(govlog(self.store(place), "append", stdin=os.path.join(self.template, "batch.json")))

    def finished(self, place):
        verified(self.store(place))


SCENARIOS = {"create": Create, "append": Append, "import": Import, "large-import": LargeImport, "first-backup": FirstBackup, "backup": Backup,
             "backup-keep": KeepOne, "restore": Restore, "restore-export": RestoreExport, "rebuild": Rebuild, "verify": Verify, "evidence": Evidence,
             "hand-over": HandOver}


def make_template(place):
    """Here so much as the scenarios share: a store of 24 events with a backup of its first 16, and files to read from."""
    os.makedirs(place)
    store, name = os.path.join(place, "s"), lambda file: os.path.join(place, file)
    for first, count in ((0, 16), (16, 8)):
        with open(name("some.ndjson"), "w") as file:
            file.write(lines(first, count))
        done(govlog(store, "import", name("some.ndjson")))
        if first == 0:
            done(govlog(store, "backup", name("bk")))
    os.rename(name("some.ndjson"), name("log.ndjson"))
    with open(name("log.ndjson"), "wb") as file:
        file.write(done(govlog(store, "export")))
    with open(name("batch.json"), "w") as file:
        json.dump([make_event(number) for number in range(1000, 1003)], file)
    for file_name, count in ((Import.file, Import.count), (LargeImport.file, LargeImport.count)):
        with open(name(file_name), "w") as file:
            file.write(lines(2000, count))
    large = name("large")
    done(govlog(large, "import", name(LargeImport.file)))
    with open(name("large-export.ndjson"), "wb") as file:
        file.write(done(govlog(large, "export")))
    shutil.rmtree(large)
    with open(name("mcp.jsonl"), "w") as file:
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        for number in range(1100, 1106):
            call = {"name": "store_governance_event", "arguments": make_event(number), "_meta": meta}
            file.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}) + "\n")


def trial(task):
    """A round: (scenario, template, fault, where) to (title, what was hit, the problem or None, seconds)."""
    scenario, name, template, fault, work, keep = task
    scenario = scenario(template)
    place = os.path.join(work, f"{name}-{os.getpid()}")
    shutil.rmtree(place, ignore_errors=True)
    title, begun, ran, problem = f"{name}: {fault}", time.monotonic(), None, None
    try:
        scenario.prepare(place)
        ran = scenario.act(place, fault)
        demand(not ran.hung, "no answer in", ANSWERS_WITHIN, "s")
        killed = fault.error is None and ran.hit is not None
        demand(ran.status >= 0 or killed and ran.status == -9, "ended by signal", -ran.status, ran.err)
        code = None if killed else error_of(ran, scenario.codes)
        scenario.judge(place, ran, code)
        scenario.again(place)
        scenario.finished(place)
        scenario.clean(place)
    except (Wrong, subprocess.TimeoutExpired) as error:
        problem = str(error)
        if keep:
            os.rename(place, f"{place}-{fault.at}-{time.time_ns()}")
    return title, ran and ran.hit, problem, (ran.status if ran else None), time.monotonic() - begun


def points_of(scenario, name, template, work):
    """How many calls a run without a fault makes, by kind."""
    scenario = scenario(template)
    place = os.path.join(work, f"{name}-count")
    scenario.prepare(place)
    ran = scenario.act(place, Fault())
    shutil.rmtree(place)
    demand(ran.status == 0, name, "without a fault:", ran.status, ran.err)
    return {kind: ran.counts[kind] for kind in scenario.kinds}


def main(document, scenarios, outcomes_of):
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only each N-th call (default 1: all)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="which of them, where not all")
    parser.add_argument("--only", choices=scenarios, action="append", help="this scenario (again for more)")
    parser.add_argument("--outcome", choices=outcomes_of, action="append", help="this outcome (again for more)")
    parser.add_argument("--work", default="/dev/shm" if os.access("/dev/shm", os.W_OK) else None, help="where stores are made (default: in memory, /dev/shm)")
    parser.add_argument("--keep", action="store_true", help="leave the store of a failing round")
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    why_not = supported()
    if why_not is not None:
        print(f"left out: {why_not}\n0 passed, 0 failed")
        return 0
    work = tempfile.mkdtemp(prefix="govlog-calls-", dir=options.work)
    template = os.path.join(work, "template")
    make_template(template)
    randomness, tasks = random.Random(options.seed), []
    for name in options.only or scenarios:
        counts = points_of(scenarios[name], name, template, work)
        print(f"{name}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}", flush=True)
        for outcome in options.outcome or outcomes_of:
            error, for_good = outcomes_of[outcome]
            first = 1 + randomness.randrange(options.every)
            tasks += [(scenarios[name], name, template, Fault(at, None, error, for_good), work, options.keep) for at in range(first, sum(counts.values()) + 1, options.every)]
    met, outcomes, failed, slowest = 0, {}, 0, 0.0
    with multiprocessing.Pool(max(2, os.cpu_count() or 2)) as pool:
        for done_count, (title, hit, problem, status, seconds) in enumerate(pool.imap_unordered(trial, tasks, chunksize=4), 1):
            met += hit is not None
            slowest = max(slowest, seconds)
            key = "not reached" if hit is None else "killed" if status == -9 else "error told" if status else "went on"
            outcomes[key] = outcomes.get(key, 0) + 1
            if problem is not None:
                failed += 1
                print(f"{title} ({hit}): {problem}", flush=True)
            if done_count % 500 == 0:
                print(f"{done_count} of {len(tasks)} rounds", file=sys.stderr, flush=True)
    print(", ".join(f"{key} {count}" for key, count in sorted(outcomes.items())), f"; the slowest round took {slowest:.1f} s", sep="")
    if not options.keep or failed == 0:
        shutil.rmtree(work)
    else:
        print("left in", work)
    print(f"{len(tasks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(__doc__, SCENARIOS, OUTCOMES))
