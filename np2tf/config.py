"""`[tool.np2tf]` in the nearest pyproject.toml that has it, and which diagnostics are shown.

    [tool.np2tf]
    exclude = ["docs", "tests/data/*.py"]      # left alone; relative to this file
    select = ["NT1", "NT2"]                    # show only these codes, or codes that begin so
    ignore = ["NT603"]                         # show all but these
    per-file-ignores = { "tests/*" = ["NT605"] }
    strict = true                              # rewrites that rest on an assumption are not made
    jit = true                                 # functions that can be compiled are decorated
    jobs = 4                                   # processes; 0, the default: one per core where that pays
    [tool.np2tf.functions]                     # what functions do that np2tf can't look into: see knowledge/declared.py
    "mylib.fast.scale" = { mutates = [0], returns = "argument 0", pure = true }

A key that isn't known, or holds the wrong thing, is an error: a typing mistake must not silently mean "the default".
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from np2tf.discovery import Patterns

if TYPE_CHECKING:
    from np2tf.knowledge.declared import Declared

_EXAMPLES = {
    "exclude": 'exclude = ["docs", "tests/data/*.py"]',
    "select": 'select = ["NT1", "NT501"]',
    "ignore": 'ignore = ["NT603"]',
    "jobs": "jobs = 4",
    "per-file-ignores": 'per-file-ignores = { "tests/*" = ["NT605"] }',
    "strict": "strict = true",
    "functions": 'functions = { "mylib.fast.scale" = { mutates = [0], returns = "argument 0", pure = true } }',
    "jit": "jit = true",
}

_TABLE = "tool.np2tf"
_IGNORES = "tool.np2tf.per-file-ignores"


class ConfigError(Exception):
    """The configuration can't be used; the text names the file, the line and the mend."""


class _Place(NamedTuple):
    """A file, as messages name it, and its text."""

    shown: str
    text: str

    def error(self, key: str, what: str, table: str = _TABLE) -> ConfigError:
        """What is wrong with what a key holds."""
        return ConfigError(f"{self.shown}:{_line(self.text, key)}: [{table}] {key}: {what}")


class Config(NamedTuple):
    """What `[tool.np2tf]` says, or the defaults."""

    path: str | None = None
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    strict: bool = False
    jit: bool = False
    jobs: int = 0
    functions: tuple[Declared, ...] = ()

    @property
    def directory(self) -> str:
        """What the patterns are relative to."""
        return os.path.dirname(self.path) if self.path else os.getcwd()


def known_prefix(code: str) -> str:
    """The code or beginning of codes, in capitals. Raises ValueError, with what may have been meant, if no code
    begins so."""
    from np2tf.diagnostics import CODES

    prefix = code.strip().upper()
    if prefix and any(known.startswith(prefix) for known in CODES):
        return prefix
    raise ValueError(f"no code is or begins with {code!r}; `np2tf explain --all` lists them")


