"""`numpy.polynomial` on tensors: NumPy's own functions and classes, on the host.

Functions take tensors and return tensors. The classes are subclasses of NumPy's that take tensors everywhere; what
they compute with (calls, roots, linspace) comes back as tensors, their coefficients (`p.coef`) are host arrays.
"""

import numpy as _np

from np2tf_runtime import _status

from . import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial, polyutils
from .chebyshev import Chebyshev
from .hermite import Hermite
from .hermite_e import HermiteE
from .laguerre import Laguerre
from .legendre import Legendre
from .polynomial import Polynomial

set_default_printstyle = _np.polynomial.set_default_printstyle
_status.record("numpy.polynomial.set_default_printstyle", "host", "it sets how NumPy prints polynomials")

__all__ = [
    "Chebyshev",
    "Hermite",
    "HermiteE",
    "Laguerre",
    "Legendre",
    "Polynomial",
    "chebyshev",
    "hermite",
    "hermite_e",
    "laguerre",
    "legendre",
    "polynomial",
    "polyutils",
    "set_default_printstyle",
]
