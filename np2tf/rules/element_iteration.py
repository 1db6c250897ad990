"""Loops over the elements of lists and dicts in which arrays change: `for w in ws: w *= 2`.

The name and the container hold the same array: both get the changed one. Where the loop has no counter it gets one.

    for w in ws:                      for _i, w in enumerate(ws):
        w *= 2                            w = ws[_i] = np.functional.imul(w, 2)

    for p, g in zip(ps, gs):          for _i, (p, g) in enumerate(zip(ps, gs)):
        p -= g                            p = ps[_i] = np.functional.isub(p, g)

    for k, v in d.items():            for k, v in d.items():
        v += 1                            v = d[k] = np.functional.iadd(v, 1)

    for w in (a, b):                  _arrays = [a, b]
        w += 1                        for _i, w in enumerate(_arrays):
                                          w = _arrays[_i] = np.functional.iadd(w, 1)
                                      a, b = _arrays

Sound iff the elements are arrays of their own that stay at their places while the loop runs, and nobody else holds
them; otherwise the write is diagnosed: NT101, NT105, NT301.
"""

from __future__ import annotations

import libcst as cst

from np2tf.edits import Edit, Transaction
from np2tf.facts import ElementLoop, Literal
from np2tf.source import Span
from np2tf.writing import Context

NAME = "element_iteration"


def rewrite(loop: ElementLoop, context: Context) -> Transaction:
    """The header of a loop that has to count, and a name for a list that is written in it."""
    source, node = context.source, loop.node
    start = source.span(node).start
    edits = [Edit(source.span(literal.node), (literal.name,)) for literal in loop.literals]
    if loop.literals:
        edits += _around(loop, context)
    if not loop.counted:
        target, over = source.span(node.target), source.span(node.iter)
        bare = isinstance(node.target, cst.Tuple) and not node.target.lpar
        names = ("(", target, ")") if bare else (target,)
        header = Span(target.start, over.end)
        edits.append(Edit(header, (f"{loop.counter}, ", *names, " in enumerate(", over, ")")))
    return Transaction(NAME, start, tuple(edits))


def _around(loop: ElementLoop, context: Context) -> list[Edit]:
    """The lists before the loop, and their elements back under their names after it."""
    source = context.source
    span = source.span(loop.node)
    indent = source.text[source.line_start(span.start) : span.start]
    newline = source.newline(span.start)
    before = "".join(f"{x.name} = [{', '.join(x.texts)}]{newline}{indent}" for x in loop.literals)
    after = [text for literal in loop.literals for text in taken_out(literal)]
    end = source.last_line_end(loop.node.body)
    return [
        Edit(Span(span.start, span.start), (before,)),
        Edit(Span(end, end), tuple(newline + indent + text for text in after), order=-span.start),  # inner loops first
    ]


def taken_out(literal: Literal) -> list[str]:
    """The statements that give what is in a list back to those who had it before."""
    names = ", ".join(literal.texts) + ("," if len(literal.texts) == 1 else "")
    texts = [f"{names} = {literal.name}"]
    for place, update in literal.updates:
        texts += [f"{name} = {place.text}" for name in update.same]
        texts += ["".join(f"{name} = " for name in r.names) + r.value for r in update.then]
    return texts
