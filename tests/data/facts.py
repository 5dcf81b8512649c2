#!/usr/bin/env python3
"""facts.py GOVLOG [--data DIR] [--large] [--only NAME]: real histories go in, and what comes out is held against facts that others worked out.

Every history in DIR (default: ../shared/data beside the checkout) is imported into a new store, and again (nothing is appended); it is
exported, imported elsewhere and exported again (equal but for recorded_at); counts, states and time travel must be those of its NAME.facts.json.
So must be coverage, and how many nodes are within 1 to 5 hops of 20 elements, both ways. --large takes the histories of over 100,000 events too.
Last line: `N passed, N failed`. Without DIR it says so in one line and passes."""
import argparse, collections, decimal, gzip, json, os, subprocess, sys, tempfile, time

LARGE_EVENTS = 100_000
passed = failed = 0


class Number(str):
    """A JSON number, digit by digit."""


def load(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def check(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"{what}: got {str(got)[:300]}, expected {str(want)[:300]}")


class Store:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *arguments):
        return subprocess.run([self.program, "--db", self.folder, "--json", *arguments], capture_output=True)

    def ask(self, *arguments):
        ended = self.run(*arguments)
        if ended.returncode != 0:
            raise RuntimeError(f"govlog {' '.join(arguments)}: exit {ended.returncode}: {ended.stderr.decode()[:300]}")
        return json.loads(ended.stdout)

    def all_items(self, *arguments):
        items, cursor = [], []
        while True:
            page = self.ask(*arguments, "--limit", "10000", *cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = ["--cursor", page["next_cursor"]]

    def export(self):
        ended = self.run("export")
        if ended.returncode != 0:
            raise RuntimeError(f"export: {ended.stderr.decode()[:300]}")
        return ended.stdout


def source_lines(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        return [line for line in file.read().split(b"\n") if line.strip()]


def same_as_source(name, lines, exported):
    """Every line of the source is there as it was written, in its order; only equal ones are there once."""
    fields = ("id", "event_type", "entity_type", "entity_id", "actor", "data", "metadata")
    def content(event):
        return {"actor": None, "metadata": {}, **{field: event[field] for field in fields if field in event}}
    events, seen, wrong = [load(line) for line in lines], set(), 0
    kept = []
    for event in events:
        if event.get("id") is not None and (key := event["id"].lower()) in seen:
            continue
        seen.add(event.get("id", "").lower())
        kept.append(event)
    check(f"{name}: lines in the export", len(exported), len(kept))
    for event, out in zip(kept, exported):
        want = content(event)
        want["id"] = event["id"].lower() if "id" in event else out["id"]
        wrong += content(out) != want
    check(f"{name}: lines that differ from their source", wrong, 0)


def round_trip(name, store, program, folder, exported):
    file = os.path.join(folder, "export.ndjson")
    with open(file, "wb") as out:
        out.write(exported)
    other = Store(program, os.path.join(folder, "other"))
    other.ask("import", file)
    def without_recorded_at(text):
        return [line[:line.rindex(b',"recorded_at":')] for line in text.split(b"\n") if line]
    check(f"{name}: exported, imported and exported again", without_recorded_at(other.export()) == without_recorded_at(exported), True)


def status_text(status):
    return "None" if status is None else status


def check_states(name, store, entity_type, facts, items):
    final = collections.Counter(status_text(item["status"]) for item in items if item["entity_type"] == entity_type)
    check(f"{name}: final status of {entity_type}", dict(final), facts["final_status"])
    for moment, states in facts["status_at"].items():
        listed = {item["entity_id"]: item["status"] for item in store.all_items("list", "--entity-type", entity_type, "--at", moment)}
        for entity, want in states.items():
            answer = store.ask("at", f"{entity_type}/{entity}", "--at", moment)
            got = answer["state"].get("status") if answer["exists"] else "(does not exist)"
            check(f"{name}: status of {entity} at {moment}", got, want)
            check(f"{name}: status of {entity} in the list at {moment}", listed.get(entity, "(does not exist)"), want)
    for entity, count in facts["longest_history"]:
        history = store.all_items("history", f"{entity_type}/{entity}")
        check(f"{name}: history of {entity}", len(history), count)
        replay = store.all_items("replay", f"{entity_type}/{entity}")
        check(f"{name}: last state of {entity}", replay[-1]["state"], store.ask("at", f"{entity_type}/{entity}")["state"])
    check(f"{name}: entities created twice are listed once", len(items), len({(item["entity_type"], item["entity_id"]) for item in items}))


def micros(moment):
    return moment.replace("Z", ".000000Z") if "." not in moment else moment


def check_counts(name, store, facts, exported):
    stats = store.ask("stats")
    check(f"{name}: events", stats["events"], facts["events"])
    check(f"{name}: event types", stats["event_types"], facts["event_types"])
    check(f"{name}: entities", stats["entities"], facts["entities_total"])
    check(f"{name}: first", stats["first_created_at"], micros(facts["created_at"]["first"]))
    check(f"{name}: last", stats["last_created_at"], micros(facts["created_at"]["last"]))
    times = collections.Counter(event["created_at"] for event in exported)
    check(f"{name}: moments", len(times), facts["created_at"]["distinct"])
    check(f"{name}: largest tie", max(times.values()), facts["created_at"]["largest_tie"])
    check(f"{name}: actors", len({event["actor"] for event in exported} - {None}), facts["actors"])
    check(f"{name}: events without actor", sum(event["actor"] is None for event in exported), facts["events_without_actor"])
    check(f"{name}: event ids", len({event["id"] for event in exported}), facts["unique_event_ids"])


def check_timelines(name, store, facts):
    everything = ("timeline", "--from", "0001-01-01T00:00:00Z")
    for actor, count in facts["top_actors"]:
        check(f"{name}: events of {actor}", len(store.all_items(*everything, "--actor", actor)), count)
    for event_type, count in facts["event_types"].items():
        check(f"{name}: events of type {event_type}", len(store.all_items(*everything, "--event-type", event_type)), count)
    for year, count in facts["events_per_year"].items():
        items = store.all_items("timeline", "--from", f"{year}-01-01", "--to", f"{year}-12-31T23:59:59.999999Z", "--order", "asc")
        check(f"{name}: events of {year}", len(items), count)


def check_entities(name, store, facts):
    items = store.all_items("list")
    check(f"{name}: entities by type", dict(collections.Counter(item["entity_type"] for item in items)), facts["entities"])
    types = collections.defaultdict(set)
    for item in items:
        types[item["entity_id"]].add(item["entity_type"])
    check(f"{name}: ids in two types", sum(len(of) > 1 for of in types.values()), facts["entity_ids_in_two_entity_types"])
    check(f"{name}: versions of all entities", sum(item["head_version"] for item in items), facts["events"])
    for entity_type in ("change_request", "adr"):
        if entity_type in facts:
            check_states(name, store, entity_type, facts[entity_type], items)


def coverage_by_layer(answer):
    return {layer["layer"]: {"total": layer["total_elements"], "traced": layer["traced_elements"], "orphans": layer["orphan_count"],
                             "coverage_pct": layer["coverage_pct"]} for layer in answer["layers"]}


def check_reach(name, store, reaches, at):
    for element, reach in reaches.items():
        for relations in ("", "_traces_to"):
            flags = ["--relations", "TRACES_TO"] if relations else []
            for direction in ("downstream", "upstream"):
                if direction + relations not in reach:
                    continue
                answer = store.ask("impact", "--depth", "5", "--direction", direction, *flags, *at, "--", element)
                counts = answer["counts"] + [0] * (5 - len(answer["counts"]))
                within = [sum(counts[:hops + 1]) for hops in range(5)]
                check(f"{name}: reach {direction}{relations} of {element} {at}", within, reach[direction + relations])


def check_graph(name, store, graph):
    check(f"{name}: coverage", coverage_by_layer(store.ask("coverage")), graph["coverage_by_layer"])
    orphans = collections.Counter(item["layer"] for item in store.all_items("orphans"))
    check(f"{name}: orphans", dict(orphans), {layer: counts["orphans"] for layer, counts in graph["coverage_by_layer"].items() if counts["orphans"]})
    check_reach(name, store, graph["reach_within_1_to_5_hops"], [])
    then = graph.get("at_the_median_event")
    if then is not None:
        at = ["--at", then["at"]]
        total = sum(layer["total_elements"] for layer in store.ask("coverage", *at)["layers"])
        check(f"{name}: elements declared {at}", total, then["elements_declared"])
        check_reach(name, store, then["reach"], at)


def check_history(program, path, facts):
    name = os.path.basename(path).split(".")[0]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(program, os.path.join(folder, "store"))
        lines = source_lines(path)
        summary = store.ask("import", path)
        check(f"{name}: lines read", summary["read"], len(lines))
        check(f"{name}: lines appended or equal", summary["appended"] + summary["duplicates"], len(lines))
        again = store.ask("import", path)
        check(f"{name}: appended by a second import", (again["appended"], again["duplicates"]), (0, len(lines)))
        text = store.export()
        exported = [load(line) for line in text.split(b"\n") if line]
        check(f"{name}: positions", [event["position"] for event in exported] == [str(i + 1) for i in range(len(exported))], True)
        same_as_source(name, lines, exported)
        round_trip(name, store, program, folder, text)
        if facts is not None:
            check_counts(name, store, facts, exported)
            if facts["events"] <= LARGE_EVENTS:
                check_timelines(name, store, facts)
                check_entities(name, store, facts)
            check_graph(name, store, facts["graph"])
    print(f"{name}: {len(lines)} lines in {time.monotonic() - begun:.1f} s", flush=True)


def difference(got, want, path="", exact=False):
    """Where `got` is not what `want` asks for: every member that it names, lists item by item, numbers digit by digit; "*" is not compared, and may be absent."""
    if want == "*":
        return None
    if isinstance(want, dict) and isinstance(got, dict):
        if exact and got.keys() != want.keys():
            return f"{path} has the members {sorted(got)}, not {sorted(want)}"
        for name, value in want.items():
            if name not in got and value != "*":
                return f"{path}/{name} is missing"
            below = difference(got.get(name), value, f"{path}/{name}", exact or name in ("data", "metadata", "state", "value"))
            if below:
                return below
        return None
    if isinstance(want, list) and isinstance(got, list):
        if len(got) != len(want):
            return f"{path} has {len(got)} items, not {len(want)}"
        return next((below for i, item in enumerate(want) if (below := difference(got[i], item, f"{path}/{i}", exact))), None)
    if isinstance(got, Number) and isinstance(want, Number) and path.endswith("_pct") and not exact:
        return None if decimal.Decimal(got) == decimal.Decimal(want) else f"{path} is {got}, not {want}"
    return None if type(got) is type(want) and got == want else f"{path or '/'} is {str(got)[:90]!r}, not {str(want)[:90]!r}"


def check_odd(program, data):
    """The worked answers of odd.expected.json, sections log and graph."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(program, os.path.join(folder, "store"))
        store.ask("import", os.path.join(data, "odd.ndjson"))
        for case in load(open(os.path.join(data, "odd.expected.json"), encoding="utf-8").read()):
            if case["section"] not in ("log", "graph"):
                continue
            ended = store.run(*case["args"])
            try:
                got = load((ended.stderr if ended.returncode != 0 and "error" in case["expect"] else ended.stdout) or '""')
            except ValueError:
                got = f"exit {ended.returncode}: {ended.stderr.decode()[:200]}"
            check("odd: " + " ".join(case["args"]), difference(got, case["expect"]), None)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("govlog")
    parser.add_argument("--data", default=os.path.join(here, "..", "..", "..", "shared", "data"))
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only")
    arguments = parser.parse_args()
    data, program = os.path.realpath(arguments.data), os.path.abspath(arguments.govlog)
    if not os.path.isdir(data):
        print(f"left out: no histories at {data}\n0 passed, 0 failed")
        return 0
    for file in sorted(os.listdir(data)):
        name = file.split(".")[0]
        if not file.endswith((".ndjson", ".ndjson.gz")) or arguments.only not in (None, name):
            continue
        facts_file = os.path.join(data, name + ".facts.json")
        facts = json.load(open(facts_file, encoding="utf-8")) if os.path.exists(facts_file) else None
        if facts is not None and facts["events"] > LARGE_EVENTS and not arguments.large:
            print(f"{name}: left out, {facts['events']} events (--large takes it)")
            continue
        try:
            check_history(program, os.path.join(data, file), facts)
        except (RuntimeError, KeyError, ValueError) as error:
            check(f"{name}", repr(error), None)
    if arguments.only in (None, "odd") and os.path.exists(os.path.join(data, "odd.expected.json")):
        check_odd(program, data)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
