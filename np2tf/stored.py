"""The results of `check`, kept from one run to the next in the cache.

The analysis sees all files of a program together: what a function does depends on who calls it, and an object of
unknown class may be of any that the program knows. So results are those of whole programs (`np2tf.programs`), and are
kept under the names and bytes of all their files and the options. Converted texts are not kept: `check` has no use for
them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from typing import Any

from np2tf import cache
from np2tf.diagnostics import Diagnostic
from np2tf.programs import programs
from np2tf.result import FileResult, Left, Options, Result, Rewrite
from np2tf.source import mentions_numpy

Done = Callable[[int], object]
Convert = Callable[[Mapping[str, bytes], Options, Done], Result]


def checked(data: Mapping[str, bytes], options: Options, convert: Convert, done: Done = lambda count: None) -> Result:
    """The result of a conversion, without its outputs: from the cache, or made now and kept."""
    kept, keys = cache.Cache(cache.directory()), cache.Keys(b"check", repr(replace(options, jobs=1)).encode())
    files: list[FileResult] = []
    missing: dict[str, tuple[str, ...]] = {}  # key -> paths
    rest: dict[str, bytes] = {}
    for program in programs(data):
        if any(map(mentions_numpy, program.values())):
            parts = [part for path in program for part in (path.encode("utf-8", "surrogateescape"), program[path])]
            key = keys.of(*parts)
            found = kept.get(key)
            if found is not None:
                files += [_restored(row, data) for row in json.loads(found)]
                done(len(program))
                continue
            missing[key] = tuple(program)
        rest.update(program)
    made = {file.path: file for file in convert(rest, options, done).files} if rest else {}
    for key, paths in missing.items():
        results = [made[path] for path in paths if path in made]
        if not any(one.code == "NT009" for file in results for one in file.diagnostics):  # that is to be looked into
            kept.put(key, json.dumps([_row(file) for file in results]).encode())
    if missing:
        kept.prune()
    return Result(tuple(sorted((*files, *made.values()), key=lambda file: file.path)))


def _row(file: FileResult) -> list[Any]:
    rewrites = [astuple(made) for made in file.rewrites]
    diagnostics, left = [astuple(one) for one in file.diagnostics], [astuple(one) for one in file.left]
    return [file.path, file.status, rewrites, diagnostics, dict(file.buckets), left]


def _restored(row: list[Any], data: Mapping[str, bytes]) -> FileResult:
    path, status, rewrites, diagnostics, buckets, left = row
    return FileResult(
        path,
        status,
        data[path],
        tuple(Rewrite(*made) for made in rewrites),
        tuple(Diagnostic(*one) for one in diagnostics),
        buckets,
        left=tuple(Left(*one) for one in left),
    )
