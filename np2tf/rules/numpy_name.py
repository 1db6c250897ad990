"""Uses of NumPy's names: the import carries them over; what NumPy 2 calls otherwise is renamed.

    np.float_(x)          np.float64(x)         (NT602)
    np.int                int                   (NT602)
    np.trapz(y)           np.trapezoid(y)       (NT602)
    np.ndarray((2, 3))    np.empty((2, 3))      a tensor is made by functions, not by its class

A name that neither NumPy 2 nor the runtime has is diagnosed: NT601. A name without a tensor counterpart: NT5xx. What
the runtime leaves to NumPy, on the host, is noted once in a file, unless anyone would expect it there: NT603.
"""

from __future__ import annotations

import libcst as cst

from np2tf.diagnostics import CODES, Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.knowledge.api import API
from np2tf.knowledge.names import ALIASED_MODULES, KINDS, MENDS, PUBLIC, REMOVED, current, feature, stays
from np2tf.writing import Context

NAME = "numpy_name"

#: What the runtime offers besides NumPy's names.
RUNTIME_NAMES = frozenset(
    {"tensor_scatter_update", "functional", "configure", "jit", "UnsupportedFeatureError", "random.device_rng"}
)


#: What nobody expects on a device: files, text, random streams, tables of a few numbers, questions about dtypes.
_HOST_MODULES = frozenset({"numpy.random", "numpy.testing"})
_HOST_NAMES = (
    "array2string array_repr array_str bartlett base_repr binary_repr blackman broadcast can_cast common_type "
    "einsum_path finfo format_float_positional format_float_scientific fromfile fromiter fromregex fromstring "
    "genfromtxt get_printoptions hamming hanning iinfo issubdtype kaiser load loadtxt min_scalar_type mintypecode "
    "printoptions promote_types result_type save savetxt savez savez_compressed set_printoptions test"
)


def rewrite(node: cst.CSTNode, name: str, context: Context) -> tuple[Transaction | None, Diagnostic | None]:
    """One use of a name of NumPy's, outside imports."""
    span = context.source.span(node)
    local = name.removeprefix("numpy.")
    if name == "numpy" or local in RUNTIME_NAMES or local.partition(".")[0] == "functional":
        return Transaction(NAME, span.start, ()), None
    code = feature(name)
    if code is not None:
        return None, feature_diagnostic(code, name, node, context)
    if node in context.facts.constructed:
        assert isinstance(node, cst.Attribute)
        return Transaction(NAME, span.start, (Edit(context.source.span(node.attr), ("empty",)),)), None
    now = current(name)
    if now != name:
        return _renamed(node, name, now, context)
    row = API.get(name)
    if row is not None and row.where == "unsupported":
        message = f"`{_shown(name)}` is not supported"
        return None, Diagnostic.at(row.code, context.source.place(node), message, row.note)
    owner = name.rpartition(".")[0]
    if known(name) or KINDS.get(owner, "module") != "module" or stays(name) is not None:
        return Transaction(NAME, span.start, ()), _on_host(node, name, context)
    why = REMOVED.get(name)
    message = f"`{name}` is no public name of NumPy 2" + (f": {why}" if why else "")
    return None, Diagnostic.at("NT601", context.source.place(node), message, "use the public name, if there is one")


def _on_host(node: cst.CSTNode, name: str, context: Context) -> Diagnostic | None:
    """The note on the first use of a function that NumPy computes on the host."""
    row = API.get(name)
    if row is None or row.where != "host" or name in context.noted or _expected(name):
        return None
    context.noted.add(name)
    message = f"`{_shown(name)}` runs on the host: {row.note}"
    return Diagnostic.at("NT603", context.source.place(node), message, "keep it out of loops and of compiled functions")


def _expected(name: str) -> bool:
    """Whether anyone would expect a function to run on the host.

    >>> _expected("numpy.random.normal"), _expected("numpy.load"), _expected("numpy.linalg.eig")
    (True, True, False)
    """
    owner, _, last = name.rpartition(".")
    return (
        owner in _HOST_MODULES
        or KINDS.get(name) == "scalar_type"
        or owner.startswith("numpy.random.")
        or (owner == "numpy" and last in _HOST_NAMES.split())
    )


def _shown(name: str) -> str:
    return name.replace("numpy.", "np.", 1)


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
    mend = "use what is public" if now.rpartition(".")[2].startswith("_") else f"use `{now}`"
    return None, Diagnostic.at("NT601", context.source.place(node), f"`{name}` is not public", mend)


def known(name: str) -> bool:
    """Whether a qualified name is a public one.

    >>> known("numpy.linalg.inv"), known("numpy.add.at"), known("numpy.nothing")
    (True, False, False)
    """
    return name in KINDS or name in PUBLIC or name in ALIASED_MODULES or "." not in name


def feature_diagnostic(code: str, name: str, node: cst.CSTNode, context: Context) -> Diagnostic:
    """The diagnostic of a feature without a tensor counterpart."""
    title = CODES[code].title
    shown = _shown(name) if name.startswith("numpy.") else name.replace("ndarray.", ".", 1)
    return Diagnostic.at(
        code,
        context.source.place(node),
        f"`{shown}`: {title} have no tensor counterpart"
        if title.endswith("s")
        else f"`{shown}`: {title} has no tensor counterpart",
        MENDS.get(code, ""),
    )
