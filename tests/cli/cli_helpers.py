"""What the tests of the commands share: git, a runner's outcome, and a `convert` that finds what it is told to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from np2tf.diagnostics import Diagnostic
from np2tf.result import FileResult, Options, Result, Rewrite

ROOT = Path(__file__).parents[2]


class Outcome(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, as JSON."""
        return json.loads(self.out)


Runner = Callable[..., Outcome]


def git(directory: Path, *arguments: str) -> None:
    """Run git as an author that no configuration of the machine changes."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


def commit(directory: Path) -> None:
    """Make the directory a repository in which everything is committed."""
    git(directory, "init", "-q")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "all")


def fake_convert(files: Mapping[str, bytes], options: Options, done: object = None) -> Result:
    """A conversion by comments: #NT103 is found as that diagnostic, #boom breaks down; numpy's import is rewritten."""
    return Result(tuple(_fake(path, data) for path, data in sorted(files.items())))


def _fake(path: str, data: bytes) -> FileResult:
    if b"#boom" in data:
        raise RuntimeError("boom")
    lines = data.split(b"\n")
    found = tuple(
        Diagnostic.at(code.decode(), (number, 4, number, 8), f"message of {code.decode()}", "first line\nsecond line")
        for number, line in enumerate(lines, 1)
        for code in re.findall(rb"#(NT\d+)", line)
    )
    if any(d.code in ("NT001", "NT002", "NT009") for d in found):
        return FileResult(path, "failed", data, diagnostics=found)
    output = data.replace(b"import numpy as np", b"import np2tf_runtime as np")
    errors = sum(d.severity == "error" for d in found)
    status = "marked" if errors else "converted" if output != data else "unchanged"
    made = (Rewrite("imports", 1, 0), Rewrite("store", 2, 4, "NT902")) if output != data else ()
    buckets = {"converted": len(made), "marked": errors} if made or errors else {}
    return FileResult(path, status, output, made, found, buckets)  # type: ignore[arg-type]


def subprocess_environment() -> dict[str, str]:
    """The environment of a command that runs this checkout in a process of its own."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def python(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run Python in a process of its own."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=subprocess_environment(), capture_output=True, check=False, **options)
