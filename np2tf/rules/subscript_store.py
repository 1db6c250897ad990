"""Item assignment: `x[i] = v`.

A tensor can't be written to. The new array is bound to the old name, and to every other name that NumPy would show the
change through.

    x[1:-1, 0] = v        x = np.tensor_scatter_update(x, np.s_[1:-1, 0], v)
    a[0][1] = v           a = np.tensor_scatter_update(a, 0, np.tensor_scatter_update(a[0], 1, v))

Sound iff every live holder of the array is rebound or proved apart. Python evaluates the value before the target, so a
value is computed first where it runs code that might change the target, or the target's index runs code.

    x[q.pop()] = q.pop()  _value = q.pop()
                          x = np.tensor_scatter_update(x, q.pop(), _value)

Otherwise diagnosed: NT101 to NT107, NT30x.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from np2tf.analysis.order import interfere
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Template, Transaction
from np2tf.facts import RUNTIME, Store
from np2tf.tree import walk
from np2tf.writing import Context

NAME = "subscript_store"


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """`x[i] = v` as the only target of its statement."""
    statement = store.statement
    if store.form != "item" or not isinstance(statement, (cst.Assign, cst.AnnAssign)) or statement.value is None:
        return None
    if isinstance(statement, cst.Assign) and (
        len(statement.targets) > 1 or statement.targets[0].target is not store.target
    ):
        return None
    if store.problem is not None:
        return (context.diagnostic(store.problem, store.target),)
    value = context.operand(statement.value)
    texts: list[Template] = []
    if evaluated_first(store, statement.value, context):
        name = context.name("_value")
        texts.append((f"{name} = ", context.source.span(statement.value)))
        value = (name,)
    first = context.bound_first(store, texts, len(texts))
    texts += context.assignments(store, updated(store, value, context))
    transaction = context.transaction(NAME, store, texts)
    return replace(transaction, edits=(*transaction.edits, *first))


def updated(store: Store, value: Template, context: Context) -> Template:
    """The array after the store, as an expression."""
    target = store.target
    assert isinstance(target, cst.Subscript)
    base = context.source.span(target.value)
    if isinstance(target.value, cst.Attribute) and target.value.attr.value == "flat":
        array = context.source.span(target.value.value)
        return (f"{RUNTIME}.tensor_scatter_update(", array, ".ravel(), ", *context.index(target), ", ", *value, ")")
    return (f"{RUNTIME}.tensor_scatter_update(", base, ", ", *context.index(target), ", ", *value, ")")


def evaluated_first(store: Store, value: cst.BaseExpression, context: Context) -> bool:
    """Whether computing the value may change what the target's text means, or the other way round."""
    assert store.place is not None
    assert isinstance(store.target, cst.Subscript)
    elsewhere = store.place.slot != store.place.text or context.interrupted(store)
    if context.impure(value) and (elsewhere or _binds(value)):
        return True
    parts = (store.target.value, *store.target.slice)
    return interfere(value, parts, context.facts, context.hoisted, store.rebound)


def _binds(node: cst.CSTNode) -> bool:
    return any(isinstance(part, (cst.NamedExpr, cst.Await, cst.Yield)) for part in walk(node))
