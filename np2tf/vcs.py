"""What git knows about files: which ones it lists, and which ones could not be brought back.

Only reads: no lock is taken, and no program that a repository's configuration names is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple


class GitError(Exception):
    """git is missing, or refuses to answer; the text says which."""


class Unsafe(NamedTuple):
    """Files that git could not bring back, each list sorted."""

    changed: list[str]
    untracked: list[str]
    outside: list[str]


def root_of(path: str) -> str | None:
    """The work tree that a path lies in, or None."""
    here = os.path.abspath(path)
    while True:
        if os.path.exists(os.path.join(here, ".git")):
            return here
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def _git(root: str, *arguments: str) -> list[str]:
    """What a git command prints, split at its NULs."""
    import subprocess

    # A hook's own GIT_DIR, GIT_INDEX_FILE and so on speak of one repository only.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", root, "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise GitError("git can't be started") from error
    if done.returncode:
        words = os.fsdecode(done.stderr).strip().splitlines()
        raise GitError(words[0] if words else f"git {arguments[0]} failed")
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def listed(directory: str) -> list[str] | None:
    """The files below a directory that git tracks or would track, relative to it; None where git has no say.

    A nested repository appears as one entry. Raises `GitError`.
    """
    root = root_of(directory)
    if root is None:
        return None
    if directory != root:
        try:
            _git(directory, "check-ignore", "-q", ".")
        except GitError:
            pass  # not ignored, or git can't say, which the next call reports
        else:
            return None  # someone who names an ignored directory wants what is in it
    names = _git(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted({name.rstrip("/") for name in names})


def unsafe(paths: Iterable[str]) -> Unsafe:
    """Those of the (real, absolute) paths whose present state no commit holds. Raises `GitError`."""
    changed: list[str] = []
    untracked: list[str] = []
    outside: list[str] = []
    by_root: dict[str, list[str]] = {}
    for path in sorted(paths):
        root = root_of(os.path.dirname(path))
        if root is None:
            outside.append(path)
        else:
            by_root.setdefault(root, []).append(path)
    for root, inside in by_root.items():
        tracked = set(_git(root, "ls-files", "-z"))
        modified = _modified(_git(root, "status", "--porcelain", "-z", "--untracked-files=no"))
        for path in inside:
            name = os.path.relpath(path, root).replace(os.sep, "/")
            if name not in tracked:
                untracked.append(path)
            elif name in modified:
                changed.append(path)
    return Unsafe(changed, untracked, outside)


def _modified(entries: list[str]) -> set[str]:
    """The paths in `git status --porcelain -z`; a rename's old path follows it as an entry of its own.

    >>> sorted(_modified([" M a.py", "R  new.py", "old.py", "A  b.py"]))
    ['a.py', 'b.py', 'new.py']
    """
    paths = set()
    rest = iter(entries)
    for entry in rest:
        paths.add(entry[3:])
        if "R" in entry[:2] or "C" in entry[:2]:
            next(rest, None)
    return paths
