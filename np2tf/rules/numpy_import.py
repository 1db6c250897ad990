"""Imports of NumPy become imports of the runtime, under the same names.

    import numpy as np                  import np2tf_runtime as np
    import numpy                        import np2tf_runtime as numpy
    import numpy.linalg as la           import np2tf_runtime.linalg as la
    from numpy import zeros, float_     from np2tf_runtime import zeros, float64 as float_

What NumPy itself goes on doing stays (`numpy.typing`, `numpy.lib.format`, ...: NT605). A star import is converted if
every name it could bring in is one of NumPy's (else NT606).
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.knowledge.names import KINDS, PUBLIC, current, feature, stays
from np2tf.rules.numpy_name import RUNTIME_NAMES, known
from np2tf.source import Span
from np2tf.tree import PACKAGE, dotted, walk
from np2tf.writing import Context

NAME = "numpy_import"


def rewrite(node: cst.Import | cst.ImportFrom, context: Context) -> tuple[list[Transaction], list[Diagnostic]]:
    """One import statement that names NumPy."""
    if isinstance(node, cst.Import):
        transactions: list[Transaction] = []
        diagnostics: list[Diagnostic] = []
        for alias in node.names:
            if alias in context.facts.references:
                done = _plain(alias, context.facts.references[alias], context)
                if isinstance(done, Transaction):
                    transactions.append(done)
                else:
                    diagnostics.append(done)
        return transactions, diagnostics
    return _from(node, context)


def _plain(alias: cst.ImportAlias, name: str, context: Context) -> Transaction | Diagnostic:
    span = context.source.span(alias.name)
    text = context.code(alias.name)
    if text.partition(".")[0] == PACKAGE:
        return Transaction(NAME, span.start, ())
    if alias.asname is None:
        return Transaction(NAME, span.start, (Edit(span, (f"{PACKAGE} as numpy",)),))
    if (why := stays(name)) is not None:
        return _stays(name, why, alias, context)
    if name not in PUBLIC and name not in KINDS and feature(name) is None:
        return _unknown(name, alias, context)
    return Transaction(NAME, span.start, (Edit(_head(alias.name, context), (PACKAGE,)),))


def _from(node: cst.ImportFrom, context: Context) -> tuple[list[Transaction], list[Diagnostic]]:
    assert node.module is not None
    module = dotted(node.module) or ""
    names = context.facts.references
    if module.partition(".")[0] == PACKAGE:
        head: tuple[Edit, ...] = ()
    else:
        head = (Edit(_head(node.module, context), (PACKAGE,)),)
    start = context.source.span(node).start
    if isinstance(node.names, cst.ImportStar):
        unresolved = unresolved_names(context)
        if unresolved:
            what = f"`from {module} import *` can't be told apart from other sources of " + ", ".join(
                f"`{n}`" for n in unresolved[:5]
            )
            return [], [Diagnostic.at("NT606", context.source.place(node), what, "import the names that are used")]
        return [Transaction(NAME, start, head)], []
    numpy_module = module.replace(PACKAGE, "numpy", 1)
    if (why := stays(numpy_module)) is not None:
        return [], [_stays(numpy_module, why, node, context)]
    edits, diagnostics = list(head), []
    for alias in node.names:
        name = names.get(alias)
        if name is None:
            continue
        now = current(name)
        if not known(now) and name.removeprefix("numpy.") not in RUNTIME_NAMES:
            diagnostics.append(_unknown(name, alias, context))
        elif now != name and "." in now:
            if now.rpartition(".")[0] != numpy_module:
                continue  # an alias of a module of NumPy's own: the runtime has it under both names or says so
            old, new = name.rpartition(".")[2], now.rpartition(".")[2]
            renamed = new if alias.asname is not None else f"{new} as {old}"
            edits.append(Edit(context.source.span(alias.name), (renamed,)))
            diagnostics.append(Diagnostic.at("NT602", context.source.place(alias), f"`{name}` is `{now}` in NumPy 2"))
    return [Transaction(NAME, start, tuple(edits), constructs=len(node.names))], diagnostics


def unresolved_names(context: Context) -> list[str]:
    """Names that neither the module nor NumPy nor Python defines: with a star import they could come from anywhere."""
    import builtins

    stars = context.tables.stars.get(context.module.name, ())
    numpy_names = {n for star in stars for n in PUBLIC.get(star, ())}
    if "?" not in stars:
        return []
    found = set()
    for scope in context.module.scope.all():
        for name in scope.reads:
            if scope.owner(name) is None and name not in numpy_names and not hasattr(builtins, name):
                found.add(name)
    return sorted(found) or ["its names"]


def _head(node: cst.CSTNode, context: Context) -> Span:
    """The span of `numpy` at the beginning of a dotted name."""
    first = next(n for n in walk(node) if isinstance(n, cst.Name)) if not isinstance(node, cst.Name) else node
    while isinstance(node, cst.Attribute):
        node = node.value
        first = node if isinstance(node, cst.Name) else first
    return context.source.span(first)


def _stays(name: str, why: str, node: cst.CSTNode, context: Context) -> Diagnostic:
    return Diagnostic.at("NT605", context.source.place(node), f"`{name}` stays NumPy: {why}")


def _unknown(name: str, node: cst.CSTNode, context: Context) -> Diagnostic:
    return Diagnostic.at(
        "NT601",
        context.source.place(node),
        f"`{name}` is no public name of NumPy 2",
        "use the public name, if there is one",
    )
