"""Tables that know who read what, so that a scope is analysed again only if something it looked up has changed.

>>> tracker = Tracker(); t = Table(tracker); t["a"] = 1
>>> with tracker.reading() as reads: seen = t.get("a"), t.get("b")
>>> t["c"] = 3; tracker.changed(reads)
False
>>> t["b"] = 2; tracker.changed(reads)
True

What an analysis has written itself it need not look at again:

>>> with tracker.reading() as reads: t["own"] = 1; seen = t.get("own")
>>> tracker.changed(reads)
False
>>> with tracker.reading() as reads: seen = t.get("own"); t["own"] = 2
>>> tracker.changed(reads)
True

What is derived from whole tables is kept, and who asks for it depends on the answer alone:

>>> with tracker.reading() as reads: tracker.answer("big", lambda: any(v > 9 for v in t.values()))
False
>>> t["d"] = 4; tracker.changed(reads)
False
>>> t["e"] = 10; tracker.changed(reads)
True
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, ItemsView, Iterator, ValuesView
from contextlib import contextmanager
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")
_ALL = object()  # the key under which reading a whole table is noted


class Reads:
    """What one analysis looked up, and when."""

    __slots__ = ("answer", "answers", "doubtful", "keys", "started", "touched")

    def __init__(self, started: int, answer: _Answer | None = None) -> None:
        self.started = started
        self.answer = answer  # what was derived from it
        self.keys: dict[tuple[int, object], int] = {}  # what was looked up, and when for the first time
        self.answers: dict[Hashable, object] = {}  # what was derived, as it was when it was first asked for
        self.touched = False  # a key has been written since
        self.doubtful = True  # an answer may be another by now


class _Answer:
    """Something derived from tables, how, and what was looked up for it."""

    __slots__ = ("askers", "derive", "reads", "value")

    def __init__(self, derive: Callable[[], object]) -> None:
        self.derive = derive
        self.reads: Reads | None = None
        self.value: object = None
        self.askers: set[Reads] = set()  # to be told when the answer becomes doubtful


class Tracker:
    """The clock and the open readings of a family of tables."""

    def __init__(self) -> None:
        self.time = 0
        self.written: dict[tuple[int, object], int] = {}
        self.readers: dict[tuple[int, object], list[Reads]] = {}  # to be told when a key is written
        self.open: list[Reads] = []
        self.answers: dict[Hashable, _Answer] = {}
        self.tables = 0

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """Note what is read inside; readings nest, and what is read is noted for the innermost."""
        reads = Reads(self.time)
        self.open.append(reads)
        try:
            yield reads
        finally:
            self.open.pop()
            self._close(reads)

    def _close(self, reads: Reads) -> None:
        """All is read; who was read is told to report."""
        written = self.written
        if self.time > reads.started and any(written.get(key, 0) > seen for key, seen in reads.keys.items()):
            reads.touched = True
            return
        readers = self.readers
        for key in reads.keys:
            known = readers.get(key)
            if known is None:
                readers[key] = [reads]
            else:
                known.append(reads)

    def read(self, table: int, key: object) -> None:
        """A key of a table is read."""
        if self.open:
            self.open[-1].keys.setdefault((table, key), self.time)

    def write(self, table: int, key: object) -> None:
        """A key of a table has changed."""
        self.time += 1
        for place in ((table, key), (table, _ALL)):
            self.written[place] = self.time
            for reads in self.readers.pop(place, ()):
                if not reads.touched:
                    reads.touched = True
                    if reads.answer is not None and not reads.doubtful:
                        self._doubt(reads.answer)

    def _doubt(self, answer: _Answer) -> None:
        """An answer may be another by now, and so may what was derived from it."""
        stack = [answer]
        while stack:
            answer = stack.pop()
            askers, answer.askers = answer.askers, set()
            for reads in askers:
                if not reads.doubtful:
                    reads.doubtful = True
                    if reads.answer is not None and not reads.touched:
                        stack.append(reads.answer)

    def last_written(self, *tables: Table[Any, Any]) -> int:
        """When one of the tables last changed; all of them count as read."""
        for table in tables:
            self.read(table.number, _ALL)
        return max(self.written.get((table.number, _ALL), 0) for table in tables)

    def changed(self, reads: Reads) -> bool:
        """Whether anything that was read has been written since, or an answer is another."""
        if reads.touched or not reads.doubtful:
            return reads.touched
        answers = self.answers
        for key, value in reads.answers.items():
            now = self._current(answers[key])
            if now is not value and now != value:
                return True
        for key in reads.answers:
            answers[key].askers.add(reads)
        reads.doubtful = False
        return False

    def answer(self, key: Hashable, derive: Callable[[], V]) -> V:
        """What is derived from tables; derived anew only if something that was looked up for it has changed."""
        kept = self.answers.get(key)
        if kept is None:
            kept = self.answers[key] = _Answer(derive)
        return cast(V, self.given(key, kept))

    def given(self, key: Hashable, kept: _Answer) -> object:
        """The answer, which whoever asks depends on."""
        reads = kept.reads
        value = kept.value if reads is not None and not (reads.touched or reads.doubtful) else self._current(kept)
        if self.open:
            self.open[-1].answers.setdefault(key, value)
        return value

    def _current(self, kept: _Answer) -> object:
        reads = kept.reads
        if reads is None or ((reads.touched or reads.doubtful) and self.changed(reads)):
            reads = kept.reads = Reads(self.time, kept)
            self.open.append(reads)
            try:
                kept.value = kept.derive()
            finally:
                self.open.pop()
            self._close(reads)
            self.changed(reads)  # it is settled: deriving changes nothing
        return kept.value


class Table(Generic[K, V]):
    """A mapping whose look-ups and changes are noted; no dict, as compiled code takes every dict for a plain one."""

    def __init__(self, tracker: Tracker) -> None:
        self.data: dict[K, V] = {}
        self.tracker, tracker.tables = tracker, tracker.tables + 1
        self.number = tracker.tables
        self.log: list[tuple[int, K]] = []  # what was written, and when

    def get(self, key: Any, default: Any = None) -> Any:
        if reading := self.tracker.open:  # as `Tracker.read`, without a call: this is where an analysis spends its time
            reading[-1].keys.setdefault((self.number, key), self.tracker.time)
        return self.data.get(key, default)

    def peek(self, key: Any, default: Any = None) -> Any:
        """What is there, for who only adds to it: what is found out in an analysis does not depend on it."""
        return self.data.get(key, default)

    def __getitem__(self, key: K) -> V:
        if reading := self.tracker.open:
            reading[-1].keys.setdefault((self.number, key), self.tracker.time)
        return self.data[key]

    def __contains__(self, key: object) -> bool:
        if reading := self.tracker.open:
            reading[-1].keys.setdefault((self.number, key), self.tracker.time)
        return key in self.data

    def __iter__(self) -> Iterator[K]:
        self.tracker.read(self.number, _ALL)
        return iter(self.data)

    def __bool__(self) -> bool:
        self.tracker.read(self.number, _ALL)
        return bool(self.data)

    def items(self) -> ItemsView[K, V]:
        self.tracker.read(self.number, _ALL)
        return self.data.items()

    def values(self) -> ValuesView[V]:
        self.tracker.read(self.number, _ALL)
        return self.data.values()

    def __setitem__(self, key: K, value: V) -> None:
        before: object = self.data.get(key, _ALL)
        if before != value:
            self.data[key] = value
            self.tracker.write(self.number, key)
            self.log.append((self.tracker.time, key))

    def since(self, time: int) -> list[K]:
        """The keys that were written after a moment, in order; the whole table counts as read."""
        self.tracker.read(self.number, _ALL)
        first = len(self.log)
        while first and self.log[first - 1][0] > time:
            first -= 1
        return list(dict.fromkeys(key for _, key in self.log[first:]))

    def setdefault(self, key: K, default: Any = None) -> Any:
        if key not in self.data:
            self[key] = default
        return self.get(key)


class TableSet(Generic[K]):
    """A set whose look-ups and changes are noted."""

    def __init__(self, tracker: Tracker) -> None:
        self.members: Table[K, bool] = Table(tracker)

    def __contains__(self, key: object) -> bool:
        table = self.members
        if reading := table.tracker.open:
            reading[-1].keys.setdefault((table.number, key), table.tracker.time)
        return key in table.data

    def __iter__(self) -> Iterator[K]:
        return iter(self.members)

    def add(self, key: K) -> bool:
        """Enter a member; says whether it is new. It does not count as looked up."""
        new = self.members.peek(key) is None
        if new:
            self.members[key] = True
        return new


def derived(method: Callable[P, V]) -> Callable[P, V]:
    """A method of an object with a `tracker` that derives something from tables, and changes nothing."""

    @wraps(method)
    def ask(*args: P.args, **kwargs: P.kwargs) -> V:
        tracker: Tracker = args[0].tracker  # type: ignore[attr-defined]
        key = (method, args[1:], *kwargs.items()) if kwargs else (method, args[1:])
        kept = tracker.answers.get(key)
        if kept is None:
            kept = tracker.answers[key] = _Answer(lambda: method(*args, **kwargs))
        reads = kept.reads  # from here on as `Tracker.given`, without a call
        value = kept.value if reads is not None and not (reads.touched or reads.doubtful) else tracker._current(kept)
        if reading := tracker.open:
            reading[-1].answers.setdefault(key, value)
        return cast(V, value)

    return ask
