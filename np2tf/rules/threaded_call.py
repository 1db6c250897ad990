"""Calls of functions that give changed arguments back (`changed_parameter`).

    f(x)                  x = f(x)
    r = g(x)              r, x = g(x)
    f(a[1:])              a = np.tensor_scatter_update(a, np.s_[1:], f(a[1:]))
    f(x, np.zeros(3))     x, _ = f(x, np.zeros(3))

The array goes to all who hold it, as after any store. An argument that nobody sees afterwards is dropped, and so is one
that is None.
"""

from __future__ import annotations

import libcst as cst

from np2tf.edits import Template, Transaction
from np2tf.facts import Store, Threading
from np2tf.writing import Context

NAME = "threaded_call"


def rewrite(stores: list[Store], thread: Threading, context: Context) -> Transaction | None:
    """A statement that is one such call; None where nothing has to be taken back and the result is as before."""
    statement, call = stores[0].statement, stores[0].call
    assert call is not None
    targets = [context.code(t.target) for t in statement.targets] if isinstance(statement, cst.Assign) else []
    by_param = {store.param: store for store in stores}
    needed = [by_param[p] for p in thread.params if p in by_param and not by_param[p].host]
    span: Template = (context.source.span(call),)
    if thread.style == "same":
        if not needed:
            return None
        texts = _same(needed[0], targets, span, context)
        if isinstance(statement, cst.Return):
            texts.append((f"return {needed[0].place.text}",) if needed[0].place is not None else span)
        return context.transaction(NAME, stores[0], texts, count=len(stores))
    results: list[str] = []
    after: list[Template] = []
    if thread.style == "tuple":
        if targets:
            text = targets[0]
            results.append(f"({text})" if "," in text and not text.startswith(("(", "[")) else text)
        else:
            results.append(context.name("_result") if isinstance(statement, cst.Return) else "_")
    if not needed and isinstance(statement, cst.Expr):
        return None
    single = len(thread.params) == 1 and thread.style == "none"
    if single and needed and not isinstance(statement, cst.Return):
        texts = context.assignments(needed[0], span)
        if targets:
            texts.append((f"{targets[0]} = None",))
        return context.transaction(NAME, stores[0], texts, count=len(stores))
    for param in thread.params:
        store = by_param.get(param)  # none for one that was left to its default, None
        if store is None or store.host:
            results.append("_")
            continue
        assert store.place is not None
        assert store.update is not None
        plain = not store.place.lens and not store.update.same and not store.update.guarded
        if plain:
            results.append(store.place.text)
            after += [("".join(f"{n} = " for n in r.names) + r.value,) for r in store.update.then]
        else:
            name = context.name("_" + param)
            results.append(name)
            after += context.assignments(store, (name,))
    texts = [(", ".join(results) + " = ", *span), *after]
    if isinstance(statement, cst.Return):
        texts.append((f"return {results[0]}",) if thread.style == "tuple" else ("return None",))
    elif targets and thread.style == "none":
        texts.append((f"{targets[0]} = None",))
    return context.transaction(NAME, stores[0], texts, count=len(stores))


def _same(store: Store, targets: list[str], span: Template, context: Context) -> list[Template]:
    assert store.place is not None
    names = "".join(f"{t} = " for t in targets)
    if store.place.lens:
        name = targets[0] if targets else context.name("_" + store.param)
        return [(f"{name} = ", *span), *context.assignments(store, (name,))]
    texts = context.assignments(store, span)
    for k, text in enumerate(texts):
        if text[-1] == span[0]:
            texts[k] = (names, *text)
    return texts
