"""`np2tf api`: what becomes of a NumPy name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from np2tf.terminal import Failure, say, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from np2tf.api import Entry


@click.command(short_help="Say what becomes of a NumPy name.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format", "form", type=click.Choice(("text", "json", "markdown")), default="text", help="How to print it."
)
def api(names: tuple[str, ...], form: str) -> int:
    """Say where the runtime computes a NumPy name: on the device, on the host, or not at all, and what to write then.

    A NAME is written as in a program (np.linalg.norm, np.add.at), as a method (ndarray.sort), or by its last part
    (norm); a module or class (np.linalg, ndarray) lists what is in it. Without a NAME, all names are listed.
    """
    if not names:
        say({"text": _all_text, "json": _all_json, "markdown": _all_markdown}[form]())
        return 0
    found = [entry for name in names for entry in _look_up(name)]
    say({"text": _text, "json": _json, "markdown": _markdown}[form](found))
    return 0


def _look_up(name: str) -> list[Entry]:
    from np2tf.api import alike, find, gone, module

    found = find(name) or module(name)
    if found:
        return found
    if instead := gone(name):
        raise Failure(f"NumPy 2 has no {name!r}: {instead}")
    close = alike(name)
    hint = f"did you mean {', '.join(close)}?" if close else "`np2tf api` lists all names"
    raise Failure(f"NumPy 2 has no public name {name!r}; {hint}")


def _text(entries: Sequence[Entry]) -> str:
    return "\n".join(map(_paragraph, entries))


def _paragraph(entry: Entry) -> str:
    from np2tf.api import PLACES

    code = f" ({entry.api.code})" if entry.api.code else ""
    note = f": {entry.api.note}" if entry.api.note else ""
    lines = [f"{entry.name}  {PLACES[entry.api.where]}{code}{note}"]
    if entry.renamed:
        lines.append(f"  {entry.renamed} is its name in NumPy 1 (NT602)")
    for argument in entry.arguments:
        refused = f"not supported ({argument.code}): " if argument.code else ""
        lines.append(f"  {argument.name}=  {refused}{argument.mend}")
    return "\n".join(lines)


def _json(entries: Sequence[Entry]) -> str:
    import json

    return json.dumps({"version": 1, "names": list(map(_record, entries))}, indent=1)


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        **entry.api._asdict(),
        "renamed": entry.renamed or None,
        "arguments": [argument._asdict() for argument in entry.arguments],
    }


def _markdown(entries: Sequence[Entry]) -> str:
    lines = ["| name | where | code | note |", "|---|---|---|---|"]
    lines += [_table_row(entry) for entry in entries]
    return "\n".join(lines)


def _table_row(entry: Entry) -> str:
    from np2tf.api import PLACES

    notes = [entry.api.note] if entry.api.note else []
    notes += [f"`{argument.name}=`: {argument.mend}" for argument in entry.arguments]
    note = "; ".join(notes).replace("|", "\\|")
    return f"| `{entry.name}` | {PLACES[entry.api.where]} | {entry.api.code} | {note} |"


def _all_text() -> str:
    import textwrap

    from np2tf.api import PLACES, counts, grouped

    number = counts()
    lines = [f"{number.total()} names: " + ", ".join(f"{number[place]} {PLACES[place]}" for place in PLACES), ""]
    for owner, places in grouped().items():
        lines.append(styled(f"# {owner} ({sum(map(len, places.values()))})"))
        for place in PLACES:
            if place in places:
                title = f"  {PLACES[place]} ({len(places[place])}): "
                lines += textwrap.wrap(
                    title + " ".join(places[place]), 100, subsequent_indent="    ", break_on_hyphens=False
                )
        lines.append("")
    return "\n".join(lines).rstrip()


def _all_json() -> str:
    from np2tf.api import entry
    from np2tf.knowledge.api import API

    return _json([entry(name) for name in sorted(API)])


def _all_markdown() -> str:
    from np2tf.api import PLACES, counts, entry, grouped
    from np2tf.knowledge.api import API, ARGUMENTS

    number = counts()
    lines = [
        "# What becomes of each NumPy name",
        "",
        "Written by `np2tf api --format markdown`; `np2tf api NAME` says the same of one name.",
        "",
        "| where | names | |",
        "|---|---|---|",
        *(f"| {PLACES[place]} | {number[place]} | {_MEANING[place]} |" for place in PLACES),
        "",
    ]
    for owner, places in grouped().items():
        lines += [f"## {owner}", ""]
        for place in PLACES:
            if place in places:
                names = ", ".join(f"`{name}`" for name in places[place])
                lines += [f"**{PLACES[place][0].upper()}{PLACES[place][1:]}** ({len(places[place])}): {names}", ""]
    lines += ["## Why not on the device", "", *_markdown([]).splitlines()]
    lines += [_table_row(entry(name)) for name in sorted(API) if API[name].note and API[name].where in _EXPLAINED]
    lines += [
        "",
        "## Arguments that are refused",
        "",
        "| name | argument | code | what to write |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | `{argument.name}` | {argument.code} | {argument.mend} |"
        for name, arguments in sorted(ARGUMENTS.items())
        for argument in arguments
    ]
    lines += ["", "`out=` is refused by every function of the runtime; the converter writes an assignment instead."]
    return "\n".join(lines)


_MEANING = {
    "device": "TensorFlow computes it",
    "host": "NumPy computes it: tensors go in as arrays, what comes out is made a tensor (NT603)",
    "converter": "the converter writes an assignment in its place",
    "numpy": "NumPy's own object, which means the same for tensors",
    "unsupported": "the converter marks it; the runtime raises, or makes NumPy's own array of such a dtype",
}
_EXPLAINED = ("host", "converter")
