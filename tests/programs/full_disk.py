#!/usr/bin/env python3
"""full_disk.py [--rounds N] [--seed N]: a disk that fills up, again and again.

Each round mounts a tmpfs of 32 MB, has a server write to a store on it until the disk is full, and looks: an append is refused with `disk_full` and keeps nothing,
reads go on, the same server writes again when there is room. Then the disk fills to its last byte under running appends, and before the program starts; and
backup, restore, rebuild and verify meet it full. Whatever was acknowledged is there in the end, once. Needs root, to mount. GOVLOG names the program.
The last line is `N passed, N failed`."""
import json, os, shutil, subprocess, sys, tempfile, threading, time

from rounds import Server, code_of, demand, govlog, make_event, play_rounds


class Round:
    def __init__(self, disk, elsewhere, randomness, counts):
        self.disk, self.elsewhere, self.random, self.counts = disk, elsewhere, randomness, counts
        self.store, self.filler = os.path.join(disk, "s"), os.path.join(disk, "filler")
        self.acknowledged, self.refused, self.unknown = {}, set(), {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def free(self):
        info = os.statvfs(self.disk)
        return info.f_bavail * info.f_bsize

    def fill(self, leave):
        """All but `leave` bytes."""
        with open(self.filler, "ab") as file:
            while self.free() > leave:
                try:
                    file.write(bytes(min(1 << 20, max(4096, self.free() - leave))))
                    file.flush()
                except OSError:
                    break

    def make_room(self):
        os.path.exists(self.filler) and os.remove(self.filler)

    def append(self, server, event):
        receipt, error = server.call("store_governance_event", event)
        if error is None:
            self.acknowledged[event["id"]] = receipt["position"]
        elif "disk_full" in error:
            self.refused.add(event["id"])
        else:
            demand("io_error" in error, "an append was answered:", error)
            self.unknown[event["id"]] = event
        return error

    def play(self):
        self.guarded()
        self.under_appends()
        self.at_the_start()
        self.other_commands()
        self.judge()

    def guarded(self):
        """Our own guard answers before anything is touched, and lets writes through when there is room."""
        server = Server(self.store)
        for _ in range(self.random.randrange(1, 12)):
            error = self.append(server, make_event(self.random, 60_000))
            demand(error is None, "an append with", self.free(), "bytes free:", error)
        for _ in range(3):
            self.fill(self.random.randrange(0, 8 << 20))
            error = self.append(server, make_event(self.random, 60_000))
            demand(error is not None and "disk_full" in error, "on a full disk:", error)
            self.count("disk_full")
            answer, error = server.call("query_timeline", {"limit": 5})
            demand(error is None and answer["items"], "a question on a full disk:", error)
            ran = govlog(self.store, "timeline")
            demand(ran.returncode == 0, "a question by command line on a full disk:", ran.stderr)
            self.make_room()
            error = self.append(server, make_event(self.random, 60_000))
            demand(error is None, "with", self.free(), "bytes free again:", error)
        server.end()

    def under_appends(self):
        """The last byte goes while something is written: then the outcome may be unknown, and the next process knows it."""
        server, stop = Server(self.store), threading.Event()
        error = self.append(server, make_event(self.random, 1000))
        demand(error is None, "an append with", self.free(), "bytes free:", error)

        def eat():
            time.sleep(self.random.random() / 50)
            while not stop.is_set():
                self.fill(0)
                time.sleep(0.001)

        eater = threading.Thread(target=eat)
        eater.start()
        try:
            for _ in range(60):
                error = self.append(server, make_event(self.random, 200_000))
                if error is not None:
                    self.count("disk_full" if "disk_full" in error else "io_error")
                    break
            answer, error = server.call("query_timeline", {"limit": 5})
            demand(error is None, "a question after the failed write:", error)
        finally:
            stop.set()
            eater.join()
        self.make_room()
        server.end()
        self.retry()

    def retry(self):
        """Each event whose outcome is unknown, by its id."""
        for event in self.unknown.values():
            ran = govlog(self.store, "append", stdin=json.dumps(event).encode())
            demand(ran.returncode == 0, "a retry with room:", ran.stderr)
            self.acknowledged[event["id"]] = json.loads(ran.stdout)["position"]
        self.unknown.clear()

    def at_the_start(self):
        """A process that starts on a full disk reads; it writes when there is room."""
        self.fill(0)
        ran = govlog(self.store, "timeline")
        demand(ran.returncode == 0 and json.loads(ran.stdout)["items"], "a question at the start on a full disk:", ran.stderr)
        event = make_event(self.random, 1000)
        code = code_of(govlog(self.store, "append", stdin=json.dumps(event).encode()))
        demand(code in ("disk_full", "io_error"), "an append at the start on a full disk:", code)
        self.count(f"{code} at the start")
        self.unknown[event["id"]] = event
        code = code_of(govlog(os.path.join(self.disk, "new"), "append", stdin=json.dumps(event).encode()))
        demand(code in ("disk_full", "io_error"), "a new store on a full disk:", code)
        self.make_room()
        ran = govlog(os.path.join(self.disk, "new"), "append", stdin=json.dumps(event).encode())
        demand(ran.returncode == 0, "a new store after there is room:", ran.stderr)
        shutil.rmtree(os.path.join(self.disk, "new"))
        self.retry()

    def other_commands(self):
        backup, restored = os.path.join(self.disk, "bk"), os.path.join(self.disk, "r")
        demand(govlog(self.store, "backup", backup).returncode == 0, "a backup with room")
        ran = govlog(self.store, "append", stdin=json.dumps(event := make_event(self.random, 20_000)).encode())
        self.acknowledged[event["id"]] = json.loads(ran.stdout)["position"]
        before = self.log()
        for words, store in ((("backup", backup), self.store), (("restore", backup), restored), (("rebuild",), self.store), (("verify",), self.store)):
            self.fill(self.random.choice((0, 0, 4096, 1 << 16, 1 << 20)))
            ran = govlog(store, *words)
            code = code_of(ran)
            demand(code in (None, "disk_full", "io_error"), words, "on a full disk:", ran.returncode, ran.stderr, ran.stdout)
            self.count(f"{words[0]}: {code or 'done'}")
            self.make_room()
            demand(self.log() == before, "the log after", words)
            demand(json.loads(govlog(self.store, "backup", backup, "--verify").stdout)["ok"], "the backup after", words)
            if words[0] == "restore" and code is not None:
                demand(govlog(restored, "restore", backup).returncode == 0, "a restore with room, after one without")
        demand(set(os.listdir(self.disk)) == {"s", "bk", "r"}, "left behind:", os.listdir(self.disk))
        demand(set(os.listdir(self.store)) <= {"FORMAT", "HEAD", "db", "lock"}, "left behind in the store:", os.listdir(self.store))

    def log(self):
        ran = govlog(self.store, "export")
        demand(ran.returncode == 0, "export:", ran.stderr)
        return ran.stdout.decode().splitlines()

    def judge(self):
        there = [json.loads(line) for line in self.log()]
        positions = {event["id"]: event["position"] for event in there}
        demand(len(positions) == len(there), "an event is there twice")
        for one, position in self.acknowledged.items():
            demand(positions.get(one) == position, "acknowledged at", position, "and found at", positions.get(one))
        demand(not self.refused & set(positions), "disk_full, and kept:", self.refused & set(positions))
        ran = govlog(self.store, "verify")
        demand(ran.returncode == 0, "verify:", ran.stdout)


def mount(disk):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk], capture_output=True, text=True)


def left_out():
    with tempfile.TemporaryDirectory() as disk:
        mounted = mount(disk)
        if mounted.returncode == 0:
            subprocess.run(["umount", disk], check=True)
    return mounted.stderr.strip() or None


def play(work, randomness, counts):
    disk, elsewhere = os.path.join(work, "disk"), os.path.join(work, "elsewhere")
    for directory in (disk, elsewhere):
        os.mkdir(directory)
    demand(mount(disk).returncode == 0, "mount")
    try:
        Round(disk, elsewhere, randomness, counts).play()
    finally:
        subprocess.run(["pkill", "-9", "-f", f"--db {disk}"], capture_output=True)
        subprocess.run(["umount", "-l", disk], check=True)


if __name__ == "__main__":
    sys.exit(play_rounds(__doc__, play, 10, left_out))
