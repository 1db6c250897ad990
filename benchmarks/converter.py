"""Where the converter's time goes on a code base: lines per CPU second of each stage, and of the whole.

    python benchmarks/converter.py PATH [ROUNDS]

LibCST's parsing and writing of the same files (those that name NumPy) is measured before and after every round, as a
machine that slows down slows both: the last column, CPU time as a multiple of that, is the one to compare between
machines. "by metadata" is the design that comes to mind first, and finds names only: LibCST's ScopeProvider and
QualifiedNameProvider, and one visitor that asks them. Both are measured in a process of their own, where LibCST is as
it comes: the converter makes its nodes quicker, and collects garbage less often. "again" is the conversion of what came
out, which must change nothing. What is measured is the np2tf that is installed, if any is, or else these files. (What
whole processes cost, and the cache, is in `check.py`.)
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # last: what is installed may be the compiled build

import libcst as cst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, ScopeProvider

from np2tf import __version__, project
from np2tf.convert import _with_deep_stack, convert
from np2tf.result import Options
from np2tf.startup import load_converter

STAGES = ("parse", "analyse", "trace (--jit)", "rewrite", "gate")
WHOLE = ("check", "convert, with again")
PEER = "by metadata"


class Clock:
    """CPU seconds by name."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def time(self, name: str, work: Callable[[], object]) -> object:
        """Do some work, and note what it took."""
        gc.collect()  # what was there before is none of this one's business
        start = time.process_time()
        result = work()
        self.spent.setdefault(name, []).append(time.process_time() - start)
        return result


def reference(texts: list[str]) -> None:
    """What every tool on LibCST pays."""
    for text in texts:
        cst.parse_module(text).code  # noqa: B018 - the code is written for its cost


class Names(cst.CSTTransformer):
    """Finds what is NumPy's in a module, by metadata."""

    METADATA_DEPENDENCIES = (QualifiedNameProvider, ScopeProvider)

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, object]] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Look at one node."""
        if isinstance(node, (cst.Name, cst.Attribute)):
            for qualified in self.get_metadata(QualifiedNameProvider, node, ()):  # type: ignore[arg-type]
                if qualified.name.startswith("numpy"):
                    self.found.add((qualified.name, self.get_metadata(ScopeProvider, node, None)))
        return True


def by_metadata(texts: list[str]) -> None:
    """The same, and NumPy's names found, where nothing is rewritten."""
    for text in texts:
        MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True).visit(Names()).code  # noqa: B018


FLOOR = "LibCST, parse and write"
PEERS = {FLOOR: reference, PEER: by_metadata}


def peers(texts: list[str], asked: Connection) -> None:
    """Measure what is asked for, until nothing more is."""

    def work() -> None:
        while name := asked.recv():
            clock = Clock()
            clock.time(name, lambda: PEERS[name](texts))
            asked.send(clock.spent[name][0])

    with_deep_stack(work)


def with_deep_stack(work: Callable[[], None]) -> None:
    """Run where there is stack for deeply nested sources."""
    threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(200_000)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def stages(clock: Clock, files: dict[str, bytes]) -> None:
    """One conversion, stage by stage."""
    from np2tf.analysis.tracing import trace
    from np2tf.gate import check
    from np2tf.outcome import Outcome
    from np2tf.project import load
    from np2tf.tree import forget

    options = Options(jit=True)
    project, _ = clock.time("parse", lambda: load(files))  # type: ignore[misc]
    clock.time("analyse", project.analyse)
    clock.time("trace (--jit)", lambda: trace(project))
    outcomes = [Outcome(module, project, options) for module in project.modules.values()]

    def rewrite() -> list[str]:
        for outcome in outcomes:
            outcome.collect()
        return [outcome.apply() for outcome in outcomes]

    texts = clock.time("rewrite", rewrite)
    assert isinstance(texts, list)
    clock.time("gate", lambda: [check(o.module, text, o) for o, text in zip(outcomes, texts, strict=True)])
    forget()


def measure(path: Path, rounds: int) -> None:
    """Measure, and print a table."""
    paths = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    files = {str(p.relative_to(path) if path.is_dir() else p.name): p.read_bytes() for p in paths}
    files = {name: data for name, data in files.items() if b"numpy" in data and readable(data)}
    if not files:
        sys.exit(f"no file below {path} names numpy and can be parsed")
    texts = [data.decode("utf-8") for data in files.values()]
    lines = sum(data.count(b"\n") for data in files.values())
    clock = Clock()
    own, theirs = multiprocessing.get_context("spawn").Pipe()
    peer = multiprocessing.get_context("spawn").Process(target=peers, args=(texts, theirs))
    peer.start()

    def ask(name: str) -> None:
        own.send(name)
        clock.spent.setdefault(name, []).append(own.recv())

    load_converter()
    for _ in range(rounds):
        ask(FLOOR)
        _with_deep_stack(lambda: stages(clock, files))
        ask(FLOOR)
        ask(PEER)
        clock.time(WHOLE[0], lambda: convert(files, Options(check_only=True)))
        ask(FLOOR)
        clock.time(WHOLE[1], lambda: convert(files))
    own.send("")
    peer.join()
    base = statistics.median(clock.spent[FLOOR])
    build = "Python" if str(project.__file__).endswith(".py") else "compiled"
    print(f"{len(files)} files that name numpy, {lines} lines; median of {rounds}; np2tf {__version__}, {build}")
    print(f"{'':24}{'CPU s':>8}{'lines/CPU s':>14}{'times LibCST':>14}")
    print(f"{FLOOR:24}{base:8.2f}{lines / base:14.0f}{1:14.2f}")
    for name in (*STAGES, PEER, *WHOLE):
        spent = statistics.median(clock.spent[name])
        print(f"{name:24}{spent:8.2f}{lines / max(spent, 1e-9):14.0f}{spent / base:14.2f}")


def readable(data: bytes) -> bool:
    """Whether LibCST can take a file as it is."""
    try:
        cst.parse_module(data.decode("utf-8"))
    except (UnicodeDecodeError, cst.ParserSyntaxError):
        return False
    return True


def main() -> None:
    """Read the arguments; work where there is stack for deeply nested sources."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    path, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 3
    with_deep_stack(lambda: measure(path, rounds))


if __name__ == "__main__":
    main()
