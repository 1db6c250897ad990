"""Values that are needed again later get a name: `y = x if x.sum() > 1 else x[1:]`.

Which of the two arrays `y` is a view of was decided by a test that may come out otherwise by the time `x` changes.

    y = x if x.sum() > 1 else x[1:]       y = x if (_test := x.sum() > 1) else x[1:]
    x[0] = 5                              x = np.tensor_scatter_update(x, 0, 5)
                                          y = x if _test else x[1:]

Only where something is made again with the name; a test of names and constants that keep their values is repeated.
"""

from __future__ import annotations

from np2tf.edits import Edit, Transaction
from np2tf.facts import Named
from np2tf.source import Span
from np2tf.writing import Context

NAME = "named_value"


def rewrite(named: Named, context: Context) -> Transaction:
    """An expression that keeps its value under a name."""
    span = Span(context.source.span(named.first).start, context.source.span(named.last).end)
    head, tail = ("", "") if named.bare else ("(", ")")
    edit = Edit(span, (f"{head}{named.name} := {named.before}", span, named.after + tail))
    return Transaction(NAME, span.start, (edit,))
