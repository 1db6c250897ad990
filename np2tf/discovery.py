"""Which files a run is about: the Python files and notebooks among and below the given paths.

A directory inside a git work tree is listed by git, so that .gitignore holds; elsewhere it is walked. A file that is
named is always taken, unless `--exclude` matches it (pre-commit names every file, and still wants the project's
excludes). Symbolic links inside a directory are not followed out of the given paths: nothing that wasn't named is
ever written."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from np2tf import vcs

SUFFIXES = (".py", ".pyw", ".ipynb")
# Never source, wherever they lie.
SKIPPED = frozenset(
    [
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "venv",
    ]
)
# Source only if they are packages.
BUILT = frozenset(["_build", "build", "dist"])


class Source(NamedTuple):
    """A Python file of the run."""

    path: str  # as messages show it: relative to the working directory where it lies below it
    absolute: str
    key: str  # its name in the project that is analysed: its module path can be read off


class Found(NamedTuple):
    """What `discover` found; every list is sorted."""

    sources: list[Source]
    strays: list[tuple[str, str]]  # symbolic links out of the given paths, and where they lead
    unreadable: list[tuple[str, str]]  # directories that can't be listed, and why
    excluded: list[str]
    remarks: list[str]


class Patterns:
    """Globs as in .gitignore: without a slash they match a name at any depth, with one the path from where they were
    written.

    What lies below a match is matched too. `**` crosses directories, `*` and `?` don't. What a pattern that begins with
    `!` matches is taken back from those before it, but not from a directory that one of them leaves out as a whole.
    """

    def __init__(self, globs: Iterable[tuple[str, str]]) -> None:
        self._rules: list[tuple[str, re.Pattern[str], bool]] = []
        for base, written in globs:
            glob = written.removeprefix("!")
            text = glob.replace(os.sep, "/").removeprefix("./").rstrip("/")
            if text:
                anchored = "/" in text or os.path.isabs(glob)
                head = "" if anchored else "(?:.*/)?"
                pattern = re.compile(f"{head}{_regex(text.lstrip('/'))}(?:/.*)?", re.DOTALL)
                self._rules.append((os.path.abspath(base), pattern, glob == written))
                if os.path.isabs(glob):  # from the root of all, or from where it was written
                    self._rules.append(("", pattern, glob == written))
        self._takes_back = not all(matched for _, _, matched in self._rules)

    def match(self, path: str) -> bool:
        """Whether an absolute path is matched."""
        if not self._takes_back:
            return self._last(path)
        ends = [i for i, char in enumerate(path) if char == os.sep and i]
        return any(self._last(path[:end]) for end in (*ends, len(path)))

    def _last(self, path: str) -> bool:
        for base, pattern, matched in reversed(self._rules):
            prefix = base.rstrip(os.sep) + os.sep
            if path.startswith(prefix) and pattern.fullmatch(path[len(prefix) :].replace(os.sep, "/")):
                return matched
        return False


def _regex(glob: str) -> str:
    """A glob as a regular expression.

    >>> bool(re.fullmatch(_regex("a/**/t_*.py"), "a/b/c/t_1.py")), bool(re.fullmatch(_regex("*.py"), "a/b.py"))
    (True, False)
    >>> bool(re.fullmatch(_regex("t_[!0-4].py"), "t_7.py")), bool(re.fullmatch(_regex("t_[9-0].py"), "t_7.py"))
    (True, False)
    """
    out = []
    rest = glob
    while rest:
        if rest.startswith("**/"):
            out.append("(?:.*/)?")
            rest = rest[3:]
        elif rest.startswith("**"):
            out.append(".*")
            rest = rest[2:]
        elif characters := re.match(r"\[([!^]?)(\]?[^\]]*)\]", rest):
            negation, inside = characters.groups()
            glob_of_one = f"[{negation and '!'}{inside}]"
            out.append("(?!/)" + fnmatch.translate(glob_of_one).removeprefix("(?s:")[:-3])
            rest = rest[characters.end() :]
        else:
            out.append({"*": "[^/]*", "?": "[^/]"}.get(rest[0]) or re.escape(rest[0]))
            rest = rest[1:]
    return "".join(out)


def shown(path: str) -> str:
    """A path as messages show it: relative if it lies below the working directory, with forward slashes."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    if absolute.startswith(here.rstrip(os.sep) + os.sep):
        absolute = os.path.relpath(absolute, here)
    return absolute.replace(os.sep, "/")


def common_directory(paths: Iterable[str]) -> str:
    """The directory that holds all the given paths: of a single directory, itself; of a single file, where it lies."""
    places = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    try:
        return os.path.commonpath(places)
    except ValueError:  # none given, or on different drives
        return os.getcwd()


