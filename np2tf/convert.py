"""The whole conversion as a pure function from `{path: bytes}` to a `Result`. Placeholder body, being replaced."""

from __future__ import annotations

from collections.abc import Mapping

from np2tf.result import FileResult, Options, Result


def convert(files: Mapping[str, bytes], options: Options = Options()) -> Result:
    """Convert a project given as `{path: bytes}`; paths are relative with forward slashes."""
    return Result(tuple(FileResult(p, "unchanged", data) for p, data in sorted(files.items())))
