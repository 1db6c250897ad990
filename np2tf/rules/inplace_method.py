"""Methods that change their array: `x.sort()`, `x.fill(v)`, `x.partition(k)`, `x.put(i, v)`, `x.resize(s)`.

    x.sort()              x = np.sort(x)
    x.fill(0)             x = np.full_like(x, 0)
    x.fill(v)             x = np.functional.fill(x, v)      (which refuses what the dtype can't hold, such as NaN)
    x.put(i, v)           x = np.functional.put(x, i, v)

Such a method gives None, so it stands alone as a statement, or is made to; else NT203. Sound under the condition of
subscript_store. On a tensor the method raises, so what is left as it is is loud.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.writing import Context

NAME = "inplace_method"

_NAMES = {
    "fill": "full_like",
    "partition": "partition",
    "put": "functional.put",
    "resize": "functional.resize",
    "sort": "sort",
}
_CONSTANTS = {"numpy.e", "numpy.inf", "numpy.nan", "numpy.pi"}
_LOOSE = {"fill": "functional.fill", "partition": "functional.partition", "sort": "functional.sort"}


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """`x.method(...)` as a statement."""
    if store.form != "method" or store.call is None:
        return None
    method = store.effect.rpartition(".")[2]
    function = _NAMES.get(method)
    if function is None:
        return ()  # the feature has its own diagnostic (NT503, NT505)
    if store.problem is not None:
        return (context.diagnostic(store.problem, store.call),)
    if not (isinstance(store.statement, cst.Expr) and store.statement.value is store.call):
        return (context.diagnostic(nested(context.code(store.call)), store.call),)
    if not store.value.is_array or (method == "fill" and not _fits(store, context)):
        function = _LOOSE.get(method, function)
    arguments: list[Template] = [(context.source.span(store.target),), *(arg_text(a, context) for a in store.call.args)]
    new: Template = (f"{RUNTIME}.{function}(", *joined(arguments), ")")
    return context.transaction(NAME, store, context.assignments(store, new))


def _fits(store: Store, context: Context) -> bool:
    """Whether what fills an array is a number that is written there, or one of NumPy's in an array of floats."""
    args = store.call.args if store.call is not None else ()
    if len(args) != 1 or args[0].keyword is not None or args[0].star:
        return False
    value = args[0].value
    if isinstance(value, cst.UnaryOperation):
        value = value.expression
    if isinstance(value, (cst.Float, cst.Integer)) or (
        isinstance(value, cst.Name) and value.value in {"False", "True"}
    ):
        return True
    floats = (store.value.dtype or "").startswith(("complex", "float"))
    return floats and context.facts.references.get(value) in _CONSTANTS


def nested(text: str) -> Problem:
    """The problem of a mutating call that is part of a larger expression."""
    short = " ".join(text.split())
    short = short if len(short) <= 50 else short[:47] + "..."
    return Problem(
        "NT203", f"`{short}` changes an array inside a larger expression", "put the call on a line of its own"
    )


def arg_text(arg: cst.Arg, context: Context) -> Template:
    """One argument with its keyword or stars."""
    prefix = f"{arg.keyword.value}=" if arg.keyword is not None else arg.star
    return (prefix, context.source.span(arg.value)) if prefix else (context.source.span(arg.value),)


def joined(arguments: list[Template]) -> Template:
    """Arguments with commas between them."""
    result: list[object] = []
    for k, argument in enumerate(arguments):
        result += [", "] if k else []
        result += argument
    return tuple(result)  # type: ignore[arg-type]
