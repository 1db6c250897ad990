"""`convert -o DIR`: a whole tree that runs. Converted files, and every other file copied; links stay links, modes stay.

The tree carries a stamp, `.np2tf-output.json`, with a fingerprint of every file that was written. A later run into
the same directory renews what is still as it was written, removes what the input no longer has, and refuses to touch
what was edited by hand in the meantime: finishing the marked places by hand, in the output, must not be lost to a
second run."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from np2tf import __version__, files
from np2tf.discovery import common_directory, shown, skipped
from np2tf.files import FileError

STAMP = ".np2tf-output.json"


class OutputError(Exception):
    """The output directory can't be used; the text says why, and what to do."""


class Item(NamedTuple):
    """Something to create: a directory, a symbolic link (`text`), a converted file (`data`), or else a copy."""

    name: str  # relative to the output directory
    source: str
    directory: bool = False
    text: str | None = None
    data: bytes | None = None

    def digest(self) -> str:
        """The fingerprint that the finished file will have. Raises `FileError`."""
        if self.text is not None:
            return files.digest_of(b"link:" + os.fsencode(self.text))
        return files.digest_of(self.data) if self.data is not None else files.digest(self.source)


def check_place(paths: Iterable[str], directory: str) -> None:
    """Refuse an output directory inside the input, or around it: one run's output would be the next one's input."""
    out = os.path.realpath(directory)
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise OutputError(f"{directory} is not a directory. Name one that is, or that is still to be made.")
    for path in paths:
        real = os.path.realpath(path)
        if not os.path.isdir(real):
            continue
        if out == real:
            raise OutputError(f"the output directory {directory} is the input. Leave out -o to convert in place.")
        if out.startswith(real.rstrip(os.sep) + os.sep):
            beside = os.path.basename(real) or "project"
            raise OutputError(
                f"the output directory {directory} lies inside the input {path}: the next run would convert its own"
                f" output. Choose one outside, such as {shown(os.path.join(os.path.dirname(real), beside + '_tf'))}."
            )
        if real.startswith(out.rstrip(os.sep) + os.sep):
            raise OutputError(f"the input {path} lies inside the output directory {directory}. Choose one beside it.")


def plan(paths: Iterable[str], directory: str, converted: Mapping[str, bytes]) -> tuple[list[Item], list[str]]:
    """What the output tree consists of, and remarks on what can't be copied. `converted` maps absolute paths to new
    bytes."""
    given = [os.path.abspath(path) for path in paths]
    base = common_directory(given)
    items: dict[str, Item] = {}
    remarks: list[str] = []
    for top in given:
        if not os.path.isdir(top):
            name = os.path.relpath(top, base)
            if os.path.realpath(os.path.join(directory, name)) == os.path.realpath(top):
                raise OutputError(f"{shown(top)} would be written over itself. Choose another output directory.")
            items[name] = Item(name, top, data=converted.get(top))
            continue
        for path in _everything(top):
            name = os.path.relpath(path, base)
            kind = os.lstat(path).st_mode
            if stat.S_ISLNK(kind):
                text = _relink(path, base, given, os.path.join(os.path.abspath(directory), name))
                items[name] = Item(name, path, text=text)
            elif stat.S_ISDIR(kind):
                items[name] = Item(name, path, directory=True)
            elif stat.S_ISREG(kind):
                items[name] = Item(name, path, data=converted.get(path))
            else:
                remarks.append(f"{shown(path)}: not copied, since it is neither a file nor a directory nor a link")
    return [items[name] for name in sorted(items)], remarks


def _everything(top: str) -> Iterable[str]:
    """All that is below a directory, and itself, but for caches, version control and virtual environments."""

    def failed(error: OSError) -> None:
        raise OutputError(f"{shown(str(error.filename))} can't be listed: {files.reason(error)}. Make it readable.")

    for directory, below, names in os.walk(top, onerror=failed):
        below[:] = sorted(n for n in below if not (skipped(os.path.join(directory, n)) and not _product(n)))
        links = [name for name in below if os.path.islink(os.path.join(directory, name))]
        yield directory
        yield from (os.path.join(directory, name) for name in sorted(names + links) if name != STAMP)


def _product(name: str) -> bool:
    """Whether a directory that is not looked into for source still may be needed to run."""
    return name in ("build", "dist", "_build", "site-packages") or name.endswith(".egg-info")


def _relink(path: str, base: str, given: Sequence[str], target: str) -> str:
    """What a link has to say so that it leads to the same place, or to that place's counterpart in the output."""
    text = os.readlink(path)
    leads_to = os.path.normpath(os.path.join(os.path.dirname(path), text))
    inside = any(leads_to == top or leads_to.startswith(top + os.sep) for top in given)
    if not os.path.isabs(text):
        return text if inside else os.path.relpath(leads_to, os.path.dirname(target))
    if not inside:
        return text
    return os.path.relpath(os.path.relpath(leads_to, base), os.path.dirname(os.path.relpath(path, base)))


