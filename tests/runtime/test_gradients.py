"""Gradients through every differentiable function that runs on the device, against finite differences of NumPy's own.

`API` names the functions; each stands here once: with an expression to differentiate, or among those that have no
gradient, with the reason.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as runtime
from np2tf.knowledge.api import API
from np2tf_runtime import _jit

# x, where it isn't said otherwise: distinct, nonzero, far from integers and halves.
X = np.array([[0.3, -0.7, 1.2], [0.9, -0.4, 0.65]])
P = np.array([[0.3, 0.7, 0.2], [0.9, 0.45, 0.65]])  # within (0, 1)
BIG = P + 1.3
V = np.array([0.3, -0.7, 1.2, 0.9])
S = np.array([[2.0, 0.3, -0.4], [0.1, 1.5, 0.2], [-0.3, 0.6, 1.8]])
TENSOR = np.arange(24.0).reshape(2, 3, 4) % 7 + np.eye(6, 4).reshape(2, 3, 4) / 3  # for multi-dimensional axes
Y = np.array([[0.55, 0.8, -1.1], [-0.35, 1.4, 0.25]])

# Functions of x alone, by where they are smooth.
UNARY = {
    "x": (
        "abs absolute angle arcsinh arctan asinh atan atleast_1d atleast_2d atleast_3d amax amin array asanyarray "
        "asarray asarray_chkfinite ascontiguousarray asfortranarray block cbrt conj conjugate copy corrcoef cos "
        "cosh cov cumprod cumsum deg2rad degrees diagflat diagonal diff dstack ediff1d exp exp2 expm1 fabs flip "
        "fliplr flipud hstack column_stack concatenate concat i0 imag linalg.matrix_norm linalg.norm linalg.pinv "
        "linalg.svdvals linalg.vector_norm linalg.matrix_transpose matrix_transpose max mean median min nan_to_num "
        "nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar negative positive prod "
        "ptp rad2deg radians ravel real real_if_close require rot90 row_stack sin sinc sinh sort sort_complex "
        "square squeeze stack std sum tan tanh trace trapezoid transpose tril triu unwrap var vstack ndarray.sum "
        "ndarray.prod ndarray.mean ndarray.std ndarray.var ndarray.max ndarray.min ndarray.cumsum ndarray.cumprod "
        "ndarray.copy ndarray.conj ndarray.conjugate ndarray.flatten ndarray.ravel ndarray.squeeze ndarray.trace "
        "ndarray.transpose ndarray.diagonal"
    ),
    "p": "arccos acos arcsin asin arctanh atanh log log10 log1p log2 reciprocal sqrt",
    "b": "arccosh acosh",
    "s": "linalg.det linalg.inv linalg.cond linalg.trace linalg.diagonal",
}  # fmt: skip
# Functions of x and y, both differentiated.
BINARY = {
    "x, y": (
        "add subtract multiply divide true_divide maximum minimum fmax fmin hypot arctan2 atan2 logaddexp "
        "logaddexp2 copysign inner outer kron vdot linalg.vecdot vecdot remainder mod fmod append"
    ),
    "x[0], y[0]": "linalg.outer",
    "p, y": "power pow float_power",
    "s, x.T": "dot matmul linalg.matmul linalg.solve",
    "v, v[::-1]": "convolve correlate",
    "x, x[:, ::-1]": "cross linalg.cross",
    "s, x[0]": "matvec",
    "x[0], s": "vecmat",
}  # fmt: skip
# The rest, each with its arguments.
CALLS = {
    "all": None,
    "apply_along_axis": "np.apply_along_axis(lambda row: row * row[0], 1, x)",
    "apply_over_axes": "np.apply_over_axes(np.sum, x, [0, 1])",
    "array_split": "np.concatenate(np.array_split(x, 2, 1), 1)",
    "astype": "np.astype(x, 'float64')",
    "average": "np.average(x, weights=p)",
    "broadcast_arrays": "np.broadcast_arrays(x, y[0])[0]",
    "broadcast_to": "np.broadcast_to(x, (4, 2, 3))",
    "choose": "np.choose([0, 1, 0], [x, y])",
    "clip": "np.clip(x, -0.5, 1.0)",
    "c_": "np.c_[x, y]",
    "compress": "np.compress([True, False, True], x, axis=1)",
    "cumulative_prod": "np.cumulative_prod(x, axis=1)",
    "cumulative_sum": "np.cumulative_sum(x, axis=1)",
    "delete": "np.delete(x, 1, axis=1)",
    "diag": "np.diag(s)",
    "divmod": "np.divmod(x, y)[1]",
    "dsplit": "np.dsplit(t, 2)[0]",
    "einsum": "np.einsum('ij,kj->ik', x, y)",
    "expand_dims": "np.expand_dims(x, 1)",
    "extract": "np.extract(m, x)",
    "fft.fft": "np.fft.fft(x)",
    "fft.fft2": "np.fft.fft2(x)",
    "fft.fftn": "np.fft.fftn(x)",
    "fft.fftshift": "np.fft.fftshift(x)",
    "fft.hfft": "np.fft.hfft(x)",
    "fft.ifft": "np.fft.ifft(x)",
    "fft.ifft2": "np.fft.ifft2(x)",
    "fft.ifftn": "np.fft.ifftn(x)",
    "fft.ifftshift": "np.fft.ifftshift(x)",
    "fft.ihfft": "np.fft.ihfft(x)",
    "fft.irfft": "np.fft.irfft(x)",
    "fft.irfft2": "np.fft.irfft2(x)",
    "fft.irfftn": "np.fft.irfftn(x)",
    "fft.rfft": "np.fft.rfft(x)",
    "fft.rfft2": "np.fft.rfft2(x)",
    "fft.rfftn": "np.fft.rfftn(x)",
    "full": "np.full((2, 2), x[0, 0])",
    "full_like": "np.full_like(y, x[0, 0])",
    "frexp": "np.frexp(x)[0]",
    "fromfunction": "np.fromfunction(lambda i, j: x * i, (2, 3))",
    "geomspace": "np.geomspace(p[0, 0], p[0, 1], 5)",
    "gradient": "np.gradient(x, axis=1)",
    "heaviside": "np.heaviside(x, y)",
    "hsplit": "np.hsplit(x, 3)[1]",
    "insert": "np.insert(x, 1, y[:, 0], axis=1)",
    "interp": "np.interp([0.5, 1.5], [0.0, 1.0, 2.0], x[0])",
    "ldexp": "np.ldexp(x, [1, 2, 3])",
    "linalg.cholesky": "np.linalg.cholesky(s @ s.T)",
    "linalg.eigh": "np.linalg.eigh(s + s.T)[0]",
    "linalg.eigvalsh": "np.linalg.eigvalsh(s + s.T)",
    "linalg.lstsq": "np.linalg.lstsq(x.T, y[0])[0]",
    "linalg.matrix_power": "np.linalg.matrix_power(s, 3)",
    "linalg.multi_dot": "np.linalg.multi_dot([x, s, y.T])",
    "linalg.qr": "np.linalg.qr(s)[1]",
    "linalg.slogdet": "np.linalg.slogdet(s)[1]",
    "linalg.svd": "np.linalg.svd(x, full_matrices=False)[1]",
    "linalg.tensordot": "np.linalg.tensordot(x, y.T, axes=1)",
    "linalg.tensorinv": "np.linalg.tensorinv(s, ind=1)",
    "linalg.tensorsolve": "np.linalg.tensorsolve(s, x[0])",
    "linspace": "np.linspace(x[0, 0], x[0, 1], 5)",
    "logspace": "np.logspace(x[0, 0], x[0, 1], 5)",
    "meshgrid": "np.meshgrid(x[0], x[1])[0]",
    "modf": "np.modf(x)[0]",
    "moveaxis": "np.moveaxis(t, 0, 2)",
    "nanpercentile": "np.nanpercentile(x, 40, axis=1)",
    "nanquantile": "np.nanquantile(x, 0.4, axis=1)",
    "pad": "np.pad(x, 1, mode='reflect')",
    "partition": "np.partition(x, 1, axis=1)[:, 1]",
    "percentile": "np.percentile(x, 40, axis=1)",
    "permute_dims": "np.permute_dims(t, (2, 0, 1))",
    "piecewise": "np.piecewise(x, [m], [lambda v: v * v, lambda v: -v])",
    "polyval": "np.polyval(x[0], x[1])",
    "quantile": "np.quantile(x, 0.4, axis=1)",
    "r_": "np.r_[x[0], y[0]]",
    "repeat": "np.repeat(x, 2, axis=1)",
    "reshape": "np.reshape(x, (3, 2))",
    "resize": "np.resize(x, (3, 3))",
    "roll": "np.roll(x, 1, axis=1)",
    "rollaxis": "np.rollaxis(t, 2)",
    "select": "np.select([m], [x], y)",
    "split": "np.split(x, 3, axis=1)[2]",
    "swapaxes": "np.swapaxes(t, 0, 2)",
    "lib.stride_tricks.sliding_window_view": "np.lib.stride_tricks.sliding_window_view(x, 2, axis=1)",
    "take": "np.take(x, [0, 2, 2], axis=1)",
    "take_along_axis": "np.take_along_axis(x, np.argsort(x, axis=1), axis=1)",
    "tensordot": "np.tensordot(x, y, axes=2)",
    "tile": "np.tile(x, (2, 2))",
    "trim_zeros": "np.trim_zeros(np.concatenate(([0.0], x[0], [0.0])))",
    "ufunc.accumulate": "np.multiply.accumulate(x, axis=1)",
    "ufunc.outer": "np.multiply.outer(x[0], y[0])",
    "ufunc.reduce": "np.multiply.reduce(x, axis=1)",
    "ufunc.reduceat": "np.multiply.reduceat(x, [0, 2], axis=1)",
    "unique": "np.unique(x)",
    "unique_all": "np.unique_all(x).values",
    "unique_counts": "np.unique_counts(x).values",
    "unique_inverse": "np.unique_inverse(x).values",
    "unique_values": "np.sort(np.unique_values(x))",
    "unstack": "np.unstack(x)[1]",
    "vander": "np.vander(x[0])",
    "vsplit": "np.vsplit(x, 2)[1]",
    "where": "np.where(m, x, y)",
    "ndarray.T": "x.T",
    "ndarray.mT": "x.mT",
    "ndarray.astype": "x.astype(float)",
    "ndarray.choose": None,
    "ndarray.clip": "x.clip(-0.5, 1.0)",
    "ndarray.compress": "x.compress([True, False, True], axis=1)",
    "ndarray.dot": "x.dot(y.T)",
    "ndarray.flat": "x.flat[1:4]",
    "ndarray.imag": "(x * 1j).imag",
    "ndarray.real": "(x * 2j).real + x.real",
    "ndarray.repeat": "x.repeat(2, axis=0)",
    "ndarray.reshape": "x.reshape(3, 2)",
    "ndarray.swapaxes": "x.swapaxes(0, 1)",
    "ndarray.take": "x.take([0, 3])",
    "ndarray.to_device": "x.to_device('cpu')",
}
WITHOUT = {
    "the result is of bool or integers": (
        "all any allclose argmax argmin argpartition argsort argwhere array_equal array_equiv bincount bitwise_and "
        "bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor "
        "count_nonzero digitize equal flatnonzero greater greater_equal histogram invert isclose iscomplex "
        "iscomplexobj isfinite isfortran isin isinf isnan isneginf isposinf isreal isrealobj isscalar iterable gcd "
        "lcm left_shift less less_equal lexsort linalg.matrix_rank logical_and logical_not logical_or logical_xor "
        "nanargmax nanargmin nonzero not_equal right_shift searchsorted signbit ravel_multi_index unravel_index "
        "may_share_memory shares_memory ndim shape size intersect1d setdiff1d setxor1d union1d ndarray.all "
        "ndarray.any ndarray.argmax ndarray.argmin ndarray.argpartition ndarray.argsort ndarray.choose "
        "ndarray.nonzero ndarray.searchsorted"
    ),
    "a step function: its derivative is zero wherever there is one": (
        "around ceil fix floor floor_divide rint round sign trunc ndarray.round"
    ),
    "the distance to the next number, and the next number itself": "nextafter spacing",
    "made of lengths, indices and positions, not of values": (
        "arange broadcast_shapes diag_indices diag_indices_from empty empty_like eye fft.fftfreq fft.rfftfreq "
        "identity index_exp indices ix_ mask_indices mgrid ogrid ndenumerate ndindex ones ones_like s_ tri "
        "tril_indices tril_indices_from triu_indices triu_indices_from zeros zeros_like histogram_bin_edges"
    ),
    "no function of an array": "ufunc ufunc.resolve_dtypes linalg.LinAlgError ndarray",
    "about the array, not its values": (
        "ndarray.base ndarray.device ndarray.dtype ndarray.itemsize ndarray.nbytes ndarray.ndim ndarray.shape "
        "ndarray.size ndarray.strides"
    ),
    "the same bits as another dtype": "ndarray.view",
}  # fmt: skip
VALUES = {"x": X, "y": Y, "p": P, "b": BIG, "s": S, "v": V, "t": TENSOR}


def _names() -> list[str]:
    """The functions that run on the device; draws and polynomials' constants aside."""
    found = [name.removeprefix("numpy.") for name, entry in API.items() if entry.where == "device"]
    return [name for name in found if not name.startswith(("random.", "polynomial."))]


