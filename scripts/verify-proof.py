#!/usr/bin/env python3
"""verify-proof.py PROOFS EVENTS [SIZE:ROOT]: checks proofs with no more than SHA-256 (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

PROOFS: what `govlog prove … --json` printed, one proof a line. EVENTS: lines of `govlog export` that hold the events (- where all proofs are of consistency).
ROOT, in hex or as SIZE:HEX: the root that somebody noted; every proof must lead to it. Without the size a proof may claim another size of the same shape. Exit 1 where one
does not hold. What is said of a line is said of its bytes alone: a line that no proof names is counted, and not vouched for."""
import hashlib
import json
import re
import sys


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def climb(node, last, path, start, later_only):
    """Two hashes: `start` and what `path` makes of it; the first without what lies to the right of an earlier tree. None where the path has another length."""
    early = late = start
    for beside in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            early, late = sha(b"\1", beside, early), sha(b"\1", beside, late)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            late = sha(b"\1", late, beside)
            early = late if later_only else early
        node, last = node >> 1, last >> 1
    return (early, late) if last == 0 else None


def holds(proof, lines, noted):
    path = [bytes.fromhex(step) for step in proof["path"]]
    if "position" in proof:
        leaf = lines[proof["position"]]
        found = climb(proof["position"] - 1, proof["size"] - 1, path, leaf, True) if 1 <= proof["position"] <= proof["size"] else None
        return found and leaf.hex() == proof["leaf"] and found[1].hex() == proof["root"] == (noted or proof["root"])
    m, n, roots = proof["from"], proof["to"], (proof["from_root"], proof["to_root"])
    if type(m) is not int or type(n) is not int or not 1 <= m <= n:
        return False
    if m == n:
        return not path and len(bytes.fromhex(roots[0])) == 32 and roots[0] == roots[1] == (noted or roots[1])
    whole = m & (m - 1) == 0  # then the earlier root is itself a node of the later tree
    if not whole and not path:
        return False
    start, node, last = (bytes.fromhex(roots[0]), m - 1, n - 1) if whole else (path.pop(0), m - 1, n - 1)
    while node & 1:
        node, last = node >> 1, last >> 1
    found = climb(node, last, path, start, False)
    return found and (found[0].hex(), found[1].hex()) == roots and roots[1] == (noted or roots[1])


def leaves(path):
    """The leaf of each line by its position; a line that was erased tells its own."""
    found = {}
    for line in [] if path == "-" else open(path, "rb").read().split(b"\n"):
        if line:
            event = json.loads(line)
            if event["position"] in found:
                raise ValueError(f"{path}: position {event['position']} is there twice")
            found[event["position"]] = bytes.fromhex(event["leaf"]) if "erased" in event else sha(b"\0", line)
    return found


def main():
    noted = re.fullmatch("(?:([0-9]+):)?([0-9a-f]{64})", sys.argv[3].lower()) if len(sys.argv) == 4 else None
    if not 3 <= len(sys.argv) <= 4 or (len(sys.argv) == 4 and not noted):
        sys.exit(__doc__)
    events = leaves(sys.argv[2])
    size, root = (noted[1] or "", noted[2]) if noted else ("", "")
    results, proven = [], set()
    for number, text in enumerate(open(sys.argv[1], encoding="utf-8"), 1):
        try:
            proof = json.loads(text)
            good = bool(holds(proof, events, root or None)) and size in ("", str(proof.get("size", proof.get("to"))))
            proven.add(proof.get("position"))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            good = False
        results.append(good)
        if not good:
            print(f"proof {number} does not hold")
    if events.keys() - proven:
        print(f"{len(events.keys() - proven)} of {len(events)} lines of {sys.argv[2]} have no proof here")
    print(f"{results.count(True)} hold, {results.count(False)} do not")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyError, OSError, RecursionError, TypeError, ValueError) as problem:
        sys.exit(f"verify-proof.py: {problem}")
