#!/usr/bin/env python3
"""pictures.py GOVLOG FOLDER: what `govlog impact` and `govlog chain` draw is read by the programs that it is drawn for, and says what --json says.

Mermaid, Graphviz, NetworkX and Cytoscape.js each read their own format (--format mermaid, dot, graphml, cytoscape) of the same question. Nodes, with
their texts, and edges, with their direction and relation, must be those of the JSON answer: no fewer, no more, no other. Asked are a real history,
SAMPLE, and hostile.py. FOLDER/node_modules is made by `scripts/deps --tests`. The last line is `N passed, N failed`."""
import collections, concurrent.futures, json, os, re, subprocess, sys, tempfile
import xml.etree.ElementTree as ElementTree

import networkx

import hostile

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(HERE, "..", "..", "cli", "sample.ndjson")
FORMATS = ("mermaid", "dot", "graphml", "cytoscape")
SVG = "{http://www.w3.org/2000/svg}"
Node = collections.namedtuple("Node", "label id name layer declared")
passed = failed = 0


def check(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    if isinstance(got, collections.Counter) and isinstance(want, collections.Counter):
        got, want = sorted(map(str, (got - want).elements())), sorted(map(str, (want - got).elements()))
    got, want = (re.sub(r"(.)\1{20,}", r"\1\1…", str(side)).encode("ascii", "backslashreplace").decode()[:1000] for side in (got, want))
    print(f"{what}:\n    got      {got}\n    expected {want}", flush=True)


# ---- what the JSON answer says, as each format can say it -----------------------------------------------------------------------

def answer_nodes(answer):
    """The nodes by label and id, and the root's."""
    root = answer.get("root") or answer["change_request"]
    parts = ("nodes", "assessments", "affected", "impacted", "mitigations", "adrs", "diagram_versions", "related")
    nodes = [root, *(node for part in parts for node in answer.get(part, []))]
    return {(node["label"], node["id"]): Node(*(node[field] for field in Node._fields)) for node in nodes}, (root["label"], root["id"])


def shown(text):
    """Control characters stand as spaces."""
    return re.sub("[\x00-\x1f\x7f]", " ", text)


def for_xml(text):
    return re.sub("[\ufffe\uffff]", "\ufffd", shown(text))


def visible(lines):
    """As a page shows them: white space at the ends is nothing, and elsewhere one space; U+200B and an empty line are nothing, too."""
    words = (line.replace("\u200b", "").replace("\ufeff", " ").split() for line in lines)
    return tuple(" ".join(line) for line in words if line)


def lines_of(node):
    """What stands in the box."""
    lines = [node.id if node.label == "Element" else f"{node.label} {node.id}"]
    if node.name is not None and node.name != node.id:
        lines.append(node.name)
    if node.layer is not None:
        lines[-1] += f" [{node.layer}]"
    return visible(map(for_xml, lines))


def xml_node(node):
    texts = (None if text is None else for_xml(text) or None for text in (node.id, node.name, node.layer))
    return Node(node.label, *texts, node.declared)


def check_graph(what, read, answer, form):
    """`read` is nodes by their name in the picture, and edges between those."""
    nodes, root = answer_nodes(answer)
    names, edges = read
    edge_list = [((edge["from"]["label"], edge["from"]["id"]), (edge["to"]["label"], edge["to"]["id"]), edge["relation"]) for edge in answer["edges"]]
    check(f"{what}: nodes", collections.Counter(names.values()), collections.Counter(form(node) for node in nodes.values()))
    check(f"{what}: edges", collections.Counter((names.get(source), names.get(target), relation) for source, target, relation in edges),
          collections.Counter((form(nodes[source]), form(nodes[target]), relation) for source, target, relation in edge_list))
    check(f"{what}: the root comes first", names.get("n0"), form(nodes[root]))


# ---- what each program read -----------------------------------------------------------------------------------------------------

def check_mermaid(what, read, answer):
    names = {node["id"]: visible(node["lines"]) for node in read["nodes"]}
    check(f"{what}: each node once", len(names), len(read["nodes"]))
    check_graph(what, (names, [(edge["from"], edge["to"], edge["relation"]) for edge in read["edges"]]), answer, lines_of)
    check(f"{what}: arrows", {edge["arrow"] for edge in read["edges"]} <= {"arrow_point"}, True)
    check(f"{what}: marked", [node["id"] for node in read["nodes"] if node["marked"]], ["n0"])
    check(f"{what}: nothing in a box but its text", set(read["svg"]) <= {"rect", "g", "foreignObject", "div", "span", "p", "br"}, True)


def check_dot(what, text, answer):
    ended = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True)
    check(f"{what}: exit and stderr", (ended.returncode, ended.stderr), (0, b""))
    names, marked, edges = {}, [], []
    for group in ElementTree.fromstring(ended.stdout).iter(SVG + "g"):
        texts = visible(line.text or "" for line in group.findall(SVG + "text"))
        title = group.findtext(SVG + "title")
        if group.get("class") == "node":
            names[title] = texts
            marked += [title] if group.find(SVG + "polygon").get("stroke-width") == "3" else []
        elif group.get("class") == "edge":
            edges.append((*title.split("->"), *texts))
    check_graph(what, (names, edges), answer, lines_of)
    check(f"{what}: marked", marked, ["n0"])


