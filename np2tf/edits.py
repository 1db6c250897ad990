"""Edits on the text of a file: what is replaced, by texts in which parts of the input stand as they are or edited.

An edit's template mixes new text with spans of the input. Edits that lie inside such a span are applied there, so
edits compose when they nest; a transaction's edits are applied together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from np2tf.source import Span


class Moved(NamedTuple):
    """A part of the input that stands somewhere else from now on: there it is not what is left in its old place."""

    span: Span


Template = tuple["str | Span | Moved | Piece", ...]


@dataclass(frozen=True)
class Edit:
    """Replace `span` by `template`; `left` tells that this is what a moved part leaves behind.

    Where several insert text at one place, those of lower `order` come first.
    """

    span: Span
    template: Template
    left: bool = False
    order: int = 0


@dataclass(frozen=True)
class Transaction:
    """Edits that belong together, made by one rule at one place."""

    rule: str
    offset: int
    edits: tuple[Edit, ...]
    assumption: str | None = None
    constructs: int = 1


class Piece(NamedTuple):
    """A part of the result: a copy of `source`, or a new text that stands for it."""

    text: str
    source: Span
    copied: bool


class Origin(NamedTuple):
    """Where the characters from `start` on come from: copied from `source`, or new and standing for all of it."""

    start: int
    source: Span
    copied: bool


def origins(pieces: Iterable[Piece]) -> tuple[Origin, ...]:
    """Where every part of the result comes from.

    >>> origins(pieces("x[0] = 1", [Edit(Span(0, 8), ("x = u(x, 0, ", Span(7, 8), ")"))]))[1]
    Origin(start=12, source=Span(start=7, end=8), copied=True)
    """
    found, at = [], 0
    for text, source, copied in pieces:
        found.append(Origin(at, source, copied))
        at += len(text)
    return tuple(found)


def compose(made: Sequence[Piece], edits: Iterable[Edit]) -> tuple[Piece, ...]:
    """The text that some parts make, after edits on it, in parts that stand for what those stood for.

    >>> made = tuple(pieces("x = f(a)", [Edit(Span(0, 0), ("y = ",))]))
    >>> compose(made, [Edit(Span(8, 12), ("g(", Span(10, 11), ")"))])[-2]
    Piece(text='a', source=Span(start=6, end=7), copied=True)
    """
    return restored(made, pieces("".join(piece.text for piece in made), edits))


def restored(made: Sequence[Piece], parts: Iterable[Piece]) -> tuple[Piece, ...]:
    """Parts that stand for stretches of a text, as parts that stand for what that was made of."""
    found: list[Piece] = []
    for text, source, copied in parts:
        inside = [*_cut(made, source)]
        if copied:
            found += inside
            continue
        nearby = inside or [*_cut(made, Span(source.start, source.start + 1))]
        start = nearby[0].source.start if nearby else made[-1].source.end
        found.append(Piece(text, Span(start, max((part.source.end for part in inside), default=start)), False))
    return tuple(found)


def _cut(made: Iterable[Piece], span: Span) -> Iterator[Piece]:
    """The parts that a stretch of the text consists of."""
    at = 0
    for text, source, copied in made:
        start, end = max(span.start - at, 0), min(span.end - at, len(text))
        if start < end:
            yield Piece(text[start:end], Span(source.start + start, source.start + end) if copied else source, copied)
        at += len(text)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits.

    >>> apply("x[0] = f(a)", [Edit(Span(0, 11), ("x = u(x, 0, ", Span(7, 11), ")")), Edit(Span(9, 10), ("b",))])
    'x = u(x, 0, f(b))'
    """
    return "".join(piece.text for piece in pieces(text, edits))


def pieces(text: str, edits: Iterable[Edit]) -> Iterator[Piece]:
    """The text after all edits, in the parts of which it is made."""
    ordered = sorted(
        dict.fromkeys(edits), key=lambda e: (e.span.start, e.span.end > e.span.start, -e.span.end, e.order)
    )
    for piece in _render(text, Span(0, len(text)), ordered):
        if piece.text:
            yield piece


def _render(text: str, span: Span, edits: list[Edit]) -> Iterator[Piece]:
    at = span.start
    rest = [e for e in edits if span.start <= e.span.start and e.span.end <= span.end]
    first = 0
    while first < len(rest):
        edit = rest[first]
        after = first + 1
        while after < len(rest) and rest[after].span.start < edit.span.end:
            after += 1
        inside = rest[first + 1 : after]
        if any(e.span.end > edit.span.end for e in inside):
            raise ValueError(f"edits overlap at {edit.span}")
        yield Piece(text[at : edit.span.start], Span(at, edit.span.start), True)
        for part in edit.template:
            if isinstance(part, Moved):
                yield from _render(text, part.span, [e for e in inside if not e.left or e.span != part.span])
            elif isinstance(part, Piece):  # which stands for what stood elsewhere
                yield part
            elif isinstance(part, Span):
                yield from _render(text, part, inside)
            else:
                yield Piece(part, edit.span, False)
        at = edit.span.end
        first = after
    yield Piece(text[at : span.end], Span(at, span.end), True)
