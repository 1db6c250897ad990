"""`np2tf verify`: run a program under NumPy and its conversion under TensorFlow, and say where they first differ."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from np2tf.commands.run import PROGRAM, check_tensorflow, prepare, warn
from np2tf.terminal import Failure, say

if TYPE_CHECKING:
    from np2tf.running.compare import Printed
    from np2tf.running.units import Unit


_CHATTER = re.compile(r"[IW]0000 00:00:\d|WARNING: All log messages before absl|To enable the following instructions: ")


class _Ended(NamedTuple):
    status: int
    out: str
    err: str
    read: bytes  # what it was given of standard input


@click.command(context_settings=PROGRAM, short_help="Run a program on NumPy and on TensorFlow, and compare.")
@click.option("-m", "module", is_flag=True, help="PROGRAM is a module, as in python -m.")
@click.option("--package", "packages", metavar="NAME", multiple=True, help="Convert this package too. Repeatable.")
@click.option("--strict", is_flag=True, help="Don't make rewrites that rest on an assumption.")
@click.option("--rtol", metavar="[DTYPE=]X", multiple=True, help="Relative difference that is rounding. Repeatable.")
@click.option("--atol", metavar="[DTYPE=]X", multiple=True, help="Absolute difference that is rounding. Repeatable.")
@click.option(
    "--max-records", metavar="N", type=click.IntRange(0), default=100_000, show_default=True, help="Compare N values."
)
@click.option("--no-cache", is_flag=True, help="Convert anew, and keep nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing where both are the same.")
@click.argument("program", metavar="PROGRAM")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARG]...")
def verify(
    module: bool,
    packages: tuple[str, ...],
    strict: bool,
    rtol: tuple[str, ...],
    atol: tuple[str, ...],
    max_records: int,
    no_cache: bool,
    quiet: bool,
    program: str,
    arguments: tuple[str, ...],
) -> int:
    """Run a script, a notebook, or a module with -m, twice: as it is, and as its conversion. Nothing is written to it.

    Compared are what both print, their exit status, the values of modules' names after each statement that may change
    them, and what functions return. Floating-point numbers may differ by rounding, as far as their dtype lets expect,
    or by --rtol and --atol.

    What the program does outside, such as writing files, happens twice. A program that prints the time, or draws
    random numbers without a seed, differs from run to run.

    Exit status: 0 the same; 1 different; 2 it could not be run.
    """
    given = _tolerances(rtol, atol)
    check_tensorflow()
    found, units = prepare(program, module, packages, jit=False, strict=strict, cached=not no_cache)
    if not quiet:
        warn(found, units)
    with tempfile.TemporaryDirectory(prefix="np2tf-verify-") as directory:
        from np2tf.running.child import plan_of

        records, verdict = (os.path.join(directory, name) for name in ("records", "verdict"))
        plan = {
            **plan_of(found, units),
            "arguments": arguments,
            "records": records,
            "verdict": verdict,
            "most": max_records,
            "tolerances": given,
        }
        original = _run(plan, "original", directory, None)
        converted = _run(plan, "converted", directory, original.read)
        values = json.loads(Path(verdict).read_text(encoding="utf-8")) if os.path.exists(verdict) else None
    return _report(original, converted, values, given, units, quiet=quiet, limit=max_records)


def _tolerances(rtol: Sequence[str], atol: Sequence[str]) -> dict[str, list[float | None]]:
    """What is asked for, by dtype; "" stands for all others."""
    from np2tf.running.record import TOLERANCES

    found: dict[str, list[float | None]] = {}
    for index, (option, texts) in enumerate((("--rtol", rtol), ("--atol", atol))):
        for text in texts:
            dtype, _, number = text.rpartition("=")
            try:
                value = float(number)
            except ValueError:
                value = -1.0
            if not 0 <= value < float("inf") or dtype not in ("", *TOLERANCES):
                raise click.UsageError(
                    f"{option} {text}: write a number, such as {option} 1e-6, or one for a dtype, such as "
                    f"{option} float32=1e-4; the dtypes are {', '.join(TOLERANCES)}"
                )
            found.setdefault(dtype, [None, None])[index] = value
    for dtype, pair in found.items():
        for index in (0, 1):
            if pair[index] is None and dtype:
                pair[index] = found.get("", [None, None])[index]
    return found


def _run(plan: dict[str, Any], side: str, directory: str, given: bytes | None) -> _Ended:
    """Run one side, with its output caught; it reads what is given, or else standard input."""
    path = os.path.join(directory, f"{side}.json")
    Path(path).write_text(json.dumps({**plan, "side": side}), encoding="utf-8")
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    environment = {**os.environ, "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    start = f"import sys; sys.path.insert(1, {top!r}); from np2tf.running.child import main; main({path!r})"
    names = [os.path.join(directory, f"{side}.{kind}") for kind in ("out", "err")]
    with open(names[0], "wb") as out, open(names[1], "wb") as err:
        command = [sys.executable, "-c", start]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment)
        read = _Feed(process, given).until_it_ends()
    texts = [Path(name).read_bytes().decode("utf-8", "backslashreplace") for name in names]
    return _Ended(process.returncode, texts[0], texts[1], read)


class _Feed:
    """Hands standard input on to a process, as far as that takes it: a program that reads nothing must not wait for a
    pipe that nobody closes."""

    def __init__(self, process: subprocess.Popen[bytes], given: bytes | None) -> None:
        self.process, self.given = process, given
        self.read = bytearray()

    def until_it_ends(self) -> bytes:
        """Wait for the process; returns what it was given."""
        threading.Thread(target=self._feed, daemon=True).start()
        self.process.wait()
        return bytes(self.read)

    def _feed(self) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        try:
            for data in [self.given] if self.given is not None else self._standard_input():
                self.read += data
                stdin.write(data)
                stdin.flush()
            stdin.close()
        except OSError:  # the process has ended, or has closed its standard input
            pass

    @staticmethod
    def _standard_input() -> Iterator[bytes]:
        if sys.stdin is not None and not sys.stdin.isatty():
            while data := os.read(sys.stdin.fileno(), 1 << 16):
                yield data


def _report(
    original: _Ended,
    converted: _Ended,
    values: dict[str, Any] | None,
    given: dict[str, list[float | None]],
    units: dict[str, Unit],
    *,
    quiet: bool,
    limit: int,
) -> int:
    """Say what came of it; returns the exit status."""
    from np2tf.running.compare import PRINTED, printed

    if values is None and converted.status == original.status:
        raise Failure(f"the conversion left no account of its values. It wrote:\n{_last(converted.err)}")
    asked = given.get("", [None, None])
    tolerance = tuple(usual if own is None else own for own, usual in zip(asked, PRINTED, strict=True))
    text = printed(original.out, converted.out, tolerance)  # type: ignore[arg-type]
    found = [*_values(values, units), *_printed(text)]
    if original.status != converted.status:
        found += [
            f"different exit status: {original.status} under NumPy, {converted.status} under TensorFlow",
            *(f"    {line}" for line in _last((converted if converted.status else original).err).splitlines()),
        ]
    if found:
        say("\n".join(found))
        return 1
    if not quiet:
        say(_same(original, values or {}, text, limit))
    return 0


def _values(values: dict[str, Any] | None, units: dict[str, Unit]) -> list[str]:
    first = (values or {}).get("first")
    if first is None:
        return []
    time = "" if first["time"] == 1 else f", time {first['time']}"
    why = first["why"]
    if first["elsewhere"] is not None:
        path, line, name = first["elsewhere"]
        why += f", to {units[path].at(line)}, `{name}`"
    lines = [f"{units[first['path']].at(first['line'])}: `{first['name']}`{time}: {why}"]
    sides = (("NumPy", first["original"]), ("TensorFlow", first["converted"]))
    return [*lines, *(f"    {name:<11} {value}" for name, value in sides if value)]


def _printed(text: Printed) -> list[str]:
    if text.line is None:
        return []
    return [f"line {text.line} of the output differs", f"    NumPy       {text.left}", f"    TensorFlow  {text.right}"]


def _same(original: _Ended, values: dict[str, Any], text: Printed, limit: int) -> str:
    lines = len(original.out.splitlines())
    rounded = f", {text.rounded} of them up to rounding" if text.rounded else ""
    printed = f"{lines} {'line' if lines == 1 else 'lines'} printed{rounded}"
    count = values.get("arrays", 0)
    computed = "1 value compared" if count == 1 else f"{count} values compared"
    said = [f"the same: {printed}; exit status {original.status}; {computed}"]
    if values.get("blocks"):
        said.append(f"    {values['blocks']} of them are large, and were compared by sums of 256 elements")
    if values.get("left_out"):
        said.append(f"    values were not compared at {values['left_out']} places that have no counterpart any more")
    if values.get("unknown"):
        said.append(f"    {values['unknown']} more have values that can't be had outside of a graph")
    if values.get("compared", 0) >= limit:
        said.append(f"    no more than {limit} values were compared: --max-records")
    if not values.get("finished"):
        said.append("    the program ended without its exit functions: the last values may not have been compared")
    return "\n".join(said)


def _last(text: str) -> str:
    """The last lines of what a process complained of, without what TensorFlow says of the machine."""
    return "\n".join([line for line in text.rstrip().splitlines() if not _CHATTER.match(line)][-12:])
