"""`np2tf convert`: rewrite in place, to another tree, or as a diff."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import click

from np2tf.commands.conversion import Run, check_output, options
from np2tf.terminal import colored, emit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from np2tf.files import Change


@click.command(short_help="Rewrite NumPy code for TensorFlow.")
@options
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="DIR",
    help="Leave the input alone, and write a whole tree that runs to DIR.",
)
@click.option("--diff", is_flag=True, help="Print what would change, write nothing; exit 1 if anything would.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@click.option("--allow-dirty", is_flag=True, help="Rewrite files that have uncommitted changes, too.")
@click.option("--allow-no-vcs", is_flag=True, help="Rewrite files outside git, too.")
@click.option(
    "--force", is_flag=True, help="Write into an output directory with files that are not an earlier output's."
)
def convert(
    paths: tuple[str, ...],
    output: str | None,
    diff: bool,
    check: bool,
    allow_dirty: bool,
    allow_no_vcs: bool,
    force: bool,
    **shared: Any,
) -> int:
    """Rewrite the Python files and notebooks among and below the PATHs, in place.

    Files with uncommitted changes or outside git are refused, because nothing could bring the old text back. What
    can't be converted is marked `# np2tf[NT103]: ...` on the line above, and reported. With - as the only PATH,
    source is read from standard input, and the result is written to standard output.

    Exit status: 0 nothing is left to do by hand; 1 something is, or --check or --diff would change something; 2 wrong
    usage, or a file that can't be read or written."""
    if output is not None and (diff or check):
        raise click.UsageError("-o writes and --diff and --check don't: leave out one of them")
    run = Run(paths, **shared)
    if run.stdin and output is not None:
        raise click.UsageError("-o needs files, and - is standard input")
    if output is not None:
        check_output(paths, output)
    run.analyse()
    changes = run.changes()
    if diff:
        emit(_diff(changes, color=colored()))
    elif run.stdin and not check:
        emit(run.files[0].output)
    outcome, failed = "", False
    if diff or check:
        outcome = f"{len(changes)} files would change" if len(changes) != 1 else "1 file would change"
    elif output is not None:
        outcome, failed = run.write_tree(output, force=force)
    elif not run.stdin:
        outcome, failed = run.write_in_place(changes, allow_dirty=allow_dirty, allow_no_vcs=allow_no_vcs)
    run.report("text", to_error=diff or run.stdin, notes=False, outcome=outcome)
    return run.status(failed=failed, would_change=bool(changes) and (diff or check))


def _diff(changes: Iterable[Change], *, color: bool) -> bytes:
    """A unified diff that `git apply` and `patch -p1` take, in the bytes of the files."""
    from difflib import diff_bytes, unified_diff

    out = bytearray()
    for change in changes:
        name = os.fsencode(change.path)
        lines = diff_bytes(unified_diff, _lines(change.old), _lines(change.new), b"a/" + name, b"b/" + name)
        for line in lines:
            whole = line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
            out += _painted(whole) if color else whole
    return bytes(out)


def _lines(data: bytes) -> list[bytes]:
    """The lines as `patch` counts them, which a lone carriage return does not end.

    >>> _lines(b"a\\r\\nb")
    [b'a\\r\\n', b'b']
    """
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _painted(line: bytes) -> bytes:
    code = {b"+": b"32", b"-": b"31", b"@": b"36"}.get(line[:1])
    return b"\x1b[" + code + b"m" + line[:-1] + b"\x1b[0m\n" if code else line
