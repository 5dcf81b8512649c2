#!/usr/bin/env python3
"""every_read.py [--every N] [--seed N] [--only SCENARIO]: each read of a file fails, or gives less than is there.

As every_call, with the calls by which a dozen commands read: the n-th answers EIO, once or from then on, or half of what was asked for (which changes nothing: the
rest is read again), or that the file ends there. Questions are answered rightly, with an error of the contract, or with `damaged`, and never otherwise; a write is kept or
is not; the store is what it was, and all is right when the disk reads again. GOVLOG names the program. The last line is `N passed, N failed`."""
import errno, json, os, sys

import every_call
from every_call import ANSWERS_WITHIN, GOVLOG, Append, Backup, Evidence, Import, LargeImport, Rebuild, Restore, RestoreExport, Scenario, Verify, demand, done, govlog, verified
from syscall_faults import END, SHORT, Fault, run

OUTCOMES = {"EIO": (errno.EIO, False), "EIO for good": (errno.EIO, True), "half": (SHORT, False), "no more": (END, False)}
QUESTIONS = (("query_timeline", {"limit": 20}), ("query_entity_history", {"entity_type": "thing", "entity_id": "T1"}), ("time_travel", {"entity_type": "thing", "entity_id": "T2"}),
             ("query_impact", {"id": "T1"}), ("list_entities", {}), ("query_coverage", {}), ("search_events", {"q": "word"}),
             ("explain_path", {"from": "T1", "to": "T2"}), ("query_timeline", {"limit": 20}))
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def without_now(answer):
    return {name: value for name, value in answer.items() if name not in ("at", "next_cursor")}


class Reading:
    """What is read fails, which may look like damage."""
    kinds = ("read",)
    codes = (("io_error", 8), ("corruption", 7))


class ReadAppend(Reading, Append):
    pass


class ReadImport(Reading, Import):
    pass


class ReadLargeImport(Reading, LargeImport):
    pass


class ReadBackup(Reading, Backup):
    pass


class ReadRestore(Reading, Restore):
    pass


class ReadRestoreExport(Reading, RestoreExport):
    pass


class ReadRebuild(Reading, Rebuild):
    pass


class ReadEvidence(Reading, Evidence):
    pass


class Questions(Reading, Scenario):
    """One process that is asked many things, one after the other."""
    def store(self, place):
        return os.path.join(place, "s")

    def prepare(self, place):
        super().prepare(place)
        self.asked = os.path.join(place, "questions.jsonl")
        with open(self.asked, "w") as file:
            for number, (tool, arguments) in enumerate(QUESTIONS):
                call = {"name": tool, "arguments": arguments, "_meta": META}
                file.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}) + "\n")

    def ask(self, place, fault):
        ran = run([GOVLOG, "--db", self.store(place), "mcp", "--read-only"], fault, [place + "/s", place + "/large"], stdin=self.asked, limit=ANSWERS_WITHIN,
                  kinds=self.kinds)
        answers = {}
        for line in ran.out.decode().splitlines():
            message = json.loads(line)
            if "id" in message:
                demand("result" in message, "no result:", line)
                answers[message["id"]] = message["result"]
        return ran, answers

    def act(self, place, fault):
        ran, self.answers = self.ask(place, fault)
        self.strict = fault.error == SHORT or fault.at == 0
        return ran

    def judge(self, place, ran, code):
        _, self.right = self.ask(place, Fault())
        failing = [QUESTIONS[number] for number, answer in self.right.items() if answer.get("isError")]
        demand(len(self.right) == len(QUESTIONS) and not failing, "without a fault:", failing, len(self.right))
        demand(code is None and set(self.answers) == set(self.right), "not all was answered:", ran.status, ran.err, self.answers)
        for number, answer in self.answers.items():
            text = answer["content"][0]["text"]
            if answer.get("isError"):
                demand(not self.strict and ("[io_error]" in text or "[corruption]" in text), QUESTIONS[number], "is answered with", text)
                continue
            structured = answer["structuredContent"]
            if "damaged" in structured and not self.strict:
                continue
            demand(without_now(structured) == without_now(self.right[number]["structuredContent"]), QUESTIONS[number], "is answered wrongly:", structured)

    def again(self, place):
        verified(self.store(place))

    def finished(self, place):
        os.remove(self.asked)


class LargeQuestions(Questions):
    """The same of a store whose rows lie in table files."""
    def store(self, place):
        return os.path.join(place, "large")

    def prepare(self, place):
        super().prepare(place)
        done(govlog(self.store(place), "restore", os.path.join(self.template, "large-export.ndjson")))

    def names(self):
        return super().names() | {"large"}


class ReadVerify(Reading, Verify):
    """What cannot be read is a problem that it names, or an error."""
    def act(self, place, fault):
        ran = super().act(place, fault)
        if ran.status == 7 and ran.out:
            report = json.loads(ran.out)
            demand(fault.error != SHORT and not report["ok"] and report["problems"], "verify:", report)
            ran.status = 0
        return ran


SCENARIOS = {"questions": Questions, "large-questions": LargeQuestions, "append": ReadAppend, "import": ReadImport, "large-import": ReadLargeImport, "backup": ReadBackup,
             "restore": ReadRestore, "restore-export": ReadRestoreExport, "rebuild": ReadRebuild, "verify": ReadVerify, "evidence": ReadEvidence}

if __name__ == "__main__":
    sys.exit(every_call.main(__doc__, SCENARIOS, OUTCOMES))
