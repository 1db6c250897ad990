"""The one table of truth: what the runtime does for each NumPy name.

`STATUS` maps a qualified NumPy name ("numpy.linalg.inv", "numpy.ndarray.sort") to "device", "host" or "unsupported";
`NOTES` says why a name runs on the host, or what to write instead of an unsupported one; `CODES` holds the
diagnostic's code of each unsupported name; `ARGUMENTS` the arguments that a supported name refuses, besides `out`. The
tables fill while the package is imported, so read them after `import np2tf_runtime`.

"device" is about numbers: called with values that no tensor can hold (Python objects, strings, dates), such a function
is NumPy's own, on the host; the functions that make arrays carry `HOST_VALUES` as their note.
"""

from __future__ import annotations

from typing import Literal

Status = Literal["device", "host", "unsupported"]

STATUS: dict[str, Status] = {}
NOTES: dict[str, str] = {}
CODES: dict[str, str] = {}
ARGUMENTS: dict[str, dict[str, tuple[str, str]]] = {}  # name -> argument -> (code, what to write instead)

HOST_VALUES = "of Python objects, strings, dates or records: NumPy's own array, on the host"


def record(name: str, status: Status, note: str = "", code: str = "") -> None:
    """Enter one name; a later entry for the same name replaces the earlier one."""
    STATUS[name] = status
    NOTES.pop(name, None)
    CODES.pop(name, None)
    if note:
        NOTES[name] = note
    if code:
        CODES[name] = code


def refuse_argument(name: str, argument: str, code: str, mend: str) -> None:
    """Enter an argument for which the function raises UnsupportedFeatureError with that code and mend."""
    ARGUMENTS.setdefault(name, {})[argument] = code, mend


def names(status: Status | None = None) -> list[str]:
    """All qualified names, sorted; those of one status where it is given."""
    return sorted(name for name, found in STATUS.items() if status in (None, found))
