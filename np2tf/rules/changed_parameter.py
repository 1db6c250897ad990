"""Functions that change an array they were handed: the array goes back to the caller.

    def f(a):                 def f(a):
        a[0] = 1                  a = np.tensor_scatter_update(a, 0, 1)
                                  return a
    def g(a):                 def g(a):
        a += 1                    a = np.functional.iadd(a, 1)
        return a.sum()            return a.sum(), a

The definition and every call of the project are rewritten together (`threaded_call`). A function that returns its
changed parameter already keeps its signature; otherwise its annotation and its docstring, if that is in numpydoc form,
say what it returns now. Sound iff the parameter's name, or one that got the array at the beginning, `_a = a`, still
holds it on every way out, every use of the function is a plain call that can take the array back, and no exception is
caught in between.
Otherwise NT201 to NT205. Callers outside the project must use the returned array: NT901.

What may be the caller's array or a copy of it (`a = np.asarray(a)`, `if copy: a = a.copy()`) does not go back. It is
changed where no caller in the project looks at its array afterwards (else NT102), and the function gives something, for
callers outside it (NT902).
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.scopes import parameters
from np2tf.diagnostics import Diagnostic
from np2tf.docstrings import additions
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME, Threading
from np2tf.source import Span
from np2tf.writing import Context

NAME = "changed_parameter"


def rewrite(thread: Threading, context: Context) -> tuple[Transaction, list[Diagnostic]]:
    """The return statements of a function that gives parameters back, and what its head says of them."""
    source = context.source
    edits: list[Edit] = []
    if thread.style != "same":
        edits = [*_returns(thread, context), *_annotation(thread, context), *_docstring(thread, context)]
    return Transaction(NAME, source.span(thread.node).start, tuple(edits)), list(_notes(thread, context))


def _notes(thread: Threading, context: Context) -> Iterator[Diagnostic]:
    name = thread.node.name.value
    place = context.source.place(thread.node.name)
    if thread.outside:
        message = f"converted on the assumption that no class outside the project calls `{name}`"
        yield Diagnostic.at("NT902", place, message, "it gives back what it changes")
    if thread.style != "same" and not name.startswith("_"):
        names = ", ".join(thread.params)
        message = f"`{name}` now returns {names}" + (" after its result" if thread.style == "tuple" else "")
        yield Diagnostic.at("NT901", place, message, "callers outside the project must use it")


def _returns(thread: Threading, context: Context) -> Iterator[Edit]:
    names = ", ".join(thread.holders)
    for node in thread.returns:
        if thread.style == "none":
            yield Edit(context.source.span(node), (f"return {names}",))
        else:
            value = ("None",) if node.value is None else context.argument(node.value)
            yield Edit(context.source.span(node), ("return ", *value, f", {names}"))
    if thread.falls_through:
        yield _at_end(thread, f"return {names}" if thread.style == "none" else f"return None, {names}", context)


def _annotation(thread: Threading, context: Context) -> Iterator[Edit]:
    """`-> None` becomes `-> np.ndarray`, or whatever the parameter is annotated with."""
    returns = thread.node.returns
    if returns is None:
        return
    own = {p.name.value: p.annotation for p in parameters(thread.node)}
    arrays = [
        f"{RUNTIME}.ndarray" if (found := own[name]) is None else context.code(found.annotation)
        for name in thread.params
    ]
    span = context.source.span(returns.annotation)
    if thread.style == "tuple":
        yield Edit(span, ("tuple[", span, ", ", ", ".join(arrays), "]"))
    else:
        yield Edit(span, (arrays[0] if len(arrays) == 1 else f"tuple[{', '.join(arrays)}]",))


def _docstring(thread: Threading, context: Context) -> Iterator[Edit]:
    """A docstring in numpydoc form lists what is returned."""
    body = thread.node.body
    line = body.body[0] if body.body else None
    first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    if not isinstance(first, cst.Expr) or not isinstance(first.value, cst.SimpleString):
        return
    text = first.value
    start = context.source.span(text).start + len(text.prefix) + len(text.quote)
    newline = context.source.newline(start)
    for at, new in additions(text.raw_value.replace("\r\n", "\n"), thread.params):
        at += text.raw_value.replace("\r\n", "\n")[:at].count("\n") * (len(newline) - 1)
        yield Edit(Span(start + at, start + at), (new.replace("\n", newline),))


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
    end = source.last_line_end(last)
    return Edit(Span(end, end), (source.newline(start) + indent + text,), order=1)  # after what a loop leaves behind
