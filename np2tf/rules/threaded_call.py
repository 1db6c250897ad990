"""Calls of functions that give changed arguments back (`changed_parameter`).

    f(x)                  x = f(x)
    r = g(x)              r, x = g(x)
    f(a[1:])              a = np.tensor_scatter_update(a, np.s_[1:], f(a[1:]))
    f(x, np.zeros(3))     x, _ = f(x, np.zeros(3))
    f(p)                  p = np.functional.updated(p, f(p))    where p may be a number or None, which f leaves
    print(y.sum(), g(x))  _value = y.sum()
                          _result, x = g(x)
                          print(_value, _result)

Inside a larger statement such a call moves in front of it, with what is evaluated before; that needs that it is
evaluated once, first of all or after what does not share the array. Where that is not so, the statement is taken apart
before all else (`np2tf.unfolding`; NT203 where that can't be done).

The array goes to all who hold it, as after any store. An argument that nobody sees afterwards is dropped, and so is one
that is None.
"""

from __future__ import annotations

import re

import libcst as cst

from np2tf.edits import Edit, Moved, Template, Transaction
from np2tf.facts import RUNTIME, Store, Threading
from np2tf.source import Span
from np2tf.writing import Context

NAME = "threaded_call"


def rewrite(stores: list[Store], thread: Threading, context: Context) -> Transaction | None:
    """A statement that is one such call; None where nothing has to be taken back and the result is as before."""
    statement, call = stores[0].statement, stores[0].call
    assert call is not None
    targets = [context.code(t.target) for t in statement.targets] if isinstance(statement, cst.Assign) else []
    needed = _needed(stores, thread)
    span: Template = (context.source.span(call),)
    if not needed and (thread.style == "same" or isinstance(statement, cst.Expr)):
        if thread.style == "same" or not context.displays(statement):
            return None
        alone: Template = (*span, "[0]") if thread.style == "tuple" else ("_ = ", *span)
        return context.transaction(NAME, stores[0], [alone], count=len(stores))
    if thread.style == "same":
        texts = _same(needed[0], targets, span, context)
        place = needed[0].place
        assert place is not None
        value = str(texts[0][0]).removesuffix(" = ") if _apart(needed[0]) else place.text
        return context.transaction(NAME, stores[0], texts, count=len(stores), value=(value,))
    result = ""
    if thread.style == "tuple":
        result = targets[0] if targets else "_"
        if "," in result and not result.startswith(("(", "[")):
            result = f"({result})"
    later = bool(result and targets) and _meets(targets[0], needed)
    texts = _taken(stores, thread, context.temporary("_result", set()) if later else result, span, context)
    if later:
        texts.append((f"{targets[0]} = ", context.temporary("_result", set())))
    if targets and thread.style == "none":
        texts.append((f"{targets[0]} = None",))
    return context.transaction(NAME, stores[0], texts, count=len(stores), value=(result,) if result else None)


def hoist(calls: list[tuple[list[Store], Threading]], context: Context) -> Transaction:
    """Calls inside one statement move in front of it, in the order in which it evaluates them.

    What it evaluates before them moves along, where that would not be the same later.
    """
    source = context.source
    statement = calls[0][0][0].statement
    whole = [rewrite(*call, context) for call in calls if not call[0][0].hoisted]  # what is left of the statement
    texts: list[Template] = []
    edits: list[Edit] = [edit for found in whole if found is not None for edit in found.edits]
    moved: set[cst.CSTNode] = set()
    taken: set[str] = set()

    def leave(node: cst.CSTNode, text: str) -> None:
        edits.append(Edit(source.span(node), (text,), left=True))

    ordered = sorted(calls, key=lambda c: source.span(c[0][0].call).end)  # type: ignore[arg-type]
    moving = [k for k, call in enumerate(ordered) if _moves(*call)]
    for k, (stores, thread) in enumerate(ordered):
        call = stores[0].call
        assert call is not None
        if not stores[0].hoisted:
            continue
        needed = _needed(stores, thread)
        overtaken = bool(moving) and k < moving[-1]
        if not needed and thread.style != "none" and not overtaken:
            if thread.style == "tuple":
                end = source.span(call).end
                edits.append(Edit(Span(end, end), ("[0]",)))
            continue
        for part in stores[0].before:
            if part not in moved:
                moved.add(part)
                name = context.temporary("_value", taken)
                texts.append((f"{name} = ", Moved(source.span(part))))
                leave(part, name)
        span: Template = (Moved(source.span(call)),)
        if not needed and thread.style != "none":
            name = context.temporary("_result", taken)
            texts.append((f"{name} = ", *span, "" if thread.style == "same" else "[0]"))
            leave(call, name)
        elif thread.style == "same":
            kept = context.temporary("_" + needed[0].param, taken) if _apart(needed[0]) else ""
            texts += _same(needed[0], [kept] if kept else [], span, context)
            leave(call, kept or needed[0].place.text)  # type: ignore[union-attr]
        elif thread.style == "none":
            texts += _taken(stores, thread, "", span, context) if needed else [span]
            leave(call, "None")
        else:
            name = context.temporary("_result", taken)
            texts += _taken(stores, thread, name, span, context)
            leave(call, name)
    if texts:
        edits.insert(0, context.in_front(statement, texts))
    return Transaction(NAME, source.span(statement).start, tuple(edits), constructs=sum(len(s) for s, _ in calls))


