"""Assignments to an array's attributes: `x.shape = s`, `x.flat = v`, `x.real = v`, `x.imag = v`.

    x.shape = (2, 3)      x = x.reshape((2, 3))
    x.flat = v            x = np.tensor_scatter_update(x, ..., np.resize(v, x.shape))
    x.real = v            x = np.functional.complex_with(x, real=v)

`x.shape = s` gives the same memory another shape: names for the same array follow, views of it are left as they are.
Other attributes (`dtype`, `strides`, `data`) reinterpret memory: NT503, NT501.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.writing import Context

NAME = "attribute_store"

_CODES = {"dtype": "NT503", "data": "NT503", "strides": "NT501"}


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """`x.attribute = v` of an array."""
    statement = store.statement
    if store.form != "attribute":
        return None
    attr = store.effect
    if attr in _CODES:
        what = f"`{context.code(store.target)}.{attr}` is assigned: the same memory would be read in another way"
        return (
            context.diagnostic(
                Problem(_CODES[attr], what, "make a new array: `.astype(...)`, `.reshape(...)`"), statement
            ),
        )
    if store.problem is not None:
        return (context.diagnostic(store.problem, statement),)
    if not isinstance(statement, cst.Assign) or len(statement.targets) > 1:
        what = f"`{context.code(store.target)}.{attr}` is assigned among other targets"
        return (context.diagnostic(Problem("NT106", what, "assign it on a line of its own"), statement),)
    new = changed(store, tuple(context.operand(statement.value)), context)
    if isinstance(new, Problem):
        return (context.diagnostic(new, statement),)
    return context.transaction(NAME, store, context.assignments(store, new))


def changed(store: Store, value: Template, context: Context) -> Template | Problem:
    """The array after the store, as an expression."""
    assert store.update is not None
    array = context.source.span(store.target)
    match store.effect:
        case "shape" if store.update.then or store.update.last:
            what = "views of this array keep their shape while it changes"
            return Problem("NT102", what, "use `x = x.reshape(...)`")
        case "shape":
            return (array, ".reshape(", *value, ")")
        case "flat":
            resized = (f"{RUNTIME}.resize(", *value, ", ", array, ".shape)")
            return (f"{RUNTIME}.tensor_scatter_update(", array, ", ..., ", *resized, ")")
        case "real" | "imag" as part:
            return (f"{RUNTIME}.functional.complex_with(", array, f", {part}=", *value, ")")
    what = f"arrays have no attribute `{store.effect}` that could be set"
    return Problem("NT106", what, "keep it beside the array")
