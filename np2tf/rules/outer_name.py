"""Arrays of the module, or of an enclosing function, that a function changes: the function declares their names.

    G = np.zeros(2)       G = np.zeros(2)
    def f():              def f():
        G[0] = 1              global G
                              G = np.tensor_scatter_update(G, 0, 1)

Inside an inner function it is `nonlocal`. Sound iff the name is the only holder of the array whenever such a function
may run: no other name shows it, no other module reads it, and the functions around bind it to nothing else.
Otherwise NT402 or NT403.
"""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from np2tf.edits import Edit, Transaction
from np2tf.source import Span
from np2tf.tree import block
from np2tf.writing import Context

NAME = "outer_name"


def rewrite(function: cst.FunctionDef, names: Mapping[str, str], context: Context) -> Transaction:
    """Declare names of outer scopes, behind the docstring."""
    source = context.source
    body = block(function.body)
    first = next((node for node in body if not _docstring(node)), body[-1])
    words = sorted(set(names.values()))
    lines = [f"{word} {', '.join(sorted(n for n, w in names.items() if w == word))}" for word in words]
    start = source.span(first).start
    if isinstance(function.body, cst.SimpleStatementSuite):
        text = "".join(f"{line}; " for line in lines)
    else:
        begin = source.line_start(start)
        indent, start = source.text[begin:start], begin
        text = "".join(f"{indent}{line}{source.newline(begin)}" for line in lines)
    return Transaction(NAME, start, (Edit(Span(start, start), (text,)),))


def _docstring(node: cst.CSTNode) -> bool:
    small = node.body[0] if isinstance(node, cst.SimpleStatementLine) else node
    return isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))
