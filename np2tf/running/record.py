"""What a program computes, recorded by the original and compared by its conversion, value by value.

The original's process writes its records to a file. The conversion's process reads them as it computes its own, and
says where the first one differs. Both do this only with the NumPy that their program has imported."""

from __future__ import annotations

import atexit
import builtins
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, BinaryIO

from np2tf.running.points import NAMES, RESULT

Point = tuple[str, int, str]
_WHOLE = 1 << 20  # bytes up to which an array is kept whole
_BLOCK = 256  # elements of a larger one that are summed up together
_ITEMS, _DEPTH = 50, 3
#: The largest relative and absolute difference that counts as rounding.
TOLERANCES: Mapping[str, tuple[float, float]] = {
    "bfloat16": (2e-2, 1e-3),
    "float16": (2e-3, 1e-4),
    "float32": (1e-5, 1e-6),
    "float64": (1e-9, 1e-12),
    "complex64": (1e-5, 1e-6),
    "complex128": (1e-9, 1e-12),
}


class Recorder:
    """Takes values at points, up to a number of them."""

    def __init__(self, most: int) -> None:
        self.most, self.count = most, 0
        self.process = os.getpid()
        self.lock = threading.RLock()

    def install(self) -> None:
        """Let instrumented code find the recorder."""
        setattr(builtins, RESULT, self.result)
        setattr(builtins, NAMES, self.names)

    def result(self, point: Point, value: Any) -> Any:
        """Record what a function returns, and hand it on."""
        self._take(point, value)
        return value

    def names(self, point: Point, names: tuple[str, ...]) -> None:
        """Record the values of the calling module's names."""
        values = sys._getframe(1).f_globals
        for name in names:
            self._take((point[0], point[1], name + point[2]), values.get(name))

    def _take(self, point: Point, value: Any) -> None:
        if os.getpid() != self.process or self.count >= self.most:  # a forked process has its own order
            return
        with self.lock:
            for suffix, leaf in leaves(value):
                self.count += 1
                self.take((point[0], point[1], point[2] + suffix), leaf)

    def take(self, point: Point, leaf: Any) -> None:
        """Record one value."""
        raise NotImplementedError


def leaves(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """A value, or the values in a container, each with where it is in it.

    >>> list(leaves((1, [2, "a"])))
    [('[0]', 1), ('[1][0]', 2), ('[1][1]', 'a')]
    """
    pairs: Iterator[tuple[Any, Any]] | None = None
    if depth < _DEPTH and type(value) in (tuple, list):
        pairs = iter(enumerate(value[:_ITEMS]))
    elif depth < _DEPTH and type(value) is dict:
        pairs = iter(list(value.items())[:_ITEMS])
    if pairs is None:
        yield "", value
        return
    for key, item in pairs:
        yield from ((f"[{key!r}]{suffix}", leaf) for suffix, leaf in leaves(item, depth + 1))


def host(value: Any) -> Any:
    """A value as NumPy's array; None if it is no array, or Ellipsis if its values can't be had."""
    numpy = sys.modules.get("numpy")
    if numpy is None or isinstance(value, type):
        return None
    number = type(value) in (bool, int, float, complex)
    if not number and not (hasattr(value, "dtype") and hasattr(value, "shape") and hasattr(value, "__array__")):
        return None
    try:
        array = numpy.asarray(value)
    except Exception:  # a symbolic tensor, or an object that is no array after all
        return ...
    return None if array.dtype.kind in "OSUMmT" or array.dtype.names else array


class Writer(Recorder):
    """Records to a file: for each value a line of JSON, and the bytes that it speaks of."""

    def __init__(self, path: str, most: int) -> None:
        super().__init__(most)
        self.file = open(path, "wb")  # noqa: SIM115 - open until the process ends

    def take(self, point: Point, leaf: Any) -> None:
        """Write one value."""
        header, data = packed(host(leaf))
        line = json.dumps({"point": point, **header, "length": len(data)})
        self.file.write(line.encode() + b"\n" + data)
        self.file.flush()


def packed(array: Any) -> tuple[dict[str, Any], bytes]:
    """What is kept of an array."""
    if array is None or array is ...:
        return {"kind": "none" if array is None else "unknown"}, b""
    numpy = sys.modules["numpy"]
    data = numpy.ascontiguousarray(array).tobytes()
    header = {"dtype": str(array.dtype), "shape": array.shape}
    if len(data) <= _WHOLE:
        return {"kind": "whole", **header}, data
    digest = blake2b(data, digest_size=16).hexdigest()
    return {"kind": "blocks", **header, "digest": digest, "shown": shown(array)}, blocks(array).tobytes()


def blocks(array: Any) -> Any:
    """Sums and sums of magnitudes of every few hundred elements, as float64 or complex128; what isn't finite counts
    by its place."""
    numpy = sys.modules["numpy"]
    flat = array.reshape(-1)
    flat = flat.astype("complex128" if array.dtype.kind == "c" else "float64")
    odd = ~numpy.isfinite(flat)
    places = numpy.where(numpy.isnan(flat), 3.0, numpy.where(odd & (flat.real > 0), 5.0, 7.0)) * odd
    flat = numpy.where(odd, 0, flat)
    starts = numpy.arange(0, flat.size, _BLOCK)
    weights = 1.0 + numpy.arange(flat.size) % _BLOCK
    parts = (flat, numpy.abs(flat), flat * weights / _BLOCK, places * weights)
    return numpy.stack([numpy.add.reduceat(part, starts) for part in parts])


def shown(array: Any) -> str:
    """An array in a few words."""
    numpy = sys.modules["numpy"]
    text = numpy.array2string(array, threshold=8, edgeitems=3, separator=", ").replace("\n", " ")
    return f"{array.dtype} {'x'.join(map(str, array.shape)) or 'number'}: {' '.join(text.split())[:200]}"


class Comparer(Recorder):
    """Compares with the records of a file, and writes what it found to another."""

    def __init__(self, records: str, verdict: str, most: int, tolerance: Callable[[str], tuple[float, float]]) -> None:
        super().__init__(most)
        self.records: BinaryIO = open(records, "rb")  # noqa: SIM115 - open until the process ends
        self.path, self.tolerance = verdict, tolerance
        self.verdict: dict[str, Any] = {
            "compared": 0,
            "arrays": 0,
            "unknown": 0,
            "blocks": 0,
            "left_out": 0,
            "first": None,
        }
        self.seen: dict[Point, int] = {}
        atexit.register(self.finish)

    def take(self, point: Point, leaf: Any) -> None:
        """Compare one value with the next record."""
        if self.verdict["first"] is not None:
            return
        self.seen[point] = self.seen.get(point, 0) + 1
        line = self.records.readline()
        if not line:
            self._differs(point, "the original ended before it came here", "", describe(leaf))
            return
        record = json.loads(line)
        data = self.records.read(record["length"])
        if tuple(record["point"]) != point:
            self._differs(point, "the original went elsewhere", "", "", record["point"])
            return
        self.verdict["compared"] += 1
        self._compare(point, record, data, leaf)

    def _compare(self, point: Point, record: dict[str, Any], data: bytes, leaf: Any) -> None:
        array = host(leaf)
        if record["kind"] == "unknown" or array is ...:
            self.verdict["unknown"] += 1
            return
        if record["kind"] == "none" or array is None:
            if (record["kind"] == "none") != (array is None):
                was = "no array" if record["kind"] == "none" else f"{record['dtype']} {record['shape']}"
                self._differs(point, "one is an array, the other is not", was, describe(leaf))
            return
        self.verdict["arrays"] += 1
        self.verdict["blocks"] += record["kind"] == "blocks"
        before = unpacked(record, data)
        why = difference(record, before, array, self.tolerance(str(array.dtype)))
        if why:
            self._differs(point, why, record.get("shown") or shown(before), shown(array))

    def _differs(self, point: Point, why: str, original: str, converted: str, elsewhere: Point | None = None) -> None:
        self.verdict["first"] = {
            "path": point[0],
            "line": point[1],
            "name": point[2],
            "time": self.seen[point],
            "why": why,
            "original": original,
            "converted": converted,
            "elsewhere": elsewhere,
        }
        self._write()

    def finish(self) -> None:
        """Write the verdict; one that lacks `finished` was left by a process that ended in the middle."""
        if os.getpid() != self.process:
            return
        line = self.records.readline() if self.verdict["first"] is None else b""
        if line:
            point = tuple(json.loads(line)["point"])
            self.seen[point] = self.seen.get(point, 0) + 1
            self._differs(point, "the conversion ended before it came here", "", "")
        self.verdict["finished"] = True
        self._write()

    def _write(self) -> None:
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.verdict, file)


