"""Copies of objects whose arrays change in place.

    copy.copy(k)      np.functional.refuse_sharing(copy.copy(k), "NT302", "x")
    vars(k).items()   vars(np.functional.refuse_sharing(k, "NT302", "x")).items()

`copy.copy(k)` has the same array in `.x`. A write to one is seen by both, until `k.x = update(k.x, ...)` gives one of
them a new array. Sound iff no array that is in an attribute of the object changes in place anywhere: then the call
stays. Otherwise diagnosed, NT302, and written as a call that raises if there is an array in such an attribute when the
copy is made; where there is none (it is None by then, or a number), nothing is shared and all goes well.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit
from np2tf.facts import RUNTIME, SharedCopy
from np2tf.writing import Context

NAME = "copied_object"


def rewrite(node: cst.BaseExpression, copy: SharedCopy, context: Context) -> tuple[Diagnostic, Edit]:
    """One `copy.copy`."""
    span = context.source.span(node)
    arguments = context.strings(node, (copy.problem.code, *copy.attributes))
    edit = Edit(span, (f"{RUNTIME}.functional.refuse_sharing(", span, f"{arguments})"))
    return context.diagnostic(copy.problem, node), edit
