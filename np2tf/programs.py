"""Which files of a run are one program: those are analysed together, and other programs can't tell them anything.

Arrays, objects and exceptions pass only between files of one process. Files belong together if one names the other,
wherever its name stands as a word: in an import, a string, a comment. So do the files of a package, as importing one
imports the package. What is found by other means than its name belongs to all that could find it so: pytest hands the
fixtures of a `conftest.py` to the tests below it, and a file that imports by computed names may import any.

Too much taken together costs time; too little would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(rb"[^\W\d]\w*")
_COMPUTED = frozenset({b"__import__", b"__path__", b"entry_points", b"importlib", b"pkgutil", b"runpy", b"zipimport"})


def programs(files: Mapping[str, bytes]) -> list[dict[str, bytes]]:
    """The programs among some files, in the order of their first paths.

    >>> [[*p] for p in programs({"a.py": b"", "b.py": b"import c", "c.py": b"", "p/__init__.py": b"", "p/d.py": b""})]
    [['a.py'], ['b.py', 'c.py'], ['p/__init__.py', 'p/d.py']]
    >>> len(programs({"a.py": b"importlib", "b.py": b"", "c.py": b""}))
    1
    """
    tops = {path: path for path in files}

    def top(path: str) -> str:
        while tops[path] != path:
            tops[path] = path = tops[tops[path]]
        return path

    def unite(path: str, other: str) -> None:
        tops[top(path)] = top(other)

    named: dict[bytes, list[str]] = {}
    for path in files:
        named.setdefault(_name(path), []).append(path)
    everyone = next(iter(files), "")
    for path, data in files.items():
        words = set(_WORD.findall(data))
        for word in words.intersection(named):
            for other in named[word]:
                unite(path, other)
        if not words.isdisjoint(_COMPUTED):
            for other in files:
                unite(other, everyone)
        directory = path
        while directory:
            directory = directory.rpartition("/")[0]
            for name in ("__init__.py", "conftest.py"):
                holder = f"{directory}/{name}" if directory else name
                if holder in files:
                    unite(path, holder)
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(files):
        found.setdefault(top(path), {})[path] = files[path]
    return list(found.values())


def _name(path: str) -> bytes:
    """The word by which other files name a file.

    >>> _name("pkg/sub/__init__.py"), _name("a.py")
    (b'sub', b'a')
    """
    parts = path.removesuffix(".py").removesuffix(".pyw").split("/")
    return (parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]).encode("utf-8", "surrogateescape")
