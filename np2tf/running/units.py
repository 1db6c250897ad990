"""The conversions of a program's files, from the cache or made now."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from np2tf.edits import Origin
from np2tf.running.cells import Cell, is_notebook, name, place, read
from np2tf.running.lines import Map, decoded, relocate
from np2tf.source import Span

if TYPE_CHECKING:
    from np2tf.cache import Cache
    from np2tf.result import FileResult, Options

#: Changes a tree before it is compiled; what it is given besides is the unit that the tree is of.
Change = Callable[["Unit", ast.Module], ast.Module]


@dataclass(frozen=True)
class Unit:
    """One file of the program, and what it becomes."""

    path: str  # its real path
    source: bytes
    output: bytes
    origins: tuple[Origin, ...] = ()
    errors: int = 0  # places left to be done by hand
    failure: str = ""  # why the file must not run at all
    cells: tuple[Cell, ...] = ()  # of a notebook; source and output are its program

    @property
    def converted(self) -> bool:
        """Whether the conversion differs from the source."""
        return self.output != self.source

    @cached_property
    def map(self) -> Map:
        """Where the parts of the output stand in the source."""
        source, output = decoded(self.source), decoded(self.output)
        whole = (Origin(0, Span(0, len(source)), True),)
        return Map(source, output, self.origins if self.converted else whole)

    def original(self) -> ast.Module:
        """The source's tree."""
        return ast.parse(self.map.source.text, self.path)

    def tree(self) -> tuple[ast.Module, dict[ast.AST, tuple[int, int]]]:
        """The output's tree in the positions of the source, and the spans of its nodes in the source."""
        tree = ast.parse(self.map.output.text, self.path)
        return tree, relocate(tree, self.map)

    def at(self, line: int) -> str:
        """A line of the source in words: `a.py:3`, or `a.ipynb, cell 2:3`."""
        if not self.cells:
            return f"{shown(self.path)}:{line}"
        cell, number = place(self.cells, line)
        return f"{name(shown(self.path), cell)}:{number}"

    def unconverted(self) -> Unit:
        """The same file as it is on disk."""
        return replace(self, output=self.source, origins=(), errors=0, failure="")


def convert(files: Mapping[str, str], options: Options, cache: Cache | None) -> dict[str, Unit]:
    """The units of a project given as keys and the paths they stand for, by path."""
    data, cells = {}, {}
    for key, path in files.items():
        data[key], cells[key] = _read(path)
    displayed = ((key, cell.shown) for key, found in cells.items() for cell in found if cell.shown)
    results = _stored(data, replace(options, displayed=tuple(displayed)), cache)
    units = {}
    for key, path in files.items():
        entry = results[key]
        output = data[key] if entry["output"] is None else entry["output"].encode("latin-1")
        origins = tuple(
            Origin(start, Span(first, last), bool(copied)) for start, first, last, copied in entry["origins"]
        )
        units[path] = Unit(path, data[key], output, origins, entry["errors"], entry["failure"], cells[key])
    return units


def _read(path: str) -> tuple[bytes, tuple[Cell, ...]]:
    with open(path, "rb") as file:
        data = file.read()
    return read(data) if is_notebook(path) else (data, ())


def _stored(data: Mapping[str, bytes], options: Options, cache: Cache | None) -> dict[str, Any]:
    from np2tf import cache as caching
    from np2tf.source import mentions_numpy

    if cache is None or not any(map(mentions_numpy, data.values())):
        return _computed(data, options)
    parts = [repr(replace(options, jobs=1)).encode()]
    for path in sorted(data):
        parts += [path.encode("utf-8", "surrogateescape"), data[path]]
    key = caching.key(*parts)
    found = cache.get(key)
    if found is None:
        results = _computed(data, options)
        if not any(entry["failure"] for entry in results.values()):
            cache.put(key, json.dumps(results).encode())
            cache.prune()
        return results
    stored: dict[str, Any] = json.loads(found)
    return stored


def _computed(data: Mapping[str, bytes], options: Options) -> dict[str, Any]:
    from np2tf.convert import convert

    return {file.path: _entry(file, data[file.path]) for file in convert(data, options).files}


def _entry(file: FileResult, data: bytes) -> dict[str, Any]:
    """What is kept of a result, as JSON can hold it."""
    failed = file.status == "failed"
    return {
        "output": None if failed or file.output == data else file.output.decode("latin-1"),
        "origins": [(o.start, *o.source, int(o.copied)) for o in file.origins] if not failed else [],
        "errors": sum(d.severity == "error" for d in file.diagnostics),
        "failure": f"{file.diagnostics[0].code} {file.diagnostics[0].message}" if failed else "",
    }


def shown(path: str) -> str:
    """A path as messages show it."""
    return os.path.relpath(path) if path.startswith(os.path.join(os.getcwd(), "")) else path
