"""How views are undone: which callables make a view, and the text that gives the base its new value from the view's.

A class names the form of the lens (`VIEWS`), `INVERSES` its text backwards. The placeholders are ``{view}``,
``{base}`` and the callable's own parameters, as `np2tf.knowledge.effects` names them; a parameter left out takes its
text from `DEFAULTS`. Forward, a lens is the expression that made the view.

=============  ========================================================================================================
``transpose``  the same elements in another order of axes; always invertible
``reshape``    a view only where the strides allow: the base must be C-contiguous, and ``order`` "C" or left out
``newaxis``    axes of length one added or removed; always invertible, and the argument itself where nothing changes
``flip``       its own inverse
``rot90``      turned back
``part``       real or imaginary part: complex dtype needed (of a real one ``.real`` is the array itself, ``.imag`` new)
``split``      each item is a slice
``diagonal``   a read-only view: nothing is ever written through it, it only has to be refreshed
``whole``      another array on the same memory; with arguments it reads that in another way, and has no inverse
``cut``        how much of the array it is is decided by the values, so it can't be repeated after a write
``opaque``     no inverse: refreshed where the expression can be repeated, never written through
=============  ========================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VIEWS: Final[Mapping[str, str]] = {
    "ndarray.T": "transpose",
    "ndarray.data": "opaque",
    "ndarray.diagonal": "diagonal",
    "ndarray.flat": "reshape",
    "ndarray.getfield": "opaque",
    "ndarray.imag": "part",
    "ndarray.mT": "transpose",
    "ndarray.ravel": "reshape",
    "ndarray.real": "part",
    "ndarray.reshape": "reshape",
    "ndarray.squeeze": "newaxis",
    "ndarray.swapaxes": "transpose",
    "ndarray.transpose": "transpose",
    "ndarray.view": "whole",
    "numpy.array_split": "split",
    "numpy.asmatrix": "opaque",
    "numpy.atleast_1d": "newaxis",
    "numpy.atleast_2d": "newaxis",
    "numpy.atleast_3d": "newaxis",
    "numpy.broadcast_arrays": "opaque",
    "numpy.broadcast_to": "opaque",
    "numpy.diag": "diagonal",  # of a 2-D array; of a 1-D array it is new
    "numpy.diagonal": "diagonal",
    "numpy.dsplit": "split",
    "numpy.einsum": "opaque",
    "numpy.expand_dims": "newaxis",
    "numpy.flip": "flip",
    "numpy.fliplr": "flip",
    "numpy.flipud": "flip",
    "numpy.from_dlpack": "opaque",
    "numpy.frombuffer": "opaque",
    "numpy.hsplit": "split",
    "numpy.imag": "part",
    "numpy.ix_": "opaque",
    "numpy.lib.stride_tricks.as_strided": "opaque",
    "numpy.lib.stride_tricks.sliding_window_view": "opaque",
    "numpy.linalg.diagonal": "diagonal",
    "numpy.linalg.matrix_transpose": "transpose",
    "numpy.matrix_transpose": "transpose",
    "numpy.meshgrid": "opaque",  # with copy=False
    "numpy.moveaxis": "transpose",
    "numpy.nditer": "opaque",
    "numpy.permute_dims": "transpose",
    "numpy.ravel": "reshape",
    "numpy.real": "part",
    "numpy.reshape": "reshape",
    "numpy.rollaxis": "transpose",
    "numpy.rot90": "rot90",
    "numpy.split": "split",
    "numpy.squeeze": "newaxis",
    "numpy.swapaxes": "transpose",
    "numpy.transpose": "transpose",
    "numpy.trim_zeros": "cut",
    "numpy.unstack": "split",
    "numpy.vsplit": "split",
}

INVERSES: Final[Mapping[str, str]] = {
    "ndarray.T": "{view}.T",
    "ndarray.flat": "np.reshape({view}, {base}.shape)",
    "ndarray.imag": "np.functional.complex_with({base}, imag={view})",
    "ndarray.mT": "{view}.mT",
    "ndarray.ravel": "{view}.reshape({base}.shape)",
    "ndarray.real": "np.functional.complex_with({base}, real={view})",
    "ndarray.reshape": "{view}.reshape({base}.shape)",
    "ndarray.squeeze": "np.functional.as_shape({view}, {base}.shape)",
    "ndarray.swapaxes": "{view}.swapaxes({axis1}, {axis2})",
    "ndarray.transpose": "{view}.transpose({inverse_axes})",
    "ndarray.view": "{view}.view()",
    "numpy.atleast_1d": "np.functional.as_shape({view}, {base}.shape)",
    "numpy.atleast_2d": "np.functional.as_shape({view}, {base}.shape)",
    "numpy.atleast_3d": "np.functional.as_shape({view}, {base}.shape)",
    "numpy.expand_dims": "np.squeeze({view}, {axis})",
    "numpy.flip": "np.flip({view}, {axis})",
    "numpy.fliplr": "np.fliplr({view})",
    "numpy.flipud": "np.flipud({view})",
    "numpy.imag": "np.functional.complex_with({base}, imag={view})",
    "numpy.linalg.matrix_transpose": "np.linalg.matrix_transpose({view})",
    "numpy.matrix_transpose": "np.matrix_transpose({view})",
    "numpy.moveaxis": "np.moveaxis({view}, {destination}, {source})",
    "numpy.permute_dims": "np.permute_dims({view}, {inverse_axes})",
    "numpy.ravel": "np.reshape({view}, {base}.shape)",
    "numpy.real": "np.functional.complex_with({base}, real={view})",
    "numpy.reshape": "np.reshape({view}, {base}.shape)",
    "numpy.rollaxis": "np.moveaxis({view}, {rolled_to}, {axis})",  # rolled_to: see `rolled_to`
    "numpy.rot90": "np.rot90({view}, -({k}), {axes})",
    "numpy.squeeze": "np.functional.as_shape({view}, {base}.shape)",
    "numpy.swapaxes": "np.swapaxes({view}, {axis1}, {axis2})",
    "numpy.transpose": "np.transpose({view}, {inverse_axes})",
}
"""New value of the base from the view's, by callable. Classes split, diagonal and opaque have no row."""