def _expressions() -> dict[str, str]:
    found: dict[str, str] = {}
    for argument, names in UNARY.items():
        for name in names.split():
            if name.startswith("ndarray."):
                found[name] = f"x.{name.removeprefix('ndarray.')}()"
            else:
                found[name] = f"np.{name}({argument})"
    for arguments, names in BINARY.items():
        found |= {name: f"np.{name}({arguments})" for name in names.split()}
    return found | {name: text for name, text in CALLS.items() if text is not None}


EXPRESSIONS = _expressions()


def _weighted(np_: Any, text: str, values: dict[str, Any]) -> Any:
    """A number made of all elements of the result, each with a weight of its own."""
    result = eval(text, {"np": np_, "m": X > 0, **values})
    result = np_.stack(result) if isinstance(result, tuple) else result
    weights = np.cos(np.arange(np.size(np.asarray(result)))).reshape(np.shape(result))
    if np.asarray(result).dtype.kind == "c":
        return np_.sum(np_.real(result) * weights) + np_.sum(np_.imag(result) * weights[::-1])
    return np_.sum(result * weights)


def _numerically(text: str, name: str) -> np.ndarray:
    """Central differences of NumPy's function."""
    found = np.zeros_like(VALUES[name])
    step = 1e-6
    for place in np.ndindex(found.shape):
        moved = []
        for sign in (1, -1):
            value = VALUES[name].copy()
            value[place] += sign * step
            moved.append(_weighted(np, text, {**VALUES, name: value}))
        found[place] = (moved[0] - moved[1]) / (2 * step)
    return found


