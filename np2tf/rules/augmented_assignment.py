"""Augmented assignment: `x += v` where x is, or may be, an array.

On a tensor `+=` would make a new object under this one name: other holders keep the old values, and the dtype may
change. NumPy adds in place, keeps dtype and shape, and refuses what does not fit.

    x += v                x = np.functional.iadd(x, v)

A property stands for the attribute that its getter returns. Python hands the changed array to the setter, and so does
the conversion where the setter does more than bind that attribute:

    k.x += v              k._x = np.functional.iadd(k.x, v)
                          k.x = k.x

Left alone where x is certainly no array of one dimension or more. Sound under the condition of subscript_store.
Otherwise diagnosed, and written as `np.functional.refuse(...)`, which raises where it meets an array.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.rules.subscript_augmented import refusal
from np2tf.tree import IN_PLACE
from np2tf.writing import Context

NAME = "augmented_assignment"


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic | Edit, ...] | None:
    """`x op= e`."""
    statement = store.statement
    if store.form != "op" or not isinstance(statement, cst.AugAssign):
        return None
    operation = IN_PLACE[type(statement.operator).__name__]
    problem = store.problem or _order(store, statement, context)
    if problem is not None:
        found = context.diagnostic(problem, store.target)
        if isinstance(store.target, cst.Attribute) and store.effect == "part":
            return (found,)  # to set a part of a tensor raises
        certain = store.value.is_array and store.value.ndim == 0
        return (found, *refusal(statement, operation, problem.code, context, certain=certain))
    new: Template = (
        f"{RUNTIME}.functional.{operation}(",
        context.source.span(store.target),
        ", ",
        *context.operand(statement.value),
        ")",
    )  # fmt: skip
    texts = context.assignments(store, new)
    if store.setter:
        texts.append((context.source.span(store.target), " = ", context.source.span(store.target)))
    return context.transaction(NAME, store, texts)


def _order(store: Store, statement: cst.AugAssign, context: Context) -> Problem | None:
    assert store.place is not None
    if context.impure(statement.value) and context.interrupted(store):
        return Problem(
            "NT106",
            f"what is computed on the right side may change `{store.place.slot}` in between",
            "compute it on a line before, under a name of its own",
        )
    return None
