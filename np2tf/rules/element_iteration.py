"""Loops over the elements of lists and dicts in which arrays change: `for w in ws: w *= 2`.

The name and the container hold the same array: both get the changed one. Where the loop has no counter it gets one.

    for w in ws:                      for _i, w in enumerate(ws):
        w *= 2                            w = ws[_i] = np.functional.imul(w, 2)

    for p, g in zip(ps, gs):          for _i, (p, g) in enumerate(zip(ps, gs)):
        p -= g                            p = ps[_i] = np.functional.isub(p, g)

    for k, v in d.items():            for k, v in d.items():
        v += 1                            v = d[k] = np.functional.iadd(v, 1)

Sound iff the elements are arrays of their own that stay at their places while the loop runs, and nobody else holds
them; otherwise the write is diagnosed: NT101, NT105, NT301.
"""

from __future__ import annotations

import libcst as cst

from np2tf.edits import Edit, Transaction
from np2tf.facts import ElementLoop
from np2tf.source import Span
from np2tf.writing import Context

NAME = "element_iteration"


def rewrite(loop: ElementLoop, context: Context) -> Transaction:
    """The header of a loop that has to count."""
    source, node = context.source, loop.node
    start = source.span(node).start
    if loop.counted:
        return Transaction(NAME, start, ())
    target, over = source.span(node.target), source.span(node.iter)
    bare = isinstance(node.target, cst.Tuple) and not node.target.lpar
    names = ("(", target, ")") if bare else (target,)
    header = Span(target.start, over.end)
    return Transaction(NAME, start, (Edit(header, (f"{loop.counter}, ", *names, " in enumerate(", over, ")")),))
