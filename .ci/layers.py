#!/usr/bin/env python3
"""Who may include whom, which folder may use which library, and how long a file may be (docs/architecture.md, "Layers")."""
import functools
import pathlib
import re
import subprocess
import sys

LINES_MAX = 400
FUNCTION_LINES_MAX = 70  # of tests, fuzzers and benchmarks, by their layout; clang-tidy knows those of the product
LAYERS = ["base", "codec", "graph", "engine", "query", "api", "mcp", "server", "cli"]  # each may include itself and those before it
ANYTHING = ["tests", "fuzz", "bench"]

# How an include names its library; fmt is a word that every folder uses, in headers too.
LIBRARIES = {
    "simdjson": r"simdjson(\.h|/)",
    "FlatBuffers": r"flatbuffers/|codec/event_generated\.h",
    "OpenSSL": r"openssl/",
    "RocksDB": r"rocksdb/",
    "libstemmer": r"libstemmer\.h",
    "utf8proc": r"utf8proc\.h",
    "zstd": r"(zstd|zdict|zstd_errors)\.h",
    "zlib": r"zlib\.h",
    "minizip": r"minizip/",
    "LZ4": r"lz4(hc|frame)?\.h",
    "Boost.JSON": r"boost/(json|system)(\.hpp|/)",
    "Boost.Beast": r"boost/(asio|beast)(\.hpp|/)",
    "Boost.URL": r"boost/url(\.hpp|/)",
    "Boost.Graph": r"boost/(graph|property_map|iterator)/",
    "CLI11": r"CLI/",
    "fmt": r"fmt/",
    "doctest": r"doctest/",
    "Google Benchmark": r"benchmark/",
    "another Boost library": r"boost/",
}
ALLOWED = {
    "base": {"fmt"},
    "codec": {"fmt", "simdjson", "FlatBuffers", "OpenSSL", "libstemmer", "utf8proc"},
    "graph": {"fmt", "Boost.Graph"},
    "engine": {"fmt", "RocksDB", "zstd"},
    "query": {"fmt"},
    "api": {"fmt", "minizip", "zlib", "zstd"},
    "mcp": {"fmt"},
    "server": {"fmt", "Boost.Beast", "Boost.URL"},
    "cli": {"fmt", "CLI11"},
}
IN_HEADERS = {"fmt"}
PRIVATE_HEADERS = {"engine/database.h", "engine/log_writer.h", "graph/boost_graph.h", "server/transport.h", "server/http_session.h", "server/worker_threads.h"}  # they show a library, so no other folder may reach them
SYSTEM_FOLDERS = r"(sys|linux|netinet|arpa)/"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def library_of(target):
    for name, pattern in LIBRARIES.items():
        if re.match(pattern, target):
            return name
    if "/" in target and not re.match(SYSTEM_FOLDERS, target):
        return target.split("/")[0]
    return None


@functools.cache
def reached_from(header):
    """The header and every header of ours that it includes, however far."""
    reached = {header}
    path = pathlib.Path(header)
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            match = INCLUDE.match(line)
            if match and match[1] == '"' and match[2] != header:
                reached |= reached_from(match[2])
    return frozenset(reached)


def check_include(path, quoted, target):
    """What is wrong with one include, or None."""
    layer = path.parts[0]
    library = library_of(target) if not quoted or target == "codec/event_generated.h" else None
    if library is not None:
        if library not in ALLOWED[layer]:
            return f"includes <{target}>: {layer} may use {', '.join(sorted(ALLOWED[layer]))} only"
        if path.suffix == ".h" and library not in IN_HEADERS and str(path) not in PRIVATE_HEADERS:
            return f"includes <{target}>: libraries belong into .cc files"
        return None
    if not quoted:
        return None
    other = target.split("/")[0]
    if other not in LAYERS:
        return f'includes "{target}": name our files from the top, such as "base/types.h"'
    if LAYERS.index(other) > LAYERS.index(layer):
        return f'includes "{target}": {layer} stands below {other} ({" < ".join(LAYERS)})'
    if other != layer and reached_from(target) & PRIVATE_HEADERS:
        return f'includes "{target}", which reaches {sorted(reached_from(target) & PRIVATE_HEADERS)[0]}, private to {other}'
    return None


def long_functions(path, lines):
    """Blocks of one indentation, which are not those of a namespace, a class or a suite."""
    problems = []
    for number, line in enumerate(lines):
        match = re.match(r"( {0,4})[^ }#/].*\{$", line)
        if not match or re.search(r"\b(namespace|class|struct|enum|union|TEST_SUITE|extern)\b", line):
            continue
        end = next((i for i in range(number + 1, len(lines)) if lines[i].startswith(match[1] + "}")), number)
        length = sum(text.endswith((";", "{", "}")) for text in lines[number + 1 : end])  # tables of data do not count
        if length > FUNCTION_LINES_MAX:
            problems.append(f"{path}:{number + 1}: a function of {length} lines, at most {FUNCTION_LINES_MAX}")
    return problems


def check_file(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    problems = []
    if len(lines) > LINES_MAX:
        problems.append(f"{path}:{len(lines)}: at most {LINES_MAX} lines a file")
    if path.suffix == ".h" and "#pragma once" not in lines:
        problems.append(f"{path}:1: a header starts with #pragma once")
    if path.parts[0] in ANYTHING:
        return problems + long_functions(path, lines)
    first = None
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, target = match[1] == '"', match[2]
        first = first or target
        problem = check_include(path, quoted, target)
        if problem:
            problems.append(f"{path}:{number}: {problem}")
    if path.suffix == ".cc" and path.with_suffix(".h").exists() and first != str(path.with_suffix(".h")):
        problems.append(f'{path}:1: the own header is included first, so that it stands alone: "{path.with_suffix(".h")}"')
    return problems


def main():
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout.decode().split("\0")
    sources = [pathlib.Path(name) for name in listed if name.endswith((".cc", ".h")) and pathlib.Path(name).exists()]
    sources = [path for path in sources if path.parts[0] in LAYERS + ANYTHING]
    problems = [problem for path in sources for problem in check_file(path)]
    for problem in problems:
        print(problem)
    print(f"layers: {len(sources)} files, {len(problems)} problems" if problems else f"layers: {len(sources)} files, fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
