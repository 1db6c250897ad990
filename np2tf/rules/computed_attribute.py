"""Attributes that are got by a name which is computed are diagnosed where they may be arrays that change.

    getattr(k, name)                 np.functional.refuse_shared(getattr(k, name), "NT512")
    vars(k)[name]                    np.functional.refuse_shared(vars(k)[name], "NT512")

Sound iff no array that the attribute may hold is changed in place anywhere, and no method that it may be changes an
argument: `k.x = update(k.x, ...)` would leave what was got behind, and a method that gives its changed argument back
would be called by somebody who doesn't take it. Otherwise diagnosed, NT512, and written as a call which raises for an
array and for such a method. `getattr(k, "x")` is `k.x`.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit
from np2tf.facts import RUNTIME, ComputedAttribute
from np2tf.writing import Context

NAME = "computed_attribute"


def rewrite(node: cst.BaseExpression, computed: ComputedAttribute, context: Context) -> tuple[Diagnostic, Edit]:
    """One `getattr`."""
    span = context.source.span(node)
    texts = context.strings(node, (computed.problem.code, *computed.methods))
    edit = Edit(span, (f"{RUNTIME}.functional.refuse_shared(", span, f"{texts})"))
    return context.diagnostic(computed.problem, node), edit
