"""What `np2tf api` shows: what becomes of a NumPy name, found by the name as users write it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from np2tf.knowledge.api import API, ARGUMENTS, Api, Argument
from np2tf.knowledge.effects import EFFECTS
from np2tf.knowledge.names import KINDS, REMOVED, current

PLACES = {
    "device": "on the device",
    "host": "on the host, by NumPy",
    "converter": "rewritten",
    "numpy": "stays NumPy's",
    "unsupported": "not supported",
}
"""How the places of `np2tf.knowledge.api` are called, in the order in which they are shown."""

_COMPUTED = ("device", "host", "numpy")


class Entry(NamedTuple):
    """What becomes of one name, and of its arguments that need a word."""

    name: str
    api: Api
    arguments: tuple[Argument, ...] = ()
    renamed: str = ""  # the NumPy 1 name that was asked for


def entry(name: str, renamed: str = "") -> Entry:
    """The entry of a qualified name; methods of ufuncs have one each.

    >>> entry("numpy.add.reduce").api.where, entry("numpy.clip").arguments[0].name
    ('device', 'out')
    """
    row = f"ufunc.{name.rpartition('.')[2]}" if name not in API else name
    api = API[row]
    arguments = ARGUMENTS.get(name, ())
    effect = EFFECTS.get(row)
    if effect is not None and effect.out and api.where in _COMPUTED:
        short = name.replace("numpy.", "np.", 1).replace("ndarray.", "x.", 1).replace("ufunc.", "np.add.", 1)
        written = f"c = np.tensor_scatter_update(c, ..., {short}(...))"
        arguments = (Argument("out", "", f"rewritten: {written}"), *arguments)
    if row == "ufunc.at" and row != name:
        ufunc = name.split(".")[-2]
        api = api._replace(note=api.note.replace("add_at", f"{ufunc}_at"))
    return Entry(name, api, arguments, renamed)


def find(asked: str) -> list[Entry]:
    """The entries that a name stands for: one, or several where only the last part of the name was given.

    >>> [found.name for found in find("np.linalg.norm")], [found.name for found in find("sort")]
    (['numpy.linalg.norm'], ['numpy.sort', 'ndarray.sort'])
    """
    name = _qualified(asked)
    both = [owner for owner in (f"numpy.{name}", f"ndarray.{name}") if owner in API]
    if len(both) > 1:
        return [entry(each) for each in both]
    for candidate in (name, f"numpy.{name}"):
        if _known(candidate):
            return [entry(candidate)]
        now = current(candidate)
        if now != candidate and _known(now):
            return [entry(now, renamed=candidate if now.rpartition(".")[2] != candidate.rpartition(".")[2] else "")]
    last = [each for each in API if each.rpartition(".")[2] == name]
    return [entry(each) for each in sorted(last, key=lambda each: (each.startswith("ndarray."), each.count("."), each))]


def module(asked: str) -> list[Entry]:
    """All entries of a module or class: `np.linalg`, `ndarray`, `numpy.random.Generator`."""
    name = _qualified(asked)
    for owner in (name, f"numpy.{name}"):
        if found := [entry(each) for each in API if each.rpartition(".")[0] == owner]:
            return found
    return []


def gone(asked: str) -> str:
    """What to write instead of a name that NumPy 2 has no longer; empty for all others."""
    name = _qualified(asked)
    now = current(f"numpy.{name}" if not name.startswith("numpy.") else name)
    if "." not in now:
        return f"write {now}"
    return REMOVED.get(name) or REMOVED.get(f"numpy.{name}", "")


def alike(asked: str) -> list[str]:
    """Names that look like the one asked for, the closest first."""
    import difflib

    name = _qualified(asked)
    wanted = name.rpartition(".")[2]
    by_last: dict[str, list[str]] = defaultdict(list)
    for each in API:
        by_last[each.rpartition(".")[2]].append(each)
    owner = name.rpartition(".")[0]
    found: list[str] = []
    for last in difflib.get_close_matches(wanted, by_last, n=4, cutoff=0.7):
        found += sorted(by_last[last], key=lambda each: (each.rpartition(".")[0] != owner, each.count("."), each))[:2]
    return found[:6]


def counts() -> Counter[str]:
    """How many names there are, by place."""
    return Counter(row.where for row in API.values())


def grouped() -> dict[str, dict[str, list[str]]]:
    """The last parts of all names by their owner, then by place."""
    owners: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, row in sorted(API.items()):
        owner, _, last = name.rpartition(".")
        owners[owner][row.where].append(last)
    return {owner: dict(places) for owner, places in sorted(owners.items())}


def _qualified(asked: str) -> str:
    name = asked.strip().removesuffix("()")
    for short, long in (("np.", "numpy."), ("x.", "ndarray."), ("numpy.ndarray.", "ndarray.")):
        if name.startswith(short):
            name = long + name[len(short) :]
    return "numpy" if name == "np" else name


def _known(name: str) -> bool:
    owner, _, last = name.rpartition(".")
    return name in API or (KINDS.get(owner) == "ufunc" and f"ufunc.{last}" in API)
