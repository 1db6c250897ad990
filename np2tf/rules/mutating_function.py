"""Functions that change an argument: `np.copyto(x, v)`, `np.put(x, i, v)`, `np.add.at(x, i, v)`, `rng.shuffle(x)`.

    np.copyto(x, v)       x = np.functional.copyto(x, v)
    np.add.at(x, i, v)    x = np.functional.add_at(x, i, v)
    rng.shuffle(x)        x = np.functional.shuffle(rng, x)

Under NumPy's own names these raise in the runtime, so a missed one is loud. Sound under the condition of
subscript_store. Inside a larger expression, which can't be taken apart: NT203. `operator.iadd(x, v)` and the like would
give a new tensor: they become calls that raise.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.rules import mutator_as_value
from np2tf.rules.inplace_method import arg_text, joined, nested
from np2tf.writing import Context

NAME = "mutating_function"

_FUNCTIONAL = {"copyto", "fill_diagonal", "nan_to_num", "place", "put", "put_along_axis", "putmask"}
_OVERWRITES = {"median", "nanmedian", "percentile", "nanpercentile", "quantile", "nanquantile"}


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic | Edit, ...] | None:
    """A call that changes one of its arguments."""
    if store.form != "function" or store.call is None:
        return None
    call, name = store.call, store.effect
    function, last = _function(name, call, context), name.rpartition(".")[2]
    problem = store.problem
    if problem is None and function is None:
        what = f"`{name.removeprefix('numpy.')}` may change its argument, and no counterpart is known"
        problem = Problem("NT102", what, "pass a copy")
    if problem is not None:
        found = context.diagnostic(problem, call)
        if not name.startswith("operator."):
            return (found,)
        _, refusing = mutator_as_value.rewrite(call.func, problem, context)
        return (found, refusing)
    if (
        last in _OVERWRITES
        or not (isinstance(context_statement := store.statement, cst.Expr) and context_statement.value is call)
    ) and not (last == "nan_to_num" and _assigned(store)):
        return (context.diagnostic(nested(context.code(call)), call),)
    target, rest = _split(store, call)
    arguments: list[Template] = [(context.source.span(target),), *(arg_text(a, context) for a in rest)]
    if last == "shuffle":
        assert isinstance(call.func, cst.Attribute)
        arguments.insert(0, (context.source.span(call.func.value),))
    new: Template = (f"{RUNTIME}.functional.{function}(", *joined(arguments), ")")
    names = ""
    if _assigned(store):
        assert isinstance(store.statement, cst.Assign)
        names = "".join(f"{context.code(t.target)} = " for t in store.statement.targets)
    texts = context.assignments(store, new, names)
    value = (context.source.span(target),) if last == "nan_to_num" else None
    return context.transaction(NAME, store, texts, value=value)


def _assigned(store: Store) -> bool:
    statement = store.statement
    return (
        isinstance(statement, cst.Assign)
        and statement.value is store.call
        and all(isinstance(t.target, cst.Name) for t in statement.targets)
    )


def _function(name: str, call: cst.Call, context: Context) -> str | None:
    owner, _, last = name.rpartition(".")
    if last == "at":
        return owner.rpartition(".")[2] + "_at"
    if last == "shuffle" and isinstance(call.func, cst.Attribute):
        return "shuffle"
    return last if last in _FUNCTIONAL and owner == "numpy" else None


def _split(store: Store, call: cst.Call) -> tuple[cst.BaseExpression, list[cst.Arg]]:
    rest = [arg for arg in call.args if arg.value is not store.target]
    dropped = {"copy"} if store.effect.endswith("nan_to_num") else set()
    return store.target, [arg for arg in rest if arg.keyword is None or arg.keyword.value not in dropped]
