"""The report as one page for a browser: what share converts, where the marks are, and each file beside its conversion.

The page needs nothing else: no network, and no script for reading it. It follows the light or dark of the system.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape

from np2tf import __version__
from np2tf.diagnostics import CODES, Diagnostic
from np2tf.explain import sections
from np2tf.report import by_code, no_hand, totals
from np2tf.result import BUCKETS, Bucket, FileResult, Result
from np2tf.running.lines import decoded

_FOLD = 12  # equal lines in a row from which on they are folded away
_CONTEXT = 3
_WORDS: Mapping[Bucket, str] = {
    "converted": "converted",
    "assumed": "converted on an assumption",
    "no_array": "left, being no array",
    "suppressed": "silenced",
    "marked": "left to do by hand",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --soft: #f3f5f8; --line: #d5dae2; --dim: #5a6576;
  --converted: #2f7d4f; --assumed: #7aa63a; --no_array: #9aa4b2; --suppressed: #b08a2e; --marked: #c03a2b;
  --old: #fbe9e7; --new: #e6f4ea; --link: #1d5fb8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --paper: #14181f; --soft: #1d232c; --line: #36404d;
  --dim: #9aa6b6; --converted: #4fae76; --assumed: #9cc658; --no_array: #6b7788; --suppressed: #d3ab4a;
  --marked: #ef6a5a; --old: #3a2022; --new: #1b3325; --link: #7fb2f5; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper) }
a { color: var(--link) } a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
h1 { font-size: 1.5rem; margin: 0 } h2 { margin: 2.5rem 0 .5rem; font-size: 1.2rem } h3 { margin: 1.5rem 0 .3rem;
  font-size: 1rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.skip { position: absolute; left: -100rem } .skip:focus { left: 1rem; top: 1rem; background: var(--paper) }
.share { font-size: 3rem; font-weight: 600; line-height: 1.1 } .dim { color: var(--dim) }
.row { display: grid; grid-template-columns: minmax(8rem, 22rem) 1fr 9rem; gap: .8rem; align-items: center;
  padding: .12rem 0 } .row > :first-child { overflow-wrap: anywhere } .package { font-weight: 600 }
.bar { display: flex; height: .9rem; border-radius: .2rem; overflow: hidden; background: var(--soft) }
.converted { background: var(--converted) } .assumed { background: var(--assumed) }
.no_array { background: var(--no_array) } .suppressed { background: var(--suppressed) }
.marked { background: var(--marked) } .key { display: inline-block; width: .8rem; height: .8rem;
  margin: 0 .3rem 0 1rem; border-radius: .15rem } .number { text-align: right; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .15rem .5rem }
.list td, .list th { border-bottom: 1px solid var(--line) }
.sides { table-layout: fixed; font: .8rem/1.45 ui-monospace, monospace; border: 1px solid var(--line) }
.sides td { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 .5rem }
.sides .n { width: 3.6rem; text-align: right; color: var(--dim); background: var(--soft); user-select: none }
.old { background: var(--old) } .new { background: var(--new) }
.found td { background: var(--soft); border-left: .3rem solid var(--marked); font-family: system-ui, sans-serif;
  padding: .4rem .8rem } .found.warning td { border-color: var(--suppressed) }
.found.note td { border-color: var(--no_array) } tr:target td, :target > summary { outline: 2px solid var(--link) }
summary { cursor: pointer; padding: .2rem 0 } pre { white-space: pre-wrap; background: var(--soft); padding: .6rem }
@media (max-width: 45rem) { .row { grid-template-columns: 1fr } .number { text-align: left } }
"""


