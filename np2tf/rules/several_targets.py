"""Stores among several targets: `a[i], a[j] = a[j], a[i]`, `x[0] = y[0] = v`.

Python computes the right side, then assigns to the targets from left to right.

    a[i], a[j] = a[j], a[i]       _item, _item2 = a[j], a[i]                  (numbers)
                                  a = np.tensor_scatter_update(a, i, _item)
                                  a = np.tensor_scatter_update(a, j, _item2)
    m[0], m[1] = m[1], m[0]       m = np.tensor_scatter_update(m, 0, m[1])    (rows)
                                  m = np.tensor_scatter_update(m, 1, m[0])
    x[i], x[j] = x[j], x[i]       _item, _item2 = x[j], x[i]                  (one or the other)
                                  x = np.tensor_scatter_update(x, i, _item)
                                  _item2 = np.functional.refreshed(_item2, x, i)
                                  x = np.tensor_scatter_update(x, j, _item2)
    x.shape = y.shape = n         x = x.reshape(n)
                                  y = y.reshape(n)

A view on the right shows what an earlier target of the same statement wrote: NumPy's swap of two rows copies one over
the other, and so does its conversion. Sound iff every value on the right that a store changes before it is used can be
made again: otherwise NT101. With a star the values are taken apart first. Nested targets with stores in them: NT106.
"""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from np2tf.analysis.relations import is_item, item_slot
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Template, Transaction
from np2tf.facts import Problem, Refresh, Store
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
    if not isinstance(target, (cst.Tuple, cst.List)):
        return _elsewhere(stores, context)
    if any(isinstance(e, cst.StarredElement) for e in target.elements):
        if not _taken_apart(statement, target, by_target, texts, context):
            return _elsewhere(stores, context)
    elif not _in_order(statement, [e.value for e in target.elements], by_target, texts, context):
        return _elsewhere(stores, context)
    return context.transaction(NAME, stores[0], texts, count=len(stores))


def _in_order(
    statement: cst.Assign,
    targets: list[cst.BaseExpression],
    stores: dict[cst.BaseExpression, Store],
    texts: list[Template],
    context: Context,
) -> bool:
    """One target after the other; what a store changes of the values to come is made again, or only then."""
    changes = {k: _item_changes(store) for k, t in enumerate(targets) if (store := _store_of(t, stores)) is not None}
    values = statement.value
    literal = isinstance(values, cst.Tuple) and not any(isinstance(e, cst.StarredElement) for e in values.elements)
    given = [e.value for e in values.elements] if literal else []  # type: ignore[attr-defined]
    late: dict[int, Template] = {}  # values that are made when their target gets them
    for k, value in enumerate(given):
        last = max((p for p, changed in changes.items() if p < k and item_slot(k) in changed), default=None)
        known = isinstance(value, cst.Name) or context.code(value) == context.code(targets[0])
        own = last is not None and item_slot(k) in changes[last][item_slot(k)]  # it is made of what it was
        if last is not None and known and not own and all(p in changes for p in range(last, k)):
            late[k] = (changes[last][item_slot(k)],)
        elif isinstance(value, (cst.Integer, cst.Float)):
            late[k] = (context.source.span(value),)
    early = [k for k in range(len(targets)) if k not in late]
    ready: dict[int, Template] = dict(late)
    if late and early == [0]:
        ready[0] = context.operand(given[0])
    elif early:
        ready.update((k, (context.name("_item"),)) for k in early)
        if literal:
            parts = [part for k in early for part in (", ", context.source.span(given[k]))]
            texts.append((", ".join(str(ready[k][0]) for k in early) + " = ", *parts[1:]))
        else:
            names = [str(ready[k][0]) for k in early]
            texts.append((", ".join(names) + (" = " if len(names) > 1 else ", = "), context.source.span(values)))
    for k, target in enumerate(targets):
        if not _assign(target, ready[k], stores, texts, context):
            return False
        for later in (later for later in early if later > k and item_slot(later) in changes.get(k, {})):
            name = str(ready[later][0])
            texts.append((f"{name} = {changes[k][item_slot(later)].replace(item_slot(later), name)}",))
    return True


def _taken_apart(
    statement: cst.Assign,
    target: cst.Tuple | cst.List,
    stores: dict[cst.BaseExpression, Store],
    texts: list[Template],
    context: Context,
) -> bool:
    """`a[0], *rest = x`: names are bound at once, if nothing that is stored has to do with them."""
    others = [e.value for e in target.elements if not isinstance(e.value, cst.Name)]
    read = {word for store in stores.values() for word in _words(store)}
    read |= {word for other in others for word in re.findall(r"\w+", context.code(other))}
    names, late = [], list[tuple[cst.BaseExpression, str]]()
    for element in target.elements:
        name = context.code(element.value)
        if not isinstance(element.value, cst.Name) or name in read:
            name = context.name("_item")
            late.append((element.value, name))
        names.append(f"*{name}" if isinstance(element, cst.StarredElement) else name)
    trailing = "," if len(names) == 1 else ""
    texts.append((", ".join(names) + trailing + " = ", context.source.span(statement.value)))
    return all(_assign(inner, (name,), stores, texts, context) for inner, name in late)


def _words(store: Store) -> set[str]:
    """The names that following a store up reads or binds."""
    update = store.update
    if update is None:
        return set()
    found = [*update.same, *(text for guard in update.guarded for text in (guard.name, *guard.of))]
    found += [text for refresh in (*update.then, *update.last) for text in (*refresh.names, refresh.value)]
    return set(re.findall(r"\w+", " ".join(found)))


def _store_of(target: cst.BaseExpression, stores: dict[cst.BaseExpression, Store]) -> Store | None:
    store = stores.get(target.value if isinstance(target, cst.Attribute) else target)
    return store if store is not None and store.update is not None else None


def _item_changes(store: Store) -> dict[str, str]:
    """The values of the statement that a store changes, each with the text that makes it again."""
    assert store.place is not None
    assert store.update is not None
    text = store.place.text
    found = {name: text for name in store.update.same if is_item(name)}
    for refresh in store.update.then:
        names = [name for name in refresh.names if not is_item(name)]  # which hold the very same object
        found.update((name, names[0] if names else refresh.value) for name in refresh.names if is_item(name))
    return found


def _without_items(store: Store) -> Store:
    """The store with its values on their way to other targets left to `_in_order`."""
    update = store.update
    if update is None:
        return store
    then = tuple(Refresh(tuple(n for n in r.names if not is_item(n)), r.value) for r in update.then)
    same = tuple(n for n in update.same if not is_item(n))
    return replace(store, update=update._replace(same=same, then=tuple(r for r in then if r.names)))


def _is_simple(store: Store) -> bool:
    if store.place is not None and store.place.first:
        return False  # it binds a name, too
    return store.form == "item" or (store.form == "attribute" and store.effect in {"shape", "real", "imag"})


def _assign(
    target: cst.BaseExpression,
    value: Template,
    stores: dict[cst.BaseExpression, Store],
    texts: list[Template],
    context: Context,
) -> bool:
    store = stores.get(target.value if isinstance(target, cst.Attribute) else target)
    if store is not None:
        store = _without_items(store)
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
