"""Output arguments: `np.add(a, b, out=c)`, `np.exp(x, x)`, `x.sum(axis=0, out=s)`.

    np.add(a, b, out=c)               c = np.tensor_scatter_update(c, ..., np.add(a, b))
    np.add(a, b, out=c, where=m)      c = np.functional.copyto(c, np.add(a, b), where=m)
    np.log(a, out=c, where=a > 0)     c = np.functional.copyto(c, np.log(a, where=a > 0), where=a > 0)
    np.max(a, axis=0, out=c, where=m, initial=0)
                                      c = np.tensor_scatter_update(c, ..., np.max(a, axis=0, where=m, initial=0))
    y = np.exp(x, x)                  y = x = np.tensor_scatter_update(x, ..., np.exp(x))
    1 + np.log(a, out=np.zeros(3), where=a > 0)
                                      1 + np.functional.copyto(np.zeros(3), np.log(a, where=a > 0), where=a > 0)

The result of such a call *is* the output array. The `where` of a ufunc says which of its elements are written, and for
which NumPy warns of a logarithm of zero; that of a reduction says which are counted. Sums compute in a dtype that holds
both the elements and the output.
Sound under the condition of subscript_store. An output that is made in the call has no other name, and its call may
stand anywhere. Other calls inside a larger expression, which can't be taken apart: NT203; a tuple of outputs: NT604.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem, Store
from np2tf.knowledge.names import KINDS
from np2tf.rules.inplace_method import arg_text, joined, nested
from np2tf.writing import Context

NAME = "out_argument"

_DRAWN = {"random": 0, "standard_exponential": 0, "standard_gamma": 1, "standard_normal": 0}  # position of `size`
# For some elements these have no result, of which NumPy warns.
_PARTIAL = {
    "arccos", "arccosh", "arcsin", "arctanh", "divide", "float_power", "floor_divide", "fmod", "log", "log10", "log1p",
    "log2", "mod", "power", "reciprocal", "remainder", "sqrt", "true_divide",
}  # fmt: skip
_SUMS = {"sum", "prod", "cumsum", "cumprod", "nansum", "nanprod", "reduce", "accumulate"}


def rewrite(store: Store, context: Context) -> Transaction | tuple[Diagnostic, ...] | None:
    """A call with one output argument, as a statement, the right side of an assignment, or returned."""
    call = store.call
    if store.form != "out" or call is None:
        return None
    if len(store.outputs) > 1:
        return (
            context.diagnostic(Problem("NT604", "two output arguments", "assign the results: `a, b = f(x)`"), call),
        )
    if store.problem is not None:
        return (context.diagnostic(store.problem, store.target),)
    statement = store.statement
    targets = _targets(statement, call)
    if targets is None:
        return (context.diagnostic(nested(context.code(call)), call),)
    value = _value(store, call, context)
    names = "".join(f"{context.code(t)} = " for t in targets)
    assert store.place is not None
    assert store.update is not None
    if store.place.lens and store.place.text in {context.code(t) for t in targets}:  # the base's own name moves on
        if store.update.then or store.update.same or store.update.guarded:
            what = f"`{store.place.text}` is bound anew while others hold the array it stood for"
            return (context.diagnostic(Problem("NT106", what, "use another name for the result"), call),)
        texts: list[Template] = [(names, *value)]
    elif targets and store.place.lens:  # the names get the view, the base follows
        texts = [(names, *value), *context.assignments(store, (context.code(targets[0]),))]
    else:
        texts = context.assignments(store, value, names)
    if isinstance(statement, cst.Return):
        texts.append(("return ", context.source.span(store.target)))
    return context.transaction(NAME, store, texts, value=(context.source.span(store.target),))


def find(context: Context) -> Iterator[Transaction]:
    """All calls in a file whose output is made where they stand."""
    for call, store in context.facts.filled.items():
        if not context.module.fenced(store.statement):
            span = context.source.span(call)
            yield Transaction(NAME, span.start, (Edit(span, _value(store, call, context)),))


def _targets(statement: cst.CSTNode, call: cst.Call) -> list[cst.BaseExpression] | None:
    """The names that get the result, or None where the call is only a part of the statement."""
    if isinstance(statement, (cst.Expr, cst.Return)) and statement.value is call:
        return []
    if isinstance(statement, cst.Assign) and statement.value is call:
        targets: list[cst.BaseExpression] = [t.target for t in statement.targets]
        return targets if all(isinstance(t, cst.Name) for t in targets) else None
    return None


def _value(store: Store, call: cst.Call, context: Context) -> Template:
    parameter, out = store.outputs[0]
    kept = [arg for arg in call.args if not _is_output(arg, out)]
    where = next((a for a in kept if a.keyword is not None and a.keyword.value == "where"), None)
    name = store.effect.rpartition(".")[2]
    reduction = name in _SUMS
    if KINDS.get(store.effect) != "ufunc":
        where = None
    elif where is not None and not (name in _PARTIAL and context.repeatable(where.value)):
        kept.remove(where)
    arguments = [arg_text(arg, context) for arg in kept]
    has_dtype = any(a.keyword is not None and a.keyword.value == "dtype" for a in kept)
    array = context.source.span(out)
    if reduction and not has_dtype:  # NumPy adds up in what holds both the elements and the output
        added = call.func.value if store.effect.startswith("ndarray.") else kept[0].value  # type: ignore[attr-defined]
        elements: Template = (context.source.span(added),)
        if isinstance(added, (cst.List, cst.ListComp, cst.Tuple)):
            elements = (f"{RUNTIME}.asarray(", *elements, ")")
        arguments.append((f"dtype={RUNTIME}.result_type(", *elements, ", ", array, ")"))
    if (size := _size(store, kept)) is not None:
        named = size == len(kept) or kept[size].keyword is not None
        arguments[size : size + 1] = [("size=" if named else "", array, ".shape")]
    result: Template = (context.source.span(call.func), "(", *joined(arguments), ")")
    if _flattens(store, kept):
        result = (f"{RUNTIME}.reshape(", *result, ", ", array, ".shape)")
    if where is not None:
        mask = context.source.span(where.value)
        return (f"{RUNTIME}.functional.copyto(", array, ", ", *result, ", where=", mask, ")")
    del parameter
    return (f"{RUNTIME}.tensor_scatter_update(", array, ", ..., ", *result, ")")


def _size(store: Store, arguments: list[cst.Arg]) -> int | None:
    """Where to say how many numbers are drawn: as many as the output holds, if the call does not say it itself."""
    owner, _, name = store.effect.rpartition(".")
    if owner != "numpy.random.Generator" or name not in _DRAWN:
        return None
    for k, arg in enumerate(arguments):
        if arg.keyword.value == "size" if arg.keyword is not None else k == _DRAWN[name]:
            empty = isinstance(arg.value, cst.Name) and arg.value.value == "None"
            return k if empty else None
    return len(arguments)


def _flattens(store: Store, arguments: list[cst.Arg]) -> bool:
    """Whether the result has one dimension where the output has more: sums without an axis run over all elements, and
    fill an output of any shape."""
    function = store.effect.rpartition(".")[2] in {"cumsum", "cumprod", "nancumsum", "nancumprod"}
    method = store.effect.startswith("ndarray.")
    axis = any(a.keyword.value == "axis" if a.keyword is not None else k == 1 - method for k, a in enumerate(arguments))
    return function and not axis and store.value.ndim != 1


def _is_output(arg: cst.Arg, out: cst.BaseExpression) -> bool:
    if arg.value is out:
        return True
    return isinstance(arg.value, cst.Tuple) and any(e.value is out for e in arg.value.elements)
