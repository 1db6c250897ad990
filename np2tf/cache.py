"""A cache of what was computed from given bytes, in the user's cache directory.

An entry's key is a hash of all that it was computed from, np2tf's own code included, so that an entry is never out of
date. Each begins with a checksum: one that was cut short or changed counts as missing. Nothing depends on the cache:
where it can't be written, it isn't."""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Iterable
from hashlib import blake2b

_CHECKSUM = 16
_KEPT = 2000
_SUFFIX = ".np2tf-cache"
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache of np2tf: it may be removed.\n"


def directory() -> str:
    """Where the cache lies: `NP2TF_CACHE_DIR`, or where the system keeps caches."""
    if given := os.environ.get("NP2TF_CACHE_DIR"):
        return os.path.abspath(given)
    home = os.path.expanduser("~")
    if sys.platform == "win32":  # pragma: no cover
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":  # pragma: no cover
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "np2tf")


def key(*parts: bytes) -> str:
    """The key of what is computed from these parts by this np2tf.

    >>> key(b"ab", b"c") == key(b"a", b"bc")
    False
    """
    return Keys().of(*parts)


class Keys:
    """Keys that have their first parts in common, and this np2tf, which is looked at once."""

    def __init__(self, *parts: bytes) -> None:
        self._hasher = blake2b(digest_size=20)
        for part in (_fingerprint(), *parts):
            _enter(self._hasher, part)

    def of(self, *parts: bytes) -> str:
        """The key that these parts complete."""
        hasher = self._hasher.copy()
        for part in parts:
            _enter(hasher, part)
        return hasher.hexdigest()


def _enter(hasher: blake2b, part: bytes) -> None:
    hasher.update(len(part).to_bytes(8, "little") + part)


def _fingerprint() -> bytes:
    """What tells this np2tf, its parser and its Python from all others."""
    from importlib.util import find_spec

    found = [str(sys.hexversion)]
    parser = find_spec("libcst")  # its metadata would tell the version, but takes longer to import than all else here
    if parser is not None and parser.origin is not None:
        for path in (parser.origin, os.path.join(os.path.dirname(parser.origin), "_version.py")):
            with contextlib.suppress(OSError):
                status = os.stat(path)
                found.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    top = os.path.dirname(os.path.abspath(__file__))
    for here, directories, names in os.walk(top):
        directories[:] = sorted(name for name in directories if name != "__pycache__")
        for name in sorted(names):
            path = os.path.join(here, name)
            status = os.stat(path)
            found.append(f"{os.path.relpath(path, top)} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(found).encode()


class Cache:
    """Entries in a directory; the least recently used are removed when there are many."""

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def _path(self, key: str) -> str:
        return os.path.join(self.directory, key + _SUFFIX)

    def get(self, key: str) -> bytes | None:
        """An entry, or None if there is none that is whole."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                stored = file.read()
            if stored[:_CHECKSUM] != _checksum(stored[_CHECKSUM:]):
                return None
            data = zlib.decompress(stored[_CHECKSUM:])
        except (OSError, zlib.error):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry, if the directory can be written."""
        from np2tf.files import FileError, write

        packed = zlib.compress(data, 1)
        with contextlib.suppress(OSError, FileError):
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
            tag = os.path.join(self.directory, "CACHEDIR.TAG")
            if not os.path.exists(tag):
                write(tag, _TAG)
            write(self._path(key), _checksum(packed) + packed)

    def prune(self) -> None:
        """Remove the least recently used entries, if there are many."""
        with contextlib.suppress(OSError):
            with os.scandir(self.directory) as entries:
                ours = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(_SUFFIX)]
            for path in _oldest(ours, _KEPT):
                with contextlib.suppress(OSError):
                    os.unlink(path)


def _oldest(entries: Iterable[tuple[int, str]], kept: int) -> list[str]:
    """All paths but the newest.

    >>> _oldest([(3, "c"), (1, "a"), (2, "b")], 2)
    ['a']
    """
    return [path for _, path in sorted(entries, reverse=True)[kept:]]


def _checksum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_CHECKSUM).digest()