def discover(paths: Iterable[str], excludes: Patterns) -> Found:
    """All Python files among and below the paths, each once, in the order of their paths."""
    given = [os.path.abspath(path) for path in paths]
    allowed = [os.path.realpath(path) for path in given]
    seen: dict[str, str] = {}  # real path -> path by which it is reached
    strays: dict[str, str] = {}
    unreadable: list[tuple[str, str]] = []
    excluded: set[str] = set()
    remarks: list[str] = []
    for typed, start in zip(paths, given, strict=True):
        if not os.path.isdir(start):
            if excludes.match(start):
                excluded.add(shown(typed))
            elif not start.endswith(".pyi"):
                seen.setdefault(os.path.realpath(start), start)
            continue
        for path in _below(start, excludes, unreadable, excluded, remarks):
            if not os.path.islink(path):
                seen.setdefault(os.path.realpath(path), path)
                continue
            real = os.path.realpath(path)
            if not os.path.exists(real):
                if path.endswith(SUFFIXES) and not os.path.basename(path).startswith(".#"):  # Emacs' locks
                    seen.setdefault(path, path)  # reading it will say what is wrong
            elif not any(real == top or real.startswith(top + os.sep) for top in allowed):
                strays[shown(path)] = real
            elif path.endswith(SUFFIXES) and not (os.path.isdir(real) or real.endswith(SUFFIXES)):
                seen.setdefault(real, path)  # otherwise it is reached by its own name
    base = _base(seen.values())
    sources = [Source(shown(path), path, os.path.relpath(path, base).replace(os.sep, "/")) for path in seen.values()]
    return Found(sorted(sources), sorted(strays.items()), sorted(unreadable), sorted(excluded), sorted(set(remarks)))


def _base(paths: Iterable[str]) -> str:
    """What keys are relative to: the working directory, unless a file's topmost package lies above or beside it."""
    tops = {_package_root(directory) for directory in {os.path.dirname(path) for path in paths}}
    here = os.getcwd()
    if all(top == here or top.startswith(here.rstrip(os.sep) + os.sep) for top in tops):
        return here
    return common_directory(tops)


def _package_root(directory: str) -> str:
    """The directory from which the package that a directory belongs to is imported."""
    while os.path.isfile(os.path.join(directory, "__init__.py")) and os.path.dirname(directory) != directory:
        directory = os.path.dirname(directory)
    return directory


def _below(
    top: str, excludes: Patterns, unreadable: list[tuple[str, str]], excluded: set[str], remarks: list[str]
) -> Iterator[str]:
    """Python files and symbolic links below a directory, as absolute paths."""
    try:
        names = vcs.listed(top)
    except vcs.GitError as problem:
        remarks.append(f"{shown(top)}: .gitignore is not looked at, because {problem}")
        names = None
    if names is None:
        yield from _walk(top, excludes, unreadable, excluded)
        return
    pruned: dict[str, bool] = {"": False}
    for name in names:
        path = os.path.join(top, *name.split("/"))
        if _pruned(top, os.path.dirname(name), pruned) or not os.path.lexists(path):
            continue  # tracked, but deleted in the work tree
        if os.path.isdir(path) and not os.path.islink(path):
            if not skipped(path):  # a repository inside this one
                yield from _below(path, excludes, unreadable, excluded, remarks)
        elif _wanted(path):
            if excludes.match(path):
                excluded.add(shown(path))
            else:
                yield path


def _pruned(top: str, directory: str, known: dict[str, bool]) -> bool:
    """Whether a directory, given relative to the top, is one that is skipped or lies in one."""
    if directory not in known:
        known[directory] = _pruned(top, os.path.dirname(directory), known) or skipped(os.path.join(top, directory))
    return known[directory]


def _walk(top: str, excludes: Patterns, unreadable: list[tuple[str, str]], excluded: set[str]) -> Iterator[str]:
    def failed(error: OSError) -> None:
        unreadable.append((shown(str(error.filename)), error.strerror or "unknown error"))

    for directory, below, names in os.walk(top, onerror=failed):
        links = [name for name in below if os.path.islink(os.path.join(directory, name))]
        kept = []
        for name in sorted(set(below).difference(links)):
            path = os.path.join(directory, name)
            if excludes.match(path):
                excluded.add(shown(path))
            elif not skipped(path):
                kept.append(name)
        below[:] = kept
        for name in sorted(names + links):
            path = os.path.join(directory, name)
            if _wanted(path):
                if excludes.match(path):
                    excluded.add(shown(path))
                else:
                    yield path


def _wanted(path: str) -> bool:
    return path.endswith(SUFFIXES) or (os.path.islink(path) and os.path.isdir(path))


def skipped(directory: str) -> bool:
    """Whether a directory is never looked into: caches, version control, virtual environments, build products.

    >>> skipped("src/__pycache__"), skipped("src/model")
    (True, False)
    """
    name = os.path.basename(directory)
    if name in SKIPPED or name.endswith(".egg-info"):
        return True
    if name in BUILT:
        return not os.path.isfile(os.path.join(directory, "__init__.py"))
    return os.path.isfile(os.path.join(directory, "pyvenv.cfg"))
