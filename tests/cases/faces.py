"""The faces of the program, each asked in its own words: which command, route or tool an operation is, and where its arguments go."""
import http.client, json, os, re, subprocess, urllib.parse

from case_file import dump, load

# Operation to command line: the command, and what stands there as an argument and not as a flag.
COMMANDS = {
    **{name: (name,) for name in ("timeline", "list", "diff", "coverage", "orphans", "trend", "analytics", "path", "why", "root", "verify", "stats", "export", "tail")},
    "search": ("search", "q"), "history": ("history", "entity"), "replay": ("replay", "entity"), "at": ("at", "entity"), "event": ("event", "event"),
    "impact": ("impact", "element"), "chain": ("chain", "change_request"), "prove": ("prove", "position"), "consistency": ("prove --consistency", "from", "to"),
    "append": ("append",), "import": ("import",), "store_governance_event": ("append",),
    "create_change_request": ("cr new", "change_request_id"), "update_change_request": ("cr update", "change_request_id"), "change_request_status": ("cr status", "change_request_id", "status"),
    "create_adr": ("adr new", "adr_id"), "adr_status": ("adr status", "adr_id", "status"), "adr_supersede": ("adr supersede", "adr_id"),
    "add_traceability_link": ("link add", "link_id"), "remove_traceability_link": ("link rm", "link_id"), "create_diagram_version": ("diagram add", "diagram_id"),
}
# Operation to routes: each that can say the question is asked, reads by all, writes by the first.
ROUTES = {
    "timeline": ["GET /governance/timeline"], "search": ["GET /governance/search"], "analytics": ["GET /governance/analytics"],
    "list": ["GET /governance/entities", "GET /governance/entities/{entity_type}"],
    "history": ["GET /governance/entities/{entity_type}/{entity_id}/history", "GET /governance/change-requests/{entity_id}/history"],
    "replay": ["GET /governance/replay/{entity_id}", "GET /governance/entities/{entity_type}/{entity_id}/replay"],
    "at": ["GET /governance/time-travel/{entity_id}", "GET /governance/entities/{entity_type}/{entity_id}"],
    "path": ["GET /governance/path"], "why": ["GET /governance/why"], "diff": ["GET /governance/diff"],
    "impact": ["GET /governance/impact/{element}"], "chain": ["GET /governance/impact-chain/{change_request}"],
    "coverage": ["GET /governance/coverage"], "orphans": ["GET /governance/coverage/orphans"], "trend": ["GET /governance/coverage/trend"],
    "event": ["GET /governance/events/{event}"], "feed": ["GET /governance/events"], "append": ["POST /governance/events"], "import": ["POST /governance/events"],
    "root": ["GET /governance/proofs/root"], "prove": ["GET /governance/proofs/inclusion/{position}"], "consistency": ["GET /governance/proofs/consistency"],
    "create_change_request": ["POST /governance/change-requests"], "update_change_request": ["PATCH /governance/change-requests/{change_request_id}"],
    "change_request_status": ["POST /governance/change-requests/{change_request_id}/status"], "create_adr": ["POST /governance/adrs"], "adr_status": ["POST /governance/adrs/{adr_id}/status"],
    "create_diagram_version": ["POST /governance/diagrams/{diagram_id}/versions"], "add_traceability_link": ["POST /governance/traceability-links"],
    "remove_traceability_link": ["DELETE /governance/traceability-links/{link_id}"],
}
# Operation to tool, with the argument that chooses it, and the tool's names where they are others.
TOOLS = {
    "timeline": ("query_timeline", {}, {}), "search": ("search_events", {}, {}), "list": ("list_entities", {}, {}), "history": ("query_entity_history", {}, {}),
    "replay": ("query_entity_history", {"include_state": True}, {}), "at": ("time_travel", {}, {}), "diff": ("compare_versions", {}, {}),
    "impact": ("query_impact", {}, {"element": "id"}), "chain": ("query_impact_chain", {}, {"change_request": "change_request_id"}), "why": ("explain_path", {}, {}),
    "coverage": ("query_coverage", {}, {}), "orphans": ("query_coverage", {"view": "orphans"}, {}), "trend": ("query_coverage", {"view": "trend"}, {}), "verify": ("verify_log", {}, {}),
    **{name: (name, {}, {}) for name in ("create_change_request", "update_change_request", "create_diagram_version", "add_traceability_link", "store_governance_event")},
}
# Error code to exit status and HTTP status (contract, section 4).
CODES = {**dict.fromkeys(("invalid_json", "invalid_event", "invalid_argument", "future_timestamp"), (2, 400)), "too_large": (2, 413), "not_found": (3, 404), "ambiguous_entity": (3, 409),
         **dict.fromkeys(("id_conflict", "version_conflict"), (4, 409)), "unsupported_format": (7, 500)}
# What REST and MCP call the entity of these operations.
ENTITY_NAMES = dict.fromkeys(("at", "history", "replay"), {"entity_id": "entity", "entity_type": "entity"})
CLIENT = {"name": "cases", "version": "1"}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}, "io.modelcontextprotocol/clientInfo": CLIENT}


