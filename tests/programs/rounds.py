"""What full_disk.py, live_copy.py, ext4_cut.py and shortage.py share: a server that is asked one thing at a time, and rounds of which each has a seed of its own."""
import argparse, json, os, random, shutil, subprocess, tempfile, threading, uuid

GOVLOG = os.path.abspath(os.environ.get("GOVLOG", "build/release/govlog"))
ANSWERS_WITHIN = 20
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


class Wrong(Exception):
    pass


def demand(holds, *values):
    if not holds:
        raise Wrong(" ".join(str(value)[:600] for value in values))


def make_event(randomness, most):
    text = "".join(randomness.choices("abcdefghijklmnop qrstuvwxyz", k=randomness.randrange(20, most)))
    return {"id": str(uuid.UUID(int=randomness.getrandbits(128), version=4)), "event_type": "Noted", "entity_type": "thing",
            "entity_id": f"T{randomness.randrange(9)}", "data": {"text": text}}


def govlog(store, *words, stdin=b""):
    ran = subprocess.run([GOVLOG, "--db", store, "--json", *words], input=stdin, capture_output=True, timeout=ANSWERS_WITHIN)
    demand(ran.returncode >= 0, words, "ended by signal", -ran.returncode, ran.stderr)
    return ran


def code_of(ran):
    """The error's code, None where there was none."""
    return None if ran.returncode == 0 else json.loads(ran.stderr.decode().splitlines()[-1])["error"]["code"]


class Server:
    """One `govlog mcp`, asked one thing at a time."""

    def __init__(self, store, before=None, program=GOVLOG):
        self.process = subprocess.Popen([program, "--db", store, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before)

    def call(self, tool, arguments):
        """(structured answer, None) or (None, the error's code)."""
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments, "_meta": META}}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        timer = threading.Timer(ANSWERS_WITHIN, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        demand(line, "the server ended:", self.process.poll())
        answer = json.loads(line)
        if "error" in answer:
            return None, answer["error"]["message"]
        result = answer["result"]
        if not result.get("isError"):
            return result["structuredContent"], None
        return None, result["content"][0]["text"]

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=ANSWERS_WITHIN)
        demand(status == 0, "the server ended with", status, self.process.stderr.read())


def play_rounds(doc, play, default, left_out=None):
    """The program: `play(work, randomness, counts)` is called for each round with a new directory, raises Wrong where something does not hold, and counts what
    it did. `left_out()` tells why there can be no round here, or None. Gives the exit code."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=default, help=f"how many (default {default})")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the first round; the next ones follow it")
    parser.add_argument("--keep", action="store_true", help="leave the directory of a failing round")
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    if left_out is not None and (reason := left_out()) is not None:
        print(f"left out: {reason}\n0 passed, 0 failed")
        return 0
    counts, passed, failed = {}, 0, 0
    for number in range(options.rounds):
        work = tempfile.mkdtemp(prefix="govlog-round-")
        try:
            play(work, random.Random(options.seed + number), counts)
            passed += 1
        except (Wrong, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"round {number} (--seed {options.seed + number} --rounds 1): {error}", flush=True)
            if options.keep:
                print("left in", work)
                continue
        shutil.rmtree(work, ignore_errors=True)
    print(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
