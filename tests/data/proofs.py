#!/usr/bin/env python3
"""proofs.py GOVLOG [--data DIR] [--sample N] [--mutants N] [--seed N]: what an auditor does, with real histories.

Each history is imported; its root, and those of earlier sizes, are computed anew from `govlog export` with hashlib alone; scripts/verify-proof.py must accept the proof
of every event (--sample N: of so many), and of consistency between sizes, and refuse each proof that was changed in one place.
Last line: `N passed, N failed`. Without DIR it says so in one line and passes."""
import argparse, hashlib, http.client, json, os, random, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VERIFIER = os.path.join(HERE, "..", "..", "scripts", "verify-proof.py")
HISTORIES = ("kep-history", "debian-tasks")
passed = failed = 0


def check(what, holds, *values):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(what, *(str(value)[:300] for value in values))


def tree_root(leaves):
    """RFC 9162, section 2.1.1: the hash of a list is that of its two parts, the first as large a power of two as is smaller than the list."""
    stack = []  # (height, hash): whole subtrees, the largest first
    for leaf in leaves:
        height, node = 0, hashlib.sha256(b"\0" + leaf).digest()
        while stack and stack[-1][0] == height:
            node, height = hashlib.sha256(b"\1" + stack.pop()[1] + node).digest(), height + 1
        stack.append((height, node))
    if not stack:
        return hashlib.sha256().hexdigest()
    node = stack.pop()[1]
    while stack:
        node = hashlib.sha256(b"\1" + stack.pop()[1] + node).digest()
    return node.hex()


def change(proof, randomness):
    """The proof with one thing in it another."""
    other = json.loads(json.dumps(proof))
    hexes = [key for key in ("leaf", "root", "from_root", "to_root") if key in other]
    numbers = [key for key in ("position", "size", "from", "to") if key in other]
    what = randomness.choice(["hex", "hex", "path", "path", "path", "number"])
    if what == "number":
        key = randomness.choice(numbers)
        other[key] += randomness.choice([-1, 1, 7])
    elif what == "hex" or not other["path"]:
        key = randomness.choice(hexes)
        other[key] = flip(other[key], randomness)
    else:
        at, how = randomness.randrange(len(other["path"])), randomness.choice("flip drop double swap".split())
        if how == "flip":
            other["path"][at] = flip(other["path"][at], randomness)
        elif how == "drop":
            del other["path"][at]
        elif how == "double" or len(other["path"]) == 1:
            other["path"].insert(at, other["path"][at])
        else:
            other["path"][at - 1], other["path"][at] = other["path"][at], other["path"][at - 1]
    return other


def flip(text, randomness):
    at = randomness.randrange(len(text))
    return text[:at] + randomness.choice([digit for digit in "0123456789abcdef" if digit != text[at]]) + text[at + 1:]


def verdicts(folder, proofs, lines, noted):
    path = os.path.join(folder, "proofs")
    with open(path, "w") as file:
        file.writelines(json.dumps(proof) + "\n" for proof in proofs)
    return subprocess.run([sys.executable, "-B", VERIFIER, path, lines, *noted], capture_output=True, text=True).stdout


def inclusion_proofs(program, store, positions):
    """From `govlog serve`, since a process for each of many thousand takes long."""
    server = subprocess.Popen([program, "--db", store, "serve", "--listen", "127.0.0.1:0", "--quiet"], stderr=subprocess.PIPE, text=True)
    try:
        address = server.stderr.readline().strip().rsplit("/", 1)[1]
        connection = http.client.HTTPConnection(address, timeout=60)
        proofs = []
        for position in positions:
            connection.request("GET", f"/governance/proofs/inclusion/{position}")
            proofs.append(json.loads(connection.getresponse().read()))
        return proofs
    finally:
        server.terminate()
        server.wait(timeout=20)


def audit(program, name, path, options, randomness):
    with tempfile.TemporaryDirectory() as folder:
        store, lines = os.path.join(folder, "store"), os.path.join(folder, "lines")

        def run(*words):
            ended = subprocess.run([program, "--db", store, "--json", *words], capture_output=True)
            if ended.returncode != 0:
                sys.exit(f"{words}: {ended.stderr.decode()}")
            return ended.stdout

        run("import", path)
        with open(lines, "wb") as file:
            file.write(run("export"))
        with open(lines, "rb") as file:
            leaves = file.read().splitlines()
        size = len(leaves)
        root = json.loads(run("root"))
        check(f"{name}: the root", (root["size"], root["root"]) == (size, tree_root(leaves)), root)
        sizes = sorted(randomness.sample(range(1, size + 1), 20))
        for early in sizes:
            got = json.loads(run("root", "--at-position", str(early)))
            check(f"{name}: the root at {early}", got["root"] == tree_root(leaves[:early]), got)
        positions = range(1, size + 1) if options.sample == 0 else sorted(randomness.sample(range(1, size + 1), min(size, options.sample)))
        proofs = inclusion_proofs(program, store, positions)
        one = randomness.randrange(len(proofs))
        check(f"{name}: the command line gives the same proof", json.loads(run("prove", str(proofs[one]["position"]))).items() <= proofs[one].items(), proofs[one])
        ties = [json.loads(run("prove", "--consistency", str(early), str(size))) for early in sizes + [size]]
        noted = [f"{size}:{root['root']}"]
        said = verdicts(folder, proofs + ties, lines, noted)
        check(f"{name}: all proofs hold", said.splitlines()[-1] == f"{len(proofs) + len(ties)} hold, 0 do not", said)
        mutants = [change(randomness.choice(proofs if randomness.random() < 0.8 else ties), randomness) for _ in range(options.mutants)]
        told = verdicts(folder, mutants, lines, noted)
        check(f"{name}: no changed proof holds", told.endswith(f"0 hold, {len(mutants)} do not\n"), told)
        last = lambda verdict: verdict.strip().rsplit("\n", 1)[-1]
        print(f"{name}: {size} events; of {len(proofs)} proofs of events and {len(ties)} of consistency {last(said)}; of {len(mutants)} changed ones {last(told)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("govlog")
    parser.add_argument("--data", default=os.path.join(HERE, "..", "..", "..", "shared", "data"))
    parser.add_argument("--sample", type=int, default=0, help="proofs of so many events (default: of all)")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    if not os.path.isdir(options.data):
        print(f"left out: there is no {options.data}\n0 passed, 0 failed")
        return 0
    print("seed", options.seed, flush=True)
    for name in HISTORIES:
        audit(os.path.abspath(options.govlog), name, os.path.join(options.data, f"{name}.ndjson.gz"), options, random.Random(options.seed))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