class Unsayable(Exception):
    """The face has no word for this question."""


class Broken(Exception):
    """The face answered as no answer may be."""


def texts(arguments):
    """Arguments as the table of operations has them: a list of texts each. `elements` alone is a list that is JSON."""
    def text(value):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else dump(value) if isinstance(value, dict) else str(value)
    return {name: [dump(value)] if name == "elements" else [text(item) for item in (value if isinstance(value, list) else [value])] for name, value in arguments.items()}


def split_entity(arguments):
    """`entity` as the two that REST and MCP have."""
    if "entity" not in arguments:
        return arguments
    rest = {name: value for name, value in arguments.items() if name not in ("entity", "entity_is")}
    entity_type, slash, entity_id = arguments["entity"].partition("/")
    if slash and "entity_is" not in arguments:
        return {"entity_type": entity_type, "entity_id": entity_id, **rest}
    return {"entity_id": arguments["entity"], **rest}


def renamed(error, names):
    """The error with its parameter called as the table of operations calls it."""
    details = error["details"]
    if details.get("parameter") in names:
        details["parameter"] = names[details["parameter"]]
    return {"error": error}


def lines(text):
    return "[" + ",".join(text.splitlines()) + "]"


class Library:
    name = "library"

    def __init__(self, program, store):
        self.process = subprocess.Popen([program, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @staticmethod
    def operations(program):
        return set(subprocess.run([program, "--operations"], capture_output=True, check=True, timeout=20).stdout.decode().split())

    def ask(self, question, arguments):
        request = {"ask": question.operation, "arguments": texts(arguments), "text": question.text or ""}
        self.process.stdin.write(dump(request).encode() + b"\n")
        self.process.stdin.flush()
        if question.kind == "picture":
            return [json.loads(self.process.stdout.readline())]
        return [self.process.stdout.readline().decode()]

    def end(self):
        self.process.stdin.close()
        return self.process.wait(timeout=20) == 0


class CommandLine:
    name = "CLI"

    def __init__(self, program, store):
        self.program, self.store = program, store

    @staticmethod
    def operations(program):
        told = subprocess.run([program, "--help"], capture_output=True, check=True, timeout=20).stdout.decode()
        there = set(re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?:  | COMMAND)", told, re.M))
        return {operation for operation, (command, *_) in COMMANDS.items() if command.split(" --")[0] in there}

    def words(self, question, arguments):
        command, *positional = COMMANDS[question.operation]
        words, ends = command.split(), []
        if question.operation == "import":
            return [*words, "-"]
        for name, values in texts(arguments).items():
            if name in ("entity_is", "include"):
                raise Unsayable(f"no flag says {name}")
            if not values:
                raise Unsayable("no flag says an empty list")
            if name in positional:
                ends += [(positional.index(name), value) for value in values]
            elif name == "fast":  # a switch
                words += ["--fast"] * (values == ["true"])
            else:
                words += [word for value in values for word in (f"--{name.replace('_', '-')}={value}",)]
        return [*words, "--", *(value for _, value in sorted(ends, key=lambda end: end[0]))] if ends else words

    def ask(self, question, arguments):
        ran = subprocess.run([self.program, "--db", self.store, "--json", *self.words(question, arguments)], input=(question.text or "").encode(), capture_output=True, timeout=60)
        if ran.returncode == 0:
            return [lines(ran.stdout.decode()) if question.operation in ("export", "tail") else ran.stdout.decode()]
        if ran.stdout and question.operation == "verify":
            return [ran.stdout.decode()]  # it is still an answer
        error = load(ran.stderr.decode().splitlines()[-1])["error"]
        if ran.returncode != CODES[error["code"]][0] or ran.stdout:
            raise Broken(f"exit {ran.returncode} with {error} and {ran.stdout}")
        return [dump(renamed(error, {}))]

    def end(self):
        return True


class Server:
    """`govlog serve` on a store, and one connection to it."""

    def __init__(self, program, store):
        self.process = subprocess.Popen([program, "--db", store, "serve", "--listen", "127.0.0.1:0", "--quiet"], stderr=subprocess.PIPE)
        line = self.process.stderr.readline().decode()
        if not line.startswith("listening on "):
            raise SystemExit(f"no server: {line}")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(line.rsplit(":", 1)[1]), timeout=60)

    def send(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}) if body is not None else headers or {})
        reply = self.connection.getresponse()
        return reply.status, reply.read().decode()

    def end(self):
        self.connection.close()
        self.process.terminate()
        ended = self.process.wait(timeout=20) == 0
        self.process.stderr.close()
        return ended


