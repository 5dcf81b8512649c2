"""The format of *.case files (README.md), and JSON whose numbers stay as they were written and whose members stay in their order."""
import json, os, re


class Number(str):
    """A number's token."""


def load(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def dump(value, key=None):
    """JSON without white space; members sorted by `key` where there is one."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{dump(str(name))}:{dump(value[name], key)}" for name in (sorted(value, key=key) if key else value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item, key) for item in value) + "]"
    return value if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def canonical(value):
    return dump(value, lambda name: name.encode("utf-16-be", "surrogatepass"))


class Question:
    """`operation` with its `arguments` (or, of append and import, a `text`), and what must come back: `kind` is answer, error, or picture."""

    def __init__(self, line, title, operation, rest):
        self.line, self.title, self.operation = line, title, operation
        self.text = rest if operation in ("append", "import") else None
        self.arguments = {} if self.text is not None or not rest else load(rest)
        self.kind = self.expected = None


def blocks(path):
    """(line, title, keyword, text) of each block: a line that begins with a keyword, and the indented lines after it."""
    title, found = "", []
    for number, line in enumerate(open(path, encoding="utf-8").read().split("\n"), 1):
        if line.startswith("#"):
            title = line[1:].strip()
        elif line.startswith("  ") and found:
            found[-1][3].append(line[2:])
        elif line.strip():
            keyword, _, rest = line.partition(" ")
            found.append((number, title, keyword, [rest] if rest else []))
    return [(number, title, keyword, "\n".join(text)) for number, title, keyword, text in found]


def event_of(text, position, clock, versions):
    """The exported line that an `event` block stands for."""
    if text.startswith("{"):
        given = load(text)
    else:
        time, kind, entity, actor, data = text.split(" ", 4)
        entity_type, _, entity_id = entity.partition("/")
        given = {"event_type": kind, "entity_type": entity_type, "entity_id": entity_id, "actor": None if actor == "-" else actor, "data": load(data), "created_at": time}
    entity = given["entity_type"], given["entity_id"]
    versions[entity] = versions.get(entity, 0) + 1
    created_at = given["created_at"].removesuffix("Z").split(".")
    created_at = f"{created_at[0]}.{(created_at + [''])[1]:0<6}Z"
    return {"position": Number(position), "id": given.get("id", f"00000000-0000-4000-8000-{position:012}"), **{name: given[name] for name in ("event_type", "entity_type", "entity_id")},
            "version": Number(versions[entity]), "actor": given.get("actor"), "data": given["data"], "metadata": given.get("metadata", {}), "created_at": created_at, "recorded_at": clock or created_at}


def line_of(event):
    return "{" + ",".join(f'"{name}":{canonical(value)}' for name, value in event.items()) + "}"


def read_case(path):
    """(exported lines of the store's events, questions)."""
    lines, questions, versions, clock, last = [], [], {}, None, ""
    for number, title, keyword, text in blocks(path):
        try:
            if keyword == "clock":
                clock = text.removesuffix("Z") + ".000000Z"
            elif keyword == "event":
                event = event_of(text, len(lines) + 1, clock, versions)
                event["recorded_at"] = last = max(last, event["recorded_at"])
                lines.append(line_of(event))
            elif keyword == "ask":
                questions.append(Question(number, title, *re.match(r"(\S+)\s?(.*)", text, re.S).groups()))
            elif keyword in ("answer", "error", "picture") and questions[-1].kind is None:
                questions[-1].kind, questions[-1].expected = keyword, text + "\n" if keyword == "picture" else load(text)
            else:
                raise ValueError(f"{keyword} does not belong here")
        except (ValueError, KeyError, IndexError) as error:
            raise SystemExit(f"{os.path.basename(path)}:{number}: {error}")
    if unanswered := [question.line for question in questions if question.kind is None]:
        raise SystemExit(f"{os.path.basename(path)}: no answer to the questions in lines {unanswered}")
    return lines, questions
