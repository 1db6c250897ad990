"""The converter's modules, imported with what Python compiles at each start kept from one start to the next.

LibCST's nodes are some two hundred dataclasses. Of each, Python writes the methods as text and compiles them whenever
the module is imported, which is nearly half of what importing LibCST takes. So what was compiled is kept by its text,
beside np2tf's own compiled modules and on the same terms: nothing is kept under `-B`, where the place can't be written,
or for another Python. A text that is not there is compiled as ever.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import zlib
from abc import ABCMeta
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType
from typing import Any

_LOCK = threading.Lock()
_CHECKSUM = 4


def load_converter() -> None:
    """Import what converts, LibCST included."""
    if "libcst" not in sys.modules:  # otherwise all that is slow about it is done
        with compiled_once():
            import np2tf.gate
            import np2tf.project  # noqa: F401
    _quicken()


def _quicken() -> None:
    """LibCST's nodes are hashed and compared by identity, which objects are without a call of Python's; and which class
    a node is of takes a look into a registry for abstract ones, where none of these is registered."""
    import libcst

    stack: list[Any] = [libcst.CSTNode]
    while stack:
        kind = stack.pop()
        if kind.__hash__ is not object.__hash__:
            kind.__hash__, kind.__eq__ = object.__hash__, object.__eq__
            if type(kind) is ABCMeta:
                kind.__class__ = _Plain
            stack += type.__subclasses__(kind)


@contextlib.contextmanager
def unvalidated() -> Iterator[None]:
    """LibCST's nodes are not asked whether they are valid while this lasts: those that its parser makes are, and to ask
    takes a seventh of its time."""
    import libcst

    kind: Any = libcst.CSTNode
    if kind.__post_init__ is not _nothing:  # or another thread is parsing
        _asked["by"] = kind.__post_init__
    kind.__post_init__ = _nothing
    try:
        yield
    finally:
        kind.__post_init__ = _asked["by"]


_asked: dict[str, Any] = {}  # how they are asked


def _nothing(node: object) -> None:
    pass


class _Plain(ABCMeta):
    """Abstract classes that hold no others than those that inherit from them."""

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Keep what making dataclasses compiles, for as long as this lasts. There is no garbage to collect meanwhile."""
    import dataclasses

    path = _path()
    with _LOCK:
        if path is None or hasattr(dataclasses, "exec"):
            yield
            return
        kept = _read(path)
        used: dict[str, CodeType] = {}

        def execute(text: str, names: dict[str, Any], found: dict[str, Any] | None = None) -> None:
            code = used[text] = kept.get(text) or compile(text, "<string>", "exec", dont_inherit=True)
            exec(code, names, found)

        collecting = gc.isenabled()
        gc.disable()
        dataclasses.exec = execute  # type: ignore[attr-defined]  # the module finds it before the builtin
        try:
            yield
        finally:
            del dataclasses.exec  # type: ignore[attr-defined]
            if collecting:
                gc.enable()
    if used.keys() - kept.keys():  # another LibCST, say
        _write(path, used)


def _path() -> str | None:
    """Where compiled methods are kept: beside this module's own compiled form."""
    try:
        return os.path.splitext(cache_from_source(__file__))[0] + ".methods"
    except NotImplementedError:  # a Python that keeps nothing
        return None


def _read(path: str) -> dict[str, CodeType]:
    import marshal

    try:
        with open(path, "rb") as file:
            stored = file.read()
        head = len(MAGIC_NUMBER)
        whole = stored[:head] == MAGIC_NUMBER
        checksum, data = stored[head : head + _CHECKSUM], stored[head + _CHECKSUM :]
        if whole and checksum == zlib.crc32(data).to_bytes(_CHECKSUM, "little"):
            kept = marshal.loads(data)
            return kept if isinstance(kept, dict) else {}
    except (OSError, EOFError, ValueError, TypeError):
        pass
    return {}


def _write(path: str, used: dict[str, CodeType]) -> None:
    import marshal

    if sys.dont_write_bytecode:
        return
    from np2tf.files import FileError, write

    data = marshal.dumps(used)
    with contextlib.suppress(OSError, FileError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, MAGIC_NUMBER + zlib.crc32(data).to_bytes(_CHECKSUM, "little") + data)
