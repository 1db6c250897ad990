"""Questions whether two names stand for one array, where the answer hangs on how that lies in memory.

    v = np.ascontiguousarray(w)
    v is w              np.functional.refuse_identity(v, w, "NT101")
    v is not w          not np.functional.refuse_identity(v, w, "NT101")

NumPy gives `w` back if it is contiguous, and else a copy. To a tensor that makes no difference, and the runtime always
gives `w` back. Sound iff the analysis knows which of the two it is: then the question stays, as all others do.
Otherwise diagnosed, NT101, and written as a call that answers for everything but two arrays, and raises for those.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit
from np2tf.facts import RUNTIME, Problem
from np2tf.writing import Context

NAME = "identity_question"


def rewrite(node: cst.Comparison, problem: Problem, context: Context) -> tuple[Diagnostic, Edit]:
    """One `is` or `is not`, which may begin a longer comparison."""
    target = node.comparisons[0]
    left, right = context.source.span(node.left), context.source.span(target.comparator)
    found, code = context.diagnostic(problem, node), context.strings(node, (problem.code,))
    if len(node.comparisons) > 1:
        return found, Edit(left, (f"{RUNTIME}.functional.refuse_shared(", left, f"{code})"))
    negated = "not " if isinstance(target.operator, cst.IsNot) else ""
    call = (f"{negated}{RUNTIME}.functional.refuse_identity(", left, ", ", right, f"{code})")
    return found, Edit(context.source.bare(node), call)
