"""NumPy 2 on TensorFlow: `import np2tf_runtime as np`.

`np.ndarray` is `tf.Tensor`. Importing this package makes every `tf.Tensor` of the process behave as an ndarray
(methods, operators, indexing, printing; see `_tensor`), and lets TensorFlow and NumPy calls mix freely.

Names are of three kinds, listed in `np2tf_runtime.STATUS`: computed on the device; computed on the host by NumPy;
unsupported, which raise `UnsupportedFeatureError` with a code that `np2tf explain` knows. Tensors can't be changed in
place: `np.tensor_scatter_update` and the functions of `np.functional` give what a mutation would leave.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as _np

from . import _xla_options as _xla_options  # isort: skip - before TensorFlow reads them
from . import _start as _start  # isort: skip - before anything else imports TensorFlow
from . import _absent, _printing, _status, _tensor, _ufuncs
from . import _base as _base
from . import _index as _index
from ._base import HostFallbackWarning as HostFallbackWarning
from ._base import MissingNameError as MissingNameError
from ._base import UnsupportedFeatureError as UnsupportedFeatureError
from ._base import configure as configure
from ._base import export as _export
from ._base import ndarray as ndarray
from ._index import tensor_scatter_update as tensor_scatter_update
from ._status import STATUS as STATUS
from ._ufuncs import ufunc as ufunc

# Products of float32 are NumPy's to the last bits: a GPU would round what it multiplies to 11 bits.
_base.tf.config.experimental.enable_tensor_float_32_execution(False)

_FAMILIES = (
    "_creation",
    "_manipulation",
    "_choosing",
    "_elementwise",
    "_applying",
    "_sorting",
    "_sets",
    "_indexing_tools",
    "_reductions",
    "_statistics",
    "_linear_products",
    "_polynomial_legacy",
    "_io",
    "_dtype_functions",
    "_scalar_types",
)
_SUBMODULES = (
    "dtypes",
    "exceptions",
    "fft",
    "functional",
    "lib",
    "linalg",
    "ma",
    "polynomial",
    "random",
    "rec",
    "testing",
    "typing",
    "version",
)

# NumPy's own objects, which mean the same for tensors.
_CONSTANTS = (
    "False_",
    "True_",
    "e",
    "euler_gamma",
    "inf",
    "little_endian",
    "nan",
    "newaxis",
    "pi",
    "sctypeDict",
    "typecodes",
)
_OWN = (
    "broadcast_shapes",
    "bufsize",
    "dtype",
    "errstate",
    "getbufsize",
    "geterr",
    "geterrcall",
    "get_include",
    "setbufsize",
    "seterr",
    "seterrcall",
    "typename",
)
_SCALAR_TYPES = tuple(
    name for name in dir(_np) if isinstance(getattr(_np, name), type) and issubclass(getattr(_np, name), _np.generic)
)

_public: list[str] = []
for _name in (*_CONSTANTS, *_OWN, *_SCALAR_TYPES):
    if hasattr(_np, _name):
        globals()[_name] = getattr(_np, _name)
        _public.append(_name)
        _status.record(f"numpy.{_name}", "host", "NumPy's own object")

_public += _export(globals(), _ufuncs, _printing)
_tensor.install()
for _name in _FAMILIES:
    _public += _export(globals(), importlib.import_module(f"{__name__}.{_name}"))
for _name in _SUBMODULES:
    globals()[_name] = importlib.import_module(f"{__name__}.{_name}")

for _name in ("array", "asanyarray", "asarray", "copy", "full", "full_like"):
    _status.record(f"numpy.{_name}", "device", _status.HOST_VALUES)

from ._jit import JitFallbackWarning as JitFallbackWarning  # noqa: E402 - it needs the public functions
from ._jit import jit as jit  # noqa: E402

# Where NumPy has these functions a second time.
lib.scimath = emath  # noqa: F821 - both were imported above

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
# Submodules that have no counterpart: naming them raises.
_MENDS = {
    "char": ("NT510", "keep the strings in a list"),
    "core": ("NT601", "use the public names"),
    "ctypeslib": ("NT511", "hand out np.asarray(x)"),
    "f2py": ("NT511", "stay with NumPy"),
    "matlib": ("NT507", "use two-dimensional arrays and @"),
    "matrixlib": ("NT507", "use two-dimensional arrays and @"),
    "nditer": ("NT504", "use np.ndenumerate or a vectorized expression"),
    "strings": ("NT510", "keep the strings in a list"),
}
for _name, (_code, _mend) in _MENDS.items():
    if _name not in globals():
        _status.record(f"numpy.{_name}", "unsupported", _mend, _code)


# They can be imported all the same, and so can modules that lie deeper: NumPy's own where it knows nothing of arrays.
for _name in ("char", "core", "ctypeslib", "matlib", "strings"):
    _absent.enter(__name__, _name, *_MENDS[_name])
for _name in ("ma.core", "ma.extras"):
    _absent.enter(__name__, _name, "NT508", ma._MEND)  # noqa: F821 - it was imported above
_absent.enter(__name__, "lib.recfunctions", "NT502", rec._MEND)  # noqa: F821
for _name in ("array_utils", "format", "introspect", "mixins", "npyio", "scimath"):
    sys.modules[f"{__name__}.lib.{_name}"] = getattr(lib, _name)  # noqa: F821

_IN_NUMPY = frozenset(dir(_np))


def _missing(name: str) -> Exception:
    unknown = "use another function, or NumPy itself" if name in _IN_NUMPY else "NumPy 2 has no such name"
    code, mend = _MENDS.get(name, ("NT601", unknown))
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
__array_api_version__ = _np.__array_api_version__
__all__ = sorted(
    {
        *_public, *_SUBMODULES, "HostFallbackWarning", "JitFallbackWarning", "UnsupportedFeatureError", "configure",
        "jit", "ndarray", "tensor_scatter_update",
    }
)  # fmt: skip