def test_every_function_has_its_row() -> None:
    without = " ".join(WITHOUT.values()).split()
    rows = [*EXPRESSIONS, *without]
    assert sorted(set(_names()) - set(rows)) == []
    assert sorted(set(rows) - set(_names())) == []
    assert sorted(name for name in rows if rows.count(name) > 1) == []


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.filterwarnings("ignore")
def test_gradient(name: str) -> None:
    text = EXPRESSIONS[name]
    held = {key: runtime.array(value) for key, value in VALUES.items()}
    with tf.GradientTape(persistent=True) as tape:
        for value in held.values():
            tape.watch(value)
        result = _weighted(runtime, text, held)
    used = [key for key in VALUES if _uses(text, key)]
    assert used
    for key in used:
        want = _numerically(text, key)
        have = tape.gradient(result, held[key], unconnected_gradients=tf.UnconnectedGradients.ZERO)
        np.testing.assert_allclose(np.asarray(tf.convert_to_tensor(have)), want, rtol=1e-5, atol=1e-7, err_msg=key)


def _uses(text: str, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(text)))


def _added_up(x: Any, turns: int) -> Any:
    total = x * 0
    for i in range(turns):
        total = total + runtime.where(x > 0, i * runtime.sqrt(x), 0.0)
    return total


ROOTS = {
    "chosen": lambda x: runtime.sum(runtime.where(x > 0, runtime.sqrt(x), 0.0)),
    "a power": lambda x: runtime.sum(runtime.where(x > 0, x**0.5, 0.0)),
    "a norm": lambda x: runtime.where(x[0] > 0, runtime.linalg.norm(0 * x), 0.0),
    "in a loop": lambda x: _added_up(x, 3),
    "weighted by zero": lambda x: runtime.sum(runtime.sqrt(runtime.abs(x) + 1) * (0 * x)),
}


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("rung", ["graph", "xla"])
def test_where_nothing_flows_back_roots_have_the_gradient_zero(name: str, rung: str) -> None:
    x = runtime.array([-1.0, 0.0, 4.0])
    found = []
    for function in (ROOTS[name], runtime.jit(ROOTS[name])):
        with _jit.only(rung), tf.GradientTape() as tape:
            tape.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                result = function(x)
            first = inner.gradient(result, x)
        found.append((np.asarray(first), np.asarray(tape.gradient(first, x))))
    assert np.isfinite(found[0][0]).all()
    for have, want in zip(found[1], found[0], strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-12)


