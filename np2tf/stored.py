"""The results of `check`, kept from one run to the next in the cache.

The analysis sees all files of a run together: what a function does depends on who calls it, and an object of unknown
class may be of any that the run knows. So a result is that of all files, and is kept under all their names and bytes
and the options. Converted texts are not kept: `check` has no use for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from typing import Any

from np2tf import cache
from np2tf.diagnostics import Diagnostic
from np2tf.result import FileResult, Left, Options, Result, Rewrite
from np2tf.source import mentions_numpy

Convert = Callable[[Mapping[str, bytes], Options], Result]


def checked(data: Mapping[str, bytes], options: Options, convert: Convert) -> Result:
    """The result of a conversion, without its outputs: from the cache, or made now and kept."""
    if not any(map(mentions_numpy, data.values())):
        return convert(data, options)
    parts = [b"check", repr(replace(options, jobs=1)).encode()]
    for path in sorted(data):
        parts += [path.encode("utf-8", "surrogateescape"), data[path]]
    key, kept = cache.key(*parts), cache.Cache(cache.directory())
    found = kept.get(key)
    if found is not None:
        return Result(tuple(_restored(row, data) for row in json.loads(found)))
    result = convert(data, options)
    if not any(one.code == "NT009" for file in result.files for one in file.diagnostics):  # that is to be looked into
        kept.put(key, json.dumps([_row(file) for file in result.files]).encode())
    return result


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
