#!/usr/bin/env python3
"""install.py PACKAGES: what `make dist` left in the folder PACKAGES, looked at, and used in a fresh Debian 12 tree.

The .deb is clean for lintian, depends on nothing, and is made with the same bytes again; in a tree that debootstrap made (minbase) it is installed by dpkg, used there, removed and
purged, and the tree is then what it was before. The .tar.gz holds the same program. What the Dockerfile starts works alone in an empty root. The last line is `N passed, N failed`.

It needs root, and debootstrap, lintian, mandoc, man-db and systemd (apt). The mirror is the one of this machine; what debootstrap downloads is kept in GOVLOG_CACHE (~/.cache/govlog).
"""
import gzip, hashlib, http.client, json, os, pathlib, shutil, signal, subprocess, sys, tarfile, tempfile

PACKAGES = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) == 2 else sys.exit(__doc__)
PROJECT = pathlib.Path(__file__).resolve().parents[2]
BINARY = PACKAGES / "govlog"
TOKEN = "a-token-of-the-test"
# dpkg's and deb-systemd-helper's own books, which tell that a package was here.
BOOKS = ("/var/lib/dpkg/", "/var/log/", "/var/cache/", "/var/lib/systemd/deb-systemd-helper")
INSTALLED = [
    "/lib/systemd/system/govlog.service", "/usr/bin/govlog", "/usr/share/bash-completion/completions/govlog", "/usr/share/doc/govlog/README.md",
    "/usr/share/doc/govlog/changelog.gz", "/usr/share/doc/govlog/copyright", "/usr/share/doc/govlog/docs/rest.md", "/usr/share/fish/vendor_completions.d/govlog.fish",
    "/usr/share/man/man1/govlog.1.gz", "/usr/share/zsh/vendor-completions/_govlog",
]
passed, failed = 0, 0


def check(what, holds, *values):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what, *(str(value)[:1000] for value in values), flush=True)
    return holds


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def said(done):
    return done.stdout + done.stderr


def silent(what, *words, **options):
    """The command ends well, and has nothing to say."""
    done = run(*words, **options)
    check(what, done.returncode == 0 and not said(done).strip(), done.returncode, said(done))


