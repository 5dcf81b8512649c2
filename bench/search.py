#!/usr/bin/env python3
"""Measures search, containment and analytics, beside bare limits and, where it stands, beside the specification's own stack.

    bench/search.py build/release [--sizes 10000,100000,1000000] [--oracle DIR] [--out docs/benchmarks.md]

--oracle: a directory with make-events.py, setup.sh and oracle.py (PostgreSQL with the specification's schema); without one the events are the
benchmarks' own, and Govlog stands alone. Questions are made from what the events hold. What stands beside each other was asked in turns, in one run:
PostgreSQL over one open connection on its Unix socket, Govlog over one on the store's. Where nothing is cached, the page cache was dropped (which
takes root), PostgreSQL started anew, and Govlog too. Writes the section "Search" of the page, or prints it.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from beside import ORACLE, Oracle, Owner, commit, drop_caches, middle, publish, shown

HEAD = "## Search, containment, analytics"
ALWAYS = "0001-01-01"
SAMPLE = 50_000
FAMILIES = ("events", "positions", "ids", "entities", "terms", "states", "views", "tiles", "default")
GOALS = {"common_newest": 60, "rare": 100}

Question = collections.namedtuple("Question", "name title operation arguments sql values")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def questions(path, oracle):
    """Of each kind one, from the words and values of the newest events."""
    with open(path, encoding="utf-8") as file:
        lines = collections.deque(file, SAMPLE)
    frequency, pairs, keys, two_keys = (collections.Counter() for _ in range(4))
    for line in lines:
        data = json.loads(line)["data"]
        words, beside = set(), set()
        for text in strings(data):
            split = re.findall(r"\w+", text.lower())
            words.update(word for word in split if len(word) >= 4 and "_" not in word)
            beside.update((a, b) for a, b in zip(split, split[1:]) if len(a) >= 4 and len(b) >= 4)
        frequency.update(words)
        pairs.update(beside)
        plain = sorted((key, value) for key, value in data.items() if isinstance(value, (str, int)) and not isinstance(value, bool))
        keys.update(plain)
        two_keys.update((a, b) for i, a in enumerate(plain) for b in plain[i + 1:i + 4])
    common = [word for word, _ in frequency.most_common(2)]
    middle = min(frequency, key=lambda word: (abs(frequency[word] - len(lines) / 100), word))
    rare = min(frequency, key=lambda word: (abs(frequency[word] - 2), word))
    phrase = " ".join(pairs.most_common(1)[0][0])
    one = dict([keys.most_common(1)[0][0]])
    two = dict(two_keys.most_common(1)[0][0])
    selective = dict([min(keys, key=lambda pair: (abs(keys[pair] - 5), str(pair)))])
    item = oracle.ask_module.ITEM if oracle else ""
    text = oracle.store.EVENT_TEXT if oracle else ""
    newest = f"SELECT {item} FROM governance_events WHERE {{}} ORDER BY created_at DESC, line DESC LIMIT 20"
    match = f"{text} @@ websearch_to_tsquery('english', %s)"
    best = f"SELECT {item}, ts_rank_cd({text}, websearch_to_tsquery('english', %s)) AS score FROM governance_events WHERE {match} ORDER BY score DESC, created_at DESC, line DESC LIMIT 20"

    def search(name, title, q):
        return Question(name, f"{title}, `{q}`", "timeline", {"q": q, "from": ALWAYS, "limit": 20}, newest.format(match), (q,))

    def contains(name, title, document):
        return Question(name, f"{title}, `{json.dumps(document)}`", "timeline",
                        {"contains": json.dumps(document), "from": ALWAYS, "limit": 20}, newest.format("data @> %s::jsonb"), (json.dumps(document),))

    return [
        search("common_newest", "a common word", common[0]), search("middle_newest", "a word of one event in a hundred", middle),
        search("rare", "a rare word", rare), search("two_words", "two common words", " ".join(common)),
        search("phrase", "a phrase", f'"{phrase}"'),
        search("snippets", "a common word, with snippets", common[0])._replace(operation="search", arguments={"q": common[0], "order": "newest", "limit": 20}),
        Question("best", f"20 best of a common word, `{common[0]}`", "search", {"q": common[0], "limit": 20}, best, (common[0], common[0])),
        contains("contains_one", "contains, one common key", one), contains("contains_two", "contains, two keys", two),
        contains("contains_rare", "contains, a rare value", selective),
        Question("analytics", "analytics of a year", "analytics", {}, oracle.ask_module.ANALYTICS if oracle else "", None),
    ]


class Size:
    """What one size of log gave."""

    def __init__(self, build, scratch, size, oracle, generator):
        self.build, self.scratch, self.size, self.oracle = build, scratch, size, oracle
        self.store = scratch / f"store-{size}"
        self.events = scratch / f"events-{size}.ndjson"
        self.loads, self.notes = [], []
        source = ("--events", size)
        if generator:
            with open(self.events, "wb") as file:
                day = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())
                subprocess.run([sys.executable, generator, str(size), "1", "--now", day], stdout=file, check=True)
            source = ("--file", self.events)
        self.imported = self.run("import_bench", *source, "--rounds", 1, "--keep", self.store)["import"]
        if not generator:
            with open(self.events, "wb") as file:
                subprocess.run([build / "govlog", "--db", self.store, "export"], stdout=file, check=True)
        self.loaded_s = oracle.load(self.events) if oracle else None
        self.now = time.time()

    def run(self, program, *arguments):
        command = [self.build / "bench" / program, "--benchmark_format=json", *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env={**os.environ, "TMPDIR": str(self.scratch)})
        self.loads.append(os.getloadavg()[0])
        return {case["name"].split("/")[0]: case for case in json.loads(done.stdout)["benchmarks"]}

    def measure(self, pairs, cold_rounds):
        self.questions = questions(self.events, self.oracle)
        if self.oracle:
            bounds = self.oracle.store.rows(self.oracle.connection, "SELECT now() - interval '365 days', 'infinity'::timestamptz")[0]
            self.questions = [q if q.values is not None else q._replace(values=("-infinity" if q.operation != "analytics" else str(bounds[0]), "infinity")) for q in self.questions]
        file = self.scratch / "questions"
        file.write_text("".join("\t".join([q.name, q.operation, *(f"{k}={v}" for k, v in q.arguments.items())]) + "\n" for q in self.questions), encoding="utf-8")
        self.inside = self.run("read_bench", "--store", self.store, "--questions", file, "--pairs", pairs)
        self.warm, self.cold = {}, {}
        owner = Owner(self.build / "govlog", str(self.store))
        for question in self.questions:
            owner.ask(question)
            ours, theirs = [], []
            first = self.oracle.ask(question)[0] if self.oracle else None
            for _ in range(pairs if first is None or first < 2e6 else 1):
                ours.append(owner.ask(question))
                if self.oracle:
                    theirs.append(self.oracle.ask(question))
            if theirs and theirs[0][0] is not None and ours[0][1] != theirs[0][1] and question.operation != "analytics":
                self.notes.append(f"{question.title}: {ours[0][1]} events, {theirs[0][1]} of PostgreSQL, whose parser splits text otherwise.")
            self.warm[question.name] = middle([took for took, _ in ours]), middle([took for took, _ in theirs])
        owner.end()
        for _ in range(cold_rounds):
            for question in self.questions:
                if not drop_caches():
                    return
                owner = Owner(self.build / "govlog", str(self.store))
                drop_caches()
                ours = owner.ask(question)[0]
                owner.end()
                theirs = None
                if self.oracle:
                    self.oracle.restart()
                    drop_caches()
                    theirs = self.oracle.ask(question)[0]
                self.cold.setdefault(question.name, []).append((ours, theirs))


def report(sizes, generator):
    lines = [HEAD, "", f"`bench/search.py`, {time.strftime('%Y-%m-%d')}, commit {commit()}. Load average {min(min(s.loads) for s in sizes):.1f} to"
             f" {max(max(s.loads) for s in sizes):.1f}. Events: {'a made-up governance history of 12 event types' if generator else 'made up, 511 bytes a line'}."
             " Inside: CPU time of the thread, answer rendered, in the process that has the store open; in brackets the first answer after opening, nothing decompressed yet, and as"
             " many rows of an iterator, the bare limit. Then wall clock over a Unix socket, in turns: Govlog and PostgreSQL, with everything in memory, and with nothing cached."]
    for size in sizes:
        lines += ["", f"### {size.size:,} events", "", "| 20 newest of | inside | iterator | Govlog | PostgreSQL | times | uncached | PostgreSQL | times |", "|" + " --- |" * 9]
        for question in size.questions:
            case, first = size.inside[question.name], size.inside[question.name + "_cold"]
            warm = size.warm[question.name]
            cold = size.cold.get(question.name, [])
            cold = middle([a for a, _ in cold]), middle([b for _, b in cold])
            goal = GOALS.get(question.name)
            verdict = "" if goal is None else f", ≤ {goal} met" if case["cpu_us"] <= goal else f", **≤ {goal} missed**"
            lines.append(f"| {question.title.replace('|', chr(92) + '|')} | {shown(case['cpu_us'])} ({shown(first['cpu_us'])}){verdict} | {shown(case['bare_cpu_us'])} | "
                         + " | ".join(cells(warm)) + " | " + " | ".join(cells(cold)) + " |")
        lines += ["", *(f"- {note}" for note in size.notes), f"- {import_line(size)}"]
    lines += ["", "### Growth", "", "CPU inside, warm, as a multiple of what the iterator took in the same pairs, since the machine was not equally fast all the time; words and values are chosen anew for each size.", ""]
    lines += ["| | " + " | ".join(f"{s.size:,}" for s in sizes) + " | factor |", "|" + " --- |" * (len(sizes) + 2)]
    for i, question in enumerate(sizes[0].questions):
        values = [s.inside[question.name]["ratio"] for s in sizes]
        lines.append(f"| {question.title.split(', `')[0]} | " + " | ".join(f"{v:.1f}×" for v in values) + f" | {values[-1] / values[0]:.2f}× |")
    values = [s.imported["cpu_us"] for s in sizes]
    lines.append("| import, an event | " + " | ".join(shown(v) for v in values) + f" | {values[-1] / values[0]:.2f}× |")
    lines += ["", "### Bytes an event, compacted", "", "| family | " + " | ".join(f"{s.size:,}" for s in sizes) + " |", "|" + " --- |" * (len(sizes) + 1)]
    for family in FAMILIES:
        lines.append(f"| {'meta' if family == 'default' else family} | " + " | ".join(f"{s.imported['bytes_an_event_' + family]:.1f}" for s in sizes) + " |")
    lines.append("| all files | " + " | ".join(f"{s.imported['bytes_an_event']:.0f}" for s in sizes) + " |")
    if all(s.oracle for s in sizes):
        lines.append("| PostgreSQL, table and indexes | " + " | ".join(f"{s.oracle_bytes / s.size:.0f}" for s in sizes) + " |")
    return lines + [""]


def cells(pair):
    ours, theirs = pair
    if ours is None:
        return ["–", "–", "–"]
    return [shown(ours), shown(theirs, "–"), "–" if theirs is None else f"{theirs / ours:,.1f}"]


def import_line(size):
    found = size.imported
    line = (f"Import with all of it: {found['cpu_us']:.1f} µs CPU an event, {1e6 / found['wall_us']:,.0f} events/s (reading, tokenising, writing and syncing the same bytes:"
            f" {found['bare_cpu_us']:.2f} µs).")
    return line + (f" PostgreSQL: {size.size / size.loaded_s:,.0f} events/s, parsing included." if size.loaded_s else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="a Release build with its benchmarks")
    parser.add_argument("--sizes", type=lambda text: sorted(map(int, text.split(","))), default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--oracle", type=pathlib.Path, default=ORACLE)
    parser.add_argument("--pairs", type=int, default=25)
    parser.add_argument("--cold-rounds", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, help="the page whose section is written anew (printed otherwise)")
    parser.add_argument("--scratch", type=pathlib.Path, help="directory on the disk to measure (the build directory)")
    options = parser.parse_args()
    oracle = Oracle(options.oracle) if (options.oracle / "oracle.py").exists() else None
    generator = options.oracle / "make-events.py" if oracle else None
    sizes = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.scratch or options.build) as scratch:
        for number in options.sizes:
            begin = time.monotonic()
            size = Size(options.build.resolve(), pathlib.Path(scratch), number, oracle, generator)
            size.measure(options.pairs, options.cold_rounds)
            size.oracle_bytes = oracle.bytes() if oracle else 0
            sizes.append(size)
            print(f"  {number:,} events: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    lines = report(sizes, generator)
    publish(options.out, HEAD, lines)


if __name__ == "__main__":
    main()
