"""Loops over the rows of an array that changes meanwhile: `for row in x: row += 1`.

A row is a view: a write to it reaches the array, and a write to the array is seen by the turns to come. So the loop
counts and reads the row anew each turn.

    for row in x:             for _i in range(len(x)):
        row += 1                  row = x[_i]
                                  row = np.functional.iadd(row, 1)
                                  x = np.tensor_scatter_update(x, _i, row)

    for r, q in zip(x, y.T):  for _i in range(min(len(x), len(y.T))):
        r -= q                    r, q = x[_i], y.T[_i]
                                  r = np.functional.isub(r, q)
                                  x = np.tensor_scatter_update(x, _i, r)

Loops in which nothing changes the array are left alone. Sound iff the loop itself does not bind the array's name anew
and the array is certainly one; otherwise the write is diagnosed: NT101, NT102.
"""

from __future__ import annotations

from np2tf.edits import Edit, Transaction
from np2tf.facts import IndexLoop
from np2tf.source import Span
from np2tf.writing import Context

NAME = "row_iteration"


def rewrite(loop: IndexLoop, context: Context) -> Transaction:
    """The header and the first line of a loop that has to count."""
    source, node = context.source, loop.node
    header = Span(source.span(node.target).start, source.span(node.iter).end)
    lengths = list(dict.fromkeys(f"len({rows.text})" for rows in loop.rows))
    length = lengths[0] if len(lengths) == 1 else f"min({', '.join(lengths)})"
    edits = [Edit(header, (f"{loop.counter} in range({length})",))]
    read = ", ".join(f"{rows.text}[{loop.counter}]" for rows in loop.rows)
    target = context.code(loop.target)
    if len(loop.rows) > 1:
        target = target.removeprefix("(").removesuffix(")")
    edits.append(context.begin(node.body, [(f"{target} = {read}",)]))
    return Transaction(NAME, source.span(node).start, tuple(edits))
