"""One line of progress on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_EVERY = 0.1
_PATIENCE = 0.3


class Progress:
    """`with Progress("reading", 120, on=True) as p: p.step()` writes `reading 17/120` to standard error, and wipes it
    at the end.

    Work that is done within a third of a second shows nothing.
    """

    def __init__(self, what: str, total: int, *, on: bool) -> None:
        self.what, self.total = what, total
        self.on = on and sys.stderr is not None and sys.stderr.isatty()
        self.done = 0
        self.next = time.monotonic() + _PATIENCE
        self.dirty = False

    def __enter__(self) -> Progress:
        return self

    def step(self, count: int = 1) -> None:
        """One more is done, or several."""
        self.done += count
        if self.on and time.monotonic() >= self.next:
            self._show(f"{self.what} {self.done}/{self.total}")
            self.next = time.monotonic() + _EVERY

    def announce(self) -> None:
        """Say what is being done before work that can't be counted."""
        if self.on and self.total > 1:
            self._show(f"{self.what} {self.total} files")

    def _show(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
        self.dirty = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.dirty:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