def title_of(answer):
    label, name = answer_nodes(answer)[1]
    return f"impact of {label} {name}" if "root" in answer else f"impact chain of {name}"


def check_graphml(what, text, answer):
    with tempfile.NamedTemporaryFile(suffix=".graphml") as file:
        file.write(text)
        file.flush()
        graph = networkx.read_graphml(file.name)
    names = {name: Node(*(data.get(field) for field in Node._fields)) for name, data in graph.nodes(data=True)}
    check_graph(what, (names, [(source, target, data["relation"]) for source, target, data in graph.edges(data=True)]), answer, xml_node)
    check(f"{what}: directed", graph.is_directed(), True)
    title, end = re.fullmatch(r"(.*), as of [^ ]*Z(, log position \d+)", graph.graph["title"], re.DOTALL).groups()
    check(f"{what}: position", end, f", log position {answer['log_position']}")
    check(f"{what}: title", title, for_xml(title_of(answer)))


def check_cytoscape(what, read, answer):
    names = {node["id"]: Node(node["data"]["label"], *(node["data"][field] for field in ("node_id", "name", "layer", "declared"))) for node in read["nodes"]}
    check_graph(what, (names, [(edge["from"], edge["to"], edge["relation"]) for edge in read["edges"]]), answer, lambda node: node)
    check(f"{what}: title", read["data"]["title"], title_of(answer))
    check(f"{what}: position", read["data"]["log_position"], answer["log_position"])


# ---- the histories ----------------------------------------------------------------------------------------------------------------

class Store:
    def __init__(self, program, folder, events):
        self.program, self.folder = program, folder
        lines = "".join(json.dumps(event) + "\n" for event in events)
        self.run("import", "-", text=lines.encode())

    def run(self, *words, text=b""):
        return subprocess.run([self.program, "--db", self.folder, *words], input=text, stdout=subprocess.PIPE, check=True).stdout


def sample_events():
    """In event order, and without their times: a clock that is behind them would have them refused as lying in the future."""
    with open(SAMPLE, encoding="utf-8") as file:
        events = sorted(map(json.loads, file), key=lambda event: event["created_at"])
    return [{name: value for name, value in event.items() if name != "created_at"} for event in events]


def sample_questions():
    for direction in ("downstream", "upstream", "both"):
        yield ["impact", "codec", "--direction", direction]
    yield ["impact", "cap-timeline", "--direction", "upstream", "--depth", "2"]
    yield ["impact", "CR-4", "--label", "ChangeRequest", "--relations", "all", "--direction", "both", "--depth", "2", "--limit", "20"]
    yield ["chain", "CR-3"]
    yield ["chain", "CR-4", "--limit", "1"]


def ask(store, name, questions):
    """Each question's answer, and its picture in each format: (what, format, text, answer)."""
    def one(words):
        what = f"{name}: {' '.join(words)[:90]!a}"
        answer = json.loads(store.run("--json", *words))
        return [(f"{what} as {form}", form, store.run(words[0], "--format", form, *words[1:]), answer) for form in FORMATS]
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        return [picture for pictures in threads.map(one, questions) for picture in pictures]


def read_with_node(folder, pictures):
    listed = [{"format": form, "text": text.decode()} for _, form, text, _ in pictures]
    ended = subprocess.run(["node", os.path.join(HERE, "read.mjs"), folder], input=json.dumps(listed).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(ended.stdout)


def check_picture(what, form, text, answer):
    try:
        (check_dot if form == "dot" else check_graphml)(what, text, answer)
    except Exception as error:  # whatever a reader says is what is wrong with the picture
        check(what, repr(error), "a picture that can be read")


def check_all(pictures, folder):
    by_node = [picture for picture in pictures if picture[1] in ("mermaid", "cytoscape")]
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read_with_node, folder, by_node)
        for picture in pictures:
            if picture[1] in ("dot", "graphml"):
                check_picture(*picture)
    for (what, form, _, answer), read in zip(by_node, reading.result(), strict=True):
        if "error" in read:
            check(what, read["error"], "a picture that can be read")
        else:
            (check_mermaid if form == "mermaid" else check_cytoscape)(what, read, answer)


def main():
    program, tools = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        sample = Store(program, os.path.join(folder, "sample"), sample_events())
        odd = Store(program, os.path.join(folder, "hostile"), [*hostile.elements(), *hostile.changes()])
        pictures = ask(sample, "sample", sample_questions()) + ask(odd, "hostile", hostile.questions())
    check_all(pictures, tools)
    answers = [answer for _, _, _, answer in pictures]
    check("some answers are cut, some are empty, and some are large", (any(answer["truncated"] for answer in answers),
          any(not answer["edges"] for answer in answers), max(len(answer["edges"]) for answer in answers) > 300), (True, True, True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
