"""How a `Result` is told: one module per format, each with `render(result, view) -> str`. A new format is a module
and a row."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from np2tf.result import BUCKETS, Bucket, Result

if TYPE_CHECKING:
    from np2tf.diagnostics import Severity

FORMATS: dict[str, str] = {
    "text": "np2tf.report.text",
    "json": "np2tf.report.json",
    "sarif": "np2tf.report.sarif",
    "github": "np2tf.report.github",
    "gitlab": "np2tf.report.gitlab",
}
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # worst first


class View(NamedTuple):
    """What the reader wants to see. Formats for programs show everything and look at none of it but `hidden`."""

    color: bool = False
    quiet: bool = False  # errors only, and no summary
    notes: bool = True
    verbose: bool = False  # also every rewrite, and files without a finding
    statistics: bool = False  # the counts instead of the findings
    hidden: int = 0  # diagnostics that --select, --ignore or the configuration took out of the result


def render(form: str, result: Result, view: View) -> str:
    """The result in one of the `FORMATS`."""
    text = import_module(FORMATS[form]).render(result, view)
    assert isinstance(text, str)
    return text


def totals(result: Result) -> dict[Bucket, int]:
    """How many constructs of all files ended in each bucket."""
    return {bucket: sum(file.buckets.get(bucket, 0) for file in result.files) for bucket in BUCKETS}


def no_hand(buckets: dict[Bucket, int]) -> int:
    """How many constructs need no hand: all but those that are marked, and those whose mark was silenced."""
    return sum(buckets.values()) - buckets["marked"] - buckets["suppressed"]


def by_code(result: Result) -> list[tuple[str, Severity, int]]:
    """How often each code was found, with each of its severities: the worst first, then the most frequent."""
    counts = Counter((d.code, d.severity) for file in result.files for d in file.diagnostics)
    ordered = sorted(counts.items(), key=lambda item: (SEVERITIES.index(item[0][1]), -item[1], item[0]))
    return [(code, severity, count) for (code, severity), count in ordered]


def by_rule(result: Result) -> list[tuple[str, int]]:
    """How often each rule rewrote something, the most frequent first."""
    counts = Counter(made.rule for file in result.files for made in file.rewrites)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