def describe(leaf: Any) -> str:
    """A value in a few words."""
    array = host(leaf)
    return f"{type(leaf).__name__}, no array" if array is None or array is ... else shown(array)


def unpacked(record: dict[str, Any], data: bytes) -> Any:
    """The array of a record, or its blocks."""
    numpy = sys.modules["numpy"]
    if record["kind"] == "blocks":
        kind = "complex128" if record["dtype"].startswith("complex") else "float64"
        return numpy.frombuffer(data, kind).reshape(4, -1)
    return numpy.frombuffer(data, numpy.dtype(record["dtype"])).reshape(record["shape"])


def difference(record: dict[str, Any], before: Any, array: Any, tolerance: tuple[float, float]) -> str:
    """In what an array differs from a record, or nothing."""
    if record["dtype"] != str(array.dtype):
        return "the dtypes differ"
    if tuple(record["shape"]) != array.shape:
        return "the shapes differ"
    header, data = packed(array)
    if record["kind"] == "blocks":
        if record["digest"] == header["digest"]:
            return ""
        if array.dtype.kind not in "fcV":
            return "elements differ"
        return _of_blocks(before, blocks(array), tolerance)
    return "" if data == before.tobytes() else _of_elements(before, array, tolerance)


def _of_elements(before: Any, after: Any, tolerance: tuple[float, float]) -> str:
    numpy = sys.modules["numpy"]
    same = before == after
    if after.dtype.kind in "fcV":
        wide = "complex128" if after.dtype.kind == "c" else "float64"
        same = same | numpy.isclose(after.astype(wide), before.astype(wide), *tolerance, equal_nan=True)
    if same.all():
        return ""
    wrong = numpy.argwhere(~numpy.atleast_1d(same))
    place = tuple(map(int, wrong[0]))
    left, right = numpy.atleast_1d(before)[place], numpy.atleast_1d(after)[place]
    where = f", the first at {list(place)}: {left} and {right}" if after.ndim else ""
    return f"{len(wrong)} of {same.size} elements differ{where}"


def _of_blocks(before: Any, after: Any, tolerance: tuple[float, float]) -> str:
    numpy = sys.modules["numpy"]
    rtol, atol = tolerance
    room = _BLOCK * atol + rtol * before[1].real
    for row in (0, 1, 2):
        wrong = numpy.flatnonzero(~(numpy.abs(after[row] - before[row]) <= room))
        if wrong.size:
            first = int(wrong[0]) * _BLOCK
            return f"elements differ, the first of them among those from {first} to {first + _BLOCK - 1}"
    return "" if (after[3] == before[3]).all() else "what is infinite or not a number differs"
