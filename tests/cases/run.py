#!/usr/bin/env python3
"""run.py GOVLOG [--library PROGRAM] [FILE.case…]: the cases of this folder through each face of the program.

PROGRAM is tests/programs/cases, the library's face; without it that face is not asked. Each file's events are restored into a store, each face gets a copy of it, and is asked the file's
questions in order. What comes back must be the expected JSON: the same members in the same order, numbers by their digits. README.md has the format, and what is the clock's.
The last line is `N passed, N failed`."""
import argparse, concurrent.futures, datetime, glob, os, re, shutil, subprocess, sys, tempfile

from case_file import Number, dump, load, read_case
from faces import Broken, CommandLine, Library, McpHttp, McpStdio, Rest, Unsayable

# What a face does not have, by the contract (sections 5 and 7; mcp-tools.md, section 2).
ABSENT = {
    "library": {"feed"},
    "CLI": {"feed"},
    "REST": {"store_governance_event", "adr_supersede", "verify", "stats", "export", "tail"},
    "MCP, stdio": {"event", "analytics", "path", "root", "prove", "consistency", "stats", "feed", "append", "import", "export", "tail",
                   "change_request_status", "create_adr", "adr_status", "adr_supersede", "remove_traceability_link"},
}
ABSENT["MCP, HTTP"] = ABSENT["MCP, stdio"]
UTC = datetime.timezone.utc
BUCKETS = {"hour": datetime.timedelta(hours=1), "day": datetime.timedelta(days=1), "week": datetime.timedelta(weeks=1)}
MONDAY = datetime.datetime(2001, 1, 1, tzinfo=UTC)


class Normal:
    """Answers without what is the clock's, the engine's or the face's (README.md, "What is not written")."""

    def __init__(self, source):
        self.source, self.began = source, datetime.datetime.now(UTC)

    def text(self, value, bucket):
        if re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", value) and value not in self.source:
            return "<id>"
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value):
            return value
        instant, now = datetime.datetime.fromisoformat(value[:-1] + "+00:00"), datetime.datetime.now(UTC)
        if bucket and (instant - MONDAY) % bucket == datetime.timedelta():
            return f"<{bucket_name(bucket)} end {(now - MONDAY) // bucket - (instant - MONDAY) // bucket}>"
        return "<now>" if self.began <= instant <= now else value

    def tree(self, value, bucket):
        if isinstance(value, list):
            return [self.tree(item, bucket) for item in value]
        if isinstance(value, dict):
            return {name: self.member(name, item, bucket) for name, item in value.items()}
        return self.text(value, bucket) if isinstance(value, str) and not isinstance(value, Number) else value

    def member(self, name, value, bucket):
        if name in ("bytes_on_disk", "seconds") and isinstance(value, Number) or name == "problem" and value:
            return f"<{name}>"
        if name == "next_cursor" and isinstance(value, str):
            return "<cursor>"
        if name == "metadata" and (value.get("actor_kind"), value.get("client")) == ("agent", "cases/1") and "tool" in value:
            return {key: item for key, item in value.items() if key not in ("actor_kind", "client", "tool")}
        return self.tree(value, bucket)

    def answer(self, question, text):
        told = load(text)
        if question.kind == "error" and isinstance(told, dict) and "error" in told:
            told = told["error"]
            if not isinstance(told.get("message"), str) or not told["message"]:
                raise Broken(f"an error without a message: {text}")
            return {"code": told["code"], "details": {name: told["details"][name] for name in sorted(told["details"]) if name not in ("file", "byte")}}
        return self.tree(told, BUCKETS[question.arguments.get("bucket", "day")] if question.operation == "trend" else None)


def bucket_name(bucket):
    return next(name for name, length in BUCKETS.items() if length == bucket)


def short(text, beside):
    """`text` from shortly before where it differs from `beside`."""
    at = next((i for i, (one, other) in enumerate(zip(text, beside)) if one != other), min(len(text), len(beside)))
    return ("…" if at > 60 else "") + text[max(at - 60, 0):at + 300]


class Tally:
    def __init__(self):
        self.passed, self.failed, self.absent, self.unsaid, self.asked, self.problems, self.errors = 0, 0, 0, 0, set(), [], {}

    def compare(self, where, got, wanted):
        if got == wanted:
            self.passed += 1
        else:
            self.fail(where, f"\n  got  {short(got, wanted)}\n  want {short(wanted, got)}")

    def fail(self, where, what):
        self.failed += 1
        self.problems.append((where, what))


def judge(question, where, answer, normal, tally):
    """Compares one answer with what was expected."""
    if question.kind == "picture":
        return tally.compare(where, answer, question.expected)
    got = normal.answer(question, answer)
    if question.kind == "error" and "details" in got:
        tally.errors[where] = dump(got)
        if "details" not in question.expected:  # the contract leaves them open; every face must say the same
            del got["details"]
    return tally.compare(where, dump(got), dump(question.expected))


