#!/usr/bin/env python3
"""manpage.py GOVLOG: govlog.1 in man(7), made of what the program GOVLOG says about itself, on standard output.

What `govlog help` does not tell stands below: environment and files. The date is SOURCE_DATE_EPOCH's.
"""
import os
import re
import subprocess
import sys
import textwrap
import time

NAME = "append-only log of governance events"

ENVIRONMENT = [
    ("GOVLOG_DB", "The directory of the store, where --db does not name it."),
    ("GOVLOG_ACTOR", "Who is recorded as the author of what is written without --actor."),
    ("GOVLOG_TOKEN", "A token that may read and write, for govlog serve; @FILE takes it from a file."),
    ("GOVLOG_READ_TOKEN", "A token that may read, for govlog serve; @FILE takes it from a file."),
    ("XDG_DATA_HOME", "Where the store is when nothing else names it: $XDG_DATA_HOME/govlog."),
    ("HOME", "Where the store is without XDG_DATA_HOME; and the settings of AI hosts, for govlog connect."),
    ("XDG_CONFIG_HOME, CLAUDE_CONFIG_DIR, CODEX_HOME", "Where govlog connect looks for the settings of AI hosts first."),
    ("NO_COLOR", "No colour, when it is set and not empty."),
    ("COLUMNS", "How wide tables and texts may be, where the terminal does not say."),
    ("TERM", "dumb means no colour."),
    ("TMPDIR", "Where govlog demo puts its temporary store."),
]

FILES = [
    ("~/.local/share/govlog", "The store, when nothing else names one. It is made by the first write."),
    (".govlog", "A store in this directory or one above it is taken first."),
    ("/var/lib/govlog", "The store of the systemd unit govlog.service."),
    ("/etc/default/govlog", 'Flags of govlog serve for that unit: GOVLOG_SERVE="--flag value". It need not exist.'),
]

COPIED = {"\\": "\\e", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", "-": "\\-"}  # characters that are typed: kept as they are


def prose(text):
    return "".join("\\e" if c == "\\" else c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def typed(text):
    return "".join(COPIED.get(c, c) if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def line(text):
    """A line of text, which no leading dot or quote makes a request."""
    return "\\&" + text if text.startswith((".", "'")) else text


def sentences(text):
    """A paragraph, a new line for each sentence; what stands in backquotes is bold, and flags keep their hyphens when they are copied."""
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", prose(text))
    text = re.sub(r"(?<![\w-])--[a-z][a-z-]*", lambda flag: flag[0].replace("-", "\\-"), text)
    parts = re.split(r"(?<=[.;:]) (?=[A-Z])", text)
    return [line(row) for part in parts for row in textwrap.wrap(part, 78, break_long_words=False, break_on_hyphens=False)]


def ask(govlog, *words):
    environment = {"COLUMNS": "100", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": "/nonexistent"}
    return subprocess.run([govlog, "help", *words], env=environment, check=True, capture_output=True, text=True).stdout


def parts(text):
    """[(heading, lines)]: a heading stands at the left edge, alone, what belongs to it is indented; the rest is under ''."""
    found = [("", [])]
    for text_line in text.splitlines():
        if text_line.startswith(" "):
            found[-1][1].append(text_line)
        elif re.fullmatch(r"[a-z][a-z ]+", text_line):
            found.append((text_line, []))
        elif text_line:
            if found[-1][0]:
                found.append(("", []))
            found[-1][1].append(text_line)
    return found


def terms(lines):
    """[(term, meaning)] of lines as `govlog help` aligns them."""
    found = []
    for text in lines:
        if re.match(r"  \S", text):
            term, _, meaning = text.strip().partition("  ")
            found.append([term, meaning.strip()])
        else:
            found[-1][1] = f"{found[-1][1]} {text.strip()}".strip()
    return found


def shown_term(term):
    """Flags bold, what is put in their place in italics."""
    words = [f"\\fB{typed(word)}\\fR" if word.startswith("-") or word.islower() else f"\\fI{typed(word)}\\fR" for word in term.split(" ")]
    return " ".join(words)


def list_of(pairs):
    out = []
    for term, meaning in pairs:
        out += [".TP", line(shown_term(term)), *(sentences(meaning) if meaning else ["\\&"])]
    return out


def example_of(lines):
    return [".PP", ".nf", ".RS 4", *(line(typed(text)) for text in lines), ".RE", ".fi"]


def usage_of(text):
    command, rest = re.fullmatch(r"usage: (govlog(?: [a-z]+(?!\S))*)(.*)", text).groups()
    words = [shown_term(word) for word in rest.split()]
    return [".PP", " ".join([f"\\fB{typed(command)}\\fR", *words])]


def command_of(govlog, name, notes):
    """The page of one command, as a subsection. What stands below its flags is added to `notes`, as it is the same for many."""
    out = [f'.SS "{typed(name)}"']
    for heading, lines in parts(ask(govlog, *name.split())):
        if heading == "":
            usage = [text for text in lines if text.startswith("usage: ")]
            text = " ".join(text for text in lines if text not in usage)
            if usage:
                out += sentences(text) + usage_of(usage[0])
            elif text not in notes:
                notes.append(text)
        elif heading in ("arguments", "flags"):
            out += list_of(terms(lines))
        elif heading == "examples":
            out += example_of([text.strip() for text in lines])
        elif heading != "flags of every command":
            raise SystemExit(f"manpage.py: `govlog help {name}` has a part that is not known here: {heading}")
    return out


def page(govlog):
    overview = parts(ask(govlog))
    version = subprocess.run([govlog, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    about = " ".join(text for text in overview[0][1] if not text.startswith("usage: "))
    usage = next(text for text in overview[0][1] if text.startswith("usage: "))
    codes = re.search(r"Exit codes: (.*)\.", " ".join(text for heading, lines in overview[1:] if not heading for text in lines))[1]
    out = [f'.TH GOVLOG 1 {date} "Govlog {version}" "User Commands"', ".SH NAME", f"govlog \\- {NAME}"]
    out += [".SH SYNOPSIS", *usage_of(usage)[1:], ".SH DESCRIPTION", *sentences(about)]
    of_every_command, to_begin = (next(lines for heading, lines in overview if heading == wanted) for wanted in ("flags of every command", "to begin"))
    out += [".SH OPTIONS", "Every command takes these.", *list_of(terms(of_every_command))]
    notes, commands = [], []
    for heading, lines in overview:
        if heading in ("", "flags of every command", "to begin"):
            continue
        commands.append(f'.SH "COMMANDS: {heading.upper()}"')
        for name, meaning in terms(lines):
            commands += [f'.SS "{typed(name)}"', *sentences(meaning + ".")] if name.startswith("help ") else command_of(govlog, name, notes)
    for note in notes:
        out += [".PP", *sentences(note)]
    out += commands
    out.append('.SH "EXIT STATUS"')
    for code in codes.split(", "):
        number, _, meaning = code.partition(" ")
        out += [".TP", f"\\fB{number}\\fR", line(prose(meaning))]
    out += [".SH ENVIRONMENT"] + [row for name, meaning in ENVIRONMENT for row in (".TP", f"\\fB{name}\\fR", *sentences(meaning))]
    out += [".SH FILES"] + [row for name, meaning in FILES for row in (".TP", line(f"\\fI{typed(name)}\\fR"), *sentences(meaning))]
    out += [".SH EXAMPLES", "To begin:", *example_of([text.strip() for text in to_begin])]
    out += ['.SH "SEE ALSO"', "The pages in", "\\fI/usr/share/doc/govlog/docs\\fR."]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(page(sys.argv[1]))
