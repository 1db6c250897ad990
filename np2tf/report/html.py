"""The report as one page for a browser: what share converts, where the marks are, and each file beside its conversion.

The page needs nothing else: no network, and no script. It follows the light or dark of the system, and works with the
keyboard alone. Its anchors are paths and lines (`#src/a.py:12`), so that a link into it outlives the next report.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pkgutil import get_data
from typing import NamedTuple

from np2tf import __version__
from np2tf.diagnostics import CODES, Diagnostic
from np2tf.explain import sections
from np2tf.report import SEVERITIES, by_code, no_hand, totals
from np2tf.report.sides import Sides
from np2tf.report.treemap import Tile, tiles
from np2tf.result import BUCKETS, Bucket, FileResult, Result

_WORDS: Mapping[Bucket, str] = {
    "converted": "converted",
    "assumed": "converted on an assumption",
    "no_array": "left, being no array",
    "suppressed": "silenced",
    "marked": "left to do by hand",
}
_STATUS = {  # what is said of one file, and of several
    "converted": ("converts", "convert"),
    "unchanged": ("stays as it is", "stay as they are"),
    "marked": ("needs a hand", "need a hand"),
    "failed": ("can't be converted", "can't be converted"),
}
_ROOM = Tile(0, 0, 200, 100)  # the map's shape: its tiles lie in percent of it
_STEPS = (100, 90, 75, 50)  # the shares from which on a tile has the next lighter color
_OPEN = 12  # places of a code up to which they are listed unfolded


class _Shown(NamedTuple):
    """What the page is made of."""

    result: Result
    sides: list[Sides]  # of the files that change, or in which something was found
    errors: list[str]  # the anchors of all lines that are left to do by hand

    def anchor(self, path: str) -> str | None:
        """Where a file is shown, if it is."""
        return next((side.anchor() for side in self.sides if side.path == path), None)


def page(result: Result, sources: Mapping[str, bytes]) -> str:
    """The page, for a result and the bytes that its files were read as, by their paths."""
    changed = (f for f in result.files if f.diagnostics or f.output != sources.get(f.path, f.output))
    sides = [Sides(file, sources.get(file.path, b"")) for file in changed]
    errors = [side.anchor(at) for side in sides for at, one in side.findings() if one.severity == "error"]
    shown = _Shown(result, sides, list(dict.fromkeys(errors)))
    parts = [*_opening(result), *_overview(result), *_map(shown), *_modules(shown), *_marks(shown), *_files(shown)]
    return "\n".join([*parts, "</main>", "</body>", "</html>", ""])


def _opening(result: Result) -> Iterator[str]:
    style = get_data("np2tf", "report/page.css")
    assert style is not None
    share = _share(totals(result))
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>np2tf: {share}</title>"
    yield f"<style>\n{style.decode()}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#marks">Skip to what is left to do</a>'
    yield '<header><nav aria-label="Parts of the page"><strong>np2tf</strong>'
    for name, text in (("overview", "Overview"), ("map", "Map"), ("modules", "Modules"), ("marks", "Findings")):
        yield f'<a href="#{name}">{text}</a>'
    yield '<a href="#files">Files</a></nav></header>'
    yield "<main>"


def _share(buckets: Mapping[Bucket, int]) -> str:
    total = sum(buckets.values())
    return f"{_percent(buckets)} %" if total else "nothing to convert"


def _percent(buckets: Mapping[Bucket, int]) -> int:
    """The share that needs no hand, rounded down: only all of it is 100."""
    total = sum(buckets.values())
    return 100 * no_hand(dict(buckets)) // total if total else 100


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# -- overview --------------------------------------------------------------------------------------------------------


def _overview(result: Result) -> Iterator[str]:
    buckets = totals(result)
    total = sum(buckets.values())
    yield '<section id="overview"><h1>From NumPy to TensorFlow</h1>'
    yield '<div class="hero">'
    yield f'<p class="share">{_share(buckets)}</p>'
    yield (
        f"<p>{no_hand(buckets)} of {_counted(total, 'NumPy construct')} need no hand. "
        '<span class="dim">The share counts constructs, not work: one that is left may take a minute or a day.'
        "</span></p></div>"
    )
    if total:
        yield _bar(buckets)
        yield '<ul class="keys">'
        for bucket, words in _WORDS.items():
            if buckets[bucket]:
                yield f'<li><span class="key {bucket}"></span><b>{buckets[bucket]}</b> {words}</li>'
        yield "</ul>"
    yield '<ul class="facts">'
    yield f"<li><b>{len(result.files)}</b> {'file' if len(result.files) == 1 else 'files'}</li>"
    for status, told in _STATUS.items():
        count = sum(file.status == status for file in result.files)
        if count:
            yield f"<li><b>{count}</b> {told[count > 1]}</li>"
    for severity in SEVERITIES:
        count = result.severity(severity)
        if count:
            yield f"<li><b>{count}</b> {severity if count == 1 else severity + 's'}</li>"
    yield f'</ul><p class="dim">Made by np2tf {escape(__version__)}.</p></section>'


def _bar(buckets: Mapping[Bucket, int]) -> str:
    total = sum(buckets.values())
    said = ", ".join(f"{buckets[bucket]} {words}" for bucket, words in _WORDS.items() if buckets[bucket])
    pieces = "".join(
        f'<span class="{bucket}" style="width:{100 * buckets[bucket] / total:.2f}%"></span>'
        for bucket in _WORDS
        if buckets[bucket]
    )
    return f'<span class="bar" role="img" aria-label="{said}" title="{said}">{pieces}</span>'


# -- shares ----------------------------------------------------------------------------------------------------------


def _packages(result: Result) -> dict[str, list[FileResult]]:
    packages: dict[str, list[FileResult]] = defaultdict(list)
    for file in result.files:
        if file.constructs:
            packages[posixpath.dirname(file.path) or "."].append(file)
    return dict(sorted(packages.items()))


def _together(files: Iterable[FileResult]) -> dict[Bucket, int]:
    files = list(files)
    return {bucket: sum(file.buckets.get(bucket, 0) for file in files) for bucket in BUCKETS}


def _map(shown: _Shown) -> Iterator[str]:
    """A treemap: packages, and in them modules, by the number of their constructs."""
    packages = _packages(shown.result)
    yield '<section id="map"><h2>Map</h2>'
    if not packages:
        yield "<p>No file has anything of NumPy's to convert.</p></section>"
        return
    yield "<p>Areas are numbers of NumPy constructs, colors the share that needs no hand.</p>"
    yield '<ul class="keys">'
    for step, (low, high) in enumerate(zip(_STEPS, (None, *_STEPS), strict=False)):
        text = f"{low} %" if high is None else f"{low} to {high - 1} %"
        yield f'<li><span class="key step{step}"></span>{text}</li>'
    yield f'<li><span class="key step{len(_STEPS)}"></span>less</li></ul>'
    yield '<div class="map">'
    for name, files, tile in _placed([(name, files, _weight(files)) for name, files in packages.items()], _ROOM):
        buckets = _together(files)
        said = f"{escape(name)}/ {_share(buckets)}"
        yield f'<div class="package" style="{_at(tile, _ROOM)}"><p title="{said}">{said}</p><div>'
        inner = [(file.path, [file], _weight([file])) for file in files]
        for path, one, place in _placed(inner, tile._replace(left=0, top=0)):
            yield _tile(path, one[0].buckets, shown.anchor(path), _at(place, tile))
        yield "</div></div>"
    yield "</div></section>"


def _weight(files: Iterable[FileResult]) -> int:
    return sum(file.constructs for file in files)


_Weighed = tuple[str, list[FileResult], int]


def _placed(weighed: Sequence[_Weighed], room: Tile) -> Iterator[tuple[str, list[FileResult], Tile]]:
    ordered = sorted(weighed, key=lambda item: (-item[2], item[0]))
    places = tiles([weight for _, _, weight in ordered], room)
    return ((name, files, place) for (name, files, _), place in zip(ordered, places, strict=True))


def _at(tile: Tile, room: Tile) -> str:
    return (
        f"left:{100 * tile.left / room.width:.3f}%;top:{100 * tile.top / room.height:.3f}%;"
        f"width:{100 * tile.width / room.width:.3f}%;height:{100 * tile.height / room.height:.3f}%"
    )


def _tile(path: str, buckets: Mapping[Bucket, int], anchor: str | None, style: str) -> str:
    whole = {bucket: buckets.get(bucket, 0) for bucket in BUCKETS}
    percent = _percent(whole)
    step = next((number for number, low in enumerate(_STEPS) if percent >= low), len(_STEPS))
    label = f"<span>{escape(posixpath.basename(path))}</span> <span>{percent} %</span>"
    said = f"{escape(path)}: {_share(whole)} of {_counted(sum(whole.values()), 'construct')}"
    start = f'class="tile step{step}" style="{style}" title="{said}"'
    return f'<a {start} href="#{anchor}">{label}</a>' if anchor else f"<div {start}>{label}</div>"


def _modules(shown: _Shown) -> Iterator[str]:
    packages = _packages(shown.result)
    yield '<section id="modules"><h2>Share by package and module</h2>'
    if not packages:
        yield "<p>There is none.</p></section>"
        return
    yield '<table class="modules"><thead><tr><th scope="col">Module</th><th scope="col">Constructs by what becomes of'
    yield 'them</th><th scope="col">Share</th><th scope="col">Of</th><th scope="col">By hand</th></tr></thead>'
    for package, files in packages.items():
        yield "<tbody>"
        yield _module(escape(package) + "/", _together(files), ' class="package"')
        for file in files:
            name, anchor = escape(posixpath.basename(file.path)), shown.anchor(file.path)
            label = f'<a href="#{anchor}">{name}</a>' if anchor else name
            yield _module(label, _together([file]), "")
        yield "</tbody>"
    yield "</table></section>"


def _module(label: str, buckets: Mapping[Bucket, int], attributes: str) -> str:
    left = buckets["marked"] + buckets["suppressed"]
    return (
        f'<tr{attributes}><th scope="row">{label}</th><td>{_bar(buckets)}</td><td>{_share(buckets)}</td>'
        f"<td>{sum(buckets.values())}</td><td>{left or ''}</td></tr>"
    )


# -- findings --------------------------------------------------------------------------------------------------------


def _marks(shown: _Shown) -> Iterator[str]:
    """All findings by code: what the code means, and the places, each with its line."""
    yield '<section id="marks"><h2>What was found</h2>'
    if not shown.result.severity("error"):
        yield "<p>Nothing is left to do by hand.</p>"
    rows = by_code(shown.result)
    if rows:
        most = max(count for _, _, count in rows)
        yield '<table class="codes"><thead><tr><th scope="col">Code</th><th scope="col">Severity</th>'
        yield '<th scope="col">What</th><th scope="col">Places</th></tr></thead><tbody>'
        for code, severity, count in rows:
            yield (
                f'<tr><th scope="row"><a href="#{code}">{code}</a></th><td>{_pill(severity)}</td>'
                f'<td>{_inline(CODES[code].title)}</td><td><span class="count {severity}" '
                f'style="width:{100 * count / most:.1f}%"></span>{count}</td></tr>'
            )
        yield "</tbody></table>"
    for code in dict.fromkeys(code for code, _, _ in rows):
        yield from _code(code, shown)
    yield "</section>"


def _code(code: str, shown: _Shown) -> Iterator[str]:
    """One code: its page, and its places."""
    yield f'<section class="code" id="{code}"><h3>{code} <span>{_inline(CODES[code].title)}</span></h3>'
    yield f"<details><summary>What {code} means, and what to do</summary>"
    for heading, text in sections(code).items():
        yield f"<h4>{escape(heading)}</h4>{_markdown(text)}"
    yield "</details>"
    places = [(side, label) for side in shown.sides for label, one in side.findings() if one.code == code]
    state = " open" if len(places) <= _OPEN else ""
    yield f'<details{state}><summary>{_counted(len(places), "place")}</summary><ul class="places">'
    for (side, label), count in Counter(places).items():
        times = f' <span class="dim">({count} times)</span>' if count > 1 else ""
        place = f'<a href="#{side.anchor(label)}">{escape(side.path)}:{label}</a>'
        yield f"<li>{place} <code>{side.line(label)}</code>{times}</li>"
    yield "</ul></details></section>"


def _pill(severity: str) -> str:
    return f'<span class="pill {severity}">{severity}</span>'


def _markdown(text: str) -> str:
    """As much of Markdown as the pages of codes are written in: paragraphs, lists, code."""
    out = []
    for number, part in enumerate(re.split(r"```\w*\n(.*?)\n?```", text, flags=re.DOTALL)):
        if number % 2:
            out.append(f"<pre>{escape(part)}</pre>")
            continue
        for block in filter(None, map(str.strip, part.split("\n\n"))):
            items = re.split(r"^- ", block, flags=re.MULTILINE)
            opening = _inline(items[0].strip())
            out.append(f"<p>{opening}</p>" if opening else "")
            listed = "".join(f"<li>{_inline(item.strip())}</li>" for item in items[1:])
            out.append(f"<ul>{listed}</ul>" if listed else "")
    return "".join(out)


def _inline(text: str) -> str:
    """
    >>> _inline("`a < b` is **bold**")
    '<code>a &lt; b</code> is <b>bold</b>'
    """
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


# -- files -----------------------------------------------------------------------------------------------------------


def _files(shown: _Shown) -> Iterator[str]:
    yield '<section id="files"><h2>Files, before and after</h2>'
    if not shown.sides:
        yield "<p>No file changes.</p>"
    files = {file.path: file for file in shown.result.files}
    for side in shown.sides:
        file = files[side.path]
        left = sum(one.severity == "error" for one in file.diagnostics)
        said = f"{_counted(left, 'place')} left" if left and file.status != "failed" else _STATUS[file.status][0]
        yield f'<section class="file" id="{side.anchor()}"><h3>{escape(side.path)} <span class="pill {file.status}">'
        yield f'{said}</span></h3><div class="sides"><div class="heads"><span>NumPy</span><span>TensorFlow</span></div>'
        yield from side.html(lambda one, at: _finding(one, at, shown.errors))
        yield "</div></section>"
    yield "</section>"


def _finding(one: Diagnostic, at: str, errors: Sequence[str]) -> str:
    """A finding below its line; from each that is left to do, links to the one before and the one after it."""
    mend = f'<br><span class="dim">{_inline(one.help)}</span>' if one.help else ""
    steps = ""
    if one.severity == "error":
        number = errors.index(at)
        if number:
            steps += f'<a href="#{errors[number - 1]}" aria-label="The place before">↑ previous</a>'
        if number + 1 < len(errors):
            steps += f'<a href="#{errors[number + 1]}" aria-label="The place after">↓ next</a>'
        steps = f'<span class="steps">{steps}</span>'
    return f'{steps}{_pill(one.severity)} <a href="#{one.code}">{one.code}</a> {_inline(one.message)}{mend}'
