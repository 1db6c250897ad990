"""Functions that can be compiled are, under `--jit`: the outermost of them are decorated.

    def step(u, n):                   @np.jit
        for i in range(n):            def step(u, n):
            u[1:-1] = ...                 ...

Sound iff all that the function does is compute a result from its arguments and from what never changes: tracing runs
it once, with stand-ins for arrays, and what else it did would happen then, and never again. What it calls is compiled
with it, and stays as it is. For every other function that works on arrays a note says what keeps it from compiling:
NT701 to NT712. What compiles only as a graph, without XLA: NT708.
"""

from __future__ import annotations

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME, Compilation
from np2tf.source import Span
from np2tf.writing import Context

NAME = "jit_decorator"


def rewrite(
    found: Compilation, context: Context, errors: list[Diagnostic]
) -> tuple[Transaction | None, list[Diagnostic]]:
    """One function: its decorator, or why it gets none. `errors` are the file's, so far."""
    source, node = context.source, found.node
    name = node.name.value
    obstacles = [
        Diagnostic.at(p.code, source.place(at), f"`{name}` is not compiled: {p.message}", p.help)
        for at, p in found.obstacles
    ]
    first, _, last, _ = source.place(node)
    left = next((e for e in errors if first <= e.line <= last), None)
    if left is not None and not obstacles:
        message = f"`{name}` is not compiled: something in it is left to be done by hand ({left.code})"
        obstacles.append(Diagnostic.at("NT712", source.place(node.name), message, "do that first"))
    if obstacles or not found.decorate:
        return None, obstacles
    start = source.span(node).start
    indent = source.text[source.line_start(start) : start]
    edit = Edit(Span(start, start), (f"@{RUNTIME}.jit{source.newline(start)}{indent}",))
    remarks = [Diagnostic.at(p.code, source.place(at), f"`{name}`: {p.message}", p.help) for at, p in found.remarks]
    return Transaction(NAME, start, (edit,)), remarks
