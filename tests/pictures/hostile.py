"""A history whose ids, names and layers mean something to a format that pictures are written in, or are hard to write in any."""
import itertools

TEXTS = [
    # quotes, escapes, markup
    '"', '""', 'a"b', "'", "\\", "a\\", '\\"', "\\N", "\\G\\l", "\\n", "\\u0041", "a\nb", "a\r\nb", "a\tb", "\n", "<script>alert(1)</script>",
    "<b>bold</b>", "<br/>", "<img src=x onerror=alert(1)>", "</svg>", "<!-- x -->", "]]>", "<![CDATA[x]]>", "<?xml?>", "&", "&&", "R&D", "&amp;",
    "&lt;b&gt;", "&#34;", "&#x22;", "&nbsp;x", "&copy;", "#", "#34;", "#quot;", "##", ";", "a;b", "//", "/*", "*/ x", "// x", "$", "$$x^2$$", "$x$",
    # words and arrows
    "end", "END", "graph", "subgraph", "subgraph x", "click", "click n0 href", "style", "style n0 fill:#f00;", 'restyle:x"', 'classDef:"x', "class",
    "linkStyle 0", "direction TB", "flowchart", "digraph", "strict", "node", "edge", "default", "n0", "n1", "e0", "-->", "a --> b", "---", "--", "==>",
    "-.->", "->", "--o", "--x", "o--o", ":::x", "@{ shape: x }", "a@b", "|", "|x|", "a|b",
    # brackets
    "[", "]", "[x]", "[[x]]", "[/x/]", "[(x)]", "(", ")", "(x)", "((x))", "([x])", "{", "}", "{x}", "{{x}}", ">x]", "<", ">", "<x>", "]}", '"]', '"}',
    # comments, directives, marks
    "%", "%%", "%% x", "%%{init: {}}%%", "%%{", "}%%", "%3Cb%3E", "`", "```", "`x`", '"`x`"', "*x*", "**x**", "_x_", "__x__", "~~x~~", "1. x", "1)",
    "- x", "+ x", "* x", "> x", "# x", "====", "x\n---", "[x](http://y)", "![x](y)", "http://x.example", "x@y.example", "fa:fa-car", "    code", "|a|b|",
    # letters of the world, and what is none
    "Zürich", "ﬂ°°34¶ß", "¶ß", "¶", "ß", "🧭", "👩‍👩‍👧", "🇨🇭", "\U0010fffd", "שלום", "مرحبا", "\u202eabc", "\u2066x\u2069", "é", "e\u0301", "a\u0323\u0307", "\u0301",
    "\u0000", "a\u0000b", "\u0001", "\u001b[31m", "\u007f", "\u0085", "\u009f", "\ufffe", "\uffff", "a\uffffb", "\ufdd0", "\ufffd", "\U0001fffe", "\ufeff",
    # space, length, likeness
    "", " ", "  ", " a", "a ", "a  b", "\u00a0", "\u2028", "\u2029", "\u3000", "\u200b", "a", "A", "a.", "a,", "a-b", "a_b", "a.b", "a b", "Ab", "aB",
    "0", "-0", "1e3", "true", "null", "NaN", "x" * 220, "x" * 3000, "word " * 600, "Ω" * 1000, "--help", "-1",
]
ROOTS = ['"', "a\nb", "]]>", "%%{init: {}}%%", "<script>alert(1)</script>", "\\", "-->", "&lt;b&gt;", "\ufffe", "🧭", "end", " ", "x" * 220, "--help"]
IDS = ['A"1', "B\\2", "C<3>&", "D]]>", "E%%5", "F`6`", "G#34;", "H;end", "I|9|", "J 🧭 שלום", "K{}[]()", "L-->M", " N ", "\ufffe"]


def event(event_type, entity_type, entity_id, **data):
    return {"event_type": event_type, "entity_type": entity_type, "entity_id": entity_id, "data": data}


def link(number, source, target, link_type="TRACES_TO"):
    return event("TraceabilityLinkAdded", "trace", f"L{number}", from_element=source, to_element=target, link_type=link_type)


def elements():
    """Every text is an id that `hub` traces to; most have another text for a name, and a third for a layer; three in four serve the next."""
    count = len(TEXTS)
    named = [{"id": text, "name": TEXTS[(i + 11) % count], "layer": TEXTS[(i + 23) % count]} for i, text in enumerate(TEXTS) if i % 5]
    named += [{"id": text, "name": TEXTS[(i + 7) % count]} for i, text in enumerate(TEXTS) if i % 10 == 5]
    yield event("DiagramVersionCreated", "diagram", "hostile", elements=named)
    numbers = itertools.count()
    for i, text in enumerate(TEXTS):
        yield link(next(numbers), "hub", text)
        if i % 4:  # no longer chains: they would take Graphviz minutes to lay out
            yield link(next(numbers), TEXTS[i - 1], text, "SERVES")
    yield link(next(numbers), "hub", "hub")  # a loop
    for link_type in ("TRACES_TO", "REALIZES", "VALIDATES", "SERVES"):  # several edges between two nodes, both ways
        yield link(next(numbers), "left", "right", link_type)
        yield link(next(numbers), "right", "left", link_type)


def changes():
    """Change requests, and all that hangs on them, with such ids; one id for nodes of every label."""
    for i, this in enumerate(IDS):
        other = IDS[(i + 1) % len(IDS)]
        yield event("ChangeRequestCreated", "change_request", this, title=TEXTS[i * 7], impacts=[this, other, TEXTS[i * 5]])
        yield event("ImpactAssessmentCreated", "impact_assessment", this, change_request_id=this, affects=[this, TEXTS[i * 6], "hub"])
        yield event("ImpactMitigationAdded", "mitigation", this, change_request_id=this, action=TEXTS[i * 8])
        yield event("ADRCreated", "adr", this, change_request_id=this, title=TEXTS[i * 9], supersedes=[other])
        for version in (1, 2):
            yield event("DiagramVersionCreated", "diagram", this, change_request_id=this, version=version, layer=other, elements=[])
    yield event("ChangeRequestCreated", "change_request", "bare")


def questions():
    """The words of each question, without --format."""
    hub = ["impact", "hub", "--depth", "1"]
    yield hub
    for flags in (["--limit", "1"], ["--limit", "15"], ["--layer", TEXTS[24]], ["--at", "2001-01-01"]):
        yield hub + flags
    for root in ROOTS:
        yield ["impact", "--direction", "both", "--depth", "1", "--relations", "SERVES", "--", root]
    for direction in ("downstream", "upstream", "both"):
        yield ["impact", "left", "--direction", direction]
    yield ["impact", "--direction", "upstream", "--", TEXTS[0]]
    for i, this in enumerate(IDS[:-1:2]):
        yield ["chain", "--depth", "0", "--limit", str(i + 1), "--", this]
    yield ["chain", "bare"]
    for label in ("Element", "ChangeRequest", "ImpactAssessment", "Mitigation", "ADR"):
        yield ["impact", "--label", label, "--relations", "all", "--direction", "both", "--depth", "1", "--limit", "12", "--", IDS[0]]
    yield ["impact", "--label", "DiagramVersion", "--relations", "all", "--direction", "both", "--depth", "2", "--limit", "12", "--", IDS[3] + "@2"]