@pytest.mark.parametrize("name", WITHOUT["a step function: its derivative is zero wherever there is one"].split())
def test_step_functions_have_none(name: str) -> None:
    x = runtime.array(X)
    with tf.GradientTape() as tape, warnings.catch_warnings():
        tape.watch(x)
        if name.startswith("ndarray."):
            result = x.round()
        else:
            result = runtime.floor_divide(x, 0.5) if name == "floor_divide" else getattr(runtime, name)(x)
    gradient = tape.gradient(result, x)
    assert gradient is None or not np.asarray(gradient).any()


@pytest.mark.parametrize("places", [[0, 0, 1], [2, 2, 2], [-1, 3, 0]])
@pytest.mark.parametrize("known", [True, False])
def test_of_what_is_stored_at_one_place_the_last_has_the_gradient(places: list[int], known: bool) -> None:
    def store(x: Any, values: Any, where: Any) -> Any:
        return runtime.tensor_scatter_update(x, places if known else where, values)

    last = [place % 4 not in [other % 4 for other in places[n + 1 :]] for n, place in enumerate(places)]
    for function in (store, runtime.jit(store)):
        x, values = runtime.array([1.0, 2.0, 3.0, 4.0]), runtime.array([5.0, 6.0, 7.0])
        with tf.GradientTape() as tape:
            tape.watch(values)
            total = tf.reduce_sum(function(x, values, runtime.array(places)))
        assert tape.gradient(total, values).numpy().tolist() == last
