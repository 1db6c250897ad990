"""Loops that write to an array on every turn: `for x[i] in values`.

    for x[0] in values:       for _item in values:
        print(x)                  x = np.tensor_scatter_update(x, 0, _item)
                                  print(x)

Sound under the condition of subscript_store, with what the loop reads on its later turns counted as read. Otherwise
diagnosed, as there; so are several targets of which one is an item: NT106.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.facts import Store
from np2tf.rules.subscript_store import updated
from np2tf.writing import Context

NAME = "loop_target"


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """A `for` statement whose only target is an item of an array."""
    statement = store.statement
    if store.form != "item" or not isinstance(statement, cst.For) or statement.target is not store.target:
        return None
    if store.problem is not None:
        return (context.diagnostic(store.problem, store.target),)
    if store.place is not None and store.place.first:
        return None
    name = context.name("_item")
    target = Edit(context.source.span(store.target), (name,))
    body = context.begin(statement.body, context.assignments(store, updated(store, (name,), context)))
    return Transaction(NAME, context.source.span(statement).start, (target, body))
