"""Whether imports that are tried can fail in a converted program."""

from __future__ import annotations

import libcst as cst

from np2tf.analysis.expressions import ROOTS
from np2tf.knowledge.names import PUBLIC
from np2tf.tree import block, dotted


def always_succeeds(body: cst.BaseSuite) -> bool:
    """Whether all that is tried is to import what NumPy has, which a program that runs converted has too.

    >>> [always_succeeds(cst.parse_statement(f"try: {s}\\nexcept: pass").body) for s in ("import numpy", "import cupy")]
    [True, False]
    """
    found = False
    for line in block(body):
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else [line]:
            if isinstance(statement, (cst.Import, cst.ImportFrom)):
                if not _imports_public_names(statement):
                    return False
                found = True
            elif not isinstance(statement, cst.Pass) and not _binds_constant(statement):
                return False
    return found


def _imports_public_names(node: cst.Import | cst.ImportFrom) -> bool:
    if isinstance(node, cst.Import):
        return all(_numpy_module(alias.name) is not None for alias in node.names)
    module = _numpy_module(node.module) if node.module is not None and not node.relative else None
    if module is None or isinstance(node.names, cst.ImportStar):
        return False
    return all(alias.evaluated_name in PUBLIC[module] for alias in node.names)


def _numpy_module(node: cst.BaseExpression) -> str | None:
    head, dot, rest = (dotted(node) or "").partition(".")
    name = f"{ROOTS.get(head)}{dot}{rest}"
    return name if name in PUBLIC else None


def _binds_constant(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Assign) or not all(isinstance(t.target, cst.Name) for t in node.targets):
        return False
    value = node.value
    constant = isinstance(value, cst.Name) and value.value in {"True", "False", "None"}
    return constant or isinstance(value, (cst.BaseNumber, cst.SimpleString))