INVERSES_BARE: Final[Mapping[str, str]] = {
    "ndarray.transpose": "{view}.T",
    "numpy.flip": "np.flip({view})",
    "numpy.permute_dims": "{view}.T",
    "numpy.rot90": "np.rot90({view}, -1)",
    "numpy.transpose": "{view}.T",
}
"""Inverses of calls without axes, which reverse them all. Otherwise {inverse_axes} comes from `inverse_axes`."""

DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "numpy.flip": {"axis": "None"},
    "numpy.rollaxis": {"start": "0"},
    "numpy.rot90": {"axes": "(0, 1)", "k": "1"},
}
"""The text of parameters left out, where an inverse names them."""

SPLIT_AXIS: Final[Mapping[str, str]] = {
    "numpy.array_split": "{axis}",
    "numpy.dsplit": "2",
    "numpy.hsplit": "1",  # 0 for a 1-D array
    "numpy.split": "{axis}",
    "numpy.unstack": "{axis}",
    "numpy.vsplit": "0",
}
"""The axis that a splitting function slices; it is 0 where {axis} is left out."""

READ_ONLY: Final[frozenset[str]] = frozenset(
    {
        "ndarray.diagonal",
        "numpy.broadcast_to",
        "numpy.diag",
        "numpy.diagonal",
        "numpy.lib.stride_tricks.sliding_window_view",
        "numpy.linalg.diagonal",
    }
)
"""Views that NumPy refuses to write to (`sliding_window_view` unless ``writeable=True``)."""

MAY_BE_SAME: Final[frozenset[str]] = frozenset(
    {
        "ndarray.conj",
        "ndarray.conjugate",
        "ndarray.real",
        "ndarray.squeeze",
        "numpy.atleast_1d",
        "numpy.atleast_2d",
        "numpy.atleast_3d",
        "numpy.real",
        "numpy.squeeze",
    }
)
"""Callables that hand back the argument itself where there is nothing to do, and otherwise a view or a copy."""


def inverse_axes(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `axes`.

    >>> inverse_axes((2, 0, 1)), inverse_axes((-1, 0, 1))
    ((1, 2, 0), (1, 2, 0))
    """
    places = [axis % len(axes) for axis in axes]
    return tuple(places.index(axis) for axis in range(len(axes)))


def rolled_to(axis: int, start: int, ndim: int) -> int:
    """Where ``np.rollaxis(x, axis, start)`` puts the axis: `start` counts before the axis is taken out.

    >>> rolled_to(0, 2, 3), rolled_to(2, 0, 3)
    (1, 0)
    """
    axis, start = axis % ndim, start + ndim if start < 0 else start
    return start - 1 if axis < start else start
