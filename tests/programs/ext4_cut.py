#!/usr/bin/env python3
"""ext4_cut.py [--rounds N] [--seed N]: what an ext4 file system has of a store when the power goes.

Each round makes a small ext4 file system in a file, and has a server and sometimes an import write to a store on it. After a while the
server is stopped, the file is copied as it is, and the copy is mounted, so that ext4 replays its journal as after a power cut. On the copy every event is there that
was acknowledged before, at its position, the next append succeeds, and `verify` finds nothing. What the kernel writes while the file is copied would be no power cut: such a
copy is made again. Needs root, loop devices, mkfs.ext4. GOVLOG names the program. The last line is `N passed, N failed`."""
import hashlib, json, os, shutil, signal, subprocess, sys, tempfile, threading, time

from rounds import GOVLOG, Server, Wrong, code_of, demand, govlog, make_event, play_rounds

SIZE = 256 << 20


def mounted(image, directory):
    ran = subprocess.run(["mount", "-o", "loop", image, directory], capture_output=True, text=True)
    demand(ran.returncode == 0, "mount:", ran.stderr)


def why_not():
    """None where such a file system can be mounted here, else why not."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        return "it needs root and mkfs.ext4"
    with tempfile.TemporaryDirectory() as work:
        image = os.path.join(work, "image")
        try:
            make_file_system(image)
            mounted(image, work)
        except Wrong as error:
            return str(error).strip()
        subprocess.run(["umount", work], check=True)
    return None


def make_file_system(image):
    with open(image, "wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)


def copy_as_it_is(image, copy):
    """Twice, until both are the same."""
    for _ in range(50):
        shutil.copyfile(image, copy)
        with open(image, "rb") as one, open(copy, "rb") as other:
            if hashlib.file_digest(one, "sha256").digest() == hashlib.file_digest(other, "sha256").digest():
                return
        time.sleep(0.02)
    raise Wrong("the file system is never at rest")


class Writer(threading.Thread):
    """Appends through the server, until it is told to stop."""

    def __init__(self, server, randomness):
        super().__init__(daemon=True)
        self.server, self.random, self.acknowledged, self.stopping, self.error = server, randomness, {}, threading.Event(), None

    def run(self):
        try:
            while not self.stopping.is_set():
                event = make_event(self.random, self.random.choice((100, 3000, 60_000)))
                receipt, error = self.server.call("store_governance_event", event)
                if error is not None and "disk_full" in error:
                    return
                demand(error is None, "an append was answered:", error)
                self.acknowledged[event["id"]] = receipt["position"]
        except (Wrong, BrokenPipeError) as error:
            self.error = None if self.stopping.is_set() else error  # else it was killed on purpose


def play(work, randomness, counts):
    image, copy = os.path.join(work, "image"), os.path.join(work, "copy")
    there, cut = os.path.join(work, "there"), os.path.join(work, "cut")
    for directory in (there, cut):
        os.makedirs(directory, exist_ok=True)
    make_file_system(image)
    mounted(image, there)
    store = os.path.join(there, "s")
    acknowledged, sent, processes = {}, [], []
    try:
        for _ in range(4):
            server = Server(store)
            processes.append(server.process)
            writer = Writer(server, randomness)
            writer.start()
            other = None
            if randomness.random() < 0.5:
                lines = os.path.join(work, "lines.ndjson")
                sent.append([make_event(randomness, 300) for _ in range(randomness.choice((500, 9000)))])
                with open(lines, "w") as file:
                    file.writelines(json.dumps(event) + "\n" for event in sent[-1])
                other = subprocess.Popen([GOVLOG, "--db", store, "import", lines], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                processes.append(other)
            time.sleep(randomness.uniform(0.01, 1.5))
            server.process.send_signal(signal.SIGSTOP)
            other and other.send_signal(signal.SIGSTOP)
            acknowledged.update(dict(writer.acknowledged))
            if other and other.poll() == 0:
                acknowledged.update((event["id"], None) for event in sent[-1])  # it told of the last position alone
            copy_as_it_is(image, copy)
            look_at_cut(copy, cut, (acknowledged, sent), counts, randomness)
            writer.stopping.set()
            other and other.kill()
            other and other.wait()
            if randomness.random() < 0.5:
                server.process.kill()
            else:
                server.process.send_signal(signal.SIGCONT)
                writer.join()
                server.process.stdin.close()
            server.process.wait(timeout=30)
            writer.join()
            demand(writer.error is None, writer.error)
            acknowledged.update(writer.acknowledged)
        judge(store, acknowledged, sent)
    finally:
        for process in processes:
            process.kill()  # one that is stopped would be left behind
            process.wait()
        subprocess.run(["umount", "-l", there], check=True)


def look_at_cut(copy, cut, written, counts, randomness):
    mounted(copy, cut)
    acknowledged, sent = written
    try:
        store = os.path.join(cut, "s")
        events = judge(store, acknowledged, sent)
        ran = govlog(store, "append", stdin=json.dumps(make_event(randomness, 99)).encode())
        demand(code_of(ran) is None and json.loads(ran.stdout)["position"] == events + 1, "the next append:", ran.stdout, ran.stderr)
        demand(set(os.listdir(store)) <= {"FORMAT", "HEAD", "db", "lock", "graph"}, "left behind in the store:", os.listdir(store))
        counts["cuts"] = counts.get("cuts", 0) + 1
        counts["acknowledged"] = counts.get("acknowledged", 0) + len(acknowledged)
        counts["kept beside"] = counts.get("kept beside", 0) + events - len(acknowledged)
    finally:
        subprocess.run(["umount", cut], check=True)


def judge(store, acknowledged, sent):
    """Each acknowledged event is at its position; of an import that was not acknowledged a beginning is there, in its order, with its bytes. Gives how many events there are."""
    ran = govlog(store, "export")
    demand(ran.returncode == 0, "export:", ran.stderr)
    events = {event["id"]: event for event in map(json.loads, ran.stdout.decode().splitlines())}
    positions = {one: event["position"] for one, event in events.items()}
    for one, position in acknowledged.items():
        demand(one in positions and position in (None, positions[one]), "acknowledged at", position, "and found at", positions.get(one))
    demand(sorted(positions.values()) == list(range(1, len(positions) + 1)), "positions are not dense")
    for lines in sent:
        kept = [positions[event["id"]] for event in lines if event["id"] in positions]
        demand(all(event["id"] in positions for event in lines[:len(kept)]), "of an import there is no beginning, but", len(kept), "of", len(lines))
        demand(kept == sorted(kept), "an import is not in its order")
        demand(all(events[event["id"]]["data"] == event["data"] for event in lines[:len(kept)]), "an import has other data")
    ran = govlog(store, "verify")
    demand(ran.returncode == 0, "verify:", ran.stdout)
    return len(positions)


if __name__ == "__main__":
    sys.exit(play_rounds(__doc__, play, 5, why_not))
