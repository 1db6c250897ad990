"""What a project says of functions that np2tf can't look into: `[tool.np2tf.functions]`.

    [tool.np2tf.functions]
    "mylib.fast.scale" = { mutates = [0], returns = "argument 0", pure = true }
    "mylib.fast.window" = { mutates = [1, "out"], returns = "view of 0" }

==============  =======================================================================================================
``mutates``     the arguments that it changes in place: positions, counted from 0, and names of keywords. One that can
                be passed either way is listed both ways
``returns``     ``argument N``: that very argument; ``view of N``: it, or something that shares memory with it;
                ``fresh``: a new array or number; ``host``: a new object, such as a DataFrame, that holds no argument;
                ``number``; ``none``. Without it the result may be anything, any argument included
``pure``        nothing but the above: it keeps no argument, and runs no code of the project
==============  =======================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_WORDS = ("fresh", "host", "number", "none")
_POSITION = re.compile(r"(argument|view of) (\d+)")


class Declared(NamedTuple):
    """One row. `returns` is one of the words above, without the position, or empty."""

    name: str
    mutates: tuple[int | str, ...] = ()
    returns: str = ""
    position: int = 0
    pure: bool = False


def find(rows: Mapping[str, Declared], name: str) -> Declared | None:
    """The row for a function, under its own name or below a directory such as `src`.

    >>> find({"pkg.fast.scale": Declared("pkg.fast.scale")}, "src.pkg.fast.scale").name
    'pkg.fast.scale'
    """
    while name not in rows:
        _, dot, name = name.partition(".")
        if not dot:
            return None
    return rows[name]


def holds(rows: Iterable[str], module: str) -> bool:
    """Whether a name is that of a module with a row's function in it, or below it.

    >>> holds(["pkg.fast.scale"], "src.pkg"), holds(["pkg.fast.scale"], "pkg.fast.scale")
    (True, False)
    """
    names = list(rows)
    while module:
        if any(name.startswith(f"{module}.") for name in names):
            return True
        module = module.partition(".")[2]
    return False


def bound(key: int | str, arguments: Iterable[tuple[str | None, str]], named: frozenset[str]) -> tuple[list[int], bool]:
    """Which arguments of a call a row's key may mean, and whether that is sure.

    An argument is its keyword, or None, and its stars. `named` are the keywords that the row names: a position that is
    not given by position may be any other keyword.

    >>> bound(0, [(None, ""), ("a", "")], frozenset()), bound(1, [(None, ""), ("a", "")], frozenset())
    (([0], True), ([1], False))
    """
    found = list(arguments)
    starred = [k for k, (_, star) in enumerate(found) if star]
    if isinstance(key, str):
        exact = [k for k, (keyword, _) in enumerate(found) if keyword == key]
        return (exact, True) if exact else ([k for k in starred if found[k][1] == "**"], False)
    plain = 0
    while plain < len(found) and found[plain] == (None, ""):
        plain += 1
    if key < plain:
        return [key], True
    return [k for k, (keyword, star) in enumerate(found) if k >= plain and (star or keyword not in named)], False


def parsed(name: str, row: Any) -> Declared:
    """A row as the configuration has it. Raises ValueError, with the mend."""
    if not (re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)+", name)):
        raise ValueError('name the function with its module, in quotes: "mylib.fast.scale"')
    if name.startswith("numpy."):
        raise ValueError("what NumPy's own functions do is known: remove the row")
    if not isinstance(row, dict):
        raise ValueError('write a table, such as { mutates = [0], returns = "fresh", pure = true }')
    for key, value in row.items():
        if isinstance(value, dict):
            raise ValueError('names with dots have to be in quotes: "mylib.fast.scale" = { ... }')
        if key not in {"mutates", "returns", "pure"}:
            raise ValueError(f"{key} is not one of mutates, returns and pure")
    mutates = row.get("mutates", [])
    if not (isinstance(mutates, list) and all(_is_argument(item) for item in mutates)):
        raise ValueError('mutates lists positions, counted from 0, and names of keywords: mutates = [0, "out"]')
    if not isinstance(row.get("pure", False), bool):
        raise ValueError("pure is true or false")
    returns, position = _returns(row.get("returns", ""))
    return Declared(name, tuple(mutates), returns, position, row.get("pure", False))


def _is_argument(item: object) -> bool:
    if isinstance(item, str):
        return item.isidentifier()
    return type(item) is int and item >= 0


def _returns(text: object) -> tuple[str, int]:
    if isinstance(text, str):
        if not text or text in _WORDS:
            return text, 0
        if match := _POSITION.fullmatch(text):
            return match[1], int(match[2])
    raise ValueError(f'returns is one of "argument N", "view of N", {", ".join(_WORDS)}')
