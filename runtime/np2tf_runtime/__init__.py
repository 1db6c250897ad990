"""NumPy 2 on TensorFlow: `import np2tf_runtime as np`.

`np.ndarray` is `tf.Tensor`. Importing this package makes every `tf.Tensor` of the process behave as an ndarray (methods, operators,
indexing, printing; see `_tensor`), and lets TensorFlow and NumPy calls mix freely.

Names are of three kinds, listed in `np2tf_runtime.STATUS`: computed on the device; computed on the host by NumPy; unsupported, which
raise `UnsupportedFeatureError` with a code that `np2tf explain` knows. Tensors can't be changed in place: `np.tensor_scatter_update`
and the functions of `np.functional` give what a mutation would leave.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as _np

from . import _base, _index, _printing, _status, _tensor, _ufuncs
from ._base import MissingNameError, UnsupportedFeatureError, configure, ndarray
from ._base import export as _export
from ._index import tensor_scatter_update
from ._status import STATUS
from ._ufuncs import ufunc

_FAMILIES = (
    "_creation",
    "_manipulation",
    "_sorting",
    "_sets",
    "_indexing_tools",
    "_reductions",
    "_statistics",
    "_linear_products",
    "_elementwise",
    "_polynomial_legacy",
    "_io",
    "_strings_misc",
    "_dtype_functions",
)
_SUBMODULES = (
    "dtypes",
    "exceptions",
    "fft",
    "functional",
    "lib",
    "linalg",
    "ma",
    "matrixlib",
    "polynomial",
    "random",
    "rec",
    "testing",
    "typing",
)

# NumPy's own objects, which mean the same for tensors.
_CONSTANTS = ("False_", "True_", "e", "euler_gamma", "inf", "little_endian", "nan", "newaxis", "pi", "sctypeDict", "typecodes")
_OWN = (
    "broadcast_shapes",
    "bufsize",
    "dtype",
    "errstate",
    "getbufsize",
    "geterr",
    "geterrcall",
    "get_include",
    "isdtype",
    "setbufsize",
    "seterr",
    "seterrcall",
    "typename",
)
_SCALAR_TYPES = tuple(
    name for name in dir(_np) if isinstance(getattr(_np, name), type) and issubclass(getattr(_np, name), _np.generic)
)

for _name in (*_CONSTANTS, *_OWN, *_SCALAR_TYPES):
    if hasattr(_np, _name):
        globals()[_name] = getattr(_np, _name)
        _status.record(f"numpy.{_name}", "host", "NumPy's own object")

_public: list[str] = []


def _exists(name: str) -> bool:
    return importlib.util.find_spec(f"{__name__}.{name}") is not None


_public += _export(globals(), _ufuncs, _printing)
_tensor.install()
for _name in _FAMILIES:
    if _exists(_name):
        _public += _export(globals(), importlib.import_module(f"{__name__}.{_name}"))
for _name in _SUBMODULES:
    if _exists(_name):
        globals()[_name] = importlib.import_module(f"{__name__}.{_name}")

# Names of NumPy 1 that NumPy 2 gave another name (NT602).
_RENAMED = {
    "Inf": "inf",
    "Infinity": "inf",
    "NINF": "-inf",
    "NaN": "nan",
    "PINF": "inf",
    "alltrue": "all",
    "asfarray": "asarray",
    "cfloat": "complex128",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "in1d": "isin",
    "infty": "inf",
    "mat": "asmatrix",
    "product": "prod",
    "round_": "round",
    "row_stack": "vstack",
    "singlecomplex": "complex64",
    "sometrue": "any",
    "string_": "bytes_",
    "trapz": "trapezoid",
    "unicode_": "str_",
}
_MENDS = {
    "asmatrix": ("NT507", "use two-dimensional arrays and @"),
    "bmat": ("NT507", "use np.block"),
    "busday_count": ("NT509", "stay with NumPy for dates"),
    "busday_offset": ("NT509", "stay with NumPy for dates"),
    "busdaycalendar": ("NT509", "stay with NumPy for dates"),
    "char": ("NT510", "keep the strings in a list"),
    "chararray": ("NT510", "keep the strings in a list"),
    "datetime_as_string": ("NT509", "stay with NumPy for dates"),
    "datetime_data": ("NT509", "stay with NumPy for dates"),
    "is_busday": ("NT509", "stay with NumPy for dates"),
    "ctypeslib": ("NT511", "hand out np.asarray(x)"),
    "f2py": ("NT511", "stay with NumPy"),
    "matrix": ("NT507", "use two-dimensional arrays and @"),
    "memmap": ("NT511", "use np.load(..., mmap_mode='r') of NumPy, and np.asarray"),
    "nditer": ("NT504", "use np.ndenumerate or a vectorized expression"),
    "recarray": ("NT502", "use one tensor per field"),
    "record": ("NT502", "use one tensor per field"),
    "strings": ("NT510", "keep the strings in a list"),
}


_IN_NUMPY = frozenset(dir(_np))


def _missing(name: str) -> Exception:
    code, mend = _MENDS.get(name, ("NT601", "NumPy 2 has no such name" if name not in _IN_NUMPY else "use another function, or NumPy itself"))
    return MissingNameError(f"np.{name}", code, mend)


def __getattr__(name: str) -> Any:
    if name in _RENAMED:
        if name == "NINF":
            return -_np.inf
        if name == "asfarray":
            return lambda a, dtype=None: globals()["asarray"](a, dtype if dtype is not None else float)
        return globals()[_RENAMED[name]] if _RENAMED[name] in globals() else __getattr__(_RENAMED[name])
    if name.startswith("__") or name in _SUBMODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise _missing(name)


def __dir__() -> list[str]:
    return sorted(name for name in globals() if not name.startswith("_") or name.startswith("__"))


__version__ = _np.__version__
__array_namespace_info__ = _np.__array_namespace_info__