class Selection:
    """Which diagnostics are shown. The longer prefix wins, so `ignore NT1` with `select NT103` shows NT103 of the
    NT1xx."""

    def __init__(self, config: Config, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
        self.select = tuple(select) or config.select
        self.ignore = (*config.ignore, *ignore)
        self.per_file = [(Patterns([(config.directory, glob)]), codes) for glob, codes in config.per_file_ignores]

    def shows(self, code: str, path: str) -> bool:
        """Whether a diagnostic with this code, in this file (an absolute path), is shown."""
        ignored = _longest(self.ignore, code)
        for patterns, codes in self.per_file:
            if patterns.match(path):
                ignored = max(ignored, _longest(codes, code))
        selected = _longest(self.select, code) if self.select else 0
        return selected > ignored if ignored >= 0 else selected >= 0


def _longest(prefixes: Iterable[str], code: str) -> int:
    """The length of the longest prefix of the code, or -1.

    >>> _longest(["NT1", "NT103"], "NT103"), _longest(["NT2"], "NT103")
    (5, -1)
    """
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def load(directory: str) -> Config:
    """The configuration that holds in a directory: from the nearest pyproject.toml, here or above, with a
    `[tool.np2tf]` table."""
    here = os.path.abspath(directory)
    while True:
        path = os.path.join(here, "pyproject.toml")
        if os.path.isfile(path):
            config = _read(path)
            if config:
                return config
        above = os.path.dirname(here)
        if above == here:
            return Config()
        here = above


def _read(path: str) -> Config | None:
    shown = os.path.relpath(path) if path.startswith(os.getcwd() + os.sep) else path
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigError(f"{shown}: can't be read: {error.strerror}. Make it readable.") from error
    if b"np2tf" not in data:  # spares tomllib's import, which costs as much as all else that is done here
        return None
    try:
        text = data.decode("utf-8")
        tools = toml(text).get("tool", {})
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{shown}:{line}: not UTF-8, as TOML has to be. Save it as UTF-8.") from error
    except ValueError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise ConfigError(f"{shown}:{line}: not valid TOML: {error}. Mend that line.") from error
    table = tools.get("np2tf") if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{shown}:{_line(text, 'np2tf')}: tool.np2tf has to be a table. Write [tool.np2tf].")
    return _checked(table, path, shown, text)


def toml(text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ValueError."""
    if sys.version_info >= (3, 11):  # pragma: no branch
        import tomllib
    else:
        import tomli as tomllib  # pragma: no cover
    return tomllib.loads(text)


def _checked(table: dict[str, Any], path: str, shown: str, text: str) -> Config:
    for key, value in table.items():
        where = f"{shown}:{_line(text, key)}: [tool.np2tf] {key}"
        if key not in _EXAMPLES:
            from difflib import get_close_matches

            near = get_close_matches(key.replace("_", "-"), _EXAMPLES, 1)
            mend = f"Did you mean {near[0]}?" if near else f"The keys are: {', '.join(sorted(_EXAMPLES))}."
            raise ConfigError(f"{where} is not a key of np2tf. {mend}")
        if key in ("strict", "jit"):
            fits = isinstance(value, bool)
        elif key == "jobs":
            fits = type(value) is int and value >= 0
        elif key == "per-file-ignores":
            fits = isinstance(value, dict) and all(_strings(codes) for codes in value.values())
        elif key == "functions":
            fits = isinstance(value, dict)
        else:
            fits = _strings(value)
        if not fits:
            raise ConfigError(f"{where} holds the wrong kind of value. Write it like this: {_EXAMPLES[key]}")
    place = _Place(shown, text)
    ignores = table.get("per-file-ignores", {})
    for glob in ignores:
        if glob.startswith("!"):
            raise place.error(glob, "! takes nothing back here. Name the files themselves.", _IGNORES)
    return Config(
        path=path,
        exclude=tuple(table.get("exclude", ())),
        select=_prefixes(table.get("select", ()), "select", place),
        ignore=_prefixes(table.get("ignore", ()), "ignore", place),
        per_file_ignores=tuple((glob, _prefixes(codes, glob, place, _IGNORES)) for glob, codes in ignores.items()),
        strict=table.get("strict", False),
        jit=table.get("jit", False),
        jobs=table.get("jobs", 0),
        functions=tuple(_function(name, row, place) for name, row in table.get("functions", {}).items()),
    )


def _function(name: str, row: Any, place: _Place) -> Declared:
    from np2tf.knowledge.declared import parsed

    try:
        return parsed(name, row)
    except ValueError as error:
        raise place.error(name, f"{error}.", "tool.np2tf.functions") from error


def _prefixes(codes: Iterable[str], key: str, place: _Place, table: str = _TABLE) -> tuple[str, ...]:
    try:
        return tuple(known_prefix(code) for code in codes)
    except ValueError as error:
        raise place.error(key, f"{error}.", table) from error


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _line(text: str, key: str) -> int:
    """The line on which a key of `[tool.np2tf]` stands, as well as can be told without a parser that keeps positions.

    >>> _line('[tool.other]\\nstrict = 1\\n[tool.np2tf]\\nstrict = 1\\n', "strict")
    4
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if re.match(r"\s*\[.*np2tf", line)), 0)
    wanted = re.compile(rf"""\s*(\[.*|.*\{{.*)?["']?{re.escape(key)}(?!\w)""")
    return next((i for i in range(start, len(lines)) if wanted.match(lines[i])), start) + 1
