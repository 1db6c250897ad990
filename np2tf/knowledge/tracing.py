"""What tracing does to the calls in a function: which of them it loses, freezes, or can't get past."""

from __future__ import annotations

from typing import Final


def _numpy(names: str, owner: str = "numpy") -> frozenset[str]:
    return frozenset(f"{owner}.{name}" for name in names.split())


#: Calls that read or write files or the terminal.
FILES: Final = _numpy(
    "fromfile fromregex genfromtxt info load loadtxt save savetxt savez savez_compressed show_config show_runtime test"
) | _numpy("dump tofile", "ndarray")

#: Calls that change how NumPy prints or reports, for everybody.
SETTINGS: Final = _numpy("printoptions set_printoptions setbufsize seterr seterrcall")

#: Calls that need the values, whatever they are called with. What runs on the host (`knowledge.api`) does for arrays.
ON_THE_HOST: Final = (
    _numpy("array2string array_repr array_str base_repr binary_repr fromiter frompyfunc vectorize")
    | _numpy("format_float_positional format_float_scientific")
    | _numpy("__array__ __complex__ __float__ __int__ data dumps item tobytes tolist", "ndarray")
)

#: Calls that may call a function they are given, if it is one of the file's.
CALLING: Final = _numpy("apply_along_axis apply_over_axes fromfunction")

#: Calls whose result has a shape that depends on values: they run as a graph, not under XLA.
VALUE_SHAPES: Final = _numpy(
    "argwhere extract flatnonzero intersect1d nonzero setdiff1d setxor1d trim_zeros union1d unique unique_all "
    "unique_counts unique_inverse unique_values"
) | _numpy("nonzero", "ndarray")

#: What makes an index of what stands in its brackets.
INDICES: Final = _numpy("index_exp s_")

#: What the converter writes, and only computes: for changes of arrays, and for views.
FUNCTIONAL: Final = _numpy(
    "as_shape buffered complex_with copyto fill fill_diagonal frozen nan_to_num refreshed sort updated "
    "iadd iand ior ixor itruediv ifloordiv ilshift imatmul imod imul ipow irshift isub "
    "add_at divide_at maximum_at minimum_at multiply_at subtract_at",
    "numpy.functional",
)

#: Calls that make an array of a given shape: the shape must not depend on values.
SHAPED: Final = _numpy("arange empty eye full identity linspace ones tri zeros")

#: Calls that read only shapes and dtypes.
OF_SHAPES: Final = _numpy(
    "broadcast_shapes can_cast common_type dtype finfo iinfo isdtype iscomplexobj isrealobj isscalar issubdtype "
    "min_scalar_type mintypecode ndim promote_types result_type shape size"
)

#: Calls that give booleans.
BOOLEAN: Final = _numpy(
    "equal greater greater_equal isclose iscomplex isfinite isin isinf isnan isneginf isposinf isreal less less_equal "
    "logical_and logical_not logical_or logical_xor not_equal signbit"
)

#: Calls that reduce what they are given: an argument selected by a mask keeps its shape, and is masked.
REDUCTIONS: Final = _numpy(
    "all any count_nonzero max mean min nanmax nanmean nanmin nansum prod std sum var amax amin size"
) | _numpy("all any max mean min prod std sum var", "ndarray")

#: Attributes that arrays have.
ARRAY_ATTRIBUTES: Final = frozenset({"T", "mT", "real", "imag", "flat"})
HOST_ATTRIBUTES: Final = frozenset({"base", "ctypes", "data", "device", "flags", "strides"})
SHAPE_ATTRIBUTES: Final = frozenset({"shape", "ndim", "size", "dtype", "itemsize", "nbytes"})

#: Special methods that a class may define whose other methods are compiled: none runs where attributes are read, and
#: none is an operator.
HARMLESS_METHODS: Final = frozenset(
    {
        "__call__", "__enter__", "__exit__", "__format__", "__init__", "__iter__", "__len__", "__next__",
        "__post_init__", "__repr__", "__str__",
    }
)  # fmt: skip

#: Builtins that may be called with arrays or numbers, and give something of their kind.
BUILTINS: Final = frozenset(
    {
        "abs", "all", "any", "dict", "divmod", "enumerate", "frozenset", "list", "max", "min", "pow", "range",
        "reversed", "round", "set", "slice", "sorted", "sum", "tuple", "zip",
    }
)  # fmt: skip

#: Builtins that never read values.
STATIC_BUILTINS: Final = frozenset({"callable", "hasattr", "isinstance", "issubclass", "len"})

#: Classes of Python's numbers, for which tracing has stand-ins of other classes.
NUMBERS: Final = frozenset({"Integral", "Number", "Real", "bool", "complex", "float", "int", "number"})

#: Builtins that turn a value into a number or text of Python's; for the latter even an undecided one is too much.
CONVERSIONS: Final = frozenset({"bin", "bool", "chr", "complex", "float", "hex", "int", "oct", "ord"})
TEXTS: Final = frozenset({"ascii", "bytes", "format", "hash", "repr", "str"})

#: Modules whose functions compute with Python's numbers only, and of which attributes never change.
PURE_PACKAGES: Final = frozenset({"cmath", "math", "typing"})

#: Functions that only arrange what they are given.
ARRANGING: Final = frozenset(
    f"itertools.{name}"
    for name in ("chain", "combinations", "islice", "pairwise", "permutations", "product", "repeat", "zip_longest")
)

#: Packages and functions that do something besides giving a result.
OUTSIDE: Final = frozenset(
    {
        "io", "json", "logging", "matplotlib", "os", "pathlib", "pickle", "plotly", "seaborn", "shutil", "socket",
        "subprocess", "sys", "tqdm", "urllib", "warnings", "builtins.breakpoint", "builtins.input", "builtins.open",
        "builtins.print",
    }
)  # fmt: skip
LOGGING: Final = frozenset({"critical", "debug", "error", "exception", "info", "log", "warning"})
CLOCKS: Final = frozenset({"datetime", "random", "secrets", "time", "timeit", "uuid"})
