"""Augmented item assignment: `x[i] += v`.

NumPy reads the item, adds in place where it is an array, and writes it back, cast to the array's dtype.

    x[i] += v             x = np.tensor_scatter_update(x, i, np.functional.iadd(x[i], v))
    ws[k] *= 2            ws[k] = np.functional.imul(ws[k], 2)         (a list or dict of arrays)
    ws[f(k)] *= 2         _key = f(k)
                          ws[_key] = np.functional.imul(ws[_key], 2)

With an index array the last of several equal indices wins, as in NumPy. The index is evaluated once: one that calls
something gets a name. Sound under the condition of subscript_store. Otherwise diagnosed; a container's item becomes
`np.functional.refuse(...)`, which raises where it meets an array.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from np2tf.analysis.values import CONTAINERS
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.source import Span
from np2tf.tree import IN_PLACE, shorten
from np2tf.writing import Context

NAME = "subscript_augmented"


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic | Edit, ...] | None:
    """`x[i] op= e`."""
    statement = store.statement
    if store.form != "item_op" or not isinstance(statement, cst.AugAssign):
        return None
    operation = IN_PLACE[type(statement.operator).__name__]
    target = store.target
    assert isinstance(target, cst.Subscript)
    problem = store.problem or _order(store, statement, context)
    if problem is not None:
        found = context.diagnostic(problem, target)
        if store.value.kind in {"array"}:
            return (found,)
        return (found, *refusal(statement, operation, problem.code, context))
    texts: list[Template] = []
    base = context.source.span(target.value)
    assert store.place is not None
    whole = context.source.span(target)
    if store.value.kind in CONTAINERS:
        element: Template = (whole,)
        if store.place.once:
            name = context.name("_key")
            texts.append(context.named_index(name, target))
            store = replace(store, place=store.place._replace(text=f"{context.code(target.value)}[{name}]"))
            element = (base, f"[{name}]")
        new: Template = (f"{RUNTIME}.functional.{operation}(", *element, ", ", *context.operand(statement.value), ")")
        return context.transaction(NAME, store, [*texts, *context.assignments(store, new)])
    flat = isinstance(target.value, cst.Attribute) and target.value.attr.value == "flat"
    if all(context.repeatable(element) for element in target.slice):
        index = context.index(target)
        item: Template = (whole,)
    else:
        name = context.name("_index")
        texts.append(context.named_index(name, target))
        index, item = (name,), (base, f"[{name}]")
    if flat:
        assert isinstance(target.value, cst.Attribute)
        array = context.source.span(target.value.value)
        outer: Template = (array, ".ravel()")
        item = (array, ".ravel()[", *index, "]")
    else:
        outer = (base,)
    new = (
        f"{RUNTIME}.tensor_scatter_update(", *outer, ", ", *index, f", {RUNTIME}.functional.{operation}(", *item, ", ",
        *context.operand(statement.value), "))",
    )  # fmt: skip
    texts += context.assignments(store, new)
    first = context.bound_first(store, texts)
    transaction = context.transaction(NAME, store, texts)
    return replace(transaction, edits=(*transaction.edits, *first))


def _order(store: Store, statement: cst.AugAssign, context: Context) -> Problem | None:
    """Python reads the item before it computes the value: a value that may change the item can't be moved."""
    assert store.place is not None
    target = statement.target
    if store.place.once and isinstance(target, cst.Subscript) and any(map(context.impure, target.slice)):
        what = f"what computes the index in `{shorten(context.code(target))}` may change `{store.place.slot}`"
        return Problem("NT106", what, "give the index a name first")
    if context.impure(statement.value) and context.interrupted(store):
        return Problem(
            "NT106",
            f"what is computed on the right side may change `{store.place.slot}` in between",
            "compute it on a line before, under a name of its own",
        )
    return None


def refusal(
    statement: cst.AugAssign, operation: str, code: str, context: Context, *, certain: bool = False
) -> tuple[Edit, ...]:
    """`t = np.functional.refuse("iadd", t, e, code)`: loud for an array, as before for all else; `certain` says that it
    is an array, which at run time can't be told of one without dimensions.

    What can't be evaluated twice gets a name: `_key = key()`.
    """
    target = statement.target
    texts: list[Template] = []
    place: Template = (context.source.span(target),)
    if isinstance(target, (cst.Subscript, cst.Attribute)) and not context.repeatable(target):
        place = (context.source.span(target.value),)
        if not context.repeatable(target.value):
            place = (context.name("_object"),)
            texts.append((*place, " = ", *context.argument(target.value)))
        if isinstance(target, cst.Attribute):
            place = (*place, f".{target.attr.value}")
        elif all(map(context.repeatable, target.slice)):
            place = (
                *place,
                "[",
                Span(context.source.span(target.slice[0]).start, context.source.span(target.slice[-1]).end),
                "]",
            )
        else:
            key = context.name("_key")
            texts.append(context.named_index(key, target))
            place = (*place, f"[{key}]")
    last = f', "{code}"{", array=True" if certain else ""})'
    operand = context.operand(statement.value)
    texts.append((*place, f' = {RUNTIME}.functional.refuse("{operation}", ', *place, ", ", *operand, last))
    return context.statements(statement, texts)
