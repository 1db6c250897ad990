r"""The baseline of `np2tf check`: a committed list of the findings that a project has agreed to live with for now.

A finding that is in the list is not shown and fails nothing. One that is not in it fails the check, as ever; and so
does an entry that nothing is found for any more, until `--update-baseline` takes it out: the list only shrinks.

    {
     "version": 1,
     "findings": {
      "src/a.py": [
       {"code": "NT105", "function": "Walk.run", "statement": "x[0]=1", "count": 2}
      ]
     }
    }

Entries are what `identity` knows a finding by, without a line number. Of findings that have all of it in common it is
the number that counts, so that two of three identical statements may stay. Paths are relative to the list's
directory, whatever the working directory is. Errors and warnings are listed; that a file can't be read (NT0xx) is not
something to live with.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from np2tf.diagnostics import Diagnostic
from np2tf.result import FileResult

_VERSION = 1
_KEYS = {"code": str, "function": str, "statement": str, "count": int}


class BaselineError(Exception):
    """The baseline can't be used; the text names the file, what is wrong and the mend."""


class Entry(NamedTuple):
    """One row of the list; how often it stands there is counted beside it."""

    path: str
    code: str
    function: str
    statement: str

    def __str__(self) -> str:
        """
        >>> str(Entry("a.py", "NT105", "Walk.run", "x[0]=1")), str(Entry("a.py", "NT105", "", "x[0]=1"))
        ('a.py: NT105 in Walk.run: x[0]=1', 'a.py: NT105: x[0]=1')
        """
        where = f" in {self.function}" if self.function else ""
        return f"{self.path}: {self.code}{where}: {self.statement}"


class Comparison(NamedTuple):
    """What a run found, held against a baseline."""

    files: list[FileResult]  # with what is not in the baseline
    known: int  # how many findings are
    fixed: list[Entry]  # entries that nothing is found for any more, as often as they are left over
    left: Counter[Entry]  # the baseline without them


class Baseline:
    """A baseline and where it is kept."""

    def __init__(self, path: str, entries: Mapping[Entry, int]) -> None:
        self.path = path
        self.entries = Counter(dict(entries))

    def relative(self, path: str) -> str:
        """A path as entries name it."""
        start = os.path.dirname(os.path.abspath(self.path))
        try:
            return os.path.relpath(path, start).replace(os.sep, "/")
        except ValueError:  # on another drive
            return os.path.abspath(path).replace(os.sep, "/")

    def compare(self, files: Sequence[FileResult], judged: Callable[[str, str], bool]) -> Comparison:
        """Take the findings that are known out of the files' results.

        `judged` says of a path (absolute) and a code whether this run could have found it: entries that it could not
        have found are neither known nor fixed.
        """
        unmet = Counter(self.entries)
        kept_files = []
        for file in files:
            kept = []
            for one in file.diagnostics:
                entry = self._entry(file.path, one)
                if listed(one) and unmet[entry] > 0:
                    unmet[entry] -= 1
                else:
                    kept.append(one)
            kept_files.append(replace(file, diagnostics=tuple(kept)))
        base = os.path.dirname(os.path.abspath(self.path))
        fixed = [
            entry
            for entry, count in sorted(unmet.items())
            if count > 0 and judged(os.path.normpath(os.path.join(base, entry.path)), entry.code)
            for _ in range(count)
        ]
        known = sum(self.entries.values()) - sum(unmet.values())
        return Comparison(kept_files, known, fixed, self.entries - Counter(fixed))

    def of(self, files: Iterable[FileResult]) -> Counter[Entry]:
        """The entries for everything that was found."""
        return Counter(self._entry(file.path, one) for file in files for one in file.diagnostics if listed(one))

    def _entry(self, path: str, found: Diagnostic) -> Entry:
        return Entry(self.relative(path), found.code, found.function, found.statement)


def listed(found: Diagnostic) -> bool:
    """Whether a finding is of those that a baseline may hold."""
    return found.severity in {"error", "warning"} and not found.code.startswith("NT0")


def rendered(entries: Mapping[Entry, int]) -> str:
    """The list as a file: sorted, and one entry per line, so that a diff shows what was fixed."""
    by_path: dict[str, list[str]] = {}
    for entry, count in sorted(entries.items()):
        row = {"code": entry.code, "function": entry.function, "statement": entry.statement, "count": count}
        by_path.setdefault(entry.path, []).append("   " + json.dumps(row, ensure_ascii=False))
    blocks = [f"  {json.dumps(path)}: [\n" + ",\n".join(rows) + "\n  ]" for path, rows in by_path.items()]
    findings = "{\n" + ",\n".join(blocks) + "\n }" if blocks else "{}"
    return f'{{\n "version": {_VERSION},\n "findings": {findings}\n}}\n'


def load(path: str) -> Baseline:
    """Read a baseline. Raises `BaselineError`."""
    try:
        with open(path, "rb") as file:
            if stat.S_ISCHR(os.fstat(file.fileno()).st_mode) and not file.isatty():  # which may have no end
                raise BaselineError(f"the baseline {path} is a device. Name a file.")
            data = file.read()
    except FileNotFoundError:
        raise BaselineError(
            f"there is no baseline {path}. Mend the path; or make one of what is found now with --update-baseline."
        ) from None
    except OSError as error:
        raise BaselineError(f"the baseline {path} can't be read: {error.strerror}. Make it readable.") from error
    remove = "or remove it and make a new one with --update-baseline"
    try:
        document = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BaselineError(f"{path}:{line}: the baseline is not UTF-8. Bring it back from git, {remove}.") from error
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        what = "has conflicts" if re.search(rb"^(<<<<<<<|>>>>>>>)", data, re.MULTILINE) else f"is not JSON ({error})"
        raise BaselineError(f"{path}:{line}: the baseline {what}. Mend that line, {remove}.") from error
    if isinstance(document, dict) and isinstance(document.get("version"), int) and document["version"] > _VERSION:
        raise BaselineError(f"{path}: the baseline was written by a newer np2tf. Install that, {remove}.")
    return Baseline(path, _checked(document, path, remove))


def _checked(document: Any, path: str, remove: str) -> dict[Entry, int]:
    if not (isinstance(document, dict) and document.get("version") == _VERSION):
        raise BaselineError(
            f'{path}: not a baseline of np2tf: it has no "version": {_VERSION}. Mend the path, {remove}.'
        )
    entries: Counter[Entry] = Counter()
    findings = document.get("findings")
    for name, rows in findings.items() if isinstance(findings, dict) else [("findings", findings)]:
        listed_rows: list[Any] = rows if isinstance(rows, list) else [rows]
        for row in listed_rows:
            if not _fits(row):
                raise BaselineError(
                    f"{path}: the baseline's entry for {name} is not one that np2tf writes: {str(row)[:80]}. "
                    f"Bring it back from git, {remove}."
                )
            entries[Entry(name, row["code"], row["function"], row["statement"])] += row["count"]
    return entries


def _fits(row: Any) -> bool:
    if not (isinstance(row, dict) and row.keys() == _KEYS.keys()):
        return False
    return all(type(row[key]) is kind for key, kind in _KEYS.items()) and bool(row["count"] > 0)
