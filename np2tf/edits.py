"""Edits on the text of a file: what is replaced, by texts in which parts of the input stand as they are or edited.

An edit's template mixes new text with spans of the input. Edits that lie inside such a span are applied there, so
edits compose when they nest; a transaction's edits are applied together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from np2tf.source import Span

Template = tuple["str | Span", ...]


@dataclass(frozen=True)
class Edit:
    """Replace `span` by `template`."""

    span: Span
    template: Template


@dataclass(frozen=True)
class Transaction:
    """Edits that belong together, made by one rule at one place."""

    rule: str
    offset: int
    edits: tuple[Edit, ...]
    assumption: str | None = None
    constructs: int = 1


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits.

    >>> apply("x[0] = f(a)", [Edit(Span(0, 11), ("x = u(x, 0, ", Span(7, 11), ")")), Edit(Span(9, 10), ("b",))])
    'x = u(x, 0, f(b))'
    """
    ordered = sorted(dict.fromkeys(edits), key=lambda e: (e.span.start, e.span.end > e.span.start, -e.span.end))
    return _render(text, Span(0, len(text)), ordered)


def _render(text: str, span: Span, edits: list[Edit]) -> str:
    result: list[str] = []
    at = span.start
    rest = [e for e in edits if span.start <= e.span.start and e.span.end <= span.end]
    while rest:
        edit = rest[0]
        inside = [e for e in rest[1:] if e.span.end <= edit.span.end and e.span.start < edit.span.end]
        after = [e for e in rest[1:] if e.span.start >= edit.span.end]
        if len(inside) + len(after) != len(rest) - 1:
            raise ValueError(f"edits overlap at {edit.span}")
        result.append(text[at : edit.span.start])
        result += [_render(text, part, inside) if isinstance(part, Span) else part for part in edit.template]
        at = edit.span.end
        rest = after
    result.append(text[at : span.end])
    return "".join(result)
