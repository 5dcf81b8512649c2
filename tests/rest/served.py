"""What hostile.py, load.py and ending.py share: a server, a client that can tell how an answer ended, a feed reader, a count of what holds."""
import http.client, json, os, signal, socket, subprocess, threading

WAIT = 40  # seconds after which an answer is given up


class Checks:
    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def __call__(self, what, holds, *values):
        with self.lock:
            if holds:
                self.passed += 1
            else:
                self.failed += 1
                print("FAILED:", what, *(str(value)[:400] for value in values), flush=True)
        return bool(holds)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


class NoAnswer(Exception):
    """Not a byte of an answer came: what was asked may have happened or not."""


class CutOff(Exception):
    """Part of an answer came. `life` tells of which life of the server."""

    def __init__(self, life):
        super().__init__(f"an answer of life {life} was cut off")
        self.life = life


class Served:
    """`govlog serve` on a free port. Each start() is another life; `ends` tells how those before it ended."""

    def __init__(self, govlog, store, *flags):
        self.command = [govlog, "--db", store, "serve", "--listen", "127.0.0.1:0", "--quiet", *flags]
        self.life, self.port, self.ends, self.process = 0, None, {}, None

    def start(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE)
        line = self.process.stderr.readline().decode()
        if not line.startswith("listening on "):
            raise SystemExit(f"no server: {line}")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.life, self.port = self.life + 1, int(line.rsplit(":", 1)[1])
        return self

    def kill(self):
        self.ends[self.life] = "kill"
        self.process.kill()
        return self.process.wait()

    def term(self):
        self.ends[self.life] = "term"
        self.process.send_signal(signal.SIGTERM)

    def end(self, wait=15):
        """The exit code; killed where it does not end."""
        self.term()
        try:
            return self.process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            self.kill()
            return f"did not end within {wait} s"

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def refuses(self):
        """Whether nobody can connect."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=WAIT).close()
            return False
        except (ConnectionRefusedError, ConnectionResetError):  # the second where it closes its door just then
            return True

    def memory(self):
        """Bytes: resident now, and at most so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return int(fields["VmRSS"].split()[0]) << 10, int(fields["VmHWM"].split()[0]) << 10

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def descriptors(self):
        """But for files of the store, of which an append may open another."""
        folder, count = f"/proc/{self.process.pid}/fd", 0
        for name in os.listdir(folder):
            try:
                count += not os.readlink(os.path.join(folder, name)).startswith("/")
            except FileNotFoundError:
                pass  # closed meanwhile
        return count


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Client:
    """One connection that is kept, and made anew after it broke."""

    def __init__(self, served):
        self.served, self.connection, self.life = served, None, 0

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def ask(self, method, path, body=None, headers=None):
        """A Reply that is whole; NoAnswer, CutOff."""
        if isinstance(body, (dict, list)):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
        try:
            if self.connection is None:
                self.life = self.served.life
                self.connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=WAIT)
            self.connection.request(method, path, body=body, headers=headers or {})
            response = self.connection.getresponse()
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer from error
        try:
            if response.length is None and not response.chunked and response.status not in (204, 304):
                raise http.client.IncompleteRead(b"")
            reply = Reply(response.status, response.headers, response.read())
        except (ConnectionError, http.client.HTTPException) as error:
            self.close()
            raise CutOff(self.life) from error
        if response.will_close:
            self.close()
        return reply

    def get(self, path, headers=None):
        return self.ask("GET", path, headers=headers)


class Stream:
    """A GET whose answer is read piece by piece. It is over where the server said so; else CutOff."""

    def __init__(self, served, path, headers, receive_bytes=None):
        self.life = served.life
        self.socket = socket.socket()
        self.socket.settimeout(WAIT)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        try:
            self.socket.connect(("127.0.0.1", served.port))
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode())
            self.file = self.socket.makefile("rb")
        except ConnectionError as error:
            self.close()
            raise NoAnswer from error

    def close(self):
        self.socket.close()

    def head(self):
        """The status."""
        try:
            status = self.file.readline()
            while self.file.readline().strip():
                pass
        except ConnectionError as error:
            raise NoAnswer from error
        if not status:
            raise NoAnswer
        return int(status.split()[1])

    def pieces(self):
        try:
            while line := self.file.readline():
                size = int(line, 16)
                piece = self.file.read(size + 2)
                if len(piece) != size + 2:
                    break
                if size == 0:
                    return
                yield piece[:-2]
        except ConnectionError:
            pass
        raise CutOff(self.life)

    def lines(self):
        rest = b""
        for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole

    def events(self):
        """(position, line) of each server-sent event; None for a comment."""
        position = None
        for line in self.lines():
            if line.startswith(b"id: "):
                position = int(line[4:])
            elif line.startswith(b"data: "):
                yield position, line[6:]
            elif line.startswith(b":"):
                yield None
