"""Functions that change an array they were handed: the array goes back to the caller.

    def f(a):                 def f(a):
        a[0] = 1                  a = np.tensor_scatter_update(a, 0, 1)
                                  return a
    def g(a):                 def g(a):
        a += 1                    a = np.functional.iadd(a, 1)
        return a.sum()            return a.sum(), a

The definition and every call of the project are rewritten together (`threaded_call`). A function that returns its
changed parameter already keeps its signature. Sound iff the parameter's name still holds the array on every way out,
every use of the function is a plain call that can take the array back, and no exception is caught in between.
Otherwise NT201 to NT205. Callers outside the project must use the returned array: NT901.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME, Threading
from np2tf.source import Span
from np2tf.writing import Context

NAME = "changed_parameter"


def rewrite(thread: Threading, context: Context) -> tuple[Transaction, Diagnostic | None]:
    """The return statements of a function that gives parameters back."""
    source = context.source
    names = ", ".join(thread.params)
    edits: list[Edit] = []
    if thread.style != "same":
        for node in thread.returns:
            if thread.style == "none":
                edits.append(Edit(source.span(node), (f"return {names}",)))
            else:
                value = ("None",) if node.value is None else context.argument(node.value)
                edits.append(Edit(source.span(node), ("return ", *value, f", {names}")))
        if thread.falls_through:
            edits.append(
                _at_end(thread, f"return {names}" if thread.style == "none" else f"return None, {names}", context)
            )
        annotation = thread.node.returns
        if annotation is not None and context.code(annotation.annotation) == "None":
            one = f"{RUNTIME}.ndarray"
            text = one if len(thread.params) == 1 else f"tuple[{', '.join([one] * len(thread.params))}]"
            edits.append(Edit(source.span(annotation.annotation), (text,)))
    note = None
    name = thread.node.name.value
    if thread.style != "same" and not name.startswith("_"):
        message = f"`{name}` now returns {names}" + (" after its result" if thread.style == "tuple" else "")
        note = Diagnostic.at(
            "NT901", source.place(thread.node.name), message, "callers outside the project must use it"
        )
    return Transaction(NAME, source.span(thread.node).start, tuple(edits)), note


def _at_end(thread: Threading, text: str, context: Context) -> Edit:
    """A return statement after the last one of the body."""
    source, body = context.source, thread.node.body
    last = body.body[-1]
    if isinstance(body, cst.SimpleStatementSuite):
        end = source.span(last).end
        return Edit(Span(end, end), (f"; {text}",))
    first = body.body[0]
    start = source.span(first).start
    indent = source.text[source.line_start(start) : start]
    if not indent.isspace():
        indent = " " * 4
    end = _last_end(last, context)
    return Edit(Span(end, end), (source.newline(start) + indent + text,))


def _last_end(node: cst.CSTNode, context: Context) -> int:
    """The end of the line on which a statement ends."""
    source = context.source
    start, end = source.span(node)
    while end > start and source.text[end - 1] in " \t\r\n":
        end -= 1
    return source.line_end(end)
