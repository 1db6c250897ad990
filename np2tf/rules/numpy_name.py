"""Uses of NumPy's names: the import carries them over; what NumPy 2 calls otherwise is renamed.

    np.float_(x)          np.float64(x)         (NT602)
    np.int                int                   (NT602)
    np.trapz(y)           np.trapezoid(y)       (NT602)

A name that neither NumPy 2 nor the runtime has is diagnosed: NT601. A name without a tensor counterpart: NT5xx.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import CODES, Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.knowledge.names import ALIASED_MODULES, KINDS, PUBLIC, REMOVED, current, feature, stays
from np2tf.writing import Context

NAME = "numpy_name"

#: What the runtime offers besides NumPy's names.
RUNTIME_NAMES = frozenset(
    {"tensor_scatter_update", "functional", "configure", "jit", "UnsupportedFeatureError", "random.device_rng"}
)

_MENDS = {
    "NT501": "copy the windows: `sliding_window_view(x, k).copy()`, or index with `np.arange`",
    "NT502": "keep one array for each field, or a dict of arrays",
    "NT503": "convert values with `.astype(...)` instead of reading memory in another way",
    "NT504": "use a list of arrays, or a numeric dtype",
    "NT505": "tensors are never writable in place: drop the flag",
    "NT506": "tensors have no memory order: drop it, if nothing reads the order",
    "NT507": "use 2-D arrays and `@`",
    "NT508": "keep the mask as a boolean array beside the data, or use the nan-functions",
    "NT509": "convert dates to numbers before, on the host",
    "NT510": "keep strings in Python lists",
    "NT511": "load the data into an array first: `np.array(mapped)`",
    "NT513": "keep the array as an attribute of a plain class",
}


def rewrite(node: cst.CSTNode, name: str, context: Context) -> tuple[Transaction | None, Diagnostic | None]:
    """One use of a name of NumPy's, outside imports."""
    span = context.source.span(node)
    local = name.removeprefix("numpy.")
    if name == "numpy" or local in RUNTIME_NAMES or local.partition(".")[0] == "functional":
        return Transaction(NAME, span.start, ()), None
    code = feature(name)
    if code is not None:
        return None, feature_diagnostic(code, name, node, context)
    now = current(name)
    if now != name:
        return _renamed(node, name, now, context)
    owner = name.rpartition(".")[0]
    if known(name) or KINDS.get(owner, "module") != "module" or stays(name) is not None:
        return Transaction(NAME, span.start, ()), None
    why = REMOVED.get(name)
    message = f"`{name}` is no public name of NumPy 2" + (f": {why}" if why else "")
    return None, Diagnostic.at("NT601", context.source.place(node), message, "use the public name, if there is one")


def _renamed(node: cst.CSTNode, name: str, now: str, context: Context) -> tuple[Transaction | None, Diagnostic | None]:
    note = Diagnostic.at("NT602", context.source.place(node), f"`{name}` is `{now}` in NumPy 2")
    span = context.source.bare(node)
    if not isinstance(node, cst.Attribute):
        return Transaction(NAME, span.start, ()), None  # a bare name: renamed where it is imported
    if "." not in now:
        return Transaction(NAME, span.start, (Edit(span, (now,)),)), note
    if now.rpartition(".")[0] == name.rpartition(".")[0]:
        return Transaction(NAME, span.start, (Edit(context.source.span(node.attr), (now.rpartition(".")[2],)),)), note
    if known(now):
        return Transaction(NAME, span.start, ()), None  # an alias of a module: numpy.core.umath.sin
    return None, Diagnostic.at("NT601", context.source.place(node), f"`{name}` is not public", f"use `{now}`")


def known(name: str) -> bool:
    """Whether a qualified name is a public one.

    >>> known("numpy.linalg.inv"), known("numpy.add.at"), known("numpy.nothing")
    (True, False, False)
    """
    return name in KINDS or name in PUBLIC or name in ALIASED_MODULES or "." not in name


def feature_diagnostic(code: str, name: str, node: cst.CSTNode, context: Context) -> Diagnostic:
    """The diagnostic of a feature without a tensor counterpart."""
    title = CODES[code].title
    shown = name.replace("numpy.", "np.", 1) if name.startswith("numpy.") else name.replace("ndarray.", ".", 1)
    return Diagnostic.at(
        code,
        context.source.place(node),
        f"`{shown}`: {title} have no tensor counterpart"
        if title.endswith("s")
        else f"`{shown}`: {title} has no tensor counterpart",
        _MENDS.get(code, ""),
    )
