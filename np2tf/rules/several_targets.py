"""Stores among several targets: `a[i], a[j] = a[j], a[i]`, `x[0] = y[0] = v`.

Python computes the right side, then assigns to the targets from left to right.

    a[i], a[j] = a[j], a[i]       _item, _item2 = a[j], a[i]
                                  a = np.tensor_scatter_update(a, i, _item)
                                  a = np.tensor_scatter_update(a, j, _item2)
    x.shape = y.shape = n         x = x.reshape(n)
                                  y = y.reshape(n)

Sound iff no value on the right shares memory with what is written before it is used (in NumPy a swap of rows copies
one of them over the other): otherwise NT101. Starred and nested targets with stores in them: NT106.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Template, Transaction
from np2tf.facts import Problem, Store
from np2tf.rules import attribute_store
from np2tf.rules.subscript_store import updated
from np2tf.writing import Context

NAME = "several_targets"


def rewrite(stores: list[Store], context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """All stores of one assignment statement together."""
    statement = stores[0].statement
    if not isinstance(statement, cst.Assign) or any(not _is_simple(s) for s in stores):
        return _elsewhere(stores, context)
    problems = tuple(context.diagnostic(s.problem, s.target) for s in stores if s.problem is not None)
    if problems:
        return problems
    by_target = {s.target: s for s in stores}
    texts: list[Template] = []
    if len(statement.targets) > 1:
        value: Template = (context.source.span(statement.value),)
        if not isinstance(statement.value, (cst.Name, cst.Integer, cst.Float)):
            name = context.name("_value")
            texts.append((f"{name} = ", context.source.span(statement.value)))
            value = (name,)
        for each in statement.targets:
            if not _assign(each.target, value, by_target, texts, context):
                return _elsewhere(stores, context)
        return context.transaction(NAME, stores[0], texts, count=len(stores))
    target = statement.targets[0].target
    if not isinstance(target, (cst.Tuple, cst.List)) or any(isinstance(e, cst.StarredElement) for e in target.elements):
        return _elsewhere(stores, context)
    names = [context.name("_item") for _ in target.elements]
    texts.append((", ".join(names) + " = ", context.source.span(statement.value)))
    for element, name in zip(target.elements, names, strict=True):
        if not _assign(element.value, (name,), by_target, texts, context):
            return _elsewhere(stores, context)
    return context.transaction(NAME, stores[0], texts, count=len(stores))


def _is_simple(store: Store) -> bool:
    return store.form == "item" or (store.form == "attribute" and store.effect in {"shape", "real", "imag"})


def _assign(
    target: cst.BaseExpression,
    value: Template,
    stores: dict[cst.BaseExpression, Store],
    texts: list[Template],
    context: Context,
) -> bool:
    store = stores.get(target.value if isinstance(target, cst.Attribute) else target)
    if store is not None and store.form == "attribute":
        new = attribute_store.changed(store, value, context)
        if isinstance(new, Problem):
            return False
        texts += context.assignments(store, new)
        return True
    if store is not None and not store.host:
        texts += context.assignments(store, updated(store, value, context))
        return True
    if isinstance(target, (cst.Tuple, cst.List)):
        return False
    texts.append((context.source.span(target), " = ", *value))
    return True


def _elsewhere(stores: list[Store], context: Context) -> tuple[Diagnostic, ...]:
    what = "an array is written to as one of several targets, or by a loop, a with statement or a walrus"
    problem = Problem("NT106", what, "assign on a line of its own")
    return tuple(context.diagnostic(s.problem or problem, s.target) for s in stores if not s.host)