def _moves(stores: list[Store], thread: Threading) -> bool:
    return stores[0].hoisted and (thread.style == "none" or bool(_needed(stores, thread)))


def _needed(stores: list[Store], thread: Threading) -> list[Store]:
    """The arguments that somebody sees afterwards, in the order in which they come back."""
    by_param = {store.param: store for store in stores}
    return [by_param[p] for p in thread.params if p in by_param and not by_param[p].host]


def _meets(target: str, stores: list[Store]) -> bool:
    """Whether what is bound when an array is taken back may be the target of the result, or be used by it: the result
    is bound after that."""
    for store in stores:
        assert store.place is not None
        assert store.update is not None
        update = store.update
        refreshed = [name for refresh in (*update.then, *update.last) for name in refresh.names]
        bound = [store.place.text, *update.same, *refreshed, *(name for name, _ in update.guarded)]
        if any(_may_meet(target, text) for text in bound):
            return True
    return False


def _may_meet(target: str, bound: str) -> bool:
    if target.isidentifier() and bound.isidentifier():
        return target == bound
    if not target.isidentifier() and not bound.isidentifier():
        (base, _, name), (other, _, attribute) = target.rpartition("."), bound.rpartition(".")
        named = all(re.fullmatch(r"[\w.]+", text) for text in (target, bound))
        return not (named and base == other and name != attribute)
    return not {*re.findall(r"\w+", target)}.isdisjoint(re.findall(r"\w+", bound))


def _taken(stores: list[Store], thread: Threading, result: str, span: Template, context: Context) -> list[Template]:
    """Take back what the call gives: its result, where it has one, and the arrays."""
    by_param = {store.param: store for store in stores}
    if not result and len(thread.params) == 1 and not stores[0].host:
        return context.assignments(stores[0], _changed(stores[0], span))
    results: list[str] = [result] if result else []
    after: list[Template] = []
    for param in thread.params:
        store = by_param.get(param)  # none for one that was left to its default, None
        if store is None or store.host:
            results.append("_")
            continue
        assert store.place is not None
        assert store.update is not None
        plain = not _apart(store) and not store.update.same and not store.update.guarded
        if plain:
            results.append(store.place.text)
            after += [("".join(f"{n} = " for n in r.names) + r.value,) for r in store.update.then]
        else:
            name = context.name("_" + param)
            results.append(name)
            after += context.assignments(store, _changed(store, (name,)))
    return [(", ".join(results) + " = ", *span), *after]


def _apart(store: Store) -> bool:
    """Whether what comes back is not what the argument becomes: it is a part of it, or that may be a number."""
    assert store.place is not None
    return bool(store.place.lens) or store.number


def _changed(store: Store, given: Template) -> Template:
    """What an argument, or the part of an array that it is, becomes when `given` comes back."""
    assert store.place is not None
    return (f"{RUNTIME}.functional.updated({store.place.text}, ", *given, ")") if store.number else given


def _same(store: Store, targets: list[str], span: Template, context: Context) -> list[Template]:
    assert store.place is not None
    names = "".join(f"{t} = " for t in targets)
    if _apart(store):
        if targets and not _meets(targets[0], [store]):
            return [(f"{targets[0]} = ", *span), *context.assignments(store, _changed(store, (targets[0],)))]
        if not targets and not store.place.lens:
            return context.assignments(store, _changed(store, span))
        name = context.name("_" + store.param)
        last: list[Template] = [(f"{targets[0]} = {name}",)] if targets else []
        return [(f"{name} = ", *span), *context.assignments(store, _changed(store, (name,))), *last]
    texts = context.assignments(store, span)
    for k, text in enumerate(texts):
        if text[-1] == span[0]:
            texts[k] = (names, *text)
    return texts
