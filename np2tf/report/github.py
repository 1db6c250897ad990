"""Annotations of GitHub Actions: lines in the log of a step that show up beside the code of a pull request.

GitHub shows ten annotations of each kind per step and drops the rest without a word. So the first ten errors,
warnings and notes are annotated, and what is left over is counted in one more.
"""

from __future__ import annotations

from collections import Counter

from np2tf.diagnostics import CODES, Diagnostic
from np2tf.report import SEVERITIES, View
from np2tf.result import Result

_EACH = 10
_KINDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(result: Result, view: View) -> str:
    """One line per annotation, the worst first; nothing where there is nothing to say."""
    lines: list[str] = []
    left: list[Diagnostic] = []
    for severity in SEVERITIES:
        if view.quiet and severity != "error":
            continue
        found = [(file.path, one) for file in result.files for one in file.diagnostics if one.severity == severity]
        room = _EACH - (severity == "note")  # the roll-up is a notice, too
        lines += [_annotation(path, one) for path, one in found[:room]]
        left += [one for _, one in found[room:]]
    if left:
        lines.append(_roll_up(left))
    return "".join(f"{line}\n" for line in lines)


def _annotation(path: str, found: Diagnostic) -> str:
    place = f"{path}:{found.line}:{found.column + 1}"
    properties = {"title": f"np2tf {found.code}: {CODES[found.code].title}", "file": path, "line": found.line}
    if found.end_line == found.line:  # GitHub takes columns only within one line
        properties |= {"col": found.column + 1, "endColumn": max(found.end_column, found.column) + 1}
    else:
        properties |= {"endLine": found.end_line}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    text = f"{place}: {found.code} {found.message}" + (f"\n{found.help}" if found.help else "")
    return f"::{_KINDS[found.severity]} {written}::{_data(text)}"


def _roll_up(left: list[Diagnostic]) -> str:
    counts = Counter(found.code for found in left)
    rows = [f"{count} x {code}: {CODES[code].title}" for code, count in sorted(counts.items(), key=lambda c: -c[1])]
    text = "\n".join([*rows, "`np2tf check` lists all of them."])
    more = "1 more finding" if len(left) == 1 else f"{len(left)} more findings"
    return f"::notice title={_property(f'np2tf: {more}')}::{_data(text)}"


def _data(text: str) -> str:
    r"""A message of a workflow command.

    >>> _data("100 %\nsure")
    '100 %25%0Asure'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value of a workflow command.

    >>> _property("a,b: c")
    'a%2Cb%3A c'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")
