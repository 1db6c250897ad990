"""Lists of arrays that are written in a call which changes their arrays: `step([w, b], rate)`.

The function puts the changed arrays into the list, and nobody has that once the call is over.

    step([w, b], rate)    _arrays = [w, b]
                          step(_arrays, rate)
                          w, b = _arrays

Sound iff the function does nothing but change the arrays: it neither keeps the list nor puts others into it; if nothing
that runs meanwhile looks at them by their names; and if no exception is caught that leaves it in between. Otherwise the
write is diagnosed: NT101, NT105, NT301.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from np2tf.edits import Edit, Moved, Template, Transaction
from np2tf.facts import Literal
from np2tf.rules.element_iteration import taken_out
from np2tf.writing import Context

NAME = "handed_list"


def rewrite(statement: cst.Expr, literals: Sequence[Literal], context: Context) -> Transaction:
    """A call that gets lists under a name each, and what they hold back under its own."""
    source = context.source
    first: list[Template] = [(f"{literal.name} = ", Moved(source.span(literal.node))) for literal in literals]
    whole: Template = (source.span(statement),)
    after: list[Template] = [(text,) for literal in literals for text in taken_out(literal)]
    if context.displays(statement):
        result = context.name("_result")
        whole, after = (f"{result} = ", *whole), [*after, (result,)]
    edits = [Edit(source.span(literal.node), (literal.name,), left=True) for literal in literals]
    return Transaction(
        NAME, source.span(statement).start, (*context.statements(statement, [*first, whole, *after]), *edits)
    )
