#!/usr/bin/env python3
"""record.py BUILD [--events FILE] [--out PAGE]: what it costs to verify, back up and restore a log, beside what any program would have to do.

Commands of the built program, each beside a bare limit in the same run: reading the export and hashing it (sha256sum), copying the store (cp and sync), importing. The figures of record_bench
(roots, proofs, HEAD) stand beside them. FILE: NDJSON, by default 100,000 made-up events of the generator beside the checkout."""
import argparse, json, os, pathlib, shutil, subprocess, sys, tempfile, time

from beside import ORACLE, commit, publish, shown

HEAD = "## Keeping the record"


def run(*words, stdout=subprocess.DEVNULL, stdin=None):
    begin = time.perf_counter()
    done = subprocess.run([str(word) for word in words], stdout=stdout, stderr=subprocess.PIPE, stdin=stdin, check=False)
    if done.returncode != 0:
        sys.exit(f"bench/record.py: {words}: {done.stderr.decode()[-500:]}")
    return time.perf_counter() - begin


def more_events(path, count):
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"event_type": "Noted", "entity_type": "thing", "entity_id": f"new-{number % 50}", "data": {"number": number}}) + "\n")


def measure(build, scratch, events):
    govlog, store, lines, backup = build / "govlog", scratch / "store", scratch / "export.ndjson", scratch / "backup"
    imported = run(govlog, "--db", store, "import", events)
    with open(lines, "wb") as file:
        exported = run(govlog, "--db", store, "export", stdout=file)
    count = sum(1 for _ in open(lines, "rb"))
    hashed = run("sha256sum", lines)
    copied = run("cp", "-r", store, scratch / "copy") + run("sync")
    rows = [("import, for comparison", imported, None, "", count)]
    for _ in range(2):  # the first finds caches cold
        verified, fast = run(govlog, "--db", store, "verify"), run(govlog, "--db", store, "verify", "--fast")
    rows.append(("`verify`", verified, hashed, "sha256sum of the export", count))
    rows.append(("`verify --fast`", fast, hashed, "sha256sum of the export", count))
    rows.append(("`backup`, the first", run(govlog, "--db", store, "backup", backup), copied, "cp -r of the store, sync", count))
    size = sum(file.stat().st_size for file in backup.iterdir())
    more_events(scratch / "more.ndjson", 1000)
    run(govlog, "--db", store, "import", scratch / "more.ndjson")
    rows.append(("`backup` of 1,000 more", run(govlog, "--db", store, "backup", backup), copied, "cp -r of the store, sync", 1000))
    rows.append(("`backup --verify`", run(govlog, "--db", store, "backup", backup, "--verify"), hashed, "sha256sum of the export", count + 1000))
    rows.append(("`restore` of a backup", run(govlog, "--db", scratch / "restored", "restore", backup), imported, "import of the same events", count + 1000))
    shutil.rmtree(scratch / "restored")
    rows.append(("`restore` of an export", run(govlog, "--db", scratch / "restored", "restore", lines), imported, "import of the same events", count))
    note = (f"{count:,} events: the export is {lines.stat().st_size / 2**20:,.0f} MiB and takes {exported:.1f} s, the store {sum(f.stat().st_size for f in store.rglob('*') if f.is_file()) / 2**20:,.0f} MiB,"
            f" the first backup {size / 2**20:,.0f} MiB.")
    return rows, note, store


def proofs(build, store):
    done = subprocess.run([build / "bench" / "record_bench", "--benchmark_format=json", "--store", store], stdout=subprocess.PIPE, check=True)
    return {case["name"].split("/")[0]: case for case in json.loads(done.stdout)["benchmarks"]}


def report(rows, note, cases):
    lines = [HEAD, "", f"`bench/record.py`, {time.strftime('%Y-%m-%d')}, commit {commit()}, load average {os.getloadavg()[0]:.1f} at the end. {note}", "",
             "| | seconds | events a second | bare limit | times |", "| --- | --- | --- | --- | --- |"]
    for title, took, bare, limit, count in rows:
        beside = f"{limit}: {bare:.2f} s | {took / bare:.1f}" if bare else "– | –"
        lines.append(f"| {title} | {took:.2f} | {count / took:,.0f} | {beside} |")
    titles = {"root": "`root`", "root_at": "`root --at-position`", "prove": "`prove`", "prove_at": "`prove --at-position`", "consistency": "`prove --consistency`"}
    lines += ["", "| whole answer, CPU | Govlog | as many hashes as the tree is high | times |", "| --- | --- | --- | --- |"]
    for name, title in titles.items():
        case = cases[name]
        lines.append(f"| {title} | {shown(case['cpu_us'])} | {shown(case['bare_cpu_us'])} | {case['ratio']:.1f} |")
    head = cases["append_with_head"]
    lines += ["", f"A durable append with `HEAD` written takes {head['wall_us']:.0f} µs, without {head['bare_wall_us']:.0f} µs: {head['ratio']:.2f} times (medians of 400 pairs, in turns; to reach: ≤ 1.05).", ""]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--events", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="the page whose section is written anew (printed otherwise)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.build) as scratch:
        scratch = pathlib.Path(scratch)
        events = options.events
        if events is None:
            events = scratch / "events.ndjson"
            with open(events, "wb") as file:
                day = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())
                subprocess.run([sys.executable, ORACLE / "make-events.py", "100000", "1", "--now", day], stdout=file, check=True)
        rows, note, store = measure(options.build.resolve(), scratch, events.resolve())
        lines = report(rows, note, proofs(options.build.resolve(), store))
    publish(options.out, HEAD, lines)


if __name__ == "__main__":
    main()
