#!/usr/bin/env python3
"""clang-tidy over our sources, two at a time; a file whose preprocessed text passed before is not looked at again.

    .ci/tidy.py BUILD_DIRECTORY     (one that has a compile_commands.json)

The folders of the product, but for mcp and server: clang 14 does not follow their coroutines. Nor does it follow the tests' library; how long their functions are is told by
.ci/layers.py, and g++ warns about both when it builds them. Where the build takes several files in one unit, so does clang-tidy: most of its time goes into what they include.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

PRODUCT = ("base/", "codec/", "graph/", "engine/", "query/", "api/", "cli/")
UNIT = re.compile("/govlog_(%s)\\.dir/Unity/" % "|".join(folder.rstrip("/") for folder in PRODUCT))
DIALECT = "-std=c++2b"  # how clang 14 calls C++23


def cache_directory():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = pathlib.Path(os.environ.get("GOVLOG_CACHE") or os.path.join(home, "govlog")) / "tidy"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def plain(entry):
    """The compile command without ccache, and without the precompiled header, whose includes would hide missing ones."""
    words = shlex.split(entry["command"])
    words = words[next(i for i, word in enumerate(words) if word.endswith(("g++", "c++", "clang++"))):]
    while "-include" in words:
        del words[words.index("-include"):words.index("-include") + 2]
    return [word for word in words if word != "-Winvalid-pch"]


def preprocessed(entry):
    words = shlex.split(entry["command"])
    del words[words.index("-o"):words.index("-o") + 2]
    words = [word for word in words if word != "-c"] + ["-E", "-P"]
    done = subprocess.run(words, cwd=entry["directory"], capture_output=True)
    return done.stdout if done.returncode == 0 else os.urandom(32)  # clang-tidy will say what is wrong, each time


def sources(name):
    """Of a unit: the files that it is made of."""
    path = pathlib.Path(name)
    if path.suffix != ".cxx":
        return [path]
    return [pathlib.Path(file) for file in re.findall(r'^#include "(.*)"$', path.read_text(), re.MULTILINE)]


def tidy(entry, name, build, cache):
    """(name, output or None where all is well)"""
    key = hashlib.sha256("\0".join([name, DIALECT, pathlib.Path(".clang-tidy").read_text()]).encode())
    for source in sources(name):
        key.update(source.read_bytes())  # NOLINT comments are not in the preprocessed text
    key.update(preprocessed(entry))
    mark = cache / key.hexdigest()
    if mark.exists():
        mark.touch()
        return name, None
    done = subprocess.run(["clang-tidy", "--quiet", "-p", build, f"--extra-arg={DIALECT}", "--extra-arg=-Wno-unknown-warning-option", entry["file"]],
                          capture_output=True, text=True)
    if done.returncode == 0:
        mark.touch()
        return name, None
    return name, done.stdout + "".join(line + "\n" for line in done.stderr.splitlines() if "error" in line)


def main():
    build = sys.argv[1]
    top = pathlib.Path.cwd()
    entries = {}
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        name = str(path.relative_to(top)) if path.is_relative_to(top) else ""
        if name.startswith(PRODUCT) or UNIT.search(name):
            entries[name] = entry | {"command": shlex.join(plain(entry))}
    build = os.path.join(build, "tidy")
    pathlib.Path(build).mkdir(exist_ok=True)
    (pathlib.Path(build) / "compile_commands.json").write_text(json.dumps(list(entries.values())))
    cache = cache_directory()
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(tidy, entry, name, build, cache) for name, entry in sorted(entries.items())]
        for number, future in enumerate(concurrent.futures.as_completed(running), 1):
            name, output = future.result()
            if output is not None:
                failures += 1
                print(f"{name}\n{output}", flush=True)
            if number % 5 == 0:
                print(f"clang-tidy: {number} of {len(running)} units", flush=True)
    print(f"clang-tidy: {len(entries)} units, {failures} with problems" if failures else f"clang-tidy: {len(entries)} units, fine")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
