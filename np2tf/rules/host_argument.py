"""Functions of others that tell numbers and arrays by their class, and don't take a tensor for either.

    pytest.approx((x.sum(), 2.0))     pytest.approx(np.functional.to_host((x.sum(), 2.0)))
    json.dumps({"mean": x.mean()})    json.dumps(np.functional.to_host({"mean": x.mean()}))
    statistics.stdev(x)               statistics.stdev(np.functional.to_host(x))
    networkx.Graph(x)                 networkx.Graph(np.functional.to_host(x))
    sparse.diags(x)                   sparse.diags(np.functional.to_host(x))
    lu.solve(b)                       lu.solve(np.functional.to_host(b)), where `lu` is of scipy.sparse.linalg.splu
    pytest.approx(x)                  stays: arrays it takes as such

What NumPy calls a scalar is a tensor without dimensions. Such functions get NumPy's scalars and arrays in the place of
tensors, those in lists, tuples and dicts too. Sound since they keep and change nothing of what they are given. What is
made of numbers and strings that are written down stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.values import CONTAINERS, Value
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME
from np2tf.tree import walk
from np2tf.writing import Context

NAME = "host_argument"

_LISTS_OF_ARRAYS = {"scipy.sparse.diags", "scipy.sparse.diags_array"}  # which they take as such


def find(context: Context) -> Iterator[Transaction]:
    """All such calls in a file."""
    for call, value in context.facts.for_host.items():
        reached = context.facts.reached.get(call, ())
        alone = value.kind in {"array", "maybe", "number"} and reached == ("pytest.approx",)
        arrays = value.kind in CONTAINERS and not _LISTS_OF_ARRAYS.isdisjoint(reached) and _all_arrays(value)
        if not alone and not arrays and _may_hold_scalars(call.args[0].value, value, context):
            span = context.source.span(call.args[0].value)
            yield Transaction(NAME, span.start, (Edit(span, (f"{RUNTIME}.functional.to_host(", span, ")")),))


def _may_hold_scalars(node: cst.BaseExpression, value: Value, context: Context) -> bool:
    if not any(isinstance(part, (cst.Attribute, cst.Call, cst.Name, cst.Subscript)) for part in walk(node)):
        return False  # all of it is written down
    if value.kind in CONTAINERS:
        inside = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
        return any(one.kind in CONTAINERS or _may_be_numpys(one, context) for one in inside) or not inside
    return _may_be_numpys(value, context)


def _all_arrays(value: Value) -> bool:
    inside = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
    return all(one.kind == "array" for one in inside)


def _may_be_numpys(value: Value, context: Context) -> bool:
    if value.kind == "unknown":
        return context.tables.names_numpy
    return value.kind in {"array", "maybe"} or (value.kind == "number" and value.dtype not in {"none", "str"})
