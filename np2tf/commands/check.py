"""`np2tf check`: the analysis of `convert`, writing nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from np2tf.commands.conversion import Run, codes_named, completed, options
from np2tf.terminal import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from np2tf.baseline import Baseline, Entry

FORMATS = ("text", "json", "sarif", "github", "gitlab")  # the keys of `report.FORMATS`, which is slow to import


@click.command("check", short_help="Say what would convert and what would not; write nothing.")
@options
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to print the findings.")
@click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    help="Show only these codes, such as NT1 or NT501,NT502.",
    shell_complete=completed,
)
@click.option("--ignore", metavar="CODES", multiple=True, help="Don't show these codes.", shell_complete=completed)
@click.option(
    "--baseline", type=click.Path(), metavar="FILE", help="Don't show what FILE lists, and fail for what is fixed."
)
@click.option("--update-baseline", is_flag=True, help="Take what is fixed out of the baseline; or make it.")
@click.option("--no-cache", is_flag=True, help="Analyse anew, and keep nothing.")
@click.option("--statistics", is_flag=True, help="Print counts by code and rule instead of the findings.")
def check(
    paths: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    no_cache: bool,
    statistics: bool,
    **shared: Any,
) -> int:
    """Analyse the Python files and notebooks among and below the PATHs as `convert` does, and write nothing.

    A baseline is a committed list of findings to live with for now: those are not shown, and new ones fail. An entry
    that is fixed fails, too, until --update-baseline takes it out; that never adds one, but makes the list where the
    file does not exist yet.

    Results are kept in NP2TF_CACHE_DIR, or where the system keeps caches, for when nothing has changed.

    Exit status: 0 everything converts, or is in the baseline; 1 something would be left to do by hand, or the baseline
    has entries that are fixed; 2 wrong usage, or a file that can't be read."""
    if statistics and form not in ("text", "json"):
        raise click.UsageError(f"--statistics goes with --format text or json: {form} lists findings")
    if form != "text" and shared["report"] == "-":
        raise click.UsageError(f"--format {form} already writes to standard output: leave out --report -")
    if update_baseline and baseline is None:
        raise click.UsageError("--update-baseline goes with --baseline FILE")
    chosen, ignored = codes_named(select), codes_named(ignore)
    run = Run(paths, check_only=True, cached=not no_cache, select=chosen, ignore=ignored, **shared)
    known = _read_baseline(baseline, update_baseline) if baseline is not None else None
    run.analyse()
    outcome, stale = _held_against(run, known, update_baseline) if known is not None else ("", False)
    if form != "text" or (stale and run.quiet):
        run.remarks += [outcome] if outcome else []
        outcome = ""
    run.report(form, to_error=False, notes=True, statistics=statistics, outcome=outcome)
    return run.status(would_change=stale)


def _read_baseline(path: str, update: bool) -> Baseline:
    """The baseline; an empty one where it is to be made."""
    from np2tf.baseline import Baseline, BaselineError, load

    if update and not os.path.lexists(path):
        return Baseline(path, {})
    try:
        return load(path)
    except BaselineError as error:
        raise Failure(str(error)) from error


def _held_against(run: Run, baseline: Baseline, update: bool) -> tuple[str, bool]:
    """Take what is in the baseline out of the run's findings. Returns what to say, and whether entries are fixed."""
    path = baseline.path
    if update and not os.path.lexists(path):
        made = baseline.of(run.files)
        _write_baseline(path, made)
        run.files = type(baseline)(path, made).compare(run.files, run.could_find).files
        return f"{path}: made, of the {_findings(made.total())} of this run; commit it", False
    compared = baseline.compare(run.files, run.could_find)
    run.files = compared.files
    said = [f"{path}: {_findings(compared.known)} of this run left out"]
    if compared.fixed:
        said.append(f"{path}: {_findings(len(compared.fixed))} fixed:")
        said += [f"    {entry}" for entry in compared.fixed]
        said.append("Take what is fixed out with --update-baseline.")
    if not update:
        return "\n".join(said), bool(compared.fixed)
    if compared.fixed:
        _write_baseline(path, compared.left)
        said[-1] = f"{path}: updated, {_findings(compared.left.total())} left in it"
    new = baseline.of(run.files).total()
    if new:
        said.append(
            f"{path}: {_findings(new)} of this run not in it; to live with new ones, remove it and make it again"
        )
    return "\n".join(said), False


def _write_baseline(path: str, entries: Mapping[Entry, int]) -> None:
    from np2tf.baseline import rendered
    from np2tf.files import FileError, write

    try:
        write(path, rendered(entries).encode())
    except FileError as problem:
        raise Failure(f"the baseline {problem}") from problem


def _findings(count: int) -> str:
    """
    >>> _findings(1), _findings(2)
    ('1 finding', '2 findings')
    """
    return f"{count} finding{'' if count == 1 else 's'}"
