#!/usr/bin/env python3
"""A hash for each C++ file named on standard input, of all that clang-tidy's verdict of it depends on.

    git ls-files '*.cpp' | tidy_stamps.py SALT [SALT...]

Prints "HASH FILE". In the hash: the salts (version of clang-tidy, its settings), the file, and every header of this project
that it includes, however deep. System headers are not: their packages are those of the release. Run from the root.
"""
import functools
import hashlib
import re
import sys
from pathlib import Path

INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
ROOTS = [Path("."), *sorted(Path("lib").glob("*/include")), *sorted(Path("lib").glob("*/src"))]


@functools.cache
def content(path):
    return path.read_bytes()


@functools.cache
def included(path):
    """Headers of this project that the file itself names; generated ones are not in the tree."""
    found = []
    for name in INCLUDE.findall(content(path)):
        for root in (path.parent, *ROOTS):
            candidate = root / name.decode()
            if candidate.is_file():
                found.append(candidate)
                break
    return found


def closure(path):
    seen, waiting = set(), [path]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(included(one))
    return sorted(seen)


def main():
    salt = hashlib.sha256("\0".join(sys.argv[1:]).encode())
    for line in sys.stdin:
        total = salt.copy()
        for part in closure(Path(line.rstrip("\n"))):
            total.update(str(part).encode() + b"\0" + hashlib.sha256(content(part)).digest())
        print(total.hexdigest()[:32], line, end="")


if __name__ == "__main__":
    main()
