"""`np2tf report`: a page that shows what converts, and each file beside its conversion."""

from __future__ import annotations

import click

from np2tf.commands.conversion import Run
from np2tf.terminal import Failure, say


@click.command(short_help="Write a page that shows what would convert.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option("--html", "target", type=click.Path(), required=True, metavar="FILE", help="Where to write the page.")
@click.option("--jit/--no-jit", default=None, help="Decorate functions that can be compiled.")
@click.option("--strict", is_flag=True, help="Don't make rewrites that rest on an assumption.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="Leave these out, even if named. Repeatable.")
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), help="Processes; 0: one per core where that pays.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def report(
    paths: tuple[str, ...],
    target: str,
    jit: bool | None,
    strict: bool,
    exclude: tuple[str, ...],
    jobs: int | None,
    quiet: bool,
) -> int:
    """Analyse the Python files and notebooks among and below the PATHs as `convert` does, change none of them, and
    write one HTML page: the share that converts by package and module, what was found by code, and each file beside
    its conversion. The page needs no network.

    Exit status: 0 the page was written; 2 it could not be, or a file could not be read."""
    if "-" in paths:
        raise click.UsageError("the page is about files: name them, and not -")
    if not target.endswith((".html", ".htm")):
        raise Failure(f"{target} is no name for a page. Name a file that ends in .html.")
    run = Run(
        paths,
        stdin_filename=None,
        report=target,
        strict=strict,
        jit=jit,
        exclude=exclude,
        jobs=jobs,
        exit_zero=True,
        verbose=False,
        quiet=quiet,
    )
    run.analyse()
    for remark in run.remarks:
        say(f"np2tf: {remark}", error=True)
    from np2tf.files import FileError, write
    from np2tf.report.html import page

    text = page(run.result(), {path: read.data for path, read in run.inputs.items()})
    try:
        write(target, text.encode("utf-8", "backslashreplace"))
    except FileError as problem:
        raise Failure(f"the page {problem}") from problem
    if not quiet:
        say(f"{target}: {len(run.files)} {'file' if len(run.files) == 1 else 'files'}; open it in a browser")
    return run.status() if run.broken else 0