class Rest:
    name = "REST"

    def __init__(self, program, store):
        self.server = Server(program, store)

    def operations(self):
        told = json.loads(self.server.send("GET", "/openapi.json")[1])["paths"]
        there = {f"{method.upper()} {re.sub('{.*?}', '{}', path)}" for path, methods in told.items() for method in methods}
        ours = {operation: {re.sub("{.*?}", "{}", route) for route in routes} for operation, routes in ROUTES.items()}
        unasked = {route for route in there - set().union(*ours.values()) if " /governance/" in route}
        if unasked:
            raise SystemExit(f"no case asks {unasked}")
        return {operation for operation, routes in ours.items() if routes <= there}

    def ask(self, question, arguments):
        routes, said = ROUTES[question.operation], []
        for route in routes:
            try:
                said.append(self.ask_route(question, dict(split_entity(arguments)), *route.split(" ")))
            except Unsayable as why:
                unsaid = why
        if not said:
            raise unsaid
        return said

    def ask_route(self, question, arguments, method, path):
        names = ENTITY_NAMES.get(question.operation, {})
        if "/change-requests/{entity_id}" in path and arguments.pop("entity_type", None) != "change_request":
            raise Unsayable("this route is of change requests")
        if "include" in arguments and "/change-requests/" not in path:
            raise Unsayable("this route has no include")
        for name in re.findall("{(.*?)}", path):
            value = arguments.pop(name, "")
            if not isinstance(value, str) or value == "":
                raise Unsayable(f"the path takes one {name}")
            path = path.replace(f"{{{name}}}", urllib.parse.quote(value, safe=""))
        body, headers = None, {}
        if question.operation == "history" and "entity_type" in arguments or "entity_type" in arguments and path.startswith("/governance/entities/"):
            raise Unsayable("the type stands in the path")
        if question.text is not None:
            body, headers = question.text.encode(), {"Content-Type": "application/x-ndjson" if question.operation == "import" else "application/json"}
        elif method != "GET":
            body = dump(arguments).encode()
        elif arguments:
            path += "?" + urllib.parse.urlencode([(name, value) for name, values in texts(arguments).items() for value in values])
        status, answer = self.server.send(method, path, body, headers)
        return self.checked(question, names, status, answer)

    def checked(self, question, names, status, answer):
        if question.kind == "picture" and status == 200:
            return answer
        told = load(answer)
        if status >= 400:
            if status != CODES[told["error"]["code"]][1] or told["status"] != str(status) or not told["title"] or not told["type"]:
                raise Broken(f"status {status} with {answer}")
            return dump(renamed(told["error"], names))
        receipts = question.operation not in ("import",) and (question.text is not None or question.operation not in COMMANDS or "_" in question.operation)
        if receipts and isinstance(told, dict) and ("receipts" in told or "duplicate" in told):
            all_receipts = told.get("receipts", [told])
            if status != (200 if all(receipt["duplicate"] for receipt in all_receipts) else 201):
                raise Broken(f"status {status} with {answer}")
        if question.operation == "append" and "receipts" in told:
            return dump(told["receipts"])
        return answer

    def end(self):
        return self.server.end()


class Mcp:
    """What both transports share."""

    def operations(self):
        there = {tool["name"] for tool in json.loads(self.call("tools/list", {}))["result"]["tools"]}
        if unasked := there - {tool for tool, *_ in TOOLS.values()}:
            raise SystemExit(f"no case asks {unasked}")
        return {operation for operation, (tool, *_) in TOOLS.items() if tool in there}

    def ask(self, question, arguments):
        if "include" in arguments or "fast" in arguments or "since" in arguments:
            raise Unsayable("no argument of a tool says it")
        tool, chosen, names = TOOLS[question.operation]
        said = {names.get(name, name): value for name, value in split_entity(arguments).items()} | chosen
        reply = load(self.call("tools/call", {"name": tool, "arguments": said}))
        if "result" not in reply:
            raise Broken(dump(reply))
        result = reply["result"]
        text = result["content"][0]["text"]
        if result.get("isError"):
            error = result["_meta"]["govlog/error"]
            if "structuredContent" in result or not text.startswith(f"[{error['code']}] {error['message']}"):
                raise Broken(dump(reply))
            back = {theirs: ours for ours, theirs in names.items()} | ENTITY_NAMES.get(question.operation, {})
            return [dump(renamed(error, back))]
        if question.kind != "picture" and text != dump(result["structuredContent"]):
            raise Broken(f"the text and structuredContent differ: {dump(result)}")
        return [text]


class McpStdio(Mcp):
    name = "MCP, stdio"

    def __init__(self, program, store):
        self.process = subprocess.Popen([program, "--db", store, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        begun = json.loads(self.call("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}))
        if begun["result"]["protocolVersion"] != "2025-11-25":
            raise Broken(dump(begun))
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def call(self, method, params):
        self.process.stdin.write(dump({"jsonrpc": "2.0", "id": "1", "method": method, "params": params}).encode() + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().decode()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(timeout=20) == 0


class McpHttp(Mcp):
    name = "MCP, HTTP"

    def __init__(self, program, store):
        self.server = Server(program, store)

    def call(self, method, params):
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Accept": "application/json, text/event-stream"} | ({"Mcp-Name": params["name"]} if "name" in params else {})
        return self.server.send("POST", "/mcp", dump({"jsonrpc": "2.0", "id": "1", "method": method, "params": {**params, "_meta": META}}).encode(), headers)[1]

    def end(self):
        return self.server.end()