class Server:
    """`govlog serve`, started by `words`, until the end of the block; then SIGTERM ends it with 0."""

    def __init__(self, *words, env=None):
        self.process = subprocess.Popen([str(word) for word in words], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=env, text=True)

    def __enter__(self):
        line = self.process.stderr.readline()
        if not line.startswith("listening on "):
            self.process.kill()
            raise RuntimeError(f"no server: {line}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        try:
            self.process.send_signal(signal.SIGTERM)
            check("SIGTERM ends the server with 0", self.process.wait(timeout=30) == 0, self.process.returncode)
        finally:
            self.process.kill()

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        connection.request(method, path, body=json.dumps(body) if body else None, headers=headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, text.decode()


# ---- the packages as files --------------------------------------------------------------------------------------------


def look_at_packages(deb, tar, place):
    done = run("lintian", "--info", "--display-info", "--fail-on", "error,warning,info", deb)
    check("lintian has no error, warning or remark", done.returncode == 0 and not done.stdout.strip(), said(done))
    fields = run("dpkg-deb", "--field", deb).stdout
    check("the .deb depends on nothing", "\nPackage: govlog\n" in "\n" + fields and not any(f"\n{field}:" in fields for field in ("Depends", "Pre-Depends", "Recommends")), fields)
    run("dpkg-deb", "--extract", deb, place / "deb")
    check("the .deb holds the program", (place / "deb/usr/bin/govlog").read_bytes() == BINARY.read_bytes())
    with tarfile.open(tar) as archive:
        archive.extractall(place)
        owners = {(entry.uid, entry.gid, entry.uname, entry.gname) for entry in archive}
        names = [entry.name for entry in archive]
    top = place / names[0]
    check("the .tar.gz is one folder, its names sorted, its owner root", names == sorted(names) and all(name.split("/")[0] == names[0] for name in names) and owners == {(0, 0, "root", "root")}, names, owners)
    check("the .tar.gz holds the program, and what the .deb has", (top / "govlog").read_bytes() == BINARY.read_bytes() and all(
        (top / ours).read_bytes() == (place / "deb" / theirs).read_bytes() for ours, theirs in (
            ("completions/bash/govlog", "usr/share/bash-completion/completions/govlog"), ("completions/zsh/_govlog", "usr/share/zsh/vendor-completions/_govlog"),
            ("completions/fish/govlog.fish", "usr/share/fish/vendor_completions.d/govlog.fish"), ("govlog.service", "lib/systemd/system/govlog.service"),
            ("copyright", "usr/share/doc/govlog/copyright"), ("README.md", "usr/share/doc/govlog/README.md"))), names)
    done = run("man", "--warnings", "--local-file", top / "govlog.1", env={**os.environ, "LC_ALL": "C.UTF-8", "MAN_KEEP_STDERR": "1"})
    check("man shows the man page without a warning", done.returncode == 0 and done.stdout.startswith("GOVLOG(1)") and not done.stderr, done.stderr)
    silent("mandoc has nothing against the man page", "mandoc", "-T", "lint", top / "govlog.1")
    page = (top / "govlog.1").read_text()
    overview = [line.split("  ")[1] for line in run(BINARY, "help").stdout.splitlines() if line.startswith("  ") and line[2].islower() and not line.startswith("  govlog")]
    check("the man page has each command of the program", len(overview) > 40 and all(f'.SS "{name}"' in page for name in overview), overview)


def look_at_completions(files):
    """bash as it calls the function of the package: with the line, the place in it, and its words."""
    script = f"source {files}/usr/share/bash-completion/completions/govlog; COMP_LINE='govlog time' COMP_POINT=11 COMP_WORDS=(govlog time) COMP_CWORD=1; _govlog; echo \"${{COMPREPLY[*]}}\""
    done = run("bash", "-c", script, env={**os.environ, "PATH": f"{files}/usr/bin:{os.environ['PATH']}"})
    check("bash completes commands", done.stdout.strip() == "timeline", said(done))
    check("zsh and fish have theirs", (files / "usr/share/zsh/vendor-completions/_govlog").read_text().startswith("#compdef govlog\n") and
          "complete -c govlog" in (files / "usr/share/fish/vendor_completions.d/govlog.fish").read_text())


def look_at_unit(place):
    unit = place / "govlog.service"
    unit.write_text((PROJECT / "packaging/govlog.service").read_text().replace("/usr/bin/govlog", str(BINARY)))
    silent("systemd-analyze verify has nothing against the unit", "systemd-analyze", "--man=no", "verify", unit)
    done = run("systemd-analyze", "security", "--offline=yes", "--threshold=20", unit)
    check("the unit's exposure is at most 2.0 of 10", done.returncode == 0, said(done)[-200:])


def made_again(deb, tar, place):
    """A copy of the project, elsewhere and with other times and rights, gives the same bytes."""
    copy = place / "copy"
    copy.mkdir()
    for name in ("packaging", "scripts", "docs"):
        shutil.copytree(PROJECT / name, copy / name)
    for name in ("README.md", "STYLE.md"):
        shutil.copyfile(PROJECT / name, copy / name)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
    with tarfile.open(tar) as archive:
        epoch = str(archive.next().mtime)
    done = run(copy / "scripts/package", BINARY, env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo"}, umask=0o077)
    for package in (deb, tar):
        made = copy / "build/dist" / package.name
        check(f"{package.name} is made again with the same bytes", made.exists() and made.read_bytes() == package.read_bytes(), said(done))


# ---- a fresh tree -----------------------------------------------------------------------------------------------------


def debootstrap(tree):
    targets = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages").stdout
    mirror = next((line.split()[0] for line in targets.splitlines() if line.split()[1:] == ["bookworm", "main"]), None)
    if mirror is None:
        raise SystemExit("install.py: apt knows no Debian 12 (bookworm) main archive")
    cache = pathlib.Path(os.environ.get("GOVLOG_CACHE") or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "govlog") / "debootstrap"
    cache.mkdir(parents=True, exist_ok=True)
    done = run("debootstrap", "--variant=minbase", f"--cache-dir={cache}", "bookworm", tree, mirror)
    if done.returncode != 0:
        raise SystemExit(f"install.py: debootstrap failed:\n{done.stdout[-2000:]}")


def listing(tree):
    """Every file of the tree, with mode, owner and contents, but for the books of those who install."""
    found = {}
    for folder, folders, names in os.walk(tree):
        for name in folders + names:
            path = os.path.join(folder, name)
            shown = path[len(str(tree)):]
            if shown.startswith(BOOKS) or shown.startswith(("/proc/", "/sys/", "/dev/")):
                continue
            state = os.lstat(path)
            what = os.readlink(path) if os.path.islink(path) else hashlib.sha256(open(path, "rb").read()).hexdigest() if os.path.isfile(path) else ""
            found[shown] = (oct(state.st_mode), state.st_uid, state.st_gid, what)
    return found


def difference(before, after):
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


class Tree:
    def __init__(self, root):
        self.root = root

    def path(self, name):
        return self.root / name.lstrip("/")

    def run(self, *words, user="root"):
        return run("chroot", *([] if user == "root" else [f"--userspec={user}"]), self.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *words)

    def ends_well(self, what, *words, has="", user="root"):
        done = self.run(*words, user=user)
        check(what, done.returncode == 0 and has in done.stdout, done.returncode, said(done))
        return done


def use(tree):
    """Each way in, on the store that the service would have."""
    service = ["govlog", "--db", "/var/lib/govlog"]
    tree.ends_well("the program tells its version", "govlog", "--version", has="govlog ")
    tree.ends_well("an event is appended", *service, "adr", "new", "ADR-1", "--title", "Use queues", "--status", "proposed", "--actor", "ana", has="position 1")
    tree.ends_well("the timeline has it", *service, "timeline", has="adr/ADR-1")
    with Server("chroot", tree.root, "/usr/bin/govlog", "--db", "/var/lib/govlog", "serve", "--listen", "127.0.0.1:0") as server:
        status, text = server.ask("GET", "/readyz")
        check("the server is ready", status == 200, status, text)
        status, text = server.ask("POST", "/governance/change-requests", {"change_request_id": "CR-1", "title": "Split", "actor": "bo"})
        check("an event is appended over HTTP", status == 201 and json.loads(text)["position"] == 2, status, text)
        tree.ends_well("the command line joins the server", *service, "list", "--entity-type", "change_request", has="CR-1")
    tree.ends_well("the log is sound", *service, "verify")
    tree.ends_well("somebody has a store of her own", "govlog", "--db", "/home/ana/.govlog", "append", "--type", "Noted", "--entity", "note/N-1", "--data", "{}", user="1000:1000")
    page = gzip.decompress(tree.path("/usr/share/man/man1/govlog.1.gz").read_bytes()).decode()
    check("the man page is there", page.startswith(".TH GOVLOG 1 "), page[:80])


def install_use_remove(tree, deb):
    home = tree.path("/home/ana")
    home.mkdir()
    os.chown(home, 1000, 1000)
    wants = tree.path("/etc/systemd/system/multi-user.target.wants")
    wants.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(deb, tree.path("/tmp/govlog.deb"))
    before = listing(tree.root)
    tree.ends_well("dpkg installs it in a tree that has no library of ours", "dpkg", "--install", "/tmp/govlog.deb")
    added = difference(before, listing(tree.root))
    check("nothing that was there is changed", not set(added) & set(before), sorted(set(added) & set(before)))
    check("programs, pages and completions are where Debian has them", all(tree.path(name).is_file() for name in INSTALLED), added)
    check("the service is not enabled", not (wants / "govlog.service").is_symlink())
    check("dpkg finds each file as it was packed", not tree.run("dpkg", "--verify", "govlog").stdout)
    use(tree)
    (wants / "govlog.service").symlink_to("/lib/systemd/system/govlog.service")  # what `systemctl enable` does
    tree.ends_well("it is installed over itself", "dpkg", "--install", "/tmp/govlog.deb")
    tree.ends_well("the log has gone through that", "govlog", "--db", "/var/lib/govlog", "stats", has="2")
    tree.ends_well("dpkg removes it", "dpkg", "--remove", "govlog")
    check("what is removed are its files", not [name for name in INSTALLED if tree.path(name).exists()])
    check("a removal keeps the service's log", tree.path("/var/lib/govlog/HEAD").exists())
    tree.ends_well("dpkg purges it", "dpkg", "--purge", "govlog")
    check("a purge keeps the stores of people", (home / ".govlog/HEAD").exists())
    shutil.rmtree(home / ".govlog", ignore_errors=True)
    left = difference(before, listing(tree.root))
    check("nothing else is left over", not left, left)


# ---- a container's root -----------------------------------------------------------------------------------------------


def in_an_empty_root(place):
    """What the Dockerfile promises: its program, its variables and its command line, with nothing else."""
    root = place / "scratch"
    (root / "data").mkdir(parents=True)
    lines = [line.split(None, 1) for line in (PROJECT / "packaging/Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    said_there = {}
    for word, rest in lines:
        said_there.setdefault(word, []).append(rest)
    check("the image is the program alone", said_there["FROM"] == ["scratch"] and said_there["COPY"] == ["govlog /govlog"] and said_there["VOLUME"] == ["/data"], said_there)
    shutil.copy(BINARY, root / "govlog")
    command = json.loads(said_there["ENTRYPOINT"][0])
    variables = dict(entry.split("=", 1) for entry in said_there["ENV"])
    done = run("chroot", root, *command, env={"PATH": os.environ["PATH"], **variables})
    check("without a token it does not start", done.returncode == 2 and "a token is needed" in done.stderr, done.returncode, said(done))
    with Server("chroot", root, *command[:-1], "0.0.0.0:0", env={"PATH": os.environ["PATH"], **variables, "GOVLOG_TOKEN": TOKEN}) as server:
        check("its port is the one that is exposed", command[-1].rsplit(":", 1)[1] == said_there["EXPOSE"][0], command, said_there)
        check("who has no token is not let in", server.ask("GET", "/governance/timeline")[0] == 401)
        status, text = server.ask("POST", "/governance/change-requests", {"change_request_id": "CR-1", "title": "Split", "actor": "bo"}, TOKEN)
        check("who has it may write", status == 201, status, text)
        done = run("chroot", root, "/govlog", "timeline", env={"PATH": os.environ["PATH"], **variables})
        check("a command beside it joins the server", done.returncode == 0 and "CR-1" in done.stdout, said(done))
    check("the log is in the volume, and nowhere else", {path.name for path in root.iterdir()} == {"data", "govlog"} and (root / "data/HEAD").exists())


def main():
    missing = [tool for tool in ("debootstrap", "lintian", "mandoc", "man", "systemd-analyze", "chroot") if shutil.which(tool) is None]
    if os.geteuid() != 0 or missing:
        sys.exit(f"install.py: it needs root{', and: ' + ' '.join(missing) if missing else ''}")
    deb, tar = (next(iter(sorted(PACKAGES.glob(pattern), key=os.path.getmtime, reverse=True)), None) for pattern in ("govlog_*.deb", "govlog-*.tar.gz"))
    if deb is None or tar is None:
        sys.exit(f"install.py: {PACKAGES} has no packages: make dist")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the tree goes then, too
    with tempfile.TemporaryDirectory(prefix="govlog-packages-") as name:
        place = pathlib.Path(name)
        place.chmod(0o755)
        look_at_packages(deb, tar, place)
        look_at_completions(place / "deb")
        look_at_unit(place)
        made_again(deb, tar, place)
        try:
            in_an_empty_root(place)
            tree = Tree(place / "tree")
            debootstrap(tree.root)
            install_use_remove(tree, deb)
        except RuntimeError as error:
            check("the server starts", False, error)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