def page(result: Result, sources: Mapping[str, bytes]) -> str:
    """The page, for a result and the bytes that its files were read as, by their paths."""
    shown = [file for file in result.files if file.diagnostics or file.output != sources.get(file.path, file.output)]
    names = {file.path: f"file-{number}" for number, file in enumerate(shown, 1)}
    parts = [*_head(result), *_shares(result, names), *_marks(result, names), *_codes(result)]
    parts.append('<h2 id="files">Files, before and after</h2>' if shown else "")
    for file in shown:
        parts += _file(file, sources.get(file.path, b""), names[file.path])
    return "\n".join([*_opening(result), *parts, "</main>", "</body>", "</html>", ""])


def _opening(result: Result) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>np2tf: {_share(totals(result))}</title>"
    yield f"<style>{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#marks">Skip to what is left to do</a>'
    yield "<main>"


def _share(buckets: dict[Bucket, int]) -> str:
    total = sum(buckets.values())
    return f"{100 * no_hand(buckets) // total} %" if total else "nothing to convert"


def _head(result: Result) -> Iterator[str]:
    buckets = totals(result)
    yield "<h1>From NumPy to TensorFlow</h1>"
    yield f'<p class="dim">np2tf {escape(__version__)}, {_counted(len(result.files), "file")}</p>'
    yield f'<p class="share">{_share(buckets)}</p>'
    yield (
        f"<p>{no_hand(buckets)} of {_counted(sum(buckets.values()), 'NumPy construct')} need no hand. "
        "The share counts constructs, not work: one that is left may take a minute or a day.</p>"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# -- shares ----------------------------------------------------------------------------------------------------------


def _shares(result: Result, names: Mapping[str, str]) -> Iterator[str]:
    """Bars for packages, and below each its modules; the widest stands for the most constructs."""
    packages: dict[str, list[FileResult]] = defaultdict(list)
    for file in result.files:
        if file.constructs:
            packages[posixpath.dirname(file.path) or "."].append(file)
    if not packages:
        return
    yield '<h2 id="shares">Share by package and module</h2>'
    keys = "".join(f'<span class="key {bucket}"></span>{words}' for bucket, words in _WORDS.items())
    yield f'<p class="dim">{keys}</p>'
    for package, files in sorted(packages.items()):
        together = {bucket: sum(file.buckets.get(bucket, 0) for file in files) for bucket in BUCKETS}
        yield _bar(escape(package) + "/", together, "row package")
        for file in files:
            name = escape(posixpath.basename(file.path))
            label = f'<a href="#{names[file.path]}">{name}</a>' if file.path in names else name
            yield _bar(label, {bucket: file.buckets.get(bucket, 0) for bucket in BUCKETS}, "row")


def _bar(label: str, buckets: dict[Bucket, int], kind: str) -> str:
    total = sum(buckets.values())
    said = ", ".join(f"{buckets[bucket]} {words}" for bucket, words in _WORDS.items() if buckets[bucket])
    pieces = "".join(
        f'<span class="{bucket}" style="width:{100 * buckets[bucket] / total:.2f}%"></span>'
        for bucket in _WORDS
        if buckets[bucket]
    )
    number = f"{_share(buckets)} of {total}"
    return (
        f'<div class="{kind}"><span>{label}</span>'
        f'<span class="bar" role="img" aria-label="{said}" title="{said}">{pieces}</span>'
        f'<span class="number">{number}</span></div>'
    )


# -- marks -----------------------------------------------------------------------------------------------------------


def _marks(result: Result, names: Mapping[str, str]) -> Iterator[str]:
    """All findings by code, each with links to its places."""
    yield '<h2 id="marks">What was found</h2>'
    if not result.severity("error"):
        yield "<p>Nothing is left to do by hand.</p>"
    rows = by_code(result)
    if not rows:
        return
    yield '<table class="list"><thead><tr><th>Code</th><th>What</th><th>Places</th></tr></thead><tbody>'
    for code, severity, _ in rows:
        places = [
            f'<a href="#{names[file.path]}-{max(one.line, 1)}">{escape(file.path)}:{one.line}</a>'
            for file in result.files
            for one in file.diagnostics
            if (one.code, one.severity) == (code, severity)
        ]
        links = ", ".join(dict.fromkeys(places))
        if len(places) > 10:
            links = f"<details><summary>{len(places)} places</summary>{links}</details>"
        title = escape(CODES[code].title)
        yield (
            f'<tr><td><a href="#{code}">{code}</a><br><span class="dim">{severity}</span></td>'
            f"<td>{title}</td><td>{links}</td></tr>"
        )
    yield "</tbody></table>"


def _codes(result: Result) -> Iterator[str]:
    """What the codes mean, folded."""
    for code in sorted({code for code, _, _ in by_code(result)}):
        yield f'<details id="{code}"><summary>{code}: {escape(CODES[code].title)}</summary>'
        for heading, text in sections(code).items():
            yield f"<h4>{escape(heading)}</h4><pre>{escape(text)}</pre>"
        yield "</details>"


# -- files -----------------------------------------------------------------------------------------------------------


def _file(file: FileResult, data: bytes, name: str) -> Iterator[str]:
    """A file beside its conversion, with its findings below the lines that they are about."""
    yield f'<section id="{name}"><h3>{escape(file.path)} <span class="dim">{file.status}</span></h3>'
    before, after = _lines(data), _lines(file.output if file.status != "failed" else data)
    found: dict[int, list[Diagnostic]] = defaultdict(list)
    for one in file.diagnostics:
        found[min(max(one.line, 1), max(len(before), 1))].append(one)
    yield from _folded(list(_pairs(before, after)), found, name)
    yield "</section>"


def _lines(data: bytes) -> list[str]:
    try:
        text = decoded(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("utf-8", "replace")
    return re.split(r"\r\n|\r|\n", text.removesuffix("\n"))


_Pair = tuple[int | None, str, int | None, str]


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[_Pair]:
    """The lines of both sides beside each other, counted from 1."""
    for _, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for k in range(max(last - first, end - start)):
            left, right = first + k, start + k
            yield (
                left + 1 if left < last else None,
                before[left] if left < last else "",
                right + 1 if right < end else None,
                after[right] if right < end else "",
            )


def _folded(pairs: list[_Pair], found: Mapping[int, list[Diagnostic]], name: str) -> Iterator[str]:
    """Tables of lines; long stretches in which nothing happens are folded away."""
    busy = [k for k, (left, old, _, new) in enumerate(pairs) if old != new or left is None or left in found]
    near = {k for at in busy for k in range(at - _CONTEXT, at + _CONTEXT + 1)}
    start = 0
    while start < len(pairs):
        end = start
        while end < len(pairs) and (end in near) == (start in near):
            end += 1
        table = _table(pairs[start:end], found, name)
        if start not in near and end - start >= _FOLD:
            table = f"<details><summary>{end - start} lines that stay</summary>{table}</details>"
        yield table
        start = end


def _table(pairs: Iterable[_Pair], found: Mapping[int, list[Diagnostic]], name: str) -> str:
    rows = []
    for left, old, right, new in pairs:
        anchor = f' id="{name}-{left}"' if left is not None else ""
        changed = old != new or left is None or right is None
        before = ' class="old"' if changed and left else ""
        after = ' class="new"' if changed and right else ""
        rows.append(
            f'<tr{anchor}><td class="n">{left or ""}</td><td{before}>{escape(old)}</td>'
            f'<td class="n">{right or ""}</td><td{after}>{escape(new)}</td></tr>'
        )
        rows += [_found(one) for one in found.get(left or 0, ())]
    return f'<table class="sides"><colgroup><col class="n"><col><col class="n"><col></colgroup>{"".join(rows)}</table>'


def _found(one: Diagnostic) -> str:
    mend = f'<br><span class="dim">{escape(one.help)}</span>' if one.help else ""
    return (
        f'<tr class="found {one.severity}"><td colspan="4"><a href="#{one.code}">{one.code}</a> {one.severity}: '
        f"{escape(one.message)}{mend}</td></tr>"
    )
