"""The report for people: what was found, file by file, and then what it comes to and what is left to do by hand.

Places are written `path:line:column`, both counted from 1, as editors and terminals expect.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from np2tf.report import View, by_code, by_rule, no_hand, totals
from np2tf.result import FileResult, Result

if TYPE_CHECKING:
    from np2tf.diagnostics import Diagnostic

_BOLD, _DIM, _RED, _YELLOW, _CYAN = "1", "2", "31", "33", "36"
_COLORS = {"error": _RED, "warning": _YELLOW, "note": _CYAN}


def render(result: Result, view: View) -> str:
    """The report, ending in a newline; empty where there is nothing to say."""
    blocks: list[str] = []
    if not view.statistics:
        blocks += [block for file in result.files if (block := _file(file, view))]
    if view.verbose:
        blocks += _reasons(result, view)
    if not view.quiet:
        blocks.append(_summary(result, view))
    return "".join(f"{block}\n" for block in "\n\n".join(blocks).split("\n")) if blocks else ""


def _paint(text: str, color: str, view: View) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if view.color else text


def _file(file: FileResult, view: View) -> str:
    """One block per file: its findings in the order of their lines, each with its help below it."""
    lines = []
    if view.verbose:
        lines.append(f"{_paint(file.path, _BOLD, view)}: {file.status}")
        for made in file.rewrites:
            assumed = f" (assumes {made.assumption})" if made.assumption else ""
            lines.append(f"    {made.line}:{made.column + 1}: {made.rule}{assumed}")
        lines += [f"    {one.line}:{one.column + 1}: left as it is: {one.why}" for one in file.left]
    for diagnostic in sorted(file.diagnostics, key=lambda d: (d.line, d.column, d.code)):
        if _shown(diagnostic, view):
            severity = _paint(diagnostic.severity, _COLORS[diagnostic.severity], view)
            place = _paint(f"{file.path}:{diagnostic.line}:{diagnostic.column + 1}:", _BOLD, view)
            lines.append(f"{place} {diagnostic.code} {severity}: {diagnostic.message}")
            lines += [_paint(f"    {line}", _DIM, view) for line in diagnostic.help.splitlines()]
    return "\n".join(lines)


def _reasons(result: Result, view: View) -> list[str]:
    """Why a plain rewrite would be wrong, once for each code that is left to do by hand."""
    from np2tf.diagnostics import CODES
    from np2tf.explain import sections

    codes = sorted({d.code for file in result.files for d in file.diagnostics if d.severity == "error"} & CODES.keys())
    why = "Why a plain rewrite would be wrong"
    parts = {code: sections(code) for code in codes}
    return [f"{_paint(f'{why}, {code}:', _BOLD, view)}\n{parts[code][why]}" for code in codes if why in parts[code]]


def _shown(diagnostic: Diagnostic, view: View) -> bool:
    if view.quiet:
        return diagnostic.severity == "error"
    return diagnostic.severity != "note" or view.notes or view.verbose


def _summary(result: Result, view: View) -> str:
    statuses = ", ".join(
        f"{result.count(status)} {status}" for status in ("converted", "marked", "unchanged", "failed")
    )
    lines = [f"{_many(len(result.files), 'file')}: {statuses}"]
    buckets = totals(result)
    constructs, fine = sum(buckets.values()), no_hand(buckets)
    if constructs:
        # Rounded down: 100 % is said only where it is so.
        lines[0] += f"; {fine} of {constructs} NumPy constructs need no hand ({100 * fine // constructs} %)"
    lines += _by_code(result, view)
    if view.statistics and constructs:
        lines.append("NumPy constructs: " + ", ".join(f"{n} {b}" for b, n in buckets.items()))
        lines += [f"{count:6}  {rule}" for rule, count in by_rule(result)]
    if view.hidden:
        lines.append(f"{_many(view.hidden, 'diagnostic')} not shown, because of --select, --ignore or [tool.np2tf]")
    lines += _left_to_do(result, constructs > fine)
    return "\n".join(lines)


def _by_code(result: Result, view: View) -> list[str]:
    found = by_code(result)
    if not found:
        return []
    from np2tf.diagnostics import CODES

    return [
        f"{count:6}  {code} {_paint(severity, _COLORS[severity], view)}: {CODES[code].title if code in CODES else ''}"
        for code, severity, count in found
    ]


def _left_to_do(result: Result, partial: bool) -> list[str]:
    errors = [d.code for file in result.files for d in file.diagnostics if d.severity == "error"]
    if not errors:
        return []
    files = sum(any(d.severity == "error" for d in file.diagnostics) for file in result.files)
    often = Counter(errors).most_common(1)[0][0]
    what = f"{_many(len(errors), 'place')} in {_many(files, 'file')}"
    lines = [f"Left to do by hand: {what}. `np2tf explain {often}` says what to do about {often}."]
    if partial:
        lines.append("The share counts constructs, not work: one that is left may take a minute or a day.")
    return lines


def _many(count: int, noun: str) -> str:
    """
    >>> _many(1, "file"), _many(2, "file")
    ('1 file', '2 files')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"
