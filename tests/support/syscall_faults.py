"""Runs a program whose n-th call of the kernel fails, or at which it is killed: the whole program as it is, with every library in it.

The child gives itself a seccomp filter whose listener this process holds (seccomp_unotify(2), Linux 5.5 or later): each call that changes files, or reads them,
stops until it is told here to go on, or what to answer instead. Only calls count that touch one of the given directories."""
import ctypes, errno, os, platform, select, signal, socket, struct, time

NUMBERS = {  # x86_64, aarch64: asm/unistd.h; None where an architecture has no such call
    "write": (1, 64), "writev": (20, 66), "pwrite64": (18, 68), "pwritev": (296, 70), "copy_file_range": (326, 285), "sendfile": (40, 71),
    "fallocate": (285, 47), "ftruncate": (77, 46),
    "fsync": (74, 82), "fdatasync": (75, 83), "sync_file_range": (277, 84),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, None), "linkat": (265, 37),
    "open": (2, None), "openat": (257, 56), "creat": (85, None), "mkdir": (83, None), "mkdirat": (258, 34),
    "unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None), "read": (0, 63), "pread64": (17, 67),
}
KINDS = {  # what is counted together
    "write": ("write", "writev", "pwrite64", "pwritev", "copy_file_range", "sendfile", "fallocate", "ftruncate"),
    "sync": ("fsync", "fdatasync", "sync_file_range"),
    "rename": ("rename", "renameat", "renameat2", "link", "linkat"),
    "create": ("open", "openat", "creat", "mkdir", "mkdirat"),
    "delete": ("unlink", "unlinkat", "rmdir"),
    "read": ("read", "pread64"),
}
CHANGES = ("write", "sync", "rename", "create", "delete")
SHORT, END = "short", "end"  # of a read: half of what is there; nothing, as at the end of a file
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
BY_DESCRIPTOR = {**dict.fromkeys(KINDS["write"] + KINDS["sync"] + KINDS["read"], 0), "copy_file_range": 2}  # which argument is the file
PATHS = {"open": ((None, 0),), "openat": ((0, 1),), "creat": ((None, 0),), "mkdir": ((None, 0),), "mkdirat": ((0, 1),), "unlink": ((None, 0),),
         "unlinkat": ((0, 1),), "rmdir": ((None, 0),), "rename": ((None, 0), (None, 1)), "renameat": ((0, 1), (2, 3)), "renameat2": ((0, 1), (2, 3)),
         "link": ((None, 1),), "linkat": ((2, 3),)}
OPEN_FLAGS = {"open": 1, "openat": 2}

ARCHITECTURE = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
CALLS = {numbers[ARCHITECTURE]: name for name, numbers in NUMBERS.items() if numbers[ARCHITECTURE] is not None} if ARCHITECTURE is not None else {}
SECCOMP = {0: 317, 1: 277}.get(ARCHITECTURE)
PIDFD_GETFD = 438
NOTIF_RECV, NOTIF_SEND, FLAG_CONTINUE = 0xC0502100, 0xC0182101, 1  # linux/seccomp.h
libc = ctypes.CDLL(None, use_errno=True)


class Fault:
    """What happens to the `at`-th call (from 1) of `kind` (any where None): `error` (an errno, SHORT or END; for the later ones too where `for_good`), or, where None, SIGKILL.
    `at` 0: nothing happens, calls are only counted."""

    def __init__(self, at=0, kind=None, error=None, for_good=False):
        self.at, self.kind, self.error, self.for_good = at, kind, error, for_good

    def __str__(self):
        what = "killed" if self.error is None else errno.errorcode.get(self.error, self.error)
        return f"{self.kind or 'call'} {self.at}: {what}{', for good' if self.for_good else ''}"


class Ran:
    def __init__(self):
        self.counts = dict.fromkeys(KINDS, 0)
        self.hit = None  # the call that was met, with its file
        self.status = None  # exit status, negative for a signal
        self.hung = False
        self.out = self.err = b""

    @property
    def calls(self):
        return sum(self.counts.values())


def supported():
    """None where faults can be made here, else why not."""
    if ARCHITECTURE is None:
        return f"no table of calls for {platform.machine()}"
    try:
        ran = run(["/bin/true"], Fault(), ["/"])
    except OSError as error:
        return f"seccomp: {error}"
    return None if ran.status == 0 else f"seccomp: the trial ended with {ran.status}"


