"""Functions of other packages that change their argument, handed on as values.

    reduce(operator.iadd, xs)      reduce(np.functional.refusing(operator.iadd, "NT102"), xs)
    f = operator.setitem           f = np.functional.refusing(operator.setitem, "NT102")

Called by name they are rewritten, or diagnosed where they are called. Handed on, whoever gets them calls them on an
array, and `operator.iadd` of a tensor makes a new one without a word: the array in its old place is left behind.
Always diagnosed, NT102, and wrapped so that the call raises where it meets an array; numbers, lists and host arrays
are changed as before.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit
from np2tf.facts import RUNTIME, Problem
from np2tf.writing import Context

NAME = "mutator_as_value"


def rewrite(node: cst.CSTNode, problem: Problem, context: Context) -> tuple[Diagnostic, Edit]:
    """One such function."""
    span = context.source.span(node)
    edit = Edit(span, (f"{RUNTIME}.functional.refusing(", span, f"{context.strings(node, (problem.code,))})"))
    return context.diagnostic(problem, node), edit
