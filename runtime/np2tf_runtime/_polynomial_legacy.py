"""The polynomial functions of NumPy's main namespace; coefficients of the highest power come first.

`polyval` is computed on the device. The others work on a handful of coefficients: NumPy's own code on the host.
`poly1d` is NumPy's class; functions that are given one return one, as in NumPy.
"""

from __future__ import annotations

import numpy as _np
import tensorflow as tf

from . import _status
from ._base import UnsupportedFeatureError, as_tensor, device, host_function, promote, static_shape

__all__ = [
    "poly",
    "poly1d",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "roots",
]

_REASON = "a handful of coefficients"

poly1d = _np.poly1d
_status.record("numpy.poly1d", "host", "NumPy's class: coefficients and results are host arrays")

poly = host_function("numpy.poly", reason=_REASON)
polyadd = host_function("numpy.polyadd", reason=_REASON)
polyder = host_function("numpy.polyder", reason=_REASON)
polydiv = host_function("numpy.polydiv", reason=_REASON)
polyfit = host_function("numpy.polyfit", reason="a least-squares fit of a handful of coefficients")
polyint = host_function("numpy.polyint", reason=_REASON)
polymul = host_function("numpy.polymul", reason=_REASON)
polysub = host_function("numpy.polysub", reason=_REASON)
roots = host_function("numpy.roots", reason="eigenvalues, whose dtype depends on the values")


@device
def polyval(p, x):
    """The values of a polynomial at `x`, by Horner's rule, in the common dtype of coefficients and points.

    A `poly1d` for `x` gives the composed `poly1d`, as in NumPy.
    """
    if isinstance(x, poly1d):
        return _np.polyval(p if isinstance(p, poly1d) else _np.asarray(p), x)
    coefficients, points = as_tensor(p.coeffs if isinstance(p, poly1d) else p), as_tensor(x)
    if len(static_shape(coefficients)) == 0:
        raise TypeError("iteration over a 0-d array")
    if static_shape(coefficients)[0] is None:
        raise UnsupportedFeatureError(
            "np.polyval with an unknown number of coefficients", "NT604", "state the number with tf.ensure_shape"
        )
    if static_shape(coefficients)[0]:
        coefficients, points = promote(coefficients, points)
    result = tf.zeros_like(points)
    for coefficient in tf.unstack(coefficients):
        if points.dtype is tf.bool:
            result = tf.logical_or(tf.logical_and(result, points), coefficient)
        else:
            result = tf.raw_ops.AddV2(x=tf.raw_ops.Mul(x=result, y=points), y=coefficient)
    return result
