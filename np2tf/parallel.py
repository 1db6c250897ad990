"""Work spread over processes: each program of a run is converted by one of them.

The processes are new ones, not forks: a fork of a program with threads may hang. They hold nothing but their pipes, so
that they end when the process that started them does, however that ends.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TypeVar

from np2tf.result import FileResult, Options

T = TypeVar("T")
_WORTH = 100_000  # bytes of source: less is converted before a second process has started
_START = "import sys; sys.path[:] = {!r}; from np2tf.parallel import work; work()"


def processes(jobs: int, programs: Sequence[Mapping[str, bytes]]) -> int:
    """How many processes to use for some programs: `jobs`, or with 0 one per core where that pays."""
    if jobs:
        return min(jobs, len(programs))
    sizes = sorted(sum(map(len, program.values())) for program in programs)
    others = sum(sizes[:-1])  # what can be done while the biggest is
    return max(1, min(_cores(), len(programs), 1 + others // _WORTH))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover


def spread(
    programs: Sequence[Mapping[str, bytes]],
    options: Options,
    count: int,
    done: Callable[[Sequence[FileResult]], None],
) -> None:
    """Convert programs in some processes; `done` gets the results of each, in the order in which they come."""
    rest = iter(sorted(programs, key=lambda program: -sum(map(len, program.values()))))
    lock = threading.Lock()
    failures: list[BaseException] = []
    children = [_start() for _ in range(count)]

    def feed(child: subprocess.Popen[bytes]) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            while not failures:
                with lock:
                    program = next(rest, None)
                if program is None:
                    return
                _send(child.stdin, (dict(program), options))
                answer = pickle.load(child.stdout)
                if isinstance(answer, BaseException):
                    raise answer
                with lock:
                    done(answer)
        except (EOFError, OSError, pickle.UnpicklingError):
            failures.append(RuntimeError("a process that converts came to an early end; -j1 does without"))
        except BaseException as error:  # handed on to the caller
            failures.append(error)

    threads = [threading.Thread(target=feed, args=(child,), name="np2tf") for child in children]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for child in children:
            child.kill()
            child.communicate()
    if failures:
        raise failures[0]


def _start() -> subprocess.Popen[bytes]:
    # Isolated, with this process's own path: nothing that lies in the working directory may be imported.
    flags = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
    if sys.pycache_prefix is not None:
        flags += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    command = [sys.executable, *flags, "-c", _START.format(sys.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def work() -> None:  # pragma: no cover - in a process of its own
    """Convert what comes in until nothing does."""
    import signal

    from np2tf.convert import separately

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one decides
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not end up in between
    while True:
        try:
            program, options = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: object = separately(program, options).files
        except Exception as error:
            answer = _portable(error)
        try:
            _send(out, answer)
        except BrokenPipeError:  # the process that started this one has ended
            return


def _portable(error: Exception) -> Exception:
    """The error, or what it says if it can't be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
