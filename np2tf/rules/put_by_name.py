"""Attributes that are bound by a name which is computed are diagnosed where that may replace an array which changes.

    setattr(k, name, v)      np.functional.refuse_put(k, name, v, "NT512", "x")

Sound iff `v` is no array, or a new one, or no array in an attribute of the object changes in place anywhere:
`k.x = update(k.x, ...)` would leave those behind who hold `v`, too. Otherwise diagnosed, NT512, and written as a call
that raises if an array is put into such an attribute; whatever else is bound goes its way. `setattr(k, "x", v)` is
`k.x = v`.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit
from np2tf.facts import RUNTIME, PutByName
from np2tf.source import Span
from np2tf.writing import Context

NAME = "put_by_name"


def rewrite(node: cst.Call, put: PutByName, context: Context) -> tuple[Diagnostic, Edit]:
    """One `setattr`."""
    arguments = Span(context.source.span(node.func).end, context.source.span(node.args[-1].value).end)
    texts = context.strings(node, (put.problem.code, *put.attributes))
    whole = Span(context.source.span(node.func).start, arguments.end)
    return context.diagnostic(put.problem, node), Edit(whole, (f"{RUNTIME}.functional.refuse_put", arguments, texts))
