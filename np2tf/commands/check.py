"""`np2tf check`: the analysis of `convert`, writing nothing."""

from __future__ import annotations

from typing import Any

import click

from np2tf.commands.conversion import Run, codes_named, options


@click.command("check", short_help="Say what would convert and what would not; write nothing.")
@options
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How to print the findings."
)
@click.option("--select", metavar="CODES", multiple=True, help="Show only these codes, such as NT1 or NT501,NT502.")
@click.option("--ignore", metavar="CODES", multiple=True, help="Don't show these codes.")
@click.option("--statistics", is_flag=True, help="Print counts by code and rule instead of the findings.")
def check(
    paths: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    statistics: bool,
    **shared: Any,
) -> int:
    """Analyse the Python files among and below the PATHs as `convert` does, and write nothing.

    Exit status: 0 everything converts; 1 something would be left to do by hand; 2 wrong usage, or a file that can't
    be read."""
    if statistics and form != "text":
        raise click.UsageError("--statistics is for --format text: the JSON report has every finding to count")
    if form != "text" and shared["report"] == "-":
        raise click.UsageError("--format json already writes the report to standard output: leave out --report -")
    run = Run(paths, check_only=True, select=codes_named(select), ignore=codes_named(ignore), **shared)
    run.analyse()
    run.report(form, to_error=False, notes=True, statistics=statistics)
    return run.status()