def write_tree(directory: str, items: Sequence[Item], *, force: bool) -> tuple[int, list[FileError]]:
    """Create or renew the tree. Returns how many files were written, and what could not be. Raises `OutputError`."""
    before = _stamp(directory)
    if before is None and not force and os.path.isdir(directory) and os.listdir(directory):
        raise OutputError(
            f"{directory} is not empty, and no earlier output of np2tf. Choose a new directory, or pass --force."
        )
    before = before or {}
    after: dict[str, str] = {}
    problems: list[FileError] = []
    for item in items:
        if not item.directory:
            try:
                after[item.name] = item.digest()
            except FileError as problem:
                problems.append(problem)
    try:
        present = {name: _present(os.path.join(directory, name)) for name in {*before, *after}}
    except FileError as problem:
        raise OutputError(
            f"{problem.path} {problem.reason}. Make it readable, or choose another output directory."
        ) from problem
    if not force:
        _refuse_edited(directory, present, before, after)
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{directory} can't be made: {files.reason(error)}. Choose another output directory."
        ) from error
    # Until the end, both the old and the new texts count as ours: an interrupted run can be run again.
    _write_stamp(directory, {n: [*before.get(n, []), *([after[n]] if n in after else [])] for n in {*before, *after}})
    written = 0
    for item in items:
        if item.directory or (item.name in after and present[item.name] != after[item.name]):
            try:
                _create(directory, item)
            except FileError as problem:
                problems.append(problem)
                after.pop(item.name, None)
            else:
                written += not item.directory
    stale = {name for name in before if name not in after and not any(item.name == name for item in items)}
    for name in sorted(stale):
        _remove(directory, name)
    kept = {item.name: before[item.name] for item in items if item.name in before and item.name not in after}
    _write_stamp(directory, {**kept, **{name: [digest] for name, digest in after.items()}})
    return written, problems


def _create(directory: str, item: Item) -> None:
    target = os.path.join(directory, item.name)
    place = os.path.normpath(os.path.join(os.path.realpath(directory), item.name))
    parent = os.path.dirname(place)
    if os.path.realpath(parent) != parent:
        raise FileError(
            target, "can't be written: a symbolic link leads out of the output directory", "Remove the link."
        )
    try:
        if item.directory:
            os.makedirs(place, exist_ok=True)
            os.chmod(place, stat.S_IMODE(os.stat(item.source).st_mode) | stat.S_IRWXU)
            return
        os.makedirs(parent, exist_ok=True)
        if os.path.islink(place):
            os.unlink(place)
        mode = stat.S_IMODE(os.stat(item.source).st_mode) if item.data is not None else None
    except OSError as error:
        raise FileError(
            target, f"can't be written: {files.reason(error)}", "Make the output directory writable."
        ) from error
    if item.text is not None:
        files.link(item.text, place)
    elif item.data is not None:
        files.write(place, item.data, mode)
    else:
        files.copy(item.source, place)


def _present(path: str) -> str | None:
    """The fingerprint of what is there now; None if nothing is, the empty string if it is no file."""
    if not os.path.lexists(path):
        return None
    if os.path.isdir(path) and not os.path.islink(path):
        return ""
    return files.digest(path)


def _refuse_edited(
    directory: str, present: Mapping[str, str | None], before: Mapping[str, Sequence[str]], after: Mapping[str, str]
) -> None:
    edited = [
        name
        for name, digest in sorted(present.items())
        if digest is not None and digest != after.get(name) and digest not in before.get(name, ())
    ]
    if edited:
        more = f"\n    and {len(edited) - 10} more" if len(edited) > 10 else ""
        raise OutputError(
            f"these files in {directory} are not as np2tf wrote them, and a second run would overwrite them:\n    "
            + "\n    ".join(edited[:10])
            + more
            + "\nChoose another output directory, or pass --force to lose the changes. Nothing was written."
        )


def _remove(directory: str, name: str) -> None:
    """Remove a file that an earlier run wrote, and the directories that it leaves empty."""
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(directory, name))
        while name := os.path.dirname(name):
            os.rmdir(os.path.join(directory, name))


def _stamp(directory: str) -> dict[str, list[str]] | None:
    """The fingerprints that an earlier run left, or None."""
    import json

    try:
        with open(os.path.join(directory, STAMP), "rb") as file:
            table = json.load(file)["files"]
        return {str(name): [str(digest) for digest in digests] for name, digests in table.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write_stamp(directory: str, table: Mapping[str, Sequence[str]]) -> None:
    import json

    about = "written by `np2tf convert -o`, so that a later run knows which files it may renew"
    document = {"tool": f"np2tf {__version__}", "about": about, "files": dict(sorted(table.items()))}
    try:
        files.write(os.path.join(directory, STAMP), (json.dumps(document, indent=1) + "\n").encode())
    except FileError as problem:
        raise OutputError(f"{problem.path} {problem.reason}. Choose another output directory.") from problem