def ask_face(face, absent, path, questions, tally):
    """Asks `face` all questions of a file."""
    normal, cursor = Normal(open(path, encoding="utf-8").read()), ""
    for question in questions:
        if question.operation in absent:
            tally.absent += 1
            continue
        where = f"{os.path.basename(path)}:{question.line}: {question.title}"
        try:
            for answer in face.ask(question, {name: cursor if value == "<cursor>" else value for name, value in question.arguments.items()}):
                judge(question, where, answer, normal, tally)
                if question.kind == "answer" and isinstance(told := load(answer), dict):
                    cursor = told.get("next_cursor") or cursor
            tally.asked.add(question.operation)
        except Unsayable:
            tally.unsaid += 1
        except (Broken, KeyError, ValueError, OSError, subprocess.SubprocessError) as error:
            tally.fail(where, f"\n  {error!r}")
    if not face.end():
        tally.fail(os.path.basename(path), "the face did not end well")


def ask_all(path, faces, govlog, work):
    """Asks every face the questions of the file, each of a store of its own; their tallies."""
    lines, questions = read_case(path)
    here = os.path.join(work, os.path.basename(path))
    os.mkdir(here)
    log = os.path.join(here, "log.ndjson")
    with open(log, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)
    first = os.path.join(here, "store")
    if lines:
        ran = subprocess.run([govlog, "--db", first, "restore", log], capture_output=True, timeout=60)
        if ran.returncode != 0:
            raise SystemExit(f"{path}: the events are no log: {ran.stderr.decode()}")
    tallies = {}
    for number, (kind, program) in enumerate(faces):
        store = os.path.join(here, str(number))
        if lines:
            shutil.copytree(first, store)
        tallies[kind.name] = Tally()
        face = kind(program, store)
        try:
            ask_face(face, ABSENT[kind.name], path, questions, tallies[kind.name])
        finally:
            process = getattr(face, "process", None) or getattr(getattr(face, "server", None), "process", None)
            if process and process.poll() is None:
                process.kill()
    shutil.rmtree(here)
    said = {}
    for name, tally in tallies.items():
        for where, error in tally.errors.items():
            first, before = said.setdefault(where, (name, error))
            if error != before:
                tally.fail(where, f"\n  {error}\n  is not what {first} says: {before}")
    return {question.operation for question in questions}, tallies


def what_is_absent(faces, work):
    """Failures: where a face has more or fewer operations than the contract gives it, by its own description."""
    failures = []
    every = set().union(*(absent for absent in ABSENT.values()))
    has = {}
    for kind, program in faces:
        if kind in (Library, CommandLine):
            has[kind.name] = kind.operations(program)
        else:
            face = kind(program, os.path.join(work, "none"))
            has[kind.name] = face.operations()
            face.end()
    every |= set().union(*has.values())
    for name, operations in has.items():
        if every - operations != ABSENT[name]:
            failures.append(f"FAILED: {name} does not have {sorted(every - operations)}, the contract says {sorted(ABSENT[name])}")
    return every, failures


def report(faces, results, every, failures):
    asked, total, told = set(), [0, len(failures)], {}
    for operations, _ in results:
        asked |= operations
    if every - asked:
        failures.append(f"FAILED: no case asks {sorted(every - asked)}")
        total[1] += 1
    for kind, _ in faces:
        tallies = [tallies[kind.name] for _, tallies in results]
        for problem in (problem for tally in tallies for problem in tally.problems):
            told.setdefault(problem, []).append(kind.name)
        passed, failed, absent, unsaid = (sum(getattr(tally, name) for tally in tallies) for name in ("passed", "failed", "absent", "unsaid"))
        total[0] += passed
        total[1] += failed
        operations = set().union(*(tally.asked for tally in tallies))
        print(f"{kind.name}: {passed} passed, {failed} failed, of {len(operations)} operations; {absent} of {len(ABSENT[kind.name])} operations that it does not have "
              f"({', '.join(sorted(ABSENT[kind.name]))}); {unsaid} that it has no words for")
    failures += [f"FAILED: {where} ({'; '.join(dict.fromkeys(names))}){what}" for (where, what), names in told.items()]
    print(*failures, sep="\n", end="\n" if failures else "")
    print(f"{total[0]} passed, {total[1]} failed")
    return 1 if total[1] or not total[0] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("govlog", type=os.path.abspath)
    parser.add_argument("--library", type=os.path.abspath)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    for name in ("GOVLOG_ACTOR", "GOVLOG_DB", "GOVLOG_TOKEN", "GOVLOG_READ_TOKEN"):
        os.environ.pop(name, None)
    faces = [(Library, options.library)] if options.library else []
    faces += [(kind, options.govlog) for kind in (CommandLine, Rest, McpStdio, McpHttp)]
    files = options.files or sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.case")))
    with tempfile.TemporaryDirectory(prefix="govlog-cases-") as work:
        every, failures = what_is_absent(faces, work)
        if options.files:
            every = set()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda path: ask_all(path, faces, options.govlog, work), files))
    return report(faces, results, every, failures)


if __name__ == "__main__":
    sys.exit(main())