def install_filter(kinds):
    """In the child: stops the calls of `kinds`; gives the listener's descriptor."""
    load = lambda offset: struct.pack("HBBI", 0x20, 0, 0, offset)
    numbers = sorted(number for number, name in CALLS.items() if KIND_OF[name] in kinds)
    program = [load(0)]
    for index, number in enumerate(numbers):  # BPF_JEQ: to the last statement
        program.append(struct.pack("HBBI", 0x15, len(numbers) - index, 0, number))
    program += [struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000), struct.pack("HBBI", 0x06, 0, 0, 0x7FC00000)]
    code = ctypes.create_string_buffer(b"".join(program))
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    header = ctypes.create_string_buffer(head)
    if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "no_new_privs")
    listener = libc.syscall(SECCOMP, 1, 8, header)  # SET_MODE_FILTER, NEW_LISTENER
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def path_of(pid, call, arguments):
    """The file that a call touches, as an absolute path; the last of two."""
    try:
        if call in BY_DESCRIPTOR:
            return os.readlink(f"/proc/{pid}/fd/{ctypes.c_int(arguments[BY_DESCRIPTOR[call]]).value}")
        directory, text = PATHS[call][-1]
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(arguments[text])
            path = os.fsdecode(read_text(memory))
        if path.startswith("/proc/self/fd/"):
            number, _, rest = path[len("/proc/self/fd/"):].partition("/")
            return os.path.join(os.readlink(f"/proc/{pid}/fd/{number}"), rest)
        base = ctypes.c_int(arguments[directory]).value if directory is not None else -100
        return os.path.join(os.readlink(f"/proc/{pid}/cwd" if base == -100 else f"/proc/{pid}/fd/{base}"), path)
    except OSError:
        return ""


def read_text(memory):
    text = b""
    while b"\0" not in text:  # by pages, as the next one need not be there
        place = memory.tell()
        text += memory.read(4096 - place % 4096)
    return text[:text.index(b"\0")]


def run(words, fault, directories, stdin=None, limit=20, environment=None, kinds=CHANGES):
    """Runs `words` with `fault` among the calls of `kinds`; `limit` in seconds, after which it is killed and called hung."""
    ours, theirs = socket.socketpair()
    out, err = os.memfd_create("out"), os.memfd_create("err")
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(stdin or "/dev/null", os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(err, 2)
            listener = install_filter(kinds)
            socket.send_fds(theirs, [b"l"], [listener])
            os.close(listener)
            ours.close()
            theirs.close()
            os.execve(words[0], words, environment or os.environ)
        finally:
            os._exit(127)
    theirs.close()
    _, received, _, _ = socket.recv_fds(ours, 1, 1)
    ours.close()
    ran = Ran()
    if received:
        supervise(pid, received[0], fault, [os.path.realpath(directory) for directory in directories], ran, time.monotonic() + limit)
        os.close(received[0])
    _, status = os.waitpid(pid, 0)
    ran.status = os.waitstatus_to_exitcode(status)
    for descriptor, name in ((out, "out"), (err, "err")):
        with os.fdopen(descriptor, "rb") as file:
            file.seek(0)
            setattr(ran, name, file.read())
    return ran


def supervise(pid, listener, fault, directories, ran, until):
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while True:
        events = poll.poll(max(0, until - time.monotonic()) * 1000)
        if not events:
            ran.hung = True
            os.kill(pid, signal.SIGKILL)
            return
        if events[0][1] & select.POLLIN == 0:  # nobody is left whom the filter stops
            return
        request = ctypes.create_string_buffer(80)
        if libc.ioctl(listener, ctypes.c_ulong(NOTIF_RECV), request) != 0:
            continue  # who asked is gone
        number, thread, _, call, _, _, *arguments = struct.unpack("QIIiIQ6Q", request.raw)
        error = decide(thread, CALLS[call], arguments, fault, directories, ran)
        if error == signal.SIGKILL:
            os.kill(pid, signal.SIGKILL)
            return
        value = 0
        if error == SHORT:
            value, error = read_half(pid, CALLS[call], arguments), 0
        elif error == END:
            error = 0
        answer = struct.pack("QqiI", number, value, -(error or 0), FLAG_CONTINUE if error is None else 0)
        libc.ioctl(listener, ctypes.c_ulong(NOTIF_SEND), ctypes.create_string_buffer(answer))


def read_half(pid, call, arguments):
    """Reads in the place of `pid`, which may be told less than it asked for, as after a signal."""
    process = os.pidfd_open(pid)
    file = libc.syscall(PIDFD_GETFD, process, ctypes.c_int(arguments[0]), 0)
    os.close(process)
    if file < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    size = max(1, arguments[2] // 2)
    data = os.read(file, size) if call == "read" else os.pread(file, size, arguments[3])
    os.close(file)
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(arguments[1])
        memory.write(data)
    return len(data)


def decide(thread, call, arguments, fault, directories, ran):
    """None: it goes on; else the errno, or SIGKILL (of which -9 is no errno that we use)."""
    if call in OPEN_FLAGS and not arguments[OPEN_FLAGS[call]] & os.O_CREAT:
        return None
    path = path_of(thread, call, arguments)
    if not any(path == directory or path.startswith(directory.rstrip("/") + "/") for directory in directories):
        return None
    kind = KIND_OF[call]
    ran.counts[kind] += 1
    if fault.at == 0 or fault.kind not in (None, kind):
        return None
    count = ran.calls if fault.kind is None else ran.counts[kind]
    if count != fault.at and not (fault.for_good and count > fault.at):
        return None
    ran.hit = ran.hit or f"{call} {path}"
    return signal.SIGKILL if fault.error is None else fault.error
