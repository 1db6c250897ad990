"""What a conversion returns: frozen values that reports print and `cli.py` writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from np2tf.diagnostics import Diagnostic
    from np2tf.edits import Origin
    from np2tf.knowledge.declared import Declared

Status = Literal["converted", "unchanged", "marked", "failed"]
Bucket = Literal["converted", "assumed", "marked", "suppressed", "no_array"]
BUCKETS: tuple[Bucket, ...] = ("converted", "assumed", "marked", "suppressed", "no_array")


@dataclass(frozen=True)
class Rewrite:
    """One rewrite that was made, at its place in the input."""

    rule: str
    line: int
    column: int
    assumption: str | None = None


@dataclass(frozen=True)
class Left:
    """A construct that stays as it is without a diagnostic, at its place in the input, and why."""

    line: int
    column: int
    why: str


@dataclass(frozen=True)
class FileResult:
    """The outcome for one file.

    `output` is what the file becomes (equal to the input for "unchanged" and "failed").
    "marked" means that error-level diagnostics remain, whether or not something was also converted.
    """

    path: str
    status: Status
    output: bytes
    rewrites: tuple[Rewrite, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    buckets: Mapping[Bucket, int] = field(default_factory=dict)
    origins: tuple[Origin, ...] = field(default=(), compare=False, repr=False)
    left: tuple[Left, ...] = ()

    @property
    def constructs(self) -> int:
        """NumPy references, in-place writes and what else is left by hand: the sum of all buckets."""
        return sum(self.buckets.values())


@dataclass(frozen=True)
class Options:
    """What changes the outcome of a conversion; `jobs`, the processes it may use (0: one per core, where that pays),
    changes only its speed."""

    strict: bool = False
    check_only: bool = False
    jit: bool = False
    jobs: int = 1
    functions: tuple[Declared, ...] = ()  # what the project says of functions that can't be looked into
    displayed: tuple[tuple[str, int], ...] = ()  # files, and lines in them: expressions whose values a notebook shows


@dataclass(frozen=True)
class Result:
    """The outcome for all files of one run, sorted by path."""

    files: tuple[FileResult, ...]

    def count(self, status: Status) -> int:
        """How many files ended so."""
        return sum(f.status == status for f in self.files)

    def severity(self, severity: str) -> int:
        """How many diagnostics have this severity."""
        return sum(d.severity == severity for f in self.files for d in f.diagnostics)
