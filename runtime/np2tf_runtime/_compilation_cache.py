"""What XLA has compiled, kept for the next run of the same program: compiling is most of the time of short runs.

TensorFlow can keep its compiled programs in a directory, and takes one from there only where it was compiled from the
same computation, which it compares whole. It doesn't look at whether the file is what was written, nor at the machine,
the version and the options it was compiled with. So each program has a directory of its own here for each of these,
whose files have checksums; TensorFlow is shown a temporary copy of those that are whole, and what it adds there is
taken over when the process ends. On a GPU nothing is kept.

The directory is NP2TF_COMPILATION_CACHE, or `compiled` in NP2TF_CACHE_DIR or where the system keeps caches; with
NP2TF_COMPILATION_CACHE=0 there is none. Where it can't be written, or belongs to somebody else, nothing is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import platform
import secrets
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

_CHECKSUM = 16
_ENTRIES = 128  # kept of one program
_PROGRAMS = 100
_PREFIX = "np2tf-compiled-"
_OLD = 7 * 24 * 3600  # seconds
_ROOM = 256 << 20  # bytes that must be free: TensorFlow doesn't compile what it can't write
_FLAGS = "TF_XLA_FLAGS"
_LOGGED = "TF_CPP_MIN_LOG_LEVEL"
_OPTION = "--tf_xla_persistent_cache_directory"
_PROCESSORS = "--tf_xla_persistent_cache_device_types=CPU"
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache of np2tf: it may be removed.\n"


@contextlib.contextmanager
def announced() -> Iterator[None]:
    """While TensorFlow is imported: tell it where to look for compiled programs, and to print no more than failures.

    It would print that it found one, as two errors. It reads its options once, before it computes anything; what
    inherits the environment later is another process.
    """
    global _shown
    before = {name: os.environ.get(name) for name in (_FLAGS, _LOGGED)}
    flags = before[_FLAGS] or ""
    place = _temporary()
    named = flags and not flags.lstrip().startswith("-")  # a file that has them
    if place is None or _directory() is None or _may_have_gpu() or _OPTION in flags or named:
        yield
        return
    os.environ[_FLAGS] = f"{flags} {_OPTION}={place} {_PROCESSORS}".strip()
    os.environ.setdefault(_LOGGED, "3")
    try:
        yield
        with contextlib.suppress(ImportError, AttributeError):
            from tensorflow.python.client import pywrap_tf_session

            pywrap_tf_session.TF_GetXlaConstantFoldingDisabled()  # reads all options
            _shown = place
            atexit.register(_end, place, os.getpid())
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _may_have_gpu() -> bool:
    return any(os.path.exists(path) for path in ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg"))


def _temporary() -> Path | None:
    """A directory for this process alone, which isn't made yet, if there is room for it."""
    with contextlib.suppress(OSError):
        place = tempfile.gettempdir()
        plain = not any(letter.isspace() or letter in "\"'" for letter in place)  # or it would be several options
        if plain and shutil.disk_usage(place).free > _ROOM:
            return Path(place) / f"{_PREFIX}{secrets.token_hex(8)}"
    return None


def start() -> None:
    """Show TensorFlow what earlier runs of the program have compiled, before it first compiles."""
    global _store
    directory = _directory()
    if _shown is None or _store is not None or directory is None:
        return
    with contextlib.suppress(OSError):
        _store = _Store(directory / _program())
        _shown.mkdir(mode=0o700, exist_ok=True)
        _store.copy_to(_shown)
        _sweep(_shown)


def _sweep(shown: Path) -> None:
    """Remove what processes have left that were killed, long ago."""
    for path in shown.parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = path.stat()
            if status.st_mtime < time.time() - _OLD and status.st_uid == shown.stat().st_uid:
                shutil.rmtree(path)


def _end(shown: Path, process: int) -> None:
    if os.getpid() == process:  # and not one that was forked
        with contextlib.suppress(OSError):
            if _store is not None:
                _store.take_over(shown)
        shutil.rmtree(shown, ignore_errors=True)


_shown: Path | None = None
_store: _Store | None = None


def _directory() -> Path | None:
    given = os.environ.get("NP2TF_COMPILATION_CACHE", "")
    if given == "0":
        return None
    home = os.path.expanduser("~")
    if sys.platform == "win32":  # pragma: no cover
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":  # pragma: no cover
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    caches = os.environ.get("NP2TF_CACHE_DIR") or os.path.join(base, "np2tf")
    with contextlib.suppress(OSError):  # no working directory
        return Path(os.path.abspath(given or os.path.join(caches, "compiled")))
    return None


def _program() -> str:
    """A name for this program on this machine, with this TensorFlow and these options."""
    import tensorflow as tf

    known = [
        os.path.abspath(sys.argv[0] if sys.argv else ""),
        tf.version.VERSION,
        tf.version.GIT_VERSION,
        *(os.environ.get(name, "") for name in ("XLA_FLAGS", _FLAGS, "TF_ENABLE_ONEDNN_OPTS")),
        str(os.cpu_count()),
        _processor(),
    ]
    return blake2b("\0".join(known).encode(errors="surrogateescape"), digest_size=12).hexdigest()


def _processor() -> str:
    """What tells the instructions that this processor has; the machine's name, where the system doesn't say."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().partition("\n\n")[0].splitlines()
        told = [line for line in lines if line.lower().startswith(("model name", "flags", "features", "cpu part"))]
        if told:
            return "\n".join((platform.machine(), *told))
    return "\n".join((platform.machine(), platform.processor(), platform.node()))  # pragma: no cover


class _Store:
    """The compiled programs of one program, each with a checksum."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and directory.stat().st_uid != os.getuid():
            raise PermissionError(directory)  # whoever wrote it could have this process run anything
        os.utime(directory)
        self._directory = directory

    def copy_to(self, shown: Path) -> None:
        """Write what is whole there, and remove the rest."""
        for path in self._directory.iterdir():
            stored = path.read_bytes()
            if path.suffix == ".pb" and stored[:_CHECKSUM] == _checksum(stored[_CHECKSUM:]):
                (shown / path.name).write_bytes(zlib.decompress(stored[_CHECKSUM:]))
            elif path.suffix == ".pb":
                path.unlink(missing_ok=True)

    def take_over(self, shown: Path) -> None:
        """Keep what has come to it."""
        added = [path for path in shown.glob("*.pb") if not (self._directory / path.name).exists()]
        for path in added:
            packed = zlib.compress(path.read_bytes(), 1)
            handle, temporary = tempfile.mkstemp(dir=self._directory)
            with os.fdopen(handle, "wb") as file:
                file.write(_checksum(packed) + packed)
            os.replace(temporary, self._directory / path.name)
        if added:
            for path in _all_but_newest(self._directory, _ENTRIES):
                path.unlink(missing_ok=True)
            programs = self._directory.parent
            (programs / "CACHEDIR.TAG").write_bytes(_TAG)
            for path in _all_but_newest(programs, _PROGRAMS + 1):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)


def _all_but_newest(directory: Path, kept: int) -> list[Path]:
    return sorted(directory.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)[kept:]


def _checksum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_CHECKSUM).digest()
